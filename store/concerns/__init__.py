"""The concern store: a database, engines, keys and migrations of its own, and no way to any person."""

from store.concerns.box import open_concern_box
from store.concerns.engines import concern_url

__all__ = ["concern_url", "open_concern_box"]

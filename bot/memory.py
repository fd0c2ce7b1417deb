"""How the running bot collects garbage: what was built to stay is never looked through again."""

from __future__ import annotations

import gc

NEW_OBJECTS = 10_000
"""From how many new objects on a look is worth it. An answer makes some thousand, and hardly any that point at each other."""


def settle_memory() -> None:
    """To be called once everything is built. Libraries, tables and settings are set aside; only what comes later is looked through.

    https://docs.python.org/3/library/gc.html#gc.freeze
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])

"""Two versions side by side on one Postgres: which older code goes on working on a newer schema.

A migration that only adds says so: `works_with = "0007"` in it names the oldest schema whose code works on the new one too. Without
that word it works with its own alone. The database carries the oldest such code with it, as the comment of Alembic's table,
because the old code cannot look into migrations that were not there when it was written.
"""

from __future__ import annotations

import re

from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot.database import MAIN, MIGRATIONS
from store.engine import sqlite_file, sync_url
from store.trouble import in_our_words

SAYS = re.compile(r"works with code of schema (\w+) and newer")
_COMMENT = text("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')")


def oldest_code(scripts: ScriptDirectory, revision: str) -> str:
    """The oldest schema whose code works on a store at `revision`: what all migrations up to there say, put together."""
    steps = scripts.iterate_revisions(revision, "base")
    return max((str(getattr(step.module, "works_with", step.revision)) for step in steps), default="")


def known(tree: str = MAIN) -> set[str]:
    """The revisions this code has a migration for."""
    return {step.revision for step in ScriptDirectory(str(MIGRATIONS / tree)).walk_revisions()}


def works_here(url: str, tree: str = MAIN) -> bool:
    """Whether this code works on a store whose revision it does not know. On SQLite there is one version at a time."""
    return sqlite_file(url) is None and _said(url, tree) in known(tree)


def may_run_meanwhile(url: str, tree: str, revision: str) -> bool:
    """Whether a store at `revision` may be upgraded to this code's schema while code of `revision` runs on it."""
    scripts = ScriptDirectory(str(MIGRATIONS / tree))
    return sqlite_file(url) is None and oldest_code(scripts, scripts.get_current_head() or "") <= revision


def _said(url: str, tree: str) -> str:
    # The concern store has a schema of its own.
    options = {"options": f"-csearch_path={tree}"} if tree != MAIN else {}
    engine = create_engine(sync_url(url), hide_parameters=True, connect_args=options)
    try:
        with engine.connect() as connection:
            found = SAYS.search(str(connection.execute(_COMMENT).scalar()))
    except SQLAlchemyError as error:
        raise (in_our_words(error) or error) from None
    finally:
        engine.dispose()
    return found[1] if found else ""

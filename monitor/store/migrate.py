"""Brings the tables to the shape this program knows (Q10)."""

import threading
from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from monitor.errors import StoreError

_FOLDER = Path(__file__).with_name("migrations")
_ONE_AT_A_TIME = threading.Lock()  # alembic keeps the running migration in module globals


def upgrade(
    reader: Engine, writer: Engine, place: str, *, lock: Callable[[Connection], None]
) -> None:
    """Upgrade in one transaction: a crash leaves the old shape or the new, nothing between.

    Several starters take turns by ``lock``, and the later ones find nothing to do. Nothing is
    written where the shape is right already. Raises StoreError if a newer program has been here.
    """
    scripts = ScriptDirectory.from_config(_config())
    with reader.begin() as connection:
        if _is_current(connection, scripts, place):
            return
    with writer.begin() as connection:
        lock(connection)
        if not _is_current(connection, scripts, place):
            with _ONE_AT_A_TIME:
                command.upgrade(_config(connection), "head")


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _is_current(connection: Connection, scripts: ScriptDirectory, place: str) -> bool:
    shape = MigrationContext.configure(connection).get_current_revision()
    known = {step.revision for step in scripts.walk_revisions()}
    if shape is not None and shape not in known:
        raise StoreError(
            f"The state {place} was last used by a newer monitor (its shape is {shape}). "
            "Update this program, or restore the backup made before the update."
        )
    return shape == scripts.get_current_head()

"""Every table and query; SQLAlchemy Core, alembic."""

from monitor.store.instance import sole_instance
from monitor.store.store import Store, open_store

__all__ = ["Store", "open_store", "sole_instance"]

"""Every table and query; SQLAlchemy Core, alembic."""

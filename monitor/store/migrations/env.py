"""Run by alembic: works over the connection, and in the transaction, that ``upgrade`` hands in."""

from alembic import context

from monitor.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()

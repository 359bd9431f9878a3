#!/usr/bin/env python3
"""What Alembic runs: migrations on a connection, in one transaction.

`migrate` brings the connection along. Alembic's own command, which
compares the models with a database or writes a new migration, has none: it
takes the database that DATABASE_URL names.
"""
import os
import sys
from pathlib import Path

import sqlalchemy as sql
from alembic import context

sys.path.insert(0, str(Path(__file__).parents[1]))

from migrate import begun  # noqa: E402
from store import Base  # noqa: E402


def run(connection: sql.Connection) -> None:
    """Run what Alembic was asked for."""
    # Batches: SQLite alters hardly anything, so a table is copied instead.
    # Transactions: SQLite has them for tables, too, as `store` begins them.
    context.configure(
        connection=connection, target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()


if "connection" in context.config.attributes:
    run(context.config.attributes["connection"])
else:
    with begun(os.environ["DATABASE_URL"]) as connection:
        run(connection)

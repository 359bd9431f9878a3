#!/usr/bin/env python3
"""Indexes for what is asked of events each second, and for each user.

Besides, SQLite gets the names of constraints that PostgreSQL has given itself:
a later migration could not change what has none.
"""
import sqlalchemy as sql
from alembic import op

revision = "0003"
down_revision = "0002"
NAMES = {"pk": "%(table_name)s_pkey",
         "uq": "%(table_name)s_%(column_0_name)s_key",
         "fk": "%(table_name)s_%(column_0_name)s_fkey"}
PENDING = sql.text("done_at IS NULL")


def upgrade() -> None:
    """Name what has no name, and make both."""
    if op.get_context().dialect.name == "sqlite":
        for table in ("users", "events"):
            with op.batch_alter_table(table, naming_convention=NAMES,
                                      recreate="always"):
                pass  # It is copied into one of the same columns.
    op.create_index("events_pending_idx", "events", ["number"],
                    sqlite_where=PENDING, postgresql_where=PENDING)
    op.create_index("events_user_id_idx", "events", ["user_id"])


def downgrade() -> None:
    """Drop both; names hurt nobody."""
    op.drop_index("events_user_id_idx", "events")
    op.drop_index("events_pending_idx", "events")

#!/usr/bin/env python3
"""How often an event was tried, and until when it waits."""
import sqlalchemy as sql
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add both; what there is was never tried."""
    op.add_column("events", sql.Column(
        "not_before", sql.DateTime(timezone=True)))
    op.add_column("events", sql.Column(
        "tries", sql.Integer, nullable=False, server_default="0"))


def downgrade() -> None:
    """Drop both of these columns."""
    op.drop_column("events", "tries")
    op.drop_column("events", "not_before")

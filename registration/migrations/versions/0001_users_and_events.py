#!/usr/bin/env python3
"""Users, and the events of which they are to be told."""
import sqlalchemy as sql
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both of these tables."""
    op.create_table(
        "users",
        sql.Column("id", sql.String(36), nullable=False),
        sql.Column("address", sql.String(320), nullable=False),
        sql.Column("address_key", sql.String(640), nullable=False),
        sql.Column("password_hash", sql.String(200), nullable=False),
        sql.Column("registered_at", sql.DateTime(timezone=True),
                   nullable=False),
        sql.Column("verified_at", sql.DateTime(timezone=True)),
        sql.PrimaryKeyConstraint("id", name="users_pkey"),
        sql.UniqueConstraint("address_key", name="users_address_key_key"))
    op.create_table(
        "events",
        sql.Column("number", sql.Integer, nullable=False),
        sql.Column("id", sql.String(36), nullable=False),
        sql.Column("kind", sql.String(40), nullable=False),
        sql.Column("user_id", sql.String(36), nullable=False),
        sql.Column("recorded_at", sql.DateTime(timezone=True),
                   nullable=False),
        sql.Column("published_at", sql.DateTime(timezone=True)),
        sql.Column("claimed_until", sql.DateTime(timezone=True)),
        sql.Column("done_at", sql.DateTime(timezone=True)),
        sql.PrimaryKeyConstraint("number", name="events_pkey"),
        sql.UniqueConstraint("id", name="events_id_key"),
        sql.ForeignKeyConstraint(["user_id"], ["users.id"],
                                 name="events_user_id_fkey"))


def downgrade() -> None:
    """Drop both of these tables."""
    op.drop_table("events")
    op.drop_table("users")

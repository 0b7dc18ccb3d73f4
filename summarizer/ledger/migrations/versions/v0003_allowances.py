"""The requests and tokens a minute that all processes share."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "allowances",
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("slots", _list_of(sa.BigInteger()), nullable=False),
        sa.Column("requests", _list_of(sa.BigInteger()), nullable=False),
        sa.Column("tokens", _list_of(sa.BigInteger()), nullable=False),
        sa.Column("places", _list_of(sa.Text()), nullable=False),
        sa.Column("wanted", _list_of(sa.BigInteger()), nullable=False),
        sa.Column("until", _list_of(sa.Double()), nullable=False),
        sa.Column("paused_until", sa.Double(), nullable=False),
        sa.Column("answer_slot", sa.BigInteger(), nullable=False),
        sa.Column("answer_seconds", sa.Double(), nullable=False),
        sa.Column("answer_reason", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("allowances")


def _list_of(type_: sa.types.TypeEngine[Any]) -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.ARRAY(type_), "postgresql")

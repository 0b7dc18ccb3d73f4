"""The queue that a job stands in, and the documents of such a job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("queue", sa.String(length=100), nullable=True))
    op.create_table(
        "job_documents",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=32), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("text", sa.LargeBinary(), nullable=True),
        sa.Column("origin", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.id"]),
        sa.PrimaryKeyConstraint("job", "number"),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_job_documents_waiting", "job_documents", ["job"], postgresql_where=waiting, sqlite_where=waiting
    )


def downgrade() -> None:
    """Go back to the revision before."""
    op.drop_table("job_documents")
    with op.batch_alter_table("jobs") as jobs:
        jobs.drop_column("queue")

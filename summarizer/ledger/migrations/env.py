"""Where Alembic starts: the connection is handed in by the ledger that is being opened.

For work on the tables: `alembic -c summarizer/ledger/migrations/alembic.ini revision --autogenerate`.
"""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from summarizer.ledger.models import Base


def migrate(connection: Connection) -> None:
    """Bring the tables up to date within the connection's transaction."""
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    url = context.config.get_main_option("sqlalchemy.url") or "sqlite://"
    with create_engine(url).begin() as fresh:
        migrate(fresh)

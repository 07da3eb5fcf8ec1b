"""What Alembic runs: on the connection it is handed, else on ``-x url=…``."""

import asyncio

from alembic import context
from sqlalchemy import Connection

from service.storage.engine import migrating, open_engine
from service.storage.tables import metadata


def _run(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
    with context.begin_transaction():
        context.run_migrations()


async def _connect_and_run(url: str) -> None:
    engine = open_engine(url)
    async with migrating(engine) as connection:
        await connection.run_sync(_run)
    await engine.dispose()


def _url() -> str:
    given = context.get_x_argument(as_dictionary=True).get("url")
    return str(given or context.config.get_main_option("sqlalchemy.url") or "")


handed: Connection | None = context.config.attributes.get("connection")
if handed is not None:
    _run(handed)
else:
    asyncio.run(_connect_and_run(_url()))

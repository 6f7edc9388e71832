"""A FastAPI service over asyncpg, written by hand: each request a transaction of five statements, or one statement.

`python -m bench.peers.by_hand URL PORT statements|single`. The tables are its own, with what the work needs.
"""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

TABLES = """
CREATE TABLE IF NOT EXISTS by_hand_resource (id text PRIMARY KEY, state text NOT NULL, seq int NOT NULL);
CREATE TABLE IF NOT EXISTS by_hand_inbox (source text, id text, subject text NOT NULL, type text NOT NULL,
    told_at timestamptz NOT NULL, data text NOT NULL, PRIMARY KEY (source, id));
CREATE TABLE IF NOT EXISTS by_hand_history (resource_id text, seq int, event text NOT NULL, from_state text,
    to_state text NOT NULL, recorded_at timestamptz NOT NULL, PRIMARY KEY (resource_id, seq));
CREATE TABLE IF NOT EXISTS by_hand_tally (id bigserial PRIMARY KEY, state text NOT NULL, number int NOT NULL);
"""
SINGLE = """
WITH told AS (INSERT INTO by_hand_inbox VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING subject),
     moved AS (UPDATE by_hand_resource SET state = 'issued', seq = seq + 1 FROM told
               WHERE by_hand_resource.id = told.subject RETURNING by_hand_resource.id, seq),
     kept AS (INSERT INTO by_hand_history SELECT id, seq, $4, 'pending', 'issued', $5 FROM moved),
     counted AS (INSERT INTO by_hand_tally (state, number) SELECT 'issued', 1 FROM moved)
SELECT seq FROM moved
"""


class CloudEvent(BaseModel):
    """What the service reads of an event."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: dict[str, Any]


async def _statements(pool: asyncpg.Pool, event: CloudEvent, raw: str) -> None:
    async with pool.acquire() as connection, connection.transaction():
        told = await connection.fetchval(
            "INSERT INTO by_hand_inbox VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id",
            event.source, event.id, event.subject, event.type, event.time, raw,
        )  # fmt: skip
        if told is None:
            return
        row = await connection.fetchrow(
            "SELECT state, seq FROM by_hand_resource WHERE id = $1 FOR UPDATE", event.subject
        )
        seq = row["seq"] + 1
        await connection.execute(
            "UPDATE by_hand_resource SET state = 'issued', seq = $2 WHERE id = $1", event.subject, seq
        )
        await connection.execute(
            "INSERT INTO by_hand_history VALUES ($1, $2, $3, $4, 'issued', $5)",
            event.subject, seq, event.type, row["state"], event.time,
        )  # fmt: skip
        await connection.execute("INSERT INTO by_hand_tally (state, number) VALUES ('issued', 1)")


async def _single(pool: asyncpg.Pool, event: CloudEvent, raw: str) -> None:
    async with pool.acquire() as connection:
        await connection.fetchval(SINGLE, event.source, event.id, event.subject, event.type, event.time, raw)


def app_over(url: str, way: str) -> FastAPI:
    store = {"statements": _statements, "single": _single}[way]

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.pool = await asyncpg.create_pool(url, min_size=20, max_size=20)
        yield
        await app.state.pool.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/v1/events")
    async def take(event: CloudEvent) -> dict[str, Any]:
        await store(app.state.pool, event, event.model_dump_json())
        return {"results": [{"id": event.id, "outcome": "applied", "resource_id": event.subject, "state": "issued"}]}

    return app


if __name__ == "__main__":
    uvicorn.run(app_over(sys.argv[1], sys.argv[3]), host="127.0.0.1", port=int(sys.argv[2]), log_config=None)

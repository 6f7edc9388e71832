"""DBOS: `python -m bench.peers.with_dbos URL COUNT`, a workflow with one transactional step an event."""

import sys

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetWorkflowID, SQLAlchemyDatasource

from bench.peers.timing import answer

URL = sys.argv[1].replace("postgresql://", "postgresql+psycopg://")
TABLES = """
CREATE TABLE dbos_resource (id text PRIMARY KEY, state text NOT NULL, seq int NOT NULL);
CREATE TABLE dbos_history (resource_id text, seq int, to_state text NOT NULL, PRIMARY KEY (resource_id, seq));
"""


def main() -> None:
    DBOS(config=DBOSConfig(name="bench", system_database_url=URL, log_level="ERROR"))
    source = SQLAlchemyDatasource.create(URL)

    @source.transaction()
    def move(one: str) -> None:
        session = source.sql_session()
        row = session.execute(
            sa.text("UPDATE dbos_resource SET state = 'issued', seq = seq + 1 WHERE id = :id RETURNING seq"),
            {"id": one},
        ).one()
        session.execute(sa.text("INSERT INTO dbos_history VALUES (:id, :seq, 'issued')"), {"id": one, "seq": row.seq})

    @DBOS.workflow()
    def told(one: str) -> None:
        move(one)

    DBOS.launch()
    with source.engine.begin() as connection:
        connection.execute(sa.text(TABLES))
        connection.execute(
            sa.text("INSERT INTO dbos_resource SELECT 'r-' || n, 'pending', 1 FROM generate_series(0, :count) AS n"),
            {"count": int(sys.argv[2])},
        )

    def run(ids: list[str]) -> None:
        for one in ids:
            with SetWorkflowID(f"event-{one}"):
                told(one)

    answer(run)


if __name__ == "__main__":
    main()

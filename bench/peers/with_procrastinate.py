"""procrastinate: `python -m bench.peers.with_procrastinate URL COUNT`, an event deferred, then done by the worker."""

import sys

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

from bench.peers.timing import answer

URL = sys.argv[1]
TABLES = """
CREATE TABLE job_resource (id text PRIMARY KEY, state text NOT NULL, seq int NOT NULL);
CREATE TABLE job_history (resource_id text, seq int, to_state text NOT NULL, PRIMARY KEY (resource_id, seq));
"""
MOVE = """
WITH moved AS (UPDATE job_resource SET state = 'issued', seq = seq + 1 WHERE id = %s RETURNING id, seq)
INSERT INTO job_history SELECT id, seq, 'issued' FROM moved
"""


def main() -> None:
    app = App(connector=PsycopgConnector(conninfo=URL))
    connection = psycopg.connect(URL, autocommit=True)

    @app.task(name="told", queue="events")
    def told(one: str) -> None:
        connection.execute(MOVE, [one])

    connection.execute(TABLES)
    connection.execute(
        "INSERT INTO job_resource SELECT 'r-' || n, 'pending', 1 FROM generate_series(0, %s) AS n", [int(sys.argv[2])]
    )
    deferring = App(connector=SyncPsycopgConnector(conninfo=URL)).open()
    deferring.schema_manager.apply_schema()

    def run(ids: list[str]) -> None:
        for one in ids:
            deferring.configure_task("told", queue="events", queueing_lock=one).defer(one=one)
        app.run_worker(queues=["events"], wait=False, install_signal_handlers=False)

    answer(run)


if __name__ == "__main__":
    main()

"""Plays suites that outside callers hold us to, with their own player, on SQLite and on PostgreSQL.

python -m tests.outside FOLDER      the folder with play.py and the suites
"""

import os
import subprocess
import sys
from pathlib import Path

import psycopg

from tests.databases import postgres_server

SUITES = ("published-rules", "published-money")


def main() -> int:
    folder = Path(sys.argv[1])
    suites = [str(folder / f"{name}.json") for name in SUITES]
    refundry = Path(sys.executable).with_name("refundry")
    command = [sys.executable, str(folder / "play.py"), "--command", f"{refundry} serve", *suites]
    status = subprocess.run(command, check=False).returncode
    with postgres_server() as server:
        with psycopg.connect(server, autocommit=True) as connection:
            for name in SUITES:
                connection.execute(f'CREATE DATABASE "{name.replace("-", "_")}"'.encode())
        url = server.replace("postgresql://", "postgresql+psycopg://", 1).replace("/postgres?", "/{suite}?", 1)
        environment = {**os.environ, "SCENARIO_DATABASE_URL": url}
        return status or subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())

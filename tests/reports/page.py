"""docs/reports.md with its examples run: below each command stands what comes of it. Run this module to write it.

The examples are of a small world that stands still, so that every answer is the same each time.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2 as httpx
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Connection, inspect, text

from service import switches
from tests.goldens import ROOT
from tests.hooks.world import TellingWorld
from tests.reports.serving import served_alone

PAGE = ROOT / "docs/reports.md"
CALLED = re.compile(r"```console\n\$ curl -s http://127\.0\.0\.1:8000(/\S*)\n.*?```", re.DOTALL)
ASKED = re.compile(r"```sql\n(.*?);\n```\n\n```text\n.*?```", re.DOTALL)
RUN_ONLY = re.compile(r"```sql\n(.*?);\n```", re.DOTALL)
VIEW_ROW = re.compile(r"^\| `(ops_\w+)` \| (.*?) \|.*\|$", re.MULTILINE)
METRIC_ROWS = re.compile(r"(\| metric \| .*\n\|---\|.*\n)(?:\|.*\n)+")


@contextmanager
def small_world(database_url: str) -> Iterator[tuple[TellingWorld, httpx.Client]]:
    """Five purchases and what came of them within two days, and the service over it."""
    world = TellingWorld(database_url)
    world.pay("cert-1")
    world.pay("cert-2", cash_paid="900.00")
    world.tell("certificate.application_submitted", "cert-1")
    world.gateway_with_consumption("gateway-1")
    world.pay("ca-1", "sandbox_lost_reply", product="private_ca", cash_paid="20.00")
    world.pay("quota-1", product="cloud_deployment", currency="JPY", cash_paid="500")
    world.tell("certificate.revocation_completed", "cert-1")
    world.ask("cert-1")
    world.ask("cert-2")
    world.later(hours=26)
    world.ask("ca-1")
    world.later(seconds=0)
    switches.turn(world.desk, "product", "cloud_deployment", "olga", "wrong prices since noon", stop=True)
    with served_alone(world.desk, world.clock) as client:
        yield world, client


def played(page: str, client: httpx.Client, connection: Connection) -> str:
    """The page with every answer as it is now."""
    page = CALLED.sub(lambda found: called(client, found.group(1)), page)
    page = ASKED.sub(lambda found: asked(connection, found.group(1)), page)
    page = VIEW_ROW.sub(lambda found: view_row(connection, found.group(1), found.group(2)), page)
    return METRIC_ROWS.sub(lambda found: found.group(1) + metric_rows(client), page)


def called(client: httpx.Client, path: str) -> str:
    answer = client.get(path).raise_for_status().json()
    items = ",\n  ".join(json.dumps(one, ensure_ascii=False) for one in answer["items"])
    listed = f"[\n  {items}\n]" if items else "[]"
    told = f'{{"as_of": "{answer["as_of"]}", "items": {listed}}}'
    return f"```console\n$ curl -s http://127.0.0.1:8000{path}\n{told}\n```"


def asked(connection: Connection, query: str) -> str:
    result = connection.execute(text(query))
    rows = [list(result.keys()), *([str(value) for value in row] for row in result)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [" | ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return f"```sql\n{query};\n```\n\n```text\n" + "\n".join(lines) + "\n```"


def view_row(connection: Connection, view: str, meaning: str) -> str:
    columns = ", ".join(f"`{column['name']}`" for column in inspect(connection).get_columns(view))
    return f"| `{view}` | {meaning} | {columns} |"


def metric_rows(client: httpx.Client) -> str:
    rows = []
    for family in text_string_to_metric_families(client.get("/metrics").text):
        name = family.name + ("_total" if family.type == "counter" else "")
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        told = ", ".join(f"`{label}`" for label in sorted(labels))
        rows.append(f"| `{name}` | {family.type} | {told} | {family.documentation} |\n")
    return "".join(rows)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, small_world(f"sqlite:///{folder}/page.db") as (world, client):
        client.get("/healthz")
        with world.desk.store.reading() as connection:
            written = played(PAGE.read_text(encoding="utf-8"), client, connection)
    Path(PAGE).write_text(written, encoding="utf-8")

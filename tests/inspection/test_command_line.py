"""`refundry diagram`: the plain machine without any database, and overlays from one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from entrypoints.cli.main import app
from service.inspection import DiagramError, Wanted, drawn
from service.questions import NotFoundError
from tests.money.world import PAID_AT, World
from workflows.diagrams import FORMATS, draw
from workflows.machines import MACHINES

Run = Callable[..., Result]
AT = f"{PAID_AT:%Y-%m-%dT%H:%M:%SZ}"


@pytest.fixture
def run(any_database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", any_database_url)
    return lambda *words: CliRunner().invoke(app, ["diagram", *words])


@pytest.mark.parametrize("format_", FORMATS)
def test_a_plain_diagram_opens_no_database(
    format_: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run
) -> None:
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    found = run("private_ca", "--format", format_)
    assert (found.exit_code, found.stdout) == (0, draw(MACHINES["private_ca"], FORMATS[format_]))
    assert not (tmp_path / "none.db").exists()


def test_overlays_are_those_of_the_service(run: Run, any_database_url: str, tmp_path: Path) -> None:
    world = World(any_database_url)
    world.pay("r")
    world.later(days=1)
    found = run(
        "ssl_certificate", "--counts", "--account", "account-1", "--days", "3", "--resource", "r", "--as-of", AT
    )
    wanted = Wanted(True, "r", PAID_AT, None, "account-1", 3)
    assert (found.exit_code, found.stdout) == (0, drawn(world.desk, "ssl_certificate", "mermaid", wanted))
    file = tmp_path / "drawn.dot"
    assert (
        run(
            "window", "--counts", "--as-of", AT, "--product", "private_ca", "--format", "dot", "-o", str(file)
        ).exit_code
        == 0
    )
    wanted = Wanted(True, as_of=PAID_AT, product="private_ca")
    assert file.read_text(encoding="utf-8") == drawn(world.desk, "window", "dot", wanted)
    world.close()


def test_what_cannot_be_drawn(run: Run) -> None:
    assert run("shoes").exit_code == run("window", "--format", "gif").exit_code == 2
    assert run("window", "--counts", "--as-of", "yesterday").exit_code == 2
    assert isinstance(run("window", "--days", "3").exception, DiagramError)
    assert isinstance(run("window", "--resource", "none").exception, NotFoundError)

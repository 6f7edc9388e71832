"""The shape of the house, held by tests: who imports whom, where each library lives, how long things grow."""

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("workflows", "persistence", "service", "scheduler", "entrypoints")
#: Where each third-party package may be imported: rooms, or single files.
HOMES = {
    "transitions": ("workflows/machine.py",),
    "stripe": ("service/stripe.py",),
    "iso4217": ("workflows/money.py",),
    "httpx2": ("service/hooks",),
    "standardwebhooks": ("service/hooks",),
    "sqlmodel": ("persistence",),
    "sqlalchemy": ("persistence",),
    "alembic": ("persistence",),
    "apscheduler": ("scheduler/metronome.py",),
    "structlog": ("service", "scheduler", "entrypoints"),
    "fastapi": ("entrypoints/http", "entrypoints/dashboard"),
    "starlette": ("entrypoints/http", "entrypoints/dashboard"),
    "jinja2": ("entrypoints/dashboard/rendering.py",),
    "markupsafe": ("entrypoints/dashboard/wording.py",),
    "msgspec": (
        "entrypoints/http/cloudevents.py",
        "persistence/encoding.py",
        "workflows/canonical.py",
        "workflows/instants.py",
        "workflows/values.py",
    ),
    "pydantic": ("entrypoints/http",),
    "pyarrow": ("entrypoints/exports/parquet.py",),
    "prometheus_client": ("entrypoints/http",),
    "uvicorn": ("entrypoints/cli/serving.py",),
    "typer": ("entrypoints/cli",),
    "rich": ("entrypoints/cli", "entrypoints/demo"),
}
#: Standard modules by which the pure room would reach for the clock, chance, or the outside.
IMPURE = {
    "random",
    "secrets",
    "time",
    "os",
    "socket",
    "subprocess",
    "threading",
    "uuid",
    "sqlite3",
    "urllib",
    "http",
    "io",
}
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_only_rooms_to_the_left(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    to_the_right = ROOMS[ROOMS.index(room) + 1 :]
    wrong = [name for name in imports(path) if name.split(".")[0] in to_the_right]
    assert not wrong


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_library_has_one_home(path: Path) -> None:
    here = name_of(path)
    wrong = [
        name
        for name in imports(path)
        if (homes := HOMES.get(name.split(".")[0]))
        and not any(here == home or here.startswith(home + "/") for home in homes)
    ]
    assert not wrong


@pytest.mark.parametrize("path", [path for path in FILES if name_of(path).startswith("workflows/")], ids=name_of)
def test_the_rules_are_pure(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    }
    assert not {name for name in imports(path) if name.split(".")[0] in IMPURE}
    assert not called & {"now", "today", "utcnow", "open", "print", "read_text", "write_text"}


def test_only_the_service_opens_transactions() -> None:
    opening = {
        name_of(path)
        for path in FILES
        if any(call in path.read_text(encoding="utf-8") for call in (".writing(", ".reading("))
    }
    assert opening - {"persistence/store.py"}
    assert all(name.startswith("service/") for name in opening - {"persistence/store.py"})


def test_no_file_and_no_function_grows_too_long() -> None:
    counted = [path for path in FILES if "migrations" not in path.parts]
    lines = {name_of(path): path.read_text(encoding="utf-8").count("\n") for path in counted}
    assert not {name: count for name, count in lines.items() if count > 350}
    assert median(lines.values()) <= 130
    functions = {
        f"{name_of(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in counted
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: count for name, count in functions.items() if count > 60}
    assert median(functions.values()) <= 10


def test_no_room_for_odds_and_ends() -> None:
    assert not [name_of(path) for path in FILES if path.stem in {"utils", "common", "helpers", "util", "misc"}]

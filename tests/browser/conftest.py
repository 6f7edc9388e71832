"""A small demonstration served on loopback, and Debian's Chromium to look at it with, by day and by night."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Template
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Request as Asked

from entrypoints.cli.demonstration import fill
from entrypoints.dashboard import rendering
from entrypoints.demo.rules import DEMO_RULES
from entrypoints.demo.stream import demo_events
from entrypoints.http.state import Wired
from entrypoints.settings import Settings
from service.clock import SetClock, SystemClock
from service.desk import Desk
from service.opening import open_desk
from tests.databases import fresh_sqlite_url, quick_engine
from tests.robustness.services import InThread
from workflows.instants import EARLIEST, instant_text
from workflows.products import CATALOGUE
from workflows.rules import parse_rules

AXE = Path(__file__).parents[1] / "peers" / "node_modules" / "axe-core" / "axe.min.js"
GALLERY = Path(__file__).with_name("gallery.html")
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
LARGE, SMALL = (1280, 800), (390, 844)
SIZE = 40


@dataclass(frozen=True)
class Served:
    """The service over the demonstration, and its address."""

    desk: Desk
    address: str


@dataclass
class Watched:
    """A page with all that must not happen in it: words on the console, refused content, requests that leave."""

    page: Page
    address: str
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}/{path}")
        return self.page

    def violations(self) -> list[str]:
        """What axe-core finds, each with where."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run()")["violations"]
        return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]

    def overflows(self) -> bool:
        """Whether the page is wider than its window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with demonstration(tmp_path_factory.mktemp("served")) as served:
        yield served


@contextmanager
def demonstration(folder: Path) -> Iterator[Served]:
    """A demonstration in a folder, served for as long as the block lasts."""
    clock = SetClock(EARLIEST)
    engine = quick_engine(fresh_sqlite_url(folder))
    desk = open_desk(engine, CATALOGUE, [parse_rules(DEMO_RULES)], clock)
    now = SystemClock().now().replace(minute=0, second=0, microsecond=0)
    fill(desk, clock, demo_events(now, SIZE), now + timedelta(minutes=1), lambda _count: None)
    gallery = rendering.ENVIRONMENT.from_string(GALLERY.read_text(encoding="utf-8"))
    service = InThread(Wired(desk, Settings(), None, clock), also=lambda app: app.get("/gallery")(_shows(gallery)))
    yield Served(desk, str(service.client.base_url).rstrip("/"))
    service.stop()


def _shows(gallery: Template) -> Callable[[Request], HTMLResponse]:
    """A page of components, with what is around every page."""

    def shown(request: Request) -> HTMLResponse:
        days = [instant_text(EARLIEST + timedelta(days=day)) for day in range(3)]
        return rendering.page(request, gallery, days=days)

    return shown


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Closed with this folder: while Playwright is open, no other test on this thread can run an event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


Look = Callable[..., Watched]


@pytest.fixture
def look(browser: Browser, served: Served) -> Iterator[Look]:
    """Opens a window of a size and a scheme; at the end of the test nothing may have gone wrong in any of them."""
    opened: list[Watched] = []

    def window(size: tuple[int, int] = LARGE, scheme: str = "light", *, scripts: bool = True) -> Watched:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
            timezone_id="Europe/Berlin",
            locale="de-DE",
        )
        watched = Watched(context.new_page(), served.address)
        _watch(watched)
        opened.append(watched)
        return watched

    yield window
    for watched in opened:
        watched.page.context.close()
    assert not [fault for watched in opened for fault in watched.faults]


def _watch(watched: Watched) -> None:
    def told(request: Asked) -> None:
        if not request.url.startswith((watched.address, "data:")):
            watched.faults.append(f"left the machine: {request.url}")

    watched.page.on("request", told)
    watched.page.on("pageerror", lambda error: watched.faults.append(f"error: {error}"))
    watched.page.on(
        "console",
        lambda message: watched.faults.append(message.text) if message.type in ("error", "warning") else None,
    )

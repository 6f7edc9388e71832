"""`make pictures`: every page of the dashboard as docs/dashboard/*.png, light and dark, and some on a small window."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from persistence.listing import Filter
from persistence.refunds import Filter as RefundFilter
from service import bulk_previews, questions, refunds
from tests.browser.conftest import ARGUMENTS, CHROMIUM, LARGE, SMALL, Served, demonstration

HERE = Path(__file__).parents[2] / "docs" / "dashboard"
ON_A_PHONE = ("today", "resources", "resource", "review")


def paths(served: Served) -> dict[str, str]:
    """The address of a page of each kind, by the name of its picture."""
    now = served.desk.clock.now()
    resource = questions.list_resources(served.desk, Filter(at=now, availability="action_required"), None, 1)[0]
    waiting = refunds.list_refunds(served.desk, RefundFilter(status="in_review"), None, 1)[0].listed.refund.id
    wanted = {"filter": {"availability": "available", "product": "message_notification"}}
    narrowed = Filter(at=now, availability="available", product="message_notification")
    preview = bulk_previews.preview(served.desk, narrowed, wanted, "ann").id
    return {
        "today": "",
        "resources": "resources",
        "resource": f"resources/{resource.resource.id}",
        "bulk": f"bulk/{preview}",
        "reviews": "reviews",
        "review": f"reviews/{waiting}",
        "refunds": "refunds",
        "refund": f"refunds/{waiting}",
        "machines": "machines",
        "machine": "machines/ssl_certificate",
        "refusals": "refusals",
        "events": "events",
        "hooks": "hooks",
        "rules": "rules",
        "what-if": "what-if?window.days=14",
        "audit": "audit",
        "settings": "settings",
    }


def main() -> None:
    HERE.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _browser() as browser, demonstration(Path(folder)) as served:
        for scheme in ("light", "dark"):
            for name, path in paths(served).items():
                take(browser, served, path, HERE / f"{name}-{scheme}.png", LARGE, scheme)
                if name in ON_A_PHONE and scheme == "light":
                    take(browser, served, path, HERE / f"{name}-phone.png", SMALL, scheme)


def take(browser: Browser, served: Served, path: str, file: Path, size: tuple[int, int], scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        timezone_id="Europe/Berlin",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(f"{served.address}/{path}")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=str(file))
    context.close()
    sys.stdout.write(f"{file.name}\n")


@contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


if __name__ == "__main__":
    main()

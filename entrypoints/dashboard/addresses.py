"""Addresses within the dashboard: all relative to its root, which the `base` of each page names."""

from collections.abc import Mapping
from urllib.parse import quote, unquote, urlencode, urlsplit

from fastapi import Request


def encoded(text: object) -> str:
    """Any text as one segment of a path, or as a value in a query."""
    return quote(str(text), safe="")


def address(path: str, query: Mapping[str, str] | None = None) -> str:
    """A path with those members of the query that say something."""
    told = {name: value for name, value in (query or {}).items() if value}
    return f"{path}?{urlencode(told)}" if told else path


def of_resource(resource_id: str) -> str:
    return f"resources/{encoded(resource_id)}"


def of_run(run_id: str) -> str:
    """A bulk run, by its id."""
    return f"bulk/{encoded(run_id)}"


def decoded(segment: str) -> str:
    """A text that was encoded."""
    return unquote(segment)


def of_refund(refund_id: str) -> str:
    return f"refunds/{encoded(refund_id)}"


def of_review(refund_id: str, product: str = "", **more: str) -> str:
    """The page on which a refund is decided on, within the queue of a product where one was chosen."""
    return address(f"reviews/{encoded(refund_id)}", {"product": product, **more})


def root_from(request: Request) -> str:
    """The dashboard's root as seen from the address that was asked for: `./`, `../`, `../../` and so on.

    Counted on the path as the browser wrote it, where a slash within an id is no slash.
    """
    return "../" * (_path(request).count("/") - 1) or "./"


def here(request: Request) -> str:
    """The address of this page relative to the root, with its query; an action's page stands for what it acted on."""
    path = _path(request).lstrip("/")
    return f"{path}?{request.url.query}" if request.url.query else path


def inside(told: str) -> str:
    """A relative address that somebody told, or the root where it leads elsewhere."""
    parts = urlsplit(told)
    leaves = parts.scheme or parts.netloc or told.startswith(("/", "\\", ".")) or not told.isprintable()
    return "./" if leaves or not told else told


def _path(request: Request) -> str:
    raw = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    return raw.decode("latin-1").removeprefix(request.scope.get("root_path", ""))

"""What protects the dashboard's pages: what a browser may load in them, who may post to them, and who acts."""

from typing import Annotated, Final
from urllib.parse import quote, unquote, urlsplit

from fastapi import Depends, Request, Response

from entrypoints.http.problems import ProblemError
from entrypoints.http.requests import LOCAL_ACTOR, acting

HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
SAFE: Final = ("GET", "HEAD", "OPTIONS")
ACTOR_COOKIE: Final = "refundry_actor"
ACTOR_DAYS: Final = 90


def same_origin(request: Request) -> None:
    """Refuse what would change something and was not sent by a page of this dashboard.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin only; who says neither is no
    browser, and has the API.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        own = site == "same-origin"
    else:
        own = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
    if not own:
        raise ProblemError(
            403,
            "not_same_origin",
            "The form was not sent from here",
            "a form of the dashboard is taken from its own pages only; programs use the API under v1/",
        )


def actor_of(request: Request) -> str:
    """Who acts, as they said themselves in the page's head; `local` where nobody said."""
    told = request.cookies.get(ACTOR_COOKIE)
    return LOCAL_ACTOR if told is None else acting(unquote(told))


def remember_actor(response: Response, actor: str) -> None:
    """Keep who acts, for the dashboard's own root alone."""
    lasts = ACTOR_DAYS * 86_400
    response.set_cookie(ACTOR_COOKIE, quote(actor), max_age=lasts, path=None, httponly=True, samesite="strict")


Actor = Annotated[str, Depends(actor_of)]

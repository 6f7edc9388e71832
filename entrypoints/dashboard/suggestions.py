"""Names suggested while one is typed into a filter: those that begin so."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.rendering import page
from entrypoints.http import parameters
from entrypoints.http.state import WiredHere
from persistence.search import Sort
from service import browsing

router = APIRouter(include_in_schema=False)


@router.get("/suggestions")
def suggestions(request: Request, here: WiredHere, account_id: str = "", order_id: str = "") -> HTMLResponse:
    """Accounts, or orders, as the options of a list that a field suggests."""
    sort, typed = (Sort.ACCOUNT, account_id) if account_id else (Sort.ORDER, order_id)
    beginning = parameters.text("the beginning", typed.strip()) or ""
    names = browsing.names(here.desk, sort, beginning) if beginning else []
    return page(request, "suggestions.html", names=names)

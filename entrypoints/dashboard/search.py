"""The search box: one thing that bears the name is gone to, several are listed."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from entrypoints.dashboard import addresses
from entrypoints.dashboard.rendering import onward, page
from entrypoints.http import parameters
from entrypoints.http.state import WiredHere
from persistence.search import Hit, Sort
from service import browsing

router = APIRouter(include_in_schema=False)


@router.get("/search", name="search")
def search(request: Request, here: WiredHere, q: str = "") -> Response:
    """Whatever bears the name, or one that begins so."""
    wanted = parameters.text("the search", q.strip()) or ""
    hits = browsing.found(here.desk, wanted) if wanted else []
    if len(hits) == 1:
        return onward(request, place_of(hits[0]))
    return page(request, "search.html", wanted=wanted, hits=[(hit, place_of(hit)) for hit in hits])


def place_of(hit: Hit) -> str:
    """Where a thing that was found is shown."""
    if hit.sort == Sort.RESOURCE:
        return addresses.of_resource(hit.name)
    if hit.sort == Sort.REFUND:
        return addresses.of_refund(hit.name)
    return addresses.address("resources", {f"{hit.sort.value}_id": hit.name})

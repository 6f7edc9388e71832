"""The dashboard's pages and files, gathered for the application. A new page is a module, and its router here."""

from importlib import resources as files
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from entrypoints.dashboard import (
    audit,
    bulk,
    bulk_runs,
    deciding,
    doing,
    event,
    events,
    hook,
    hooks,
    letters,
    machine,
    machines,
    people,
    refund,
    refunds,
    refusals,
    resource,
    resources,
    reviews,
    rules,
    search,
    settings,
    subscribing,
    suggestions,
    today,
    views,
    what_if,
)
from entrypoints.dashboard.protection import same_origin

ASSETS: Final = Path(str(files.files("entrypoints.dashboard") / "assets"))
router = APIRouter(include_in_schema=False, dependencies=[Depends(same_origin)])

for gathered in (
    today,
    people,
    search,
    suggestions,
    views,
    bulk,
    bulk_runs,
    reviews,
    deciding,
    refunds,
    refund,
    machines,
    machine,
    refusals,
    events,
    event,
    letters,
    hooks,
    hook,
    subscribing,
    rules,
    what_if,
    audit,
    settings,
    doing,
    resources,
    resource,
):
    router.include_router(gathered.router)


class _Assets(StaticFiles):
    """Files that a browser asks after each time, so that a page and its files are of one version."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def mount_assets(app: FastAPI) -> None:
    app.mount("/assets/dashboard", _Assets(directory=ASSETS), name="dashboard-assets")

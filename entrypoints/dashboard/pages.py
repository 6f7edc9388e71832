"""The dashboard's pages and files, gathered for the application. A new page is a module, and its router here."""

from importlib import resources as files
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from entrypoints.dashboard import doing, machine, machines, people, resource, resources, rules, search, what_if
from entrypoints.dashboard.protection import same_origin
from entrypoints.dashboard.rendering import onward

ASSETS: Final = Path(str(files.files("entrypoints.dashboard") / "assets"))
router = APIRouter(include_in_schema=False, dependencies=[Depends(same_origin)])


@router.get("/", name="home")
def home(request: Request) -> Response:
    return onward(request, "resources")


for gathered in (people, search, doing, machines, machine, rules, what_if, resources, resource):
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

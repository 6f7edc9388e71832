"""The API's own page: Swagger UI, served from the package; nothing comes from another host."""

from importlib import resources
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

router = APIRouter(include_in_schema=False)
ASSETS = Path(str(resources.files("entrypoints.http") / "assets"))


@router.get("/docs")
def api_page() -> HTMLResponse:
    return HTMLResponse((ASSETS / "docs.html").read_text(encoding="utf-8"))


def mount_assets(app: FastAPI) -> None:
    app.mount("/assets", StaticFiles(directory=ASSETS), name="assets")

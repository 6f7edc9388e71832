"""Errors as pages: what a program is told as a problem, a person is told in words, on a page that leads on."""

import json
from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from entrypoints.dashboard.rendering import page
from entrypoints.http.problems import ANSWERS, answered

#: Where programs are answered, whatever they accept.
FOR_PROGRAMS: Final = ("/v1/", "/assets/")


def add_error_pages(app: FastAPI) -> None:
    """Have errors shown as pages to browsers, outside the paths of the API."""
    for kind in ANSWERS:
        app.add_exception_handler(kind, _handled)


async def _handled(request: Request, error: Exception) -> Response:
    problem = answered(error)
    return _shown(request, problem) if _is_for_people(request) else problem


def _is_for_people(request: Request) -> bool:
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    return "text/html" in request.headers.get("accept", "") and not path.startswith(FOR_PROGRAMS)


def _shown(request: Request, problem: JSONResponse) -> Response:
    told = json.loads(bytes(problem.body))
    shown = page(request, "problem.html", status=problem.status_code, problem=told)
    for name in ("retry-after", "allow"):
        if name in problem.headers:
            shown.headers[name] = problem.headers[name]
    return shown

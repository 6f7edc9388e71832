"""The application: routes, errors, and what starts and stops with it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from starlette.types import Lifespan, Receive, Scope, Send

from entrypoints.dashboard import pages as dashboard
from entrypoints.dashboard.problems import add_error_pages
from entrypoints.http import (
    bulk,
    events,
    exports,
    hooks,
    metrics,
    operations,
    pages,
    providers,
    refunds,
    refusals,
    reports,
    resources,
    rule_checks,
    simulations,
    staff,
    workflows,
)
from entrypoints.http.meters import Metered
from entrypoints.http.state import Wired


class Application(FastAPI):
    """The application; whoever tells events is answered before anything else is looked at."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if events.is_telling(scope):
            await events.answer_straight(self.state.wired, scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(wired: Wired) -> FastAPI:
    """The HTTP application over a wired desk. What it has to keep time runs while the application does."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        running = [one for one in (wired.metronome, wired.telling, wired.errands) if one is not None]
        for one in running:
            one.start()
        try:
            yield
        finally:
            for one in running:
                one.stop()
            wired.desk.store.close()

    app = _described(lifespan)
    app.state.wired = wired
    dashboard.mount_assets(app)
    pages.mount_assets(app)
    add_error_pages(app)
    app.add_middleware(Metered, meters=wired.meters)
    return app


def api_description() -> dict[str, Any]:
    """The OpenAPI document, without a service behind it."""
    return _described(None).openapi()


def _described(lifespan: Lifespan[FastAPI] | None) -> FastAPI:
    app = Application(
        title="Refundry",
        version=version("refundry"),
        description="May it be refunded, how much, why not, what must happen first and until when.",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    for router in (
        events.router,
        refunds.router,
        providers.router,
        hooks.router,
        refusals.router,
        staff.router,
        bulk.router,
        exports.router,
        resources.router,
        reports.router,
        workflows.router,
        simulations.router,
        rule_checks.router,
        operations.router,
        metrics.router,
        pages.router,
        dashboard.router,
    ):
        app.include_router(router)
    return app

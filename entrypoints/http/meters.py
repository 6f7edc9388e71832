"""What the process itself counts and times: events, batches, and requests by the route that answered them."""

import time
from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from workflows.words import Outcome

# One more series for each, which no query asks for.
disable_created_metrics()  # type: ignore[no-untyped-call]
#: Other methods are counted as one: a client could invent any number of them.
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Static files, and paths where there is nothing.
NO_ROUTE: Final = "none"
#: Of so many kinds of requests the series are at hand without being looked for.
MOST_REMEMBERED: Final = 1024
BATCH_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REQUEST_BUCKETS: Final = (0.005, 0.025, 0.1, 0.25, 1.0, 2.5, 10.0)


class Meters:
    """The meters of one application, all at zero when it starts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        events = Counter(
            "refundry_events", "Events told over HTTP, by what became of them.", ["outcome"], registry=self.registry
        )
        self._by_outcome = {outcome: events.labels(outcome.value) for outcome in Outcome}
        self._batches = Histogram(
            "refundry_ingest_batch_duration_seconds",
            "Time to decide and store the events of one request.",
            buckets=BATCH_BUCKETS,
            registry=self.registry,
        )
        self._requests = Counter(
            "refundry_http_requests",
            "HTTP requests, by method, template of the route, and status of the answer.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self._durations = Histogram(
            "refundry_http_request_duration_seconds",
            "Time from an HTTP request's head to the end of its answer.",
            ["method", "route"],
            buckets=REQUEST_BUCKETS,
            registry=self.registry,
        )
        self._of_request = lru_cache(MOST_REMEMBERED)(self._children)

    def timing_a_batch(self) -> AbstractContextManager[object]:
        """Time a batch of events, also one that the database did not take."""
        return self._batches.time()

    def count_events(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self._by_outcome[outcome].inc()

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        requests, durations = self._of_request(method if method in METHODS else "other", route, status)
        requests.inc()
        durations.observe(seconds)

    def _children(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        return self._requests.labels(method, route, str(status)), self._durations.labels(method, route)


class Metered:
    """ASGI middleware: counts each request under its route, so that no name in a path becomes a series of its own."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500  # what is answered where nothing was said before an error

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        begun = time.perf_counter()
        try:
            await self._app(scope, receive, sending)
        finally:
            self._meters.count_request(scope["method"], route_of(scope), status, time.perf_counter() - begun)


def route_of(scope: Scope) -> str:
    """The template of the route that answered."""
    return getattr(scope.get("route"), "path_format", NO_ROUTE) or NO_ROUTE

"""`GET /metrics`: the vital signs and the process's own meters, in Prometheus' text format.

Always in its version 0.0.4, which every scraper reads, whatever is asked for.
"""

from collections.abc import Iterator
from importlib.metadata import version

import structlog
from fastapi import APIRouter
from fastapi.responses import Response
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from entrypoints.http.signs import families
from entrypoints.http.state import Wired, WiredHere
from persistence.errors import StoreError
from service.vitals import vitals

router = APIRouter(tags=["operations"])
log = structlog.get_logger("refundry.metrics")


class Scrape:
    """What one scrape finds: of the process always, of the database where it can be used."""

    def __init__(self, wired: Wired) -> None:
        self._wired = wired

    def collect(self) -> Iterator[Metric]:
        yield _build()
        yield from self._wired.meters.registry.collect()
        yield from _schedulers(self._wired)
        yield from _store(self._wired)


@router.get(
    "/metrics",
    summary="Measures for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Text format 0.0.4"}},
)
def get_metrics(here: WiredHere) -> Response:
    """Answered also while the database cannot be used: then without what it holds, and `refundry_database_up` is 0."""
    return Response(generate_latest(Scrape(here)), media_type=CONTENT_TYPE_PLAIN_0_0_4)


def _build() -> Metric:
    family = GaugeMetricFamily("refundry_build_info", "The version that runs; always 1.", labels=["version"])
    family.add_metric([version("refundry")], 1)
    return family


def _schedulers(wired: Wired) -> Iterator[Metric]:
    running = {
        "deciding": wired.metronome,
        "telling": None if wired.telling is None else wired.telling.metronome,
        "errands": None if wired.errands is None else wired.errands.metronome,
    }
    silence = GaugeMetricFamily(
        "refundry_scheduler_silence_seconds", "Time since a scheduler last completed a beat.", labels=["scheduler"]
    )
    restarts = CounterMetricFamily(
        "refundry_scheduler_restarts", "How often a silent scheduler was started anew.", labels=["scheduler"]
    )
    for name, metronome in running.items():
        if metronome is not None:
            silence.add_metric([name], metronome.silent_for_seconds)
            restarts.add_metric([name], metronome.restarts)
    yield silence
    yield restarts


def _store(wired: Wired) -> Iterator[Metric]:
    try:
        found = vitals(wired.desk)
    except StoreError as error:
        log.error("store_error", code=error.code, detail=str(error))
        found = None
    up = GaugeMetricFamily("refundry_database_up", "1 while the database can be read, otherwise 0.")
    up.add_metric([], 0 if found is None else 1)
    yield up
    if found is not None:
        yield from families(found)

"""Today: what needs a person first, then what became of refunds, what may still go out, and how it runs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from entrypoints.dashboard.rendering import page
from entrypoints.dashboard.tasks import tasks
from entrypoints.dashboard.timekeeping import schedulers
from entrypoints.http.state import WiredHere
from service.exposure import Exposure
from service.reports import Happened
from service.today import LATE_AFTER, today
from workflows.instants import instant_text
from workflows.money import Money
from workflows.words import Availability, RefundStatus

router = APIRouter(include_in_schema=False)
#: How refunds end, each with its colour.
OUTCOMES: Final = (
    (RefundStatus.SUCCEEDED, "Paid", 2),
    (RefundStatus.DECLINED, "Declined", 4),
    (RefundStatus.FAILED, "Failed", 3),
    (RefundStatus.REVERSED, "Taken back", 1),
)
#: What has to happen before cash goes out, each with its colour.
STEPS: Final = (
    (Availability.AVAILABLE, "Can be asked for", 1),
    (Availability.REVIEW_REQUIRED, "A person decides", 2),
    (Availability.ACTION_REQUIRED, "A step is missing", 4),
)
#: Currencies beyond these are told in words only.
MOST_CHARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bars: its key, how it is called, its colour of the charts, and its figures from left to right."""

    key: str
    label: str
    colour: int
    figures: Sequence[int] | Sequence[Money]


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over days or hours, one part upon the other."""

    x: Sequence[str]
    parts: Sequence[Part]


@router.get("/", name="today")
def shown(request: Request, here: WiredHere) -> HTMLResponse:
    """The page on which a day begins."""
    found = today(here.desk)
    every = tasks(found.needs)
    return page(
        request,
        "today.html",
        place="today",
        today=found,
        tasks=[task for task in every if task.number],
        quiet=[task.kind.quiet for task in every if not task.number],
        refunds=of_refunds(found.hours, found.moves),
        charts={one.currency: of_exposure(one) for one in found.exposures[:MOST_CHARTS] if one.days},
        late_after=LATE_AFTER,
        schedulers=schedulers(here),
    )


def of_refunds(hours: Sequence[datetime], moves: Iterable[Happened]) -> Chart:
    """How many refunds came to each end within each hour."""
    numbers: Counter[tuple[datetime, str]] = Counter()
    for one in moves:
        numbers[one.since, one.what] += one.number
    parts = [
        Part(status.value, label, colour, [numbers[hour, status] for hour in hours])
        for status, label, colour in OUTCOMES
    ]
    return Chart([instant_text(hour) for hour in hours], parts)


def of_exposure(exposure: Exposure) -> Chart:
    """The cash still refundable by the last day of its window, by what has to happen first."""
    parts = [
        Part(step.value, label, colour, [exposure.on(day, step) for day in exposure.days])
        for step, label, colour in STEPS
    ]
    return Chart([day.isoformat() for day in exposure.days], parts)

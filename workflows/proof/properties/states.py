"""From where, and through which machines."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from workflows.definition import Lifecycle
from workflows.proof.exploration import Exploration, Visit
from workflows.proof.promises import COMBINED_FROM, PROMISES, REFUNDED_IN_FULL, confirmed, promise_of
from workflows.proof.properties import concerns
from workflows.proof.properties.kinds import GENERAL, OfStep, OfWhole, Property
from workflows.proof.properties.money import consumed_after
from workflows.proof.steps import Step
from workflows.refund_machine import REFUND
from workflows.window_machine import WINDOW
from workflows.words import REFUNDED, REFUNDING, Outcome, RefundStatus, Window

OPEN: Final = frozenset({RefundStatus.IN_REVIEW, RefundStatus.APPROVED, RefundStatus.PROCESSING, RefundStatus.IN_DOUBT})
PAID: Final = frozenset({RefundStatus.SUCCEEDED, RefundStatus.REVERSED})


def _unused(step: Step) -> str | None:
    refund, state = step.after.refund, step.before.state
    assert refund is not None
    if not refund.partial:
        return None if state in REFUNDED_IN_FULL else f"a full refund was taken of what is {state}"
    used, units = consumed_after(step), step.start.units or 0
    if not 0 < used < units:
        return f"a partial refund was taken with {used} of {units} units consumed"
    return None if refund.status == RefundStatus.IN_REVIEW else "a partial refund was taken without review"


def _published_way(step: Step) -> str | None:
    refund, promise = step.after.refund, PROMISES.get(step.start.product.key)
    assert refund is not None
    if promise is None or (step.before.state, refund.partial) in promise.ways:
        return None
    return f"a refund was taken of what is {step.before.state}; no published rule says so"


def _ways_taken(exploration: Exploration) -> Iterator[tuple[str, Visit | None]]:
    taken = {
        (refund.origin, refund.partial)
        for visit in exploration.visits
        if (refund := visit.situation.resource.refund) is not None and not refund.override
    }
    product = exploration.product
    defined = {(way.state, way.partial) for way in product.refundable}
    for state, partial in sorted(defined | promise_of(product.key).ways):
        if (state, partial) not in taken:
            yield f"no {'partial' if partial else 'full'} refund of what is {state} was ever taken", None


def _excluded(step: Step) -> str | None:
    start = step.start
    terms = start.rules.promotions.get(start.promotion) if start.promotion else None
    if terms is not None and not terms.refundable:
        return f"a request was taken under the promotion {start.promotion}, which excludes refunds"
    if start.cash_minor == 0:
        return "a request was taken though nothing was paid in cash"
    if step.notes.combined and step.before.state in COMBINED_FROM:
        return f"a request was taken of a combined certificate that is {step.before.state}"
    barred = next((bar.name for bar in start.product.bars if bar.speaks(step.before)), None)
    return None if barred is None else f"a request was taken against the bar: {barred}"


def _guards(step: Step) -> str | None:
    promise = promise_of(step.start.product.key)
    if not step.rows:
        return None
    if not confirmed(promise, step.event, step.data):
        return f"{step.event} was applied without {promise.confirmed[step.event]}"
    if step.event in promise.untouched and step.notes.consumed:
        return f"{step.event} was applied with {step.notes.consumed} units consumed"
    return None


def _one_arc(step: Step) -> str | None:
    state, refund = step.before.state, step.before.refund
    firing = [
        arc
        for arc in step.start.product.all_arcs
        if arc.event == step.event
        and state in arc.sources
        and (arc.came_from is None or (refund is not None and refund.origin == arc.came_from))
        and all(guard.holds(step.before, step.data) for guard in arc.guards)
    ]
    return f"{len(firing)} arcs fire on {step.event} from {state}" if len(firing) > 1 else None


def _agree(step: Step) -> str | None:
    resource = step.after
    status = None if resource.refund is None else resource.refund.status
    if (resource.state == REFUNDING) != (status in OPEN) or (resource.state == REFUNDED) != (status in PAID):
        return f"the resource is {resource.state} with a refund that is {status or 'not there'}"
    return None


def _refund_arcs(step: Step) -> str | None:
    """Each row moves the refund along an arc of its machine, or makes a new one that begins as it may."""
    refund = step.before.refund
    id_, status = (None, None) if refund is None else (refund.id, refund.status.value)
    for row in step.rows:
        told: Any = row.changes.get("refund")
        if told is None or (told["id"], told["status"]) == (id_, status):
            continue
        new = told["id"] != id_
        if new and (step.before.state == REFUNDING or row.event not in REFUND.starts.get(told["status"], "")):
            return f"{row.event} began a refund as {told['status']}"
        if not new and not _has_arc(REFUND, row.event, str(status), told["status"]):
            return f"{row.event} moved the refund from {status} to {told['status']}"
        id_, status = told["id"], told["status"]
    return None


def _window_arcs(step: Step) -> str | None:
    """Seen at the instant that a row is about, the window changes only along an arc of its machine."""
    claimed, deadline = step.before.claimed_at is not None, step.start.deadline_at
    for row in step.rows:
        then = _window(claimed, row.occurred_at, deadline)
        claimed = bool(row.changes["claimed_at"]) if "claimed_at" in row.changes else claimed
        now = _window(claimed, row.occurred_at, deadline)
        if now != then and not _has_arc(WINDOW, row.event, then, now):
            return f"{row.event} moved the window from {then} to {now}"
    return None


def _window(claimed: bool, at: datetime, deadline: datetime) -> str:
    if claimed:
        return Window.CLAIMED
    return Window.OPEN if at < deadline else Window.CLOSED


def _has_arc(machine: Lifecycle, event: str, source: str, target: str) -> bool:
    return any(arc.event == event and source in arc.sources and arc.target == target for arc in machine.arcs)


def _stays(step: Step) -> str | None:
    if step.before.state == REFUNDED and step.after.state != REFUNDED:
        return f"what was refunded became {step.after.state}"
    if step.use and step.before.state == REFUNDED and step.outcome not in (Outcome.REFUSED, Outcome.REJECTED):
        return f"{step.event} of a refunded resource was {step.outcome}"
    return None


def _dead_ends(exploration: Exploration) -> Iterable[tuple[str, Visit | None]]:
    """States no arc leaves though they are not final, and refunds that no words can end."""
    product, ends = exploration.product, set()
    for visit in exploration.visits:
        state = visit.situation.resource.state
        if state not in product.finals and not any(state in arc.sources for arc in product.all_arcs):
            yield f"no arc leaves {state}", visit
        if state != REFUNDING:
            ends.add(visit.number)
    for visit in _cut_off(exploration, ends):
        yield "the refund can come to no end", visit


def _cut_off(exploration: Exploration, ends: set[int]) -> list[Visit]:
    into: dict[int, list[int]] = {}
    for visit in exploration.visits:
        for to in visit.onward:
            into.setdefault(to.number, []).append(visit.number)
    waiting = list(ends)
    reaching = set(ends)
    while waiting:
        for number in into.get(waiting.pop(), ()):
            if number not in reaching:
                reaching.add(number)
                waiting.append(number)
    return [visit for visit in exploration.visits if visit.number not in reaching]


STATES: Final[tuple[Property, ...]] = (
    OfStep(
        "nothing_in_use",
        "Nothing in use is refunded in full: only what is unused, revoked or reset; of a meter, what is left of it,"
        " through review.",
        "Refund eligibility by service",
        concerns.requests_taken,
        _unused,
    ),
    OfStep(
        "published_ways",
        "No product is refunded from a state that the published table does not name.",
        "Refund eligibility by service",
        concerns.requests_taken,
        _published_way,
    ),
    OfWhole(
        "ways_taken",
        "Every way of refunding that is published or defined is taken in some situation.",
        "Refund eligibility by service",
        _ways_taken,
    ),
    OfStep(
        "excluded",
        "Excluded promotions, combined certificates from issue on, payments without cash, and what a product's own"
        " rules exclude are never refunded on request.",
        f"{GENERAL}: promotional orders, coupons; SSL certificates: combined certificates",
        concerns.requests_taken,
        _excluded,
    ),
    OfStep(
        "guards",
        "A CA is reset only with the deletion of its data confirmed, a gateway only while nothing is consumed.",
        "PCA: confirm that the reset deletes all data; HTTPS Acceleration Gateway: no GRCQ consumed",
        concerns.use_events_applied,
        _guards,
    ),
    OfStep("one_arc", "No two arcs can fire on one event.", None, concerns.use_events, _one_arc),
    OfStep(
        "agreement",
        "A resource is refunding exactly while a refund is open, and refunded exactly when one has been paid.",
        None,
        concerns.every_step,
        _agree,
    ),
    OfStep("refund_machine", "A refund moves only along its machine.", None, concerns.applied, _refund_arcs),
    OfStep("window_machine", "A window moves only along its machine.", None, concerns.applied, _window_arcs),
    OfStep("refunded_stays", "What is refunded stays so, and takes nothing more.", None, concerns.every_step, _stays),
    OfWhole("no_dead_end", "No state and no refund is without a way on that is not final.", None, _dead_ends),
)

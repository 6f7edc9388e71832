"""Looking at machines with life laid over them: how much stands in each state, and the way of one resource."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from persistence import counts, history, inbox
from persistence.counts import Moment, Population
from persistence.store import Connection
from service.desk import Desk
from service.questions import NotFoundError, not_there
from workflows.definition import Defined, Product
from workflows.diagrams import FORMATS, draw
from workflows.diagrams.journey import Journey, journey
from workflows.diagrams.overlay import Overlay, Tally
from workflows.eligibility import answer
from workflows.fields import shown
from workflows.history import fold
from workflows.instants import instant_text
from workflows.machines import MACHINES
from workflows.overriding import overridable
from workflows.refund_machine import REFUND
from workflows.window_machine import WINDOW

MOST_DAYS: Final = 36_500


class DiagramError(ValueError):
    """It cannot be drawn as asked; the message says why, and what would be right."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be laid over a machine, as of an instant (None: now).

    `counts`: how much stands in each state, of everything or of one product or account, or of what was paid for within
    the `days` before the instant. `resource`: the way of one, and where it stood.
    """

    counts: bool = False
    resource: str | None = None
    as_of: datetime | None = None
    product: str | None = None
    account_id: str | None = None
    days: int | None = None

    @property
    def nothing(self) -> bool:
        return not self.counts and self.resource is None

    @property
    def narrowed(self) -> bool:
        return any(one is not None for one in (self.product, self.account_id, self.days))


def machine_of(key: str) -> Defined:
    """The machine of this key. Raises NotFoundError naming those there are."""
    if key not in MACHINES:
        raise NotFoundError(f"{shown(key)} is no machine; there are {', '.join(MACHINES)}")
    return MACHINES[key]


def drawn(desk: Desk | None, key: str, format_: str, wanted: Wanted) -> str:
    """A machine as text in one of the FORMATS; the desk is needed only where something is laid over it.

    Raises NotFoundError for an unknown machine or resource, DiagramError for what cannot be drawn.
    """
    machine = machine_of(key)
    if format_ not in FORMATS:
        raise DiagramError(f"format is {shown(format_)}; it must be one of {', '.join(FORMATS)}")
    check(machine, wanted)
    if wanted.nothing:
        return draw(machine, FORMATS[format_])
    assert desk is not None
    return draw(machine, FORMATS[format_], overlay_of(desk, key, wanted))


def overlay_of(desk: Desk, key: str, wanted: Wanted) -> Overlay:
    """What is wanted, to be laid over a machine. Raises NotFoundError, DiagramError or PutAwayError."""
    machine = machine_of(key)
    check(machine, wanted)
    now = desk.clock.now()
    moment = Moment(wanted.as_of or now, past=wanted.as_of is not None and wanted.as_of < now)
    with desk.store.reading() as connection:
        counted = _counted(connection, machine, moment, wanted) if wanted.counts else {}
        way = None if wanted.resource is None else _way(desk, connection, machine, moment, wanted)
    caption = tuple(caption_of(moment, wanted))
    if way is None:
        return Overlay(caption, counted)
    return Overlay(caption, counted, way.visits, way.here, way.possible)


def check(machine: Defined, wanted: Wanted) -> None:
    """Raise DiagramError where what is wanted makes no sense of this machine."""
    if wanted.nothing and wanted.as_of is not None:
        raise DiagramError("as_of needs something to show as of then: ask for counts or for a resource too")
    if wanted.narrowed and not wanted.counts:
        raise DiagramError("product, account_id and days narrow what is counted: ask for counts too")
    if wanted.days is not None and not 1 <= wanted.days <= MOST_DAYS:
        raise DiagramError(f"days is {wanted.days}; it must be from 1 to {MOST_DAYS}")
    known = [one.key for one in MACHINES.values() if isinstance(one, Product)]
    if wanted.product is not None and wanted.product not in known:
        raise DiagramError(f"product is {shown(wanted.product)}; it must be one of {', '.join(known)}")
    if isinstance(machine, Product) and wanted.product not in (None, machine.key):
        raise DiagramError(
            f"{machine.key} has no {wanted.product} in it; ask for the machine {wanted.product}, "
            f"or for {REFUND.key} or {WINDOW.key}"
        )


def _counted(connection: Connection, machine: Defined, moment: Moment, wanted: Wanted) -> Mapping[str, Tally]:
    """The tally of every state of the drawing, where nothing stands too."""
    product = isinstance(machine, Product)
    paid_after = None if wanted.days is None else before(moment.at, timedelta(days=wanted.days))
    among = Population(
        product=machine.key if product else wanted.product,
        account_id=wanted.account_id,
        paid_after=paid_after,
        paid_by=None if moment.past else wanted.as_of,
    )
    if machine is REFUND:
        found = counts.of_refunds(connection, moment, among)
    else:
        found = counts.of_resources(connection, moment, among, lifecycle=product, window=True)
    return {str(state): found.get(state, Tally(0)) for one in regions(machine) for state in one.states}


def before(at: datetime, span: timedelta) -> datetime:
    """The instant that much earlier, or the first there can be."""
    first = datetime.min.replace(tzinfo=at.tzinfo)
    return at - span if at - first > span else first


def _way(desk: Desk, connection: Connection, machine: Defined, moment: Moment, wanted: Wanted) -> Journey:
    """The way of the resource that is wanted, up to the moment."""
    id_ = wanted.resource or ""
    if moment.past:
        rows = history.prefix(connection, id_, moment.at)
        unresolved = inbox.unresolved_at(connection, id_, moment.at)
    else:
        rows = list(history.of_resource(connection, id_))
        unresolved = len(inbox.list_waiting(connection, id_))
    resource = fold(rows)
    if resource is None or (wanted.as_of is not None and wanted.as_of < resource.payment.paid_at):
        raise NotFoundError(not_there(id_, wanted.as_of))
    if isinstance(machine, Product) and resource.payment.product != machine.key:
        own = resource.payment.product
        raise DiagramError(
            f"{shown(id_)} is no {machine.key}; ask for the machine {own}, or for {REFUND.key} or {WINDOW.key}"
        )
    found = answer(desk.policy.case(resource, moment.at, unresolved))
    in_force = desk.policy.rulebook.in_force(moment.at)
    return journey(regions(machine), rows, found, override=overridable(found, in_force))


def regions(machine: Defined) -> Sequence[Defined]:
    """The machines of its drawing."""
    return (machine, WINDOW) if isinstance(machine, Product) else (machine,)


def caption_of(moment: Moment, wanted: Wanted) -> Iterator[str]:
    """Lines that say what is shown: as of when, of what, of which resource."""
    yield f"as of {instant_text(moment.at.replace(microsecond=0))}"
    if wanted.counts:
        narrowed = [] if wanted.product is None else [f"product {wanted.product}"]
        narrowed += [] if wanted.account_id is None else [f"account {shown(wanted.account_id)}"]
        narrowed += [] if wanted.days is None else [f"paid within {wanted.days} days"]
        yield f"counted: {', '.join(narrowed) or 'everything'}"
    if wanted.resource is not None:
        yield f"resource {shown(wanted.resource)}"

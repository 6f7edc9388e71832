"""The data's part of `verify`: every resource with its whole history, held against all that is stored of it.

Resources are read a span at a time, each span in a transaction of its own and on one snapshot: everything about a
resource carries its id, so the service may go on meanwhile. In memory are one span, some rows, and what was found.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from time import perf_counter
from typing import Any, Final

from persistence import evidence
from persistence.evidence import Kept, Span
from persistence.resources import StoredResource, to_row
from service.desk import Desk
from service.verification.accounts import Account, knows
from service.verification.money import Paper, check_money
from service.verification.properties import Findings, Property, shown
from service.verification.recount import Recount
from workflows.eligibility import Outlook, outlook
from workflows.lapse import expiry_due
from workflows.resource import Resource
from workflows.step import Policy

SPAN: Final = 500
#: What reading or judging a value can come to that is not what it must be.
UNREADABLE: Final = (ValueError, TypeError, LookupError, AttributeError, AssertionError)
#: The columns that do not merely repeat the history, each with the property that speaks of it.
DERIVED: Final = {
    "before_deadline": Property.AVAILABILITY,
    "from_deadline": Property.AVAILABILITY,
    "before_minor": Property.AVAILABILITY,
    "from_minor": Property.AVAILABILITY,
    "expiry_due_at": Property.EXPIRY,
    "unresolved": Property.UNRESOLVED,
    "paid_out_minor": Property.PAID_OUT,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What was examined as of `at`, how long that took, and what was found."""

    at: datetime
    resources: int
    seconds: float
    findings: Findings


def how_many(desk: Desk) -> int:
    """How many resources there are to examine."""
    with desk.store.reading() as connection:
        return evidence.count(connection)


def check_data(desk: Desk, advance: Callable[[int], object] = lambda _count: None, span_size: int = SPAN) -> Report:
    """Examine everything that is stored. `advance` is called with the number of resources just examined."""
    began = perf_counter()
    examined, resources = _Examined(desk.policy, Findings(), Recount(desk.clock.now())), 0
    after: str | None = None
    while (span := _span_after(desk, after, span_size)) is not None:
        examined.add(_examine(desk, span, examined.recount.at))
        resources += len(span.ids)
        advance(len(span.ids))
        after = span.ids[-1]
    _check_strays(desk, examined.findings)
    examined.recount.check(examined.findings)
    return Report(examined.recount.at, resources, perf_counter() - began, examined.findings)


def check_some(desk: Desk, ids: Sequence[str]) -> Report:
    """Examine these resources alone, each as `check_data` does; what belongs to no resource is not looked for."""
    began = perf_counter()
    examined = _Examined(desk.policy, Findings(), Recount(desk.clock.now()))
    for id_ in ids:
        examined.add(_examine(desk, Span(None, [id_], alone=True), examined.recount.at))
    examined.recount.check(examined.findings)
    return Report(examined.recount.at, len(ids), perf_counter() - began, examined.findings)


@dataclass(frozen=True, slots=True)
class _Examined:
    """What came of some resources."""

    policy: Policy
    findings: Findings
    recount: Recount

    def add(self, other: "_Examined") -> None:
        self.findings.add(other.findings)
        self.recount.add(other.recount)

    def look(self, account: Account, record: Mapping[str, Any], kept: Kept) -> None:
        """Hold a history, read to its end, against all that is stored of its resource."""
        unresolved = kept.unresolved.get(record["id"], 0)
        resource = account.resource
        self.findings.examined[Property.READABLE] += 1
        self._check_known(record, kept)
        if resource is None or account.last is None:
            return
        turns = self._outlook(resource, unresolved, doubtful=account.broken)
        if turns is not None:
            self.recount.count(resource, turns.before, turns.after)
        if account.broken or not self._ends_as_stored(account, record):
            return
        paper = Paper(kept.refunds.get(resource.id, ()), kept.credits, kept.paid)
        check_money(resource, account.refunds, paper, self.findings)
        if turns is not None:
            self._check_columns(record, StoredResource(resource, unresolved, turns, expiry_due(resource)))

    def _check_known(self, record: Mapping[str, Any], kept: Kept) -> None:
        self.findings.examined[Property.KNOWN] += 1
        if record["product"] not in self.policy.catalogue:
            self.findings.wrong(Property.KNOWN, record["id"], "a known product", record["product"])
        elif record["rules_version"] not in kept.rules:
            self.findings.wrong(Property.KNOWN, record["id"], "rules that are kept", record["rules_version"])

    def _outlook(self, resource: Resource, unresolved: int, *, doubtful: bool) -> Outlook | None:
        """What the rules say on either side of the deadline; None where they cannot say."""
        if not knows(self.policy, resource):
            return None
        try:
            return outlook(self.policy.case(resource, resource.deadline_at, unresolved))
        except UNREADABLE:
            if doubtful:
                return None
            raise

    def _ends_as_stored(self, account: Account, record: Mapping[str, Any]) -> bool:
        self.findings.examined[Property.COMPLETE] += 1
        last = account.last
        assert last is not None
        if (last.seq, last.hash) == (record["seq"], record["head"]):
            return True
        expected, found = f"row {record['seq']} {record['head']}", f"row {last.seq} {last.hash}"
        self.findings.wrong(Property.COMPLETE, record["id"], expected, found, last.seq)
        return False

    def _check_columns(self, record: Mapping[str, Any], due: StoredResource) -> None:
        self.findings.examined.update((Property.FOLDED, *set(DERIVED.values())))
        for name, expected in to_row(due).items():
            if record[name] != expected:
                told, found = (f"{name} {shown(value)}" for value in (expected, record[name]))
                self.findings.wrong(DERIVED.get(name, Property.FOLDED), record["id"], told, found)


def _span_after(desk: Desk, after: str | None, size: int) -> Span | None:
    with desk.store.reading() as connection:
        return evidence.span_after(connection, after, size)


def _examine(desk: Desk, span: Span, at: datetime) -> _Examined:
    """Examine a span; where something of it cannot be read, one resource at a time, to say of which."""
    try:
        return _read(desk, span, at)
    except UNREADABLE as error:
        examined = _Examined(desk.policy, Findings(), Recount(at))
        if len(span.ids) > 1:
            for one in span.singly():
                examined.add(_examine(desk, one, at))
        else:
            examined.findings.examined[Property.READABLE] += 1
            told = f"{type(error).__name__}: {error}"
            examined.findings.wrong(Property.READABLE, span.ids[0], "values that can be read", told)
        return examined


def _read(desk: Desk, span: Span, at: datetime) -> _Examined:
    examined = _Examined(desk.policy, Findings(), Recount(at))
    findings = examined.findings
    with desk.store.reading() as connection:
        kept = evidence.kept(connection, span)
        examined.recount.lists.update(evidence.counted(connection, span, at))
        silent = dict(kept.resources)
        for resource_id, rows in groupby(evidence.rows(connection, span), attrgetter("resource_id")):
            account = Account()
            for row in rows:
                account.take(row, desk.policy, findings)
                if row.definition not in kept.definitions:
                    findings.undefined[row.definition] += 1
            record = silent.pop(resource_id, None)
            if record is not None:
                examined.look(account, record, kept)
    for record in silent.values():
        findings.wrong(Property.COMPLETE, record["id"], f"row {record['seq']} {record['head']}", "no history")
    return examined


def _check_strays(desk: Desk, findings: Findings) -> None:
    with desk.store.reading() as connection:
        strays = evidence.strays(connection)
    findings.examined[Property.OWNED] += len(evidence.OWNED_TABLES)
    for stray in strays:
        expected, found = f"an owner of {stray.rows} rows of {stray.table}", "none"
        findings.wrong(Property.OWNED, stray.belongs_to, expected, found)

"""What one could ask a demonstration next: commands to copy, with ids chosen from what is in the database."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from persistence.listing import Filter
from service import questions, summaries
from service.desk import Desk
from workflows.instants import instant_text
from workflows.resource import Resource

CONSIDERED = 200
LEAST_AHEAD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question in words, and the command that asks it."""

    question: str
    command: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a demonstration is found: how the program is called, its database, and the address it is served at."""

    program: str
    database_url: str
    address: str

    def run(self, *words: str) -> str:
        """The command line of a verb on the demonstration's database."""
        return f"REFUNDRY_DATABASE_URL={shlex.quote(self.database_url)} {self.program} {shlex.join(words)}"

    def get(self, path: str) -> str:
        """The command line of a request to the service, its answer laid out for reading."""
        return f"curl -s {shlex.quote(f'{self.address}/v1/{path}')} | python3 -m json.tool"

    def post_event(self, type_: str, subject: str) -> str:
        """The command line that tells the service of something that happens now."""
        event = f'{{"specversion":"1.0","source":"/me","id":"1","type":"{type_}","subject":"{subject}"}}'
        return f"curl -s -H content-type:application/cloudevents+json -d {shlex.quote(event)} {self.address}/v1/events"


def suggestions(desk: Desk, place: Place) -> list[Suggestion]:
    """Questions for which the database has a good example."""
    return [*_of_standings(desk, place), *_of_time(desk, place), *_of_machines(place), *_of_doing(desk, place)]


def _of_standings(desk: Desk, place: Place) -> Iterator[Suggestion]:
    certificate = _example(desk, product="ssl_certificate", state="issued", availability="action_required")
    if certificate:
        yield Suggestion(
            "Which steps are missing before this certificate is refunded, and until when?",
            place.run("eligibility", certificate.id),
        )
    gateway = _example(
        desk, product="https_acceleration_gateway", state="issued", availability="review_required", window="open"
    )
    if gateway:
        yield Suggestion(
            "What is left of a gateway that has consumed some quota?", place.run("eligibility", gateway.id)
        )
    open_facts = summaries.with_unresolved(desk)
    if open_facts:
        yield Suggestion(
            "Which events of this resource does nobody understand yet? (unresolved_events)",
            place.get(f"resources/{open_facts}"),
        )
    refunded = _example(desk, product="ssl_certificate", state="refunded") or _example(desk, state="refunded")
    if refunded:
        yield Suggestion(
            "How did this one come to be refunded, step by step?", place.get(f"resources/{refunded.id}/history")
        )


def _of_time(desk: Desk, place: Place) -> Iterator[Suggestion]:
    closed = _example(desk, product="ssl_certificate", state="issued", window="closed")
    if closed:
        yield Suggestion("Why is it too late for this one?", place.run("eligibility", closed.id))
        earlier = instant_text(closed.deadline_at - timedelta(hours=1))
        yield Suggestion(
            "And what would the answer have been an hour before its deadline?",
            place.run("eligibility", closed.id, "--at", earlier),
        )
    before = instant_text((desk.clock.now() + LEAST_AHEAD).replace(microsecond=0))
    yield Suggestion(
        "Which windows close within 24 hours, where the customer still has something to do?",
        place.get(f"resources?availability=action_required&closing_before={before}&limit=5"),
    )


def _of_machines(place: Place) -> Iterator[Suggestion]:
    yield Suggestion(
        "How does a gateway live, and where can it be refunded? (Mermaid; --format dot for Graphviz)",
        f"{place.program} diagram https_acceleration_gateway",
    )


def _of_doing(desk: Desk, place: Place) -> Iterator[Suggestion]:
    available = _example(desk, availability="available", window="open")
    if available:
        yield Suggestion(
            "What if its customer asks for a refund now? It is paid within a second or so; look again afterwards.",
            place.post_event("refund.requested", available.id),
        )
        yield Suggestion(
            "Who bought it, and what else?", place.get(f"resources?account_id={available.payment.account_id}")
        )


def _example(desk: Desk, **wanted: Any) -> Resource | None:
    """Of the first resources that fit, the one with the most eventful history; None where none fits."""
    found = questions.list_resources(desk, Filter(at=desk.clock.now(), **wanted), None, CONSIDERED)
    return max((one.resource for one in found), key=lambda resource: resource.seq, default=None)

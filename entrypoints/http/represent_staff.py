"""Waiting events, switches, notes and views as JSON."""

from typing import Any

from persistence.inbox import Received
from persistence.staff import Note, View
from persistence.switches import Turning
from workflows.instants import instant_text


def received_json(one: Received) -> dict[str, Any]:
    event = one.event
    return {
        "arrival": event.arrival,
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": event.subject,
        "time": instant_text(event.time),
        "arrived_at": instant_text(event.arrived_at),
        "data": dict(event.data),
        "outcome": one.outcome,
        "reasons": list(one.reasons),
        "detail": one.detail,
        "resolved_at": None if one.resolved_at is None else instant_text(one.resolved_at),
    }


def turning_json(one: Turning) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "key": one.key,
        "stop": one.stopped,
        "actor": one.actor,
        "reason": one.reason,
        "changed_at": instant_text(one.changed_at),
    }


def note_json(one: Note) -> dict[str, Any]:
    return {
        "resource_id": one.resource_id,
        "author": one.author,
        "text": one.text,
        "written_at": instant_text(one.written_at),
    }


def view_json(one: View) -> dict[str, Any]:
    return {"name": one.name, "query": one.query, "author": one.author, "saved_at": instant_text(one.saved_at)}

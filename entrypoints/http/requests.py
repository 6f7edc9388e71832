"""What requests that change something share: who acts, the idempotency key, the body."""

import hashlib
import json
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import Depends, Header, Request

from entrypoints.http.cloudevents import parse_json
from entrypoints.http.problems import ProblemError, bad_request
from entrypoints.http.state import Wired, WiredHere
from persistence.answered import Keyed
from persistence.store import Connection
from service.keyed import KeyedAnswer, once
from workflows.events import unstorable

LOCAL_ACTOR: Final = "local"
LONGEST_NAME: Final = 256
MOST_BODY_BYTES: Final = 64 * 1024
MOST_READ_BYTES: Final = 64 * 1024 * 1024


def acting(refundry_actor: Annotated[str | None, Header(description="Who acts; default local.")] = None) -> str:
    """Who acts. Where no credentials are configured, everyone is at this machine, and says who."""
    actor = LOCAL_ACTOR if refundry_actor is None else refundry_actor.strip()
    if not actor or len(actor) > LONGEST_NAME:
        raise bad_request(f"Refundry-Actor must be a text of 1 to {LONGEST_NAME} characters")
    return actor


Actor = Annotated[str, Depends(acting)]
IdempotencyKey = Annotated[
    str | None, Header(alias="Idempotency-Key", description="The same key, the same request: it is done once.")
]


async def bounded_body(request: Request, most_bytes: int, instead: str) -> bytes:
    """The body, kept no further than it may be long; `instead` says what to do with a longer one.

    The rest of one that is too long is read and thrown away, so that its sender is still there for the answer; but
    not without end.
    """
    kept, received = bytearray(), 0
    async for chunk in request.stream():
        received += len(chunk)
        if received <= most_bytes:
            kept += chunk
        elif received > MOST_READ_BYTES:
            break
    if received > most_bytes:
        raise ProblemError(
            413, "too_large", "The body is too large", f"the body is longer than {most_bytes} bytes; {instead}"
        )
    return bytes(kept)


async def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object; an empty body is an empty object."""
    return _object(await bounded_body(request, MOST_BODY_BYTES, "nothing that can be said here is that long"))


async def long_json_object(request: Request, here: WiredHere) -> dict[str, Any]:
    """A body that may be as long as a batch of events, as a JSON object."""
    return _object(await bounded_body(request, here.settings.max_body_bytes, "name fewer ids, or a filter"))


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = parse_json(body) if body.strip() else {}
    except ValueError as error:
        raise bad_request(f"the body is not JSON: {error}", "malformed_body") from None
    if not isinstance(value, dict):
        raise bad_request("the body must be a JSON object", "malformed_body")
    problem = unstorable(value)
    if problem:
        raise bad_request(f"the body {problem}", "malformed_body")
    return value


Body = Annotated[dict[str, Any], Depends(json_object)]
LongBody = Annotated[dict[str, Any], Depends(long_json_object)]


def text_member(body: dict[str, Any], name: str, longest: int = 2000) -> str | None:
    """A member of the body that is a text, or None where it is absent or null."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise bad_request(f"{name} must be a text of 1 to {longest} characters")
    return value


def done_once(
    here: Wired,
    actor: str,
    path: str,
    key: str | None,
    body: dict[str, Any],
    do: Callable[[Connection], KeyedAnswer],
) -> KeyedAnswer:
    """Do what the request asks under its key, or answer as before."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    return once(here.desk, Keyed(actor, path, required(key), digest), do)


def required(key: str | None) -> str:
    """The idempotency key, which must be there."""
    if key is None or not key.strip():
        raise bad_request("the header Idempotency-Key is required: a text of its own for each request", "key_required")
    if len(key) > LONGEST_NAME:
        raise bad_request(f"Idempotency-Key is longer than {LONGEST_NAME} characters", "key_too_long")
    return key.strip()

"""From a broker's message to the store: read, told at the door, and where it cannot be used, kept for a person."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from entrypoints.door import Door, DoorFullError
from entrypoints.http.cloudevents import BATCH, STRUCTURED, NotCloudEventsError, read_messages
from persistence.errors import StoreError
from persistence.unreadable import Raw
from service import unreadable
from service.batch import Result
from service.ingest import Message
from workflows import reasons
from workflows.reasons import Reason
from workflows.words import Outcome

#: How the bindings of CloudEvents to the brokers mark an attribute, beside HTTP's own `ce-`, which NATS shares.
PREFIXES: Final = ("cloudEvents:", "cloudEvents_", "ce_")
log = structlog.get_logger("refundry.broker")


@dataclass(frozen=True, slots=True)
class Taking:
    """Takes messages in. Many may be under way at once: the door has them share transactions."""

    door: Door

    async def take(self, raw: Raw) -> None:
        """Store what a message tells; when this returns it may be acknowledged.

        Whatever cannot be used is kept beside the dead letters, for nobody hears the answer. Raises StoreError where
        the database cannot be used, after the time it asks for: the message must be delivered again.
        """
        try:
            refused = await self._refused(raw)
            if refused:
                log.warning("message_unreadable", address=raw.address, reasons=[one.code for one in refused])
                told = [one.to_json() for one in refused]
                await asyncio.to_thread(unreadable.keep, self.door.desk, [(raw, told)])
        except StoreError as error:
            log.error("store_error", code=error.code, detail=str(error))
            await asyncio.sleep(error.retry_after_seconds)
            raise

    async def _refused(self, raw: Raw) -> list[Reason]:
        """Take in all that can be; the reasons of what cannot."""
        try:
            messages = messages_in(raw)
        except NotCloudEventsError as error:
            return [Reason(reasons.MALFORMED, {"problem": str(error)})]
        results = await self._told(messages)
        return [reason for result in results if result.outcome == Outcome.REJECTED for reason in result.reasons]

    async def _told(self, messages: list[Message]) -> list[Result]:
        while True:
            try:
                return await self.door.tell(messages)
            except DoorFullError:
                await asyncio.sleep(0.05)


def messages_in(raw: Raw) -> list[Message]:
    """The events in a message, after the CloudEvents bindings. Raises NotCloudEventsError.

    One that says nothing of CloudEvents in its headers is read as what its body looks like: a batch or a single event.
    """
    headers = {_as_over_http(name): value for name, value in raw.headers.items()}
    told = headers.get("content-type", "").startswith("application/cloudevents")
    if not told and not any(name.startswith("ce-") for name in headers):
        headers["content-type"] = BATCH if raw.body.lstrip()[:1] == b"[" else STRUCTURED
    return [Message(one) for one in read_messages(headers, raw.body)]


def _as_over_http(name: str) -> str:
    prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), None)
    return name.lower() if prefix is None else f"ce-{name.removeprefix(prefix).lower()}"


def texts(headers: Mapping[str, object] | None) -> dict[str, str]:
    """Headers as texts, whatever the broker makes of them."""
    return {
        name: value.decode(errors="replace") if isinstance(value, bytes) else str(value)
        for name, value in (headers or {}).items()
    }

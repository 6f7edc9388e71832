"""CloudEvents 1.0 over HTTP: the structured, batch and binary modes, read from the raw message.

Only the envelope is looked at here. What an event must hold is a rule, and rules reject one event, not its batch.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

import msgspec

STRUCTURED: Final = "application/cloudevents+json"
BATCH: Final = "application/cloudevents-batch+json"
CONTEXT: Final = ("specversion", "id", "source", "type")


class NotCloudEventsError(ValueError):
    """The body is no CloudEvent in any of the three modes."""


def read_messages(headers: Mapping[str, str], body: bytes) -> list[Any]:
    """The attributes and data of each event in a request. Raises NotCloudEventsError where there is none."""
    media_type = headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == BATCH:
        return _batch(body)
    if media_type == STRUCTURED:
        return [_structured(_json(body))]
    if any(name.lower().startswith("ce-") for name in headers):
        return [_binary(headers, media_type, body)]
    raise NotCloudEventsError(
        f"content-type is {media_type or 'missing'} and there are no ce-* headers; "
        f"send {STRUCTURED}, {BATCH}, or the attributes as ce-* headers"
    )


def parse_json(text: str | bytes) -> Any:
    """A JSON value; numbers that are not finite are no JSON. Raises ValueError.

    What the fast decoder does not take, the patient one does, such as half a surrogate pair, or says why not.
    """
    try:
        return _FAST.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _patiently(text)


def _patiently(text: str | bytes) -> Any:
    try:
        return _PATIENT.decode(text.decode("utf-8-sig") if isinstance(text, bytes) else text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def json_bytes(value: Any) -> bytes:
    """A value as JSON, in UTF-8."""
    return _ENCODER.encode(value)


def from_json(value: Any) -> Any:
    """One event of the JSON event format, with base64 data decoded; anything but an object is left as it is."""
    if not isinstance(value, dict):
        return value
    attributes = dict(value)
    encoded = attributes.pop("data_base64", None)
    if encoded is not None:
        try:
            attributes["data"] = parse_json(base64.b64decode(encoded, validate=True))
        except (ValueError, TypeError, binascii.Error):
            attributes["data"] = "data_base64 that holds no JSON"
    return attributes


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


_FAST: Final = msgspec.json.Decoder()
_ENCODER: Final = msgspec.json.Encoder()
_PATIENT: Final = json.JSONDecoder(parse_constant=_no_constant)


def _json(body: bytes) -> Any:
    try:
        return parse_json(body)
    except ValueError as error:
        raise NotCloudEventsError(f"the body is not JSON: {error}") from None


def _structured(value: Any) -> Any:
    if not isinstance(value, dict):
        raise NotCloudEventsError(f"the body is a JSON {_kind(value)}; a CloudEvent is an object")
    if not any(name in value for name in CONTEXT):
        raise NotCloudEventsError(f"the object has none of {', '.join(CONTEXT)}; it is no CloudEvent")
    return from_json(value)


def _batch(body: bytes) -> list[Any]:
    value = _json(body)
    if not isinstance(value, list):
        raise NotCloudEventsError(f"the body is a JSON {_kind(value)}; a batch is an array of CloudEvents")
    return [from_json(one) for one in value]


def _binary(headers: Mapping[str, str], media_type: str, body: bytes) -> dict[str, Any]:
    attributes: dict[str, Any] = {
        name.lower().removeprefix("ce-"): _decoded(name, value)
        for name, value in headers.items()
        if name.lower().startswith("ce-")
    }
    if media_type:
        attributes["datacontenttype"] = media_type
    if body:
        attributes["data"] = _json(body)
    return attributes


def _decoded(name: str, value: str) -> str:
    try:
        return unquote(value, errors="strict") if "%" in value else value
    except UnicodeDecodeError:
        raise NotCloudEventsError(f"the header {name} is not percent-encoded UTF-8") from None


def _kind(value: Any) -> str:
    kinds = {dict: "object", list: "array", str: "text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "number")

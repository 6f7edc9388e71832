"""The catalogue of events as it is published: a page to read, and an AsyncAPI document to generate from."""

import json
from collections.abc import Mapping
from typing import Any, Final

from service.catalogue_of_events import Told, everything_told
from workflows.catalogue import Catalogue
from workflows.words import STATES, Availability

INTRODUCTION: Final = """\
# Events

What Refundry tells its subscribers, written by the program itself from the machines that run; the same as AsyncAPI:
[reference/asyncapi.json](reference/asyncapi.json).

Subscribe with `POST /v1/hooks` or `refundry hooks add URL --event 'refund.*'`. Each event is an HTTP POST after
[Standard Webhooks](https://www.standardwebhooks.com): the JSON body below, and the headers `webhook-id`,
`webhook-timestamp` and `webhook-signature`. Verify the signature with any of that project's libraries and the secret
(`whsec_…`) that was shown when you subscribed. For 24 hours after a rotation there are two signatures.

- **At least once.** Answer 2xx within 15 seconds to say that you have it. You may be told twice, then with the same
  `webhook-id`.
- **In order for each resource.** What comes later waits for what came before it, until that is delivered or given up.
- **Tried again** after 5 s, 5 min, 30 min, 2 h, 5 h, 10 h and 10 h, each up to a tenth earlier; `Retry-After` is obeyed
  where it asks for longer, up to 24 h. Redirects are failures. After eight failures a delivery is dead: it is listed
  under `GET /v1/hooks/{id}/deliveries?status=dead`, and sent again by `POST /v1/hooks/deliveries/{id}/resend`,
  or all at once by `POST /v1/hooks/{id}/resend-dead`.
- **410 Gone** disables the hook at once, and so do 5 days of failures without a success. What was waiting for it is
  kept, and told when it is enabled again; of what happens meanwhile it is not told.
- **Only public addresses** are told, unless `REFUNDRY_HOOKS_ALLOW` lists others: networks such as `10.1.0.0/16`, or
  `loopback`, with commas between them.
- **Python hooks**: a package that offers a callable under the entry point group `refundry.hooks` has it called with the
  same event and its `id`, by the same rules. An exception is a failed try; it may be called from several threads.

`timestamp` is when what happened was recorded, `seq` its row in `GET /v1/resources/{id}/history`. No event carries
payment data: ask for what you need. More members may be added; none changes its meaning.
"""
_INSTANT: Final = {"type": "string", "format": "date-time"}
_NAME: Final = {"type": "string"}
_STATE: Final = {"type": "string", "enum": list(STATES)}
#: What each member of an event's data may be.
_MEMBERS: Final[dict[str, dict[str, Any]]] = {
    "resource_id": _NAME,
    "product": _NAME,
    "order_id": _NAME,
    "account_id": _NAME,
    "from": {"type": ["string", "null"], "enum": [*STATES, None]},
    "to": _STATE,
    "seq": {"type": "integer", "minimum": 1, "description": "The row in the resource's history."},
    "state": _STATE,
    "availability": {"type": "string", "enum": [one.value for one in Availability]},
    "deadline_at": _INSTANT,
    "refund_id": _NAME,
    "requested_at": _INSTANT,
}
_HEADERS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
    "properties": {
        "webhook-id": {"type": "string", "description": "The same on every try of one event."},
        "webhook-timestamp": {"type": "string", "description": "When this try was made, in seconds since 1970."},
        "webhook-signature": {"type": "string", "description": "`v1,` and base64; several with blanks between."},
    },
}


def events_page(catalogue: Catalogue) -> str:
    """The page, as Markdown."""
    told = list(everything_told(catalogue))
    lines = [INTRODUCTION, "| type | told when |", "|---|---|"]
    lines += [f"| [`{one.type}`](#{_anchor(one.type)}) | {one.summary} |" for one in told]
    for one in told:
        example = json.dumps(one.example, indent=2, ensure_ascii=False)
        lines += ["", f"## {one.type}", "", one.summary, "", "```json", example, "```"]
    return "\n".join(lines) + "\n"


def asyncapi(catalogue: Catalogue, version: str) -> dict[str, Any]:
    """The catalogue as AsyncAPI 3: one channel, the subscriber's URL, and a message for each type."""
    told = {_key(one.type): one for one in everything_told(catalogue)}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Refundry events",
            "version": version,
            "description": "What Refundry tells its subscribers, by signed HTTP POST after Standard Webhooks.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "hook": {
                "address": None,
                "description": "The URL of a hook, as it was subscribed by POST /v1/hooks.",
                "messages": {key: _reference("messages", key) for key in told},
            }
        },
        "operations": {
            "tell": {
                "action": "send",
                "channel": {"$ref": "#/channels/hook"},
                "summary": "Tell a subscriber what happened, at least once, in order for each resource.",
                "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
                "messages": [{"$ref": f"#/channels/hook/messages/{key}"} for key in told],
            }
        },
        "components": {
            "messages": {key: _message(one) for key, one in told.items()},
            "schemas": {"Headers": _HEADERS},
        },
    }


def _message(told: Told) -> dict[str, Any]:
    return {
        "name": told.type,
        "title": told.type,
        "summary": told.summary,
        "headers": _reference("schemas", "Headers"),
        "payload": {
            "type": "object",
            "required": ["type", "timestamp", "data"],
            "properties": {"type": {"const": told.type}, "timestamp": _INSTANT, "data": _data(told.data, told.product)},
        },
        "examples": [{"payload": told.example}],
    }


def _data(example: Mapping[str, Any], product: str | None) -> dict[str, Any]:
    members = {name: _MEMBERS[name] for name in example}
    if product is not None:
        members["product"] = {"const": product}
    return {"type": "object", "required": list(example), "properties": members}


def _reference(kind: str, key: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{key}"}


def _key(type_: str) -> str:
    """A type as a name that AsyncAPI takes for a component."""
    return type_.replace(".", "_")


def _anchor(type_: str) -> str:
    return type_.replace(".", "")

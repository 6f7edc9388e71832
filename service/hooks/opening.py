"""Opening the ways of telling: HTTP within the reach that is allowed, and the Python hooks installed here."""

from collections.abc import Mapping
from dataclasses import replace

from service.desk import Desk
from service.hooks.addresses import Reach
from service.hooks.http_sender import HttpSender
from service.hooks.in_process import SCHEME, Callback, InProcess, installed_callbacks
from service.hooks.outgoing import Outgoing, Sender
from service.hooks.subscriptions import register


def with_hooks(desk: Desk, reach: Reach, callbacks: Mapping[str, Callback] | None = None) -> Desk:
    """The desk with every way of telling. `callbacks` are the Python hooks by name; None: those installed.

    Each Python hook is subscribed to everything when it is first seen.
    """
    found = installed_callbacks() if callbacks is None else callbacks
    http = HttpSender(reach)
    senders: dict[str, Sender] = {"http": http, "https": http, SCHEME: InProcess(found)}
    register(desk, list(found))
    return replace(desk, outgoing=Outgoing(senders, reach, desk.outgoing.chance))

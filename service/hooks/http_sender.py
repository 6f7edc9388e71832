"""Telling by HTTP: a signed POST to an address that was looked at before it is connected to.

A name is resolved once, and the connection goes to the very address that was checked, so a name that means something
else a moment later changes nothing. No redirect is followed, no proxy or password file of this machine is used.
"""

import asyncio
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import version
from ipaddress import ip_address
from ssl import SSLContext

import httpx2 as httpx

from service.hooks.addresses import AddressRefusedError, Reach
from service.hooks.outgoing import KEPT_BYTES, TIMEOUT_SECONDS, Answer, Post
from service.hooks.signing import signed_headers

LONGEST_ERROR = 300


class HttpSender:
    """Sends posts side by side, each within the timeout as a whole, however slowly its receiver trickles.

    `trust` says whose certificates are believed; None: those that browsers believe.
    """

    def __init__(self, reach: Reach, timeout_seconds: float = TIMEOUT_SECONDS, trust: SSLContext | None = None) -> None:
        self._reach = reach
        self._timeout = timeout_seconds
        self._given_trust = trust
        self._resolving = ThreadPoolExecutor(8, thread_name_prefix="refundry-names")

    def send(self, posts: Sequence[Post]) -> list[Answer]:
        return asyncio.run(self._send_all(posts))

    async def _send_all(self, posts: Sequence[Post]) -> list[Answer]:
        transport = CheckedTransport(self._reach, self._resolving, self._trust)
        async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=self._timeout) as client:
            return await asyncio.gather(*(self._send_one(client, post) for post in posts))

    @cached_property
    def _trust(self) -> SSLContext:
        return self._given_trust or httpx.create_ssl_context(trust_env=False)

    async def _send_one(self, client: httpx.AsyncClient, post: Post) -> Answer:
        began, heard, error = time.monotonic(), _Heard(), None
        try:
            async with asyncio.timeout(self._timeout):
                await _converse(client, post, heard)
        except (TimeoutError, httpx.TimeoutException):
            error = f"no answer within {self._timeout:g} s"
        except Exception as problem:
            error = f"{type(problem).__name__}: {problem}"[:LONGEST_ERROR]
        duration_ms = round((time.monotonic() - began) * 1000)
        if heard.status is not None:
            return Answer(heard.status, duration_ms, bytes(heard.body[:KEPT_BYTES]), None, heard.retry_after)
        return Answer(None, duration_ms, error=error)


@dataclass(slots=True)
class _Heard:
    """As much of an answer as has come; its status counts even where the rest never does."""

    status: int | None = None
    retry_after: str | None = None
    body: bytearray = field(default_factory=bytearray)


async def _converse(client: httpx.AsyncClient, post: Post, heard: _Heard) -> None:
    headers = signed_headers(post.webhook_id, post.at, post.body, post.secrets) | {
        "content-type": "application/json",
        "user-agent": f"Refundry/{version('refundry')}",
        "accept-encoding": "identity",
    }
    async with client.stream("POST", post.url, content=post.body, headers=headers, follow_redirects=False) as answer:
        heard.status = answer.status_code
        heard.retry_after = answer.headers.get("retry-after")
        async for chunk in answer.aiter_raw():
            heard.body += chunk
            if len(heard.body) >= KEPT_BYTES:
                return


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects only to addresses within reach; each name is looked up once, and connected to as it was checked.

    No connection is kept for a second request: it would be found by its address, whatever name it was opened for.
    """

    def __init__(self, reach: Reach, resolving: ThreadPoolExecutor, trust: SSLContext) -> None:
        self._reach = reach
        self._resolving = resolving
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self._lookups: dict[tuple[str, int], asyncio.Future[list[str]]] = {}
        self._inner = httpx.AsyncHTTPTransport(verify=trust, trust_env=False, limits=limits)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.raw_host.decode("ascii")
        addresses = await self._within_reach(host, request.url.port or (443 if request.url.scheme == "https" else 80))
        for last, address in enumerate(addresses, 1 - len(addresses)):
            try:
                return await self._inner.handle_async_request(_pinned(request, host, address))
            except httpx.ConnectError:
                if last == 0:
                    raise
        raise AssertionError("unreachable")

    async def _within_reach(self, host: str, port: int) -> list[str]:
        """The addresses of a host that may be connected to. Raises AddressRefusedError where there is none."""
        lookup = self._lookups.get((host, port))
        if lookup is None:
            lookup = asyncio.get_running_loop().run_in_executor(self._resolving, _addresses, host, port)
            self._lookups[host, port] = lookup
        found = await asyncio.shield(lookup)
        allowed: list[str] = []
        refused: AddressRefusedError | None = None
        for address in found:
            try:
                self._reach.check(address)
                allowed.append(address)
            except AddressRefusedError as error:
                refused = error
        if not allowed:
            raise refused or AddressRefusedError(f"{host} has no address")
        return allowed

    async def aclose(self) -> None:
        for lookup in self._lookups.values():
            lookup.cancel()
        await self._inner.aclose()


def _addresses(host: str, port: int) -> list[str]:
    entries = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def _pinned(request: httpx.Request, host: str, address: str) -> httpx.Request:
    """The same request to one address; its Host header, and the name its certificate must bear, stay."""
    named = {} if _is_address(host) else {"sni_hostname": host}
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=request.headers,
        stream=request.stream,
        extensions={**request.extensions, **named},
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True

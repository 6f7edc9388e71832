"""A closed loop of HTTP posts over a number of connections, in a process of its own, on bare sockets to cost little.

Reads JSON lines of {"ports", "connections", "bodies", "type"} from standard input; answers each with what it measured.
The connections go to the ports in turn.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from functools import partial
from itertools import cycle

ANSWERED = b"HTTP/1.1 200"


class Connection(asyncio.Protocol):
    """One connection that always has one request under way."""

    def __init__(self, bodies: Iterator[bytes], head: bytes, taken: list[float], done: "asyncio.Future[None]") -> None:
        self._bodies, self._head, self._taken, self._done = bodies, head, taken, done
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        body = next(self._bodies, None)
        if body is None:
            self._transport.close()
            self._done.set_result(None)
            return
        self._sent = time.perf_counter()
        self._transport.write(self._head + b"content-length: %d\r\n\r\n" % len(body) + body)

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, separator, body = self._got.partition(b"\r\n\r\n")
        if not separator:
            return
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        if len(body) < length:
            return
        if not head.startswith(ANSWERED):
            self._done.set_exception(RuntimeError(f"{head!r} {body!r}"))
            return
        self._taken.append(time.perf_counter() - self._sent)
        self._got = b""
        self._send()


async def load(ports: list[int], connections: int, bodies: list[str], media_type: str) -> dict[str, float]:
    """How long all bodies took in all, and the median and the 99th percentile of one, in seconds."""
    loop = asyncio.get_running_loop()
    head = f"POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: {media_type}\r\n".encode()
    told, taken = iter([body.encode() for body in bodies]), list[float]()
    ends = [loop.create_future() for _ in range(connections)]
    begun = time.perf_counter()
    for end, port in zip(ends, cycle(ports), strict=False):
        await loop.create_connection(partial(Connection, told, head, taken, end), "127.0.0.1", port)
    await asyncio.gather(*ends)
    seconds = time.perf_counter() - begun
    assert len(taken) == len(bodies)
    taken.sort()
    return {"seconds": seconds, "median": taken[len(taken) // 2], "p99": taken[int(len(taken) * 0.99)]}


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        measured = asyncio.run(load(asked["ports"], asked["connections"], asked["bodies"], asked["type"]))
        sys.stdout.write(json.dumps(measured) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

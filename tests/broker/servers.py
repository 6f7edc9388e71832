"""A NATS server with JetStream from its wheel, on loopback, that can be killed and comes back with what it had."""

import subprocess
import sys
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.js.api import StreamConfig

from tests.robustness.services import free_port, until

PROGRAM = Path(sys.executable).with_name("nats-server")


class Server:
    """A server process over a folder that outlives it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._log = folder, folder.with_suffix(".log")
        self._port = free_port()
        self.address = f"nats://127.0.0.1:{self._port}"
        self.start()

    def start(self) -> None:
        self._log.unlink(missing_ok=True)
        command = [PROGRAM, "-js", "-a", "127.0.0.1", "-p", str(self._port), "-sd", self._folder, "-l", self._log]
        self._process = subprocess.Popen(command)
        until(lambda: self._log.is_file() and "Server is ready" in self._log.read_text(encoding="utf-8"))

    def kill(self) -> None:
        """As a power cut would."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait()


async def connected(server: Server) -> Client:
    return await nats.connect(server.address)


async def add_stream(server: Server, name: str, subject: str) -> None:
    """A stream kept on disk, as an operator would make it."""
    client = await connected(server)
    await client.jetstream().add_stream(StreamConfig(name=name, subjects=[subject]))
    await client.close()


async def publish(server: Server, subject: str, messages: list[tuple[bytes, dict[str, str]]]) -> None:
    """Publish bodies with their headers, each acknowledged by the server."""
    client = await connected(server)
    stream = client.jetstream()
    for body, headers in messages:
        await stream.publish(subject, body, headers=headers)
    await client.close()


async def left_over(server: Server, stream: str, durable: str) -> int:
    """How many messages have not been acknowledged, or lie behind one that has not.

    Told by numbers of the stream: what the server says is pending lags behind what was just published.
    """
    client = await connected(server)
    published = await client.jetstream().stream_info(stream)
    consumed = await client.jetstream().consumer_info(stream, durable)
    await client.close()
    floor = 0 if consumed.ack_floor is None else consumed.ack_floor.stream_seq
    return int(published.state.last_seq - floor)

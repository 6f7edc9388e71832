"""Our own intake: `python -m bench.peers.ours URL COUNT`, a thousand events a batch."""

import sys

from bench.door import USED, event, pay
from bench.peers.timing import answer
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from entrypoints.wiring import wire
from service.ingest import Message, ingest

BATCH = 1_000

if __name__ == "__main__":
    configure_logging("warning")
    desk = wire(Settings(database_url=sys.argv[1]))
    pay(desk, [f"r-{number}" for number in range(int(sys.argv[2]))])

    def run(ids: list[str]) -> None:
        for start in range(0, len(ids), BATCH):
            ingest(desk, [Message(event(USED, one, {})) for one in ids[start : start + BATCH]])

    answer(run)

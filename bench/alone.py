"""Our own service with a door that lets one request through at a time: `python -m bench.alone URL PORT`."""

import sys

import uvicorn

from entrypoints.http.app import create_app
from entrypoints.http.state import Wired
from entrypoints.logs import configure_logging
from entrypoints.settings import Settings
from entrypoints.wiring import wire

if __name__ == "__main__":
    configure_logging("warning")
    settings = Settings(database_url=sys.argv[1])
    wired = Wired(wire(settings), settings)
    wired.door.most_together = 1
    uvicorn.run(create_app(wired), host="127.0.0.1", port=int(sys.argv[2]), log_config=None, access_log=False)

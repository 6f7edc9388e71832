"""APScheduler, a job for each deadline, kept in the same database: each closes one window in its own transaction."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from threading import Event

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine, bindparam, text

from persistence.database import open_engine
from persistence.resources import RESOURCE

SOURCE = "by-job"
CHANGE = text(
    "UPDATE resource SET expired = TRUE, expiry_due_at = NULL, seq = seq + 1 WHERE id = :id AND NOT expired "
    "RETURNING seq, state, deadline_at, head"
)
APPEND = text(
    "INSERT INTO history (resource_id, seq, event, outcome, from_state, to_state, occurred_at, recorded_at, actor, "
    "source, event_id, data, changes, reasons, definition, previous_hash, hash) VALUES (:id, :seq, "
    "'refund_window.expired', 'applied', :state, :state, :deadline_at, :now, 'refundry', :source, "
    "'refund_window.expired', '{}', '{}', '[]', '', :head, :head)"
).bindparams(bindparam("now", type_=RESOURCE.c.deadline_at.type))


@cache
def engine_of(url: str) -> Engine:
    """A job is called by its name in whichever process, so it opens what it needs by itself."""
    return open_engine(url)


def close_window(url: str, resource_id: str, now: datetime) -> None:
    with engine_of(url).begin() as connection:
        found = connection.execute(CHANGE, {"id": resource_id}).mappings().one()
        connection.execute(APPEND, {**found, "id": resource_id, "now": now, "source": SOURCE})


class Jobs:
    """A scheduler whose jobs fire as soon as it goes on."""

    def __init__(self, url: str, threads: int) -> None:
        self._url = url
        self._scheduler = BackgroundScheduler(
            jobstores={"default": SQLAlchemyJobStore(engine=engine_of(url))},
            executors={"default": ThreadPoolExecutor(threads)},
            job_defaults={"misfire_grace_time": None},
            timezone="UTC",
        )
        self._scheduler.add_listener(self._ended, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._scheduler.start(paused=True)

    def set(self, ids: Sequence[str], now: datetime) -> None:
        """A job for each of these windows, that is due."""
        self._left, self._done, self._failed = len(ids), Event(), list[BaseException]()
        for one in ids:
            self._scheduler.add_job(close_window, "date", run_date=now, args=[self._url, one, now])

    def fire(self) -> None:
        """Let all of them run, and wait until they have."""
        self._scheduler.resume()
        self._done.wait()
        self._scheduler.pause()
        assert not self._failed, self._failed[0]

    def close(self) -> None:
        self._scheduler.shutdown()
        engine_of(self._url).dispose()

    def _ended(self, event: JobExecutionEvent) -> None:
        if event.exception is not None:
            self._failed.append(event.exception)
        self._left -= 1
        if not self._left:
            self._done.set()

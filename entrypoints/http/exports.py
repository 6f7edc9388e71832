"""`/v1/exports`: what is kept, as files; streamed, so that the service never holds a whole one."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from entrypoints.exports.formats import MEDIA_TYPES, Format, written
from entrypoints.http import parameters, represent, schemas
from entrypoints.http.filters import WantedResources
from entrypoints.http.state import Wired, WiredHere
from persistence.extracts import Events, Rows
from persistence.refunds import Filter as RefundFilter
from persistence.tables import INBOX_OUTCOMES
from service import exports
from service.exports import Extract
from workflows.words import RefundStatus

router = APIRouter(tags=["exports"])
Text = Annotated[str | None, Query()]
FILES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {kind.split(";")[0]: {"schema": {"type": "string"}} for kind in MEDIA_TYPES.values()}}
}
ANSWERS: Final = FILES | schemas.problems(400, 406, 503)


def _format(
    format: Annotated[str, Query(description=f"One of {', '.join(Format)}.")] = Format.CSV.value,  # noqa: A002
) -> Format:
    return Format(parameters.one_of("format", format, Format) or Format.CSV)


FileFormat = Annotated[Format, Depends(_format)]
Since = Annotated[str | None, Query(description="Recorded (events: arrived) at this instant or later.")]
Before = Annotated[str | None, Query(description="Recorded (events: arrived) before this instant.")]


@router.get("/v1/exports/resources", summary="Resources as a file", response_class=StreamingResponse, responses=ANSWERS)
def export_resources(here: WiredHere, wanted: WantedResources, kind: FileFormat) -> StreamingResponse:
    """Resources in the order of their ids, with availability, amount and reasons as of now."""
    return _file(exports.of_resources(here.desk, wanted), kind)


@router.get("/v1/exports/refunds", summary="Refunds as a file", response_class=StreamingResponse, responses=ANSWERS)
def export_refunds(
    here: WiredHere, kind: FileFormat, resource_id: Text = None, status: Text = None, account_id: Text = None
) -> StreamingResponse:
    wanted = RefundFilter(
        parameters.text("resource_id", resource_id),
        parameters.text("account_id", account_id),
        parameters.one_of("status", status, RefundStatus),
    )
    return _file(exports.of_refunds(here.desk, wanted), kind)


@router.get("/v1/exports/history", summary="History as a file", response_class=StreamingResponse, responses=ANSWERS)
def export_history(
    here: WiredHere, kind: FileFormat, resource_id: Text = None, since: Since = None, before: Before = None
) -> StreamingResponse:
    """Every transition and every refusal, by resource."""
    return _of_records(here, exports.of_history(here.desk, _rows(resource_id, since, before, refused_only=False)), kind)


@router.get(
    "/v1/exports/refusals", summary="Reasons of refusals as a file", response_class=StreamingResponse, responses=ANSWERS
)
def export_refusals(
    here: WiredHere, kind: FileFormat, resource_id: Text = None, since: Since = None, before: Before = None
) -> StreamingResponse:
    """Every refusal in the history, one row a reason."""
    return _of_records(here, exports.of_refusals(here.desk, _rows(resource_id, since, before, refused_only=True)), kind)


@router.get("/v1/exports/events", summary="Events as a file", response_class=StreamingResponse, responses=ANSWERS)
def export_events(
    here: WiredHere,
    kind: FileFormat,
    outcome: Text = None,
    subject: Text = None,
    since: Since = None,
    before: Before = None,
) -> StreamingResponse:
    """Every event that was acknowledged, and what has become of it, in the order of arrival."""
    wanted = Events(
        parameters.one_of("outcome", outcome, INBOX_OUTCOMES),
        parameters.text("subject", subject),
        parameters.instant("since", since),
        parameters.instant("before", before),
    )
    return _of_records(here, exports.of_events(here.desk, wanted), kind)


@router.get(
    "/v1/exports/bulk-results",
    summary="The results of a bulk run as a file",
    response_class=StreamingResponse,
    responses=ANSWERS | schemas.problems(404),
)
def export_bulk_results(here: WiredHere, kind: FileFormat, run_id: Text = None) -> StreamingResponse:
    return _file(exports.of_bulk_results(here.desk, parameters.text("run_id", run_id) or ""), kind)


def _rows(resource_id: str | None, since: str | None, before: str | None, *, refused_only: bool) -> Rows:
    return Rows(
        parameters.text("resource_id", resource_id),
        parameters.instant("since", since),
        parameters.instant("before", before),
        refused_only,
    )


def _of_records(here: Wired, extract: Extract, kind: Format) -> StreamingResponse:
    """A file of single records; where some were put away, a header says from when on they are in it."""
    answer = _file(extract, kind)
    for since in represent.kept_since(here.desk).values():
        answer.headers["Refundry-Kept-Since"] = since
    return answer


def _file(extract: Extract, kind: Format) -> StreamingResponse:
    """The file, with its beginning made before the answer begins: what fails at once is still a problem."""
    made: Iterator[bytes] = written(extract, kind)
    beginning = list(islice(made, 2))
    name = f'attachment; filename="{extract.name}.{kind.value}"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return StreamingResponse(chain(beginning, made), media_type=MEDIA_TYPES[kind], headers=headers)

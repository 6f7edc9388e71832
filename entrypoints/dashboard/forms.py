"""Forms, as browsers post them."""

from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from entrypoints.http.problems import bad_request
from entrypoints.http.requests import MOST_BODY_BYTES, bounded_body

MOST_FIELDS: Final = 2000
LONGEST_TEXT: Final = 2000


async def fields(request: Request) -> list[tuple[str, str]]:
    """The fields of a form in their order; line ends as people mean them, blanks around a text away."""
    body = await bounded_body(request, MOST_BODY_BYTES, "no form of the dashboard is that long")
    try:
        told = parse_qsl(
            body.decode(),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise bad_request(f"the form cannot be read: {error}", "malformed_body") from None
    if any("\x00" in text for field in told for text in field):
        raise bad_request("the form contains a NUL character", "malformed_body")
    return [(name, value.replace("\r\n", "\n").strip()) for name, value in told]


Fields = Annotated[list[tuple[str, str]], Depends(fields)]


def posted(told: Fields) -> dict[str, str]:
    """The fields of a form, each once."""
    return dict(told)


def chosen(told: Fields) -> list[str]:
    """The ids of the rows that were selected, each once, in their order."""
    return list(dict.fromkeys(value for name, value in told if name == "id"))


Form = Annotated[dict[str, str], Depends(posted)]
Chosen = Annotated[list[str], Depends(chosen)]


def required(form: dict[str, str], name: str) -> str:
    """A field that must say something. Raises ProblemError."""
    value = form.get(name, "")
    if not 0 < len(value) <= LONGEST_TEXT:
        raise bad_request(f"{name.replace('_', ' ')} must be a text of 1 to {LONGEST_TEXT} characters")
    return value

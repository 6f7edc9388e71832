"""Forms, as browsers post them."""

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from entrypoints.http.problems import bad_request
from entrypoints.http.requests import MOST_BODY_BYTES, bounded_body

MOST_FIELDS: Final = 2000
LONGEST_TEXT: Final = 2000


async def posted_fields(request: Request) -> list[tuple[str, str]]:
    """The fields of a form in their order, line ends as people mean them."""
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
    return [(name, value.replace("\r\n", "\n")) for name, value in told]


Fields = Annotated[list[tuple[str, str]], Depends(posted_fields)]


def posted(fields: Fields) -> dict[str, str]:
    """The fields of a form, each once, blanks around a text away."""
    return {name: value.strip() for name, value in fields}


def chosen(fields: Fields) -> list[str]:
    """The ids of the rows that were selected, each once, in their order."""
    return list(dict.fromkeys(value for name, value in fields if name == "id"))


Form = Annotated[dict[str, str], Depends(posted)]
Chosen = Annotated[list[str], Depends(chosen)]


def required(form: Mapping[str, str], name: str, longest: int = LONGEST_TEXT) -> str:
    """A field that must say something. Raises ProblemError."""
    value = form.get(name, "")
    if not 0 < len(value) <= longest:
        raise bad_request(f"{name.replace('_', ' ')} must be a text of 1 to {longest} characters")
    return value

"""Reads story files. The format is described in the package's docstring."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from tests.stories.columns import ARROW, COLUMNS, OUTCOME_AND_STATE
from tests.stories.days import read_day

FOLDER: Final = Path(__file__).parent
WORDS_OF_REVIEW: Final = ("approve", "decline")
_SHOWN: Final = re.compile(r"([A-Z]-\d\d) (\S.+)")
_MEMBER: Final = re.compile(r'(@?)([\w.]+)=("[^"]*"|\S*)')
_NAMED: Final = re.compile(r"(Story|Shows|Rules):\s*(.*)")


class StoryError(Exception):
    """A line of a story file that cannot be read; the message names file, line and problem."""


@dataclass(frozen=True)
class Line:
    """One line of a table. `type` is None where it only asks; `attributes` are the CloudEvent's own."""

    place: str
    arrives: datetime
    told: datetime | None
    type: str | None
    attributes: Mapping[str, Any]
    data: Mapping[str, Any]
    expected: Mapping[str, str]

    @property
    def subject(self) -> str:
        subject: str = self.attributes.get("subject", "r")
        return subject


@dataclass(eq=False)
class Story:
    """A story as read: the ids of the rules it shows, the terms it varies, and its lines."""

    file: str
    place: str
    title: str
    shows: dict[str, str] = field(default_factory=dict)
    rules: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The story's name in tests and documents: its file and its title."""
        return f"{self.file}: {self.title}"

    @property
    def slug(self) -> str:
        return f"{self.file}-{re.sub(r'[^a-z0-9]+', '_', self.title.lower()).strip('_')}"


@cache
def all_stories(folder: Path = FOLDER) -> tuple[Story, ...]:
    """Every story of every file, in order, read once.

    Raises StoryError for a file without a story, and for a title that a file has twice.
    """
    stories: dict[str, Story] = {}
    for path in sorted(folder.glob("*.story")):
        found = read_stories(path)
        if not found:
            raise StoryError(f"{path.name}:1: the file has no story")
        for story in found:
            if stories.setdefault(story.slug, story) is not story:
                raise StoryError(f"{story.place}: the title is that of {stories[story.slug].place}")
    return tuple(stories.values())


def read_stories(path: Path) -> list[Story]:
    """The stories of a file. Raises StoryError."""
    stories: list[Story] = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place = f"{path.name}:{number}"
        if text.strip() and not text.lstrip().startswith("#"):
            try:
                _take(stories, path.stem, place, text.strip())
            except ValueError as error:
                raise StoryError(f"{place}: {error}") from None
    for story in stories:
        if not (story.shows and story.lines):
            raise StoryError(f"{story.place}: the story needs a rule it shows, and a table")
    return stories


def _take(stories: list[Story], file: str, place: str, text: str) -> None:
    named = _NAMED.fullmatch(text)
    if named and named[1] == "Story":
        stories.append(Story(file, place, _title(named[2])))
    elif not stories:
        raise ValueError("a file begins with `Story: title`")
    elif named:
        _take_setting(stories[-1], named[1], named[2])
    elif "|" not in text:
        raise ValueError(f"{text!r} is no line of a table, and none of Story, Shows, Rules")
    else:
        _take_line(stories[-1], place, [cell.strip() for cell in text.split("|")])


def _title(text: str) -> str:
    if not text:
        raise ValueError("a story needs a title")
    return text


def _take_setting(story: Story, name: str, text: str) -> None:
    if story.columns:
        raise ValueError(f"{name} stands above the table")
    if name == "Rules":
        story.rules.append(text)
        return
    shown = _SHOWN.fullmatch(text)
    if shown is None or shown[1] in story.shows:
        raise ValueError(f"{text!r} is not an id such as R-24, named once, and the rule in a sentence")
    story.shows[shown[1]] = shown[2]


def _take_line(story: Story, place: str, cells: list[str]) -> None:
    if not story.columns:
        story.columns = _columns(cells)
        return
    if len(cells) != len(story.columns):
        raise ValueError(f"{len(cells)} cells under {len(story.columns)} columns")
    line = _line(place, dict(zip(story.columns, cells, strict=True)))
    if story.lines and line.arrives < story.lines[-1].arrives:
        raise ValueError("the day lies before that of the line above")
    story.lines.append(line)


def _columns(names: list[str]) -> list[str]:
    if names[:2] != ["day", "event"] or len(set(names)) != len(names):
        raise ValueError("a table begins with its columns, each once: day | event | …")
    unknown = [name for name in names[2:] if name not in COLUMNS]
    if unknown:
        raise ValueError(f"unknown column {unknown[0]!r}; there are {', '.join(COLUMNS)}")
    return names


def _line(place: str, cells: dict[str, str]) -> Line:
    arrives, told = _days(cells.pop("day"))
    type_, attributes, data = _event(cells.pop("event"))
    expected = {name: COLUMNS[name].read(cell) for name, cell in cells.items() if cell}
    outcome = expected.get(OUTCOME_AND_STATE, "").split(ARROW)[0].strip()
    if bool(outcome) != bool(type_):
        raise ValueError("an event needs the outcome it has, a question has none")
    if not expected:
        raise ValueError("the line looks at nothing")
    return Line(place, arrives, told, type_, attributes, data, expected)


def _days(text: str) -> tuple[datetime, datetime | None]:
    arrives, arrow, told = (part.strip() for part in text.partition("<-"))
    arrived_at = read_day(arrives)
    if not arrow:
        return arrived_at, arrived_at
    return arrived_at, None if told == "untold" else read_day(told)


def _event(text: str) -> tuple[str | None, dict[str, Any], dict[str, Any]]:
    words = _words(text)
    first = next(words, None)
    type_ = None if first is None or "=" in first else first
    members = words if type_ else iter([] if first is None else [first, *words])
    attributes: dict[str, Any] = {}
    data: dict[str, Any] = {}
    for member in members:
        match = _MEMBER.fullmatch(member)
        if match is None:
            raise ValueError(f"{member!r} is not name=value")
        _put(attributes if match[1] else data, match[2], match[3])
    if type_ is None and (data or set(attributes) - {"subject"}):
        raise ValueError("data without an event")
    return type_, attributes, data


def _words(text: str) -> Iterator[str]:
    return (match[0] for match in re.finditer(r'(?:[^\s"]|"[^"]*")+|"', text))


def _put(values: dict[str, Any], name: str, written: str) -> None:
    *inside, last = name.split(".")
    for part in inside:
        values = values.setdefault(part, {})
    if last in values:
        raise ValueError(f"{name} is given twice")
    values[last] = _value(written)


def _value(written: str) -> Any:
    if written in ("true", "false"):
        return written == "true"
    if re.fullmatch(r"-?\d+", written):
        return int(written)
    return written.strip('"')

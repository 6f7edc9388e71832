"""Every story of tests/stories, one test each; and that no wrong line gets by."""

from pathlib import Path

import pytest

from tests.stories.play import play
from tests.stories.read import Story, StoryError, all_stories, read_stories

HEAD = """Story: Short
Shows: R-01 Some rule.

day | event | outcome -> state | availability | reasons | amount | window
03-01 10:00 | order.paid product=domain_monitoring cash_paid=8.00 | applied -> pending | | | |
"""
UNREADABLE = {
    "03-32 10:00 | | | available | | |": "day is out of range",
    "tomorrow | | | available | | |": "'tomorrow' is no day",
    "02-28 10:00 | | | available | | |": "before that of the line above",
    "03-02 10:00 | | | available | |": "6 cells under 7 columns",
    "03-02 10:00 | | | availabel | | |": "'availabel' is no availability",
    "03-02 10:00 | monitoring.configured | aplied | | | |": "'aplied' is no outcome",
    "03-02 10:00 | monitoring.configured | applied -> used | | | |": "'used' is no state",
    "03-02 10:00 | | | | too_late | |": "'too_late' is no reason",
    "03-02 10:00 | | | | | 8,00 USD |": "'8,00 USD' is no amount",
    "03-02 10:00 | | | | | | ajar": "'ajar' is no window",
    "03-02 10:00 | | | | | |": "looks at nothing",
    "03-02 10:00 | monitoring.configured | | available | | |": "an event needs the outcome",
    "03-02 10:00 | | applied | available | | |": "a question has none",
    "03-02 10:00 | monitoring.configured units | applied | | | |": "'units' is not name=value",
    "03-02 10:00 | units=4 | | available | | |": "data without an event",
    "03-02 10:00 | monitoring.configured a=1 a=2 | applied | | | |": "a is given twice",
    "And then it was paid back.": "is no line of a table",
    "Shows: R-02 Another rule.": "stands above the table",
}
WRONG = {
    "03-02 10:00 | | -> issued | | | |": "outcome -> state: expected '-> issued', but it is '-> pending'",
    "03-02 10:00 | | | unavailable | | |": "availability: expected 'unavailable', but it is 'available'",
    "03-02 10:00 | | | | already_used | |": "reasons: expected 'already_used', but it is '-'",
    "03-02 10:00 | | | | | 7.00 USD |": "amount: expected '7.00 USD', but it is '8.00 USD'",
    "03-02 10:00 | | | | | 8.00 EUR |": "amount: expected '8.00 EUR', but it is '8.00 USD'",
    "03-02 10:00 | | | | | | closed": "window: expected 'closed', but it is 'open'",
    "03-02 10:00 | monitoring.configured | parked | | | |": "expected 'parked', but it is 'applied'",
}


@pytest.mark.parametrize("story", all_stories(), ids=lambda story: story.slug)
def test_story(story: Story) -> None:
    differences = play(story).differences
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("line", UNREADABLE)
def test_a_line_that_cannot_be_read_is_named(line: str, tmp_path: Path) -> None:
    with pytest.raises(StoryError, match=r"^short\.story:6: ") as raised:
        read_stories(written(tmp_path, HEAD + line))
    assert UNREADABLE[line] in str(raised.value)


@pytest.mark.parametrize("line", WRONG)
def test_a_line_that_turns_out_differently_is_named(line: str, tmp_path: Path) -> None:
    (story,) = read_stories(written(tmp_path, HEAD + line))
    (difference,) = play(story).differences
    assert difference.startswith("short.story:6: ") and WRONG[line] in difference


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("day | event", "short.story:1: a file begins with"),
        ("Story:", "short.story:1: a story needs a title"),
        ("Story: Short\nShows: some rule", "short.story:2: 'some rule' is not an id"),
        ("Story: Short\nShows: R-01 Some rule.", "short.story:1: the story needs a rule it shows, and a table"),
        (HEAD.replace("Shows: R-01 Some rule.\n", ""), "short.story:1: the story needs a rule it shows, and a table"),
        (HEAD.replace("| amount", "| ammount"), "short.story:4: unknown column 'ammount'"),
        (HEAD.replace("day | event", "event | day"), "short.story:4: a table begins with its columns"),
    ],
)
def test_a_story_that_cannot_be_read_is_named(text: str, problem: str, tmp_path: Path) -> None:
    with pytest.raises(StoryError) as raised:
        read_stories(written(tmp_path, text))
    assert str(raised.value).startswith(problem)


def test_terms_that_are_no_rules_are_named(tmp_path: Path) -> None:
    (story,) = read_stories(written(tmp_path, HEAD.replace("\n\n", "\nRules: window.dais = 3\n\n", 1)))
    with pytest.raises(StoryError, match=r"^short\.story:1: unknown setting window\.dais"):
        play(story)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("# nothing yet\n", "short.story:1: the file has no story"), (HEAD + "\n" + HEAD, "short.story:7: the title")],
)
def test_a_folder_that_cannot_be_read_is_named(text: str, problem: str, tmp_path: Path) -> None:
    written(tmp_path, text)
    with pytest.raises(StoryError) as raised:
        all_stories(tmp_path)
    assert str(raised.value).startswith(problem)


def written(folder: Path, text: str) -> Path:
    path = folder / "short.story"
    path.write_text(text, encoding="utf-8")
    return path

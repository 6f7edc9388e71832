"""The page on the published rules, docs/rule-coverage.md, and the stories say the same."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stories.read import Story, all_stories

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "rule-coverage.md"
ROW = re.compile(r"\| ([A-Z]-\d\d) \| (.+) \| (.*) \|")


@dataclass(frozen=True)
class Rule:
    """A row of the page: the id, the rule, and the names of the stories and tests that show it."""

    id: str
    text: str
    shown_by: tuple[str, ...]


def rules() -> list[Rule]:
    """The rows of the page's tables, by their look: a row that looks otherwise is none of it."""
    rows = [ROW.fullmatch(line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    return [Rule(row[1], row[2], tuple(re.findall(r"`([^`]+)`", row[3]))) for row in rows if row]


def stories() -> dict[str, Story]:
    return {story.key: story for story in all_stories()}


each_rule = pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)


def test_every_row_of_the_page_is_read() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines if line.startswith("|") and not line.startswith(("| id ", "|---"))]
    assert len(told) == len(rules()) > 0


def test_every_id_stands_once() -> None:
    assert not [id_ for id_, count in Counter(rule.id for rule in rules()).items() if count > 1]


def test_every_id_of_a_story_is_on_the_page() -> None:
    known = {rule.id for rule in rules()}
    assert not [f"{story.place}: {id_}" for story in all_stories() for id_ in story.shows if id_ not in known]


@each_rule
def test_every_rule_is_shown_by_a_story_that_names_it(rule: Rule) -> None:
    showing = {story.key for story in all_stories() if rule.id in story.shows}
    assert showing & set(rule.shown_by)


@each_rule
def test_every_name_exists(rule: Rule) -> None:
    assert not [name for name in rule.shown_by if not (is_test(name) if "::" in name else shows(name, rule))]


def shows(name: str, rule: Rule) -> bool:
    """Whether there is a story of this name that names the rule."""
    story = stories().get(name)
    return story is not None and rule.id in story.shows


def is_test(name: str) -> bool:
    """Whether there is a test of this name, such as `tests/test_stories.py::test_story`."""
    path, _, function = name.partition("::")
    if not (ROOT / path).is_file():
        return False
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}

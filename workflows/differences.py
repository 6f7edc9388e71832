"""What differs between two versions of a machine definition, arc by arc, in words.

Versions are compared by their content, so that one which no program knows any more can be compared too.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]
#: What tells one arc from another: its event, the state it leaves, and what narrows it.
ArcKey = tuple[str, str, str | None, str | None]


def differences(before: Content, after: Content) -> tuple[str, ...]:
    """A sentence for each difference; none where the two say the same."""
    old, new = (json.loads(json.dumps(content)) for content in (before, after))
    return (
        *_states(old, new),
        *_arcs(_by_key(old), _by_key(new)),
        *_refundable(_ways(old), _ways(new)),
        *_members("rule", _named(old, "bars"), _named(new, "bars")),
        *_members("refund by override from", set(old.get("by_override", ())), set(new.get("by_override", ()))),
        *_members("payment data", _named(old, "payment_fields"), _named(new, "payment_fields")),
        *_other("meter", old.get("meter"), new.get("meter")),
        *_other("beginning", old.get("starts"), new.get("starts")),
        *_moved(old.get("moved", {}), new.get("moved", {})),
    )


def onward_states(content: Content, state: str) -> set[str]:
    """The other states to which arcs lead from this one."""
    return {arc[2] for arc in content["arcs"] if state in arc[1]} - {state}


def _states(old: Content, new: Content) -> Iterator[str]:
    was, is_ = ({name for arc in content["arcs"] for name in (*arc[1], arc[2])} for content in (old, new))
    yield from _members("state", was, is_)


def _members(what: str, old: set[str], new: set[str]) -> Iterator[str]:
    for name in sorted(old - new):
        yield f"{what} {name} is gone"
    for name in sorted(new - old):
        yield f"{what} {name} is new"


def _named(content: Content, member: str) -> set[str]:
    return {" ".join(str(part) for part in one) for one in content.get(member, ())}


def _by_key(content: Content) -> dict[ArcKey, list[Any]]:
    """Each arc once for every state it leaves."""
    return {(arc[0], source, arc[8], arc[9]): arc for arc in content["arcs"] for source in arc[1]}


def _arcs(old: Mapping[ArcKey, list[Any]], new: Mapping[ArcKey, list[Any]]) -> Iterator[str]:
    for key in dict.fromkeys((*old, *new)):
        was, is_ = old.get(key), new.get(key)
        if is_ is None:
            yield f"{_shown(key, was)} is gone"
        elif was is None:
            yield f"{_shown(key, is_)} is new"
        else:
            yield from (f"{_shown(key, was)} {what}" for what in _arc(was, is_))


def _shown(key: ArcKey, arc: list[Any] | None) -> str:
    target = "" if arc is None else arc[2]
    narrowed = "".join(f", {what}" for what in (f"if it came from {key[2]}" if key[2] else None, key[3]) if what)
    return f"{key[0]}: {key[1]} → {target}{narrowed}"


def _arc(was: list[Any], is_: list[Any]) -> Iterator[str]:
    if was[2] != is_[2]:
        yield f"leads to {is_[2]} now"
    if was[3] != is_[3]:
        yield f"is for {is_[3]} to say now, no longer for {was[3]}"
    if was[4] != is_[4]:
        yield f"asks for other data: {_list(is_[4])} instead of {_list(was[4])}"
    if was[5] != is_[5]:
        yield f"is guarded by {_list(is_[5])}, no longer by {_list(was[5])}"
    if was[6] != is_[6]:
        yield f"changes other facts: {is_[6] or 'none'} instead of {was[6] or 'none'}"
    if was[7] != is_[7]:
        yield f"as a step of a remedy: {_step(is_[7])} now, no longer {_step(was[7])}"


def _list(parts: list[list[Any]]) -> str:
    return ", ".join(str(part[0]) for part in parts) or "nothing"


def _step(step: list[Any] | None) -> str:
    return "none" if step is None else f"{step[0]} {json.dumps(step[1])}" if step[1] else str(step[0])


def _ways(content: Content) -> dict[str, list[str]]:
    ways: dict[str, list[str]] = {}
    for state, by_deadline, partial in content.get("refundable", ()):
        how = [name for name, holds in (("by the deadline", by_deadline), ("in part", partial)) if holds]
        ways.setdefault(state, []).append(" and ".join(how) or "in full")
    return ways


def _refundable(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[str]:
    for state in dict.fromkeys((*old, *new)):
        was, is_ = old.get(state), new.get(state)
        if is_ is None:
            yield f"a refund can no longer be asked for in {state}"
        elif was is None:
            yield f"a refund can be asked for in {state} now, {' or '.join(is_)}"
        elif was != is_:
            yield f"a refund from {state} is {' or '.join(is_)} now, no longer {' or '.join(was)}"


def _other(what: str, was: Any, is_: Any) -> Iterator[str]:
    if was != is_:
        yield f"the {what} is {json.dumps(is_)} now, no longer {json.dumps(was)}"


def _moved(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for state in dict.fromkeys((*old, *new)):
        if old.get(state) != new.get(state):
            goes = f"go on in {new[state]}" if state in new else "are no longer carried anywhere"
            yield f"resources of the earlier state {state} {goes}"

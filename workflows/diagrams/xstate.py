"""JSON: a machine config for XState, version 5, that an engine can run. `workflows.diagrams.verdicts` says how.

Its one guard must be given: `holds` is true where every verdict it names was told with the event as true.

    createMachine(config, {guards: {holds: ({event}, {verdicts}) => verdicts.every((name) => event[name] === true)}})

What is special about a state is its tag. What is laid over the machine stands in `meta`.
"""

import json
from typing import Any

from workflows.diagrams.graph import Edge, Graph, Mark, Node, Region, Start
from workflows.diagrams.labels import actor_words
from workflows.diagrams.overlay import Tally, Visit
from workflows.diagrams.verdicts import (
    BEGINNING,
    begins_as,
    begins_undecided,
    events_of,
    mark_of,
    verdict_name,
    verdicts_of,
)
from workflows.instants import instant_text

Config = dict[str, Any]


def to_json(graph: Graph) -> str:
    """A machine config; regions that live side by side make it one of type `parallel`."""
    first, *beside = graph.regions
    config: Config = {"id": graph.key, "description": "\n".join([graph.title, *graph.caption])}
    if beside:
        states = {region.key: {"description": region.title, **_region(region)} for region in graph.regions}
        config |= {"type": "parallel", "states": states}
    else:
        config |= _region(first)
    return json.dumps(config, indent=2, ensure_ascii=False) + "\n"


def _region(region: Region) -> Config:
    states = {node.key: _node(node, region) for node in region.nodes}
    if not begins_undecided(region):
        return {"initial": region.starts[0].target, "states": states}
    return {"initial": BEGINNING, "states": {BEGINNING: _beginning(region.starts), **states}}


def _node(node: Node, region: Region) -> Config:
    config: Config = {"description": node.label}
    if node.ends:
        config["type"] = "final"
    if node.mark != Mark.PLAIN:
        config["tags"] = [mark_of(node)]
    begun = () if begins_undecided(region) else _begun(node, region.starts)
    tally = _tally(node.tally) if node.tally else None
    meta = _told(tally=tally, here=node.here, begun=_times(begun))
    if meta:
        config["meta"] = meta
    events: dict[str, list[Config]] = {}
    for edge in region.edges:
        if edge.source == node.key:
            events.setdefault(edge.event, []).append(_transition(edge))
    return config | ({"on": events} if events else {})


def _beginning(starts: tuple[Start, ...]) -> Config:
    events: dict[str, list[Config]] = {}
    for start in starts:
        transition: Config = {"target": start.target, "guard": _guard([verdict_name(begins_as(start.target))])}
        if start.visits:
            transition["meta"] = _told(visits=_times(start.visits))
        for event in events_of(start):
            events.setdefault(event, []).append(transition)
    return {"description": "Not begun", "on": events}


def _begun(node: Node, starts: tuple[Start, ...]) -> tuple[Visit, ...]:
    return tuple(visit for start in starts if start.target == node.key for visit in start.visits)


def _transition(edge: Edge) -> Config:
    config: Config = {"target": edge.target}
    if edge.conditions:
        config["guard"] = _guard(verdicts_of(edge))
    meta = _told(actor=edge.actor, remedy=edge.remedy, possible=edge.possible, visits=_times(edge.visits))
    return config | {"description": _sentence(edge), "meta": meta}


def _sentence(edge: Edge) -> str:
    """The transition in words: who acts, and on what conditions."""
    return actor_words(edge) + (f", if {' and '.join(edge.conditions)}" if edge.conditions else "")


def _guard(verdicts: list[str]) -> Config:
    return {"type": "holds", "params": {"verdicts": verdicts}}


def _tally(tally: Tally) -> Config:
    """The tally as data: money as texts in major units, dwells in seconds."""
    dwells = {"median_dwell_seconds": tally.median_dwell, "p95_dwell_seconds": tally.p95_dwell}
    return {
        "count": tally.count,
        "money": [amount.to_json() for amount in tally.money],
        **{name: None if dwell is None else int(dwell.total_seconds()) for name, dwell in dwells.items()},
    }


def _times(visits: tuple[Visit, ...]) -> list[Config]:
    return [{"number": visit.number, "at": instant_text(visit.at)} for visit in visits]


def _told(**members: Any) -> Config:
    """Members that say something."""
    return {name: value for name, value in members.items() if value}

"""A drawing in words: for who cannot see it, and for who points at a part of it."""

from workflows.diagrams.graph import Edge, Graph, Node, Region, Start
from workflows.diagrams.inscription import HERE, mark_note

Step = Edge | Start


def description(graph: Graph) -> str:
    """The whole drawing: what is laid over it, and each region with its states and what is special about them."""
    first, *beside = graph.regions
    sentences = [*graph.caption, f"States: {_states(first)}"]
    sentences += [f"Beside it, {region.title}: {_states(region)}" for region in beside]
    steps = steps_of(graph)
    way = sorted((visit.number, f"{visit.text} {step.event}") for step in steps for visit in step.visits)
    if way:
        sentences.append(f"The way it came: {', '.join(dict.fromkeys(text for _, text in way))}")
    possible = [step.event for step in steps if isinstance(step, Edge) and step.possible]
    if possible:
        sentences.append(f"Possible next: {', '.join(dict.fromkeys(possible))}")
    return " ".join(f"{sentence.rstrip('.')}." for sentence in sentences)


def node_title(node: Node) -> str:
    """`Issued (issued): now here; 1,204; 80.00 USD`."""
    facts = [mark_note(node), HERE if node.here else "", *(node.tally.lines if node.tally else ())]
    told = "; ".join(fact for fact in facts if fact)
    name = f"{node.label} ({node.key})"
    return f"{name}: {told}" if told else name


def step_title(step: Step) -> str:
    """`certificate.revocation_requested by the customer; a step that a refund may need first`."""
    facts = [step.event]
    if isinstance(step, Edge):
        facts = [f"{step.event} by the {step.actor.replace('_', ' ')}"]
        if step.conditions:
            facts.append(f"only if {', '.join(step.conditions)}")
        if step.remedy:
            facts.append("a step that a refund may need first")
        if step.possible:
            facts.append("possible next")
    return "; ".join([*facts, *(visit.text for visit in step.visits)])


def _states(region: Region) -> str:
    """`Issued, Refunded (final, 12)`."""
    return ", ".join(_state(node) for node in region.nodes)


def _state(node: Node) -> str:
    tally = " / ".join(node.tally.lines) if node.tally else ""
    facts = [fact for fact in (mark_note(node), HERE if node.here else "", tally) if fact]
    return f"{node.label} ({', '.join(facts)})" if facts else node.label


def steps_of(graph: Graph) -> tuple[Step, ...]:
    """Every event of a drawing, beginnings first."""
    starts: list[Step] = [start for region in graph.regions for start in region.starts]
    return (*starts, *(edge for region in graph.regions for edge in region.edges))

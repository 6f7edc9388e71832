"""The data's part of `refundry verify`: run with a progress bar, told in words or as JSON."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from entrypoints.cli.feeding import progress
from service.desk import Desk
from service.verification.data import Report, check_data, how_many
from service.verification.properties import Findings, Property, Violation
from workflows.instants import instant_text


def verified_data(desk: Desk) -> Report:
    """Examine all that is stored, with a progress bar on standard error; any violation means exit status 1."""
    with progress("resources", how_many(desk)) as advance:
        return check_data(desk, advance)


def print_data(console: Console, report: Report) -> None:
    """Each property in words, of how much it holds, and the first places where it does not."""
    console.print(f"[bold]Stored data[/], as of {instant_text(report.at.replace(microsecond=0))}", highlight=False)
    for of in Property:
        _print_property(console, of, report.findings)
    for definition, rows in report.findings.undefined.items():
        told = f"{rows:,} rows were decided by a definition that is not kept: {definition}"
        console.print(f"[yellow]?[/] {told}", soft_wrap=True, highlight=False)
    console.print(
        f"{report.resources:,} resources in {report.seconds:.1f} s: {_verdict(report.findings)}", highlight=False
    )


def _print_property(console: Console, of: Property, findings: Findings) -> None:
    wrong, examined = findings.violations[of], findings.examined[of]
    mark = "[red]✗[/]" if wrong else "[green]✓[/]"
    console.print(f"{mark} {of.sentence} [dim]{examined:,} {of.examines}[/]", soft_wrap=True, highlight=False)
    shown = findings.first.get(of, [])
    for violation in shown:
        console.print(f"    {escape(_line(violation))}", soft_wrap=True, highlight=False)
    if wrong > len(shown):
        console.print(f"    … and {wrong - len(shown):,} more; {wrong:,} in all", highlight=False)


def _line(violation: Violation) -> str:
    of = "" if violation.resource_id is None else f"{violation.resource_id}"
    row = "" if violation.seq is None else f" row {violation.seq}"
    place = f"{of}{row}: " if of else ""
    return f"{place}expected {violation.expected}, found {violation.found}"


def _verdict(findings: Findings) -> str:
    total = findings.violations.total()
    return f"[bold red]{total:,} violations[/]" if total else "[bold green]everything holds[/]"


def data_json(report: Report) -> dict[str, Any]:
    """What was examined and found, for programs."""
    findings = report.findings
    return {
        "as_of": instant_text(report.at),
        "holds": findings.sound,
        "resources": report.resources,
        "seconds": round(report.seconds, 3),
        "properties": [_property_json(of, findings) for of in Property],
        "definitions_not_kept": [{"hash": one, "rows": rows} for one, rows in findings.undefined.items()],
    }


def _property_json(of: Property, findings: Findings) -> dict[str, Any]:
    return {
        "property": of.key,
        "sentence": of.sentence,
        "examined": findings.examined[of],
        "of": of.examines,
        "violations": findings.violations[of],
        "first": [
            {"resource_id": one.resource_id, "row": one.seq, "expected": one.expected, "found": one.found}
            for one in findings.first.get(of, [])
        ],
    }

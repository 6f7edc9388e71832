"""`refundry verify`: the machines proved, and all that is stored held against its own history."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from entrypoints.cli import options
from entrypoints.cli.verifying_data import data_json, print_data, verified_data
from entrypoints.cli.verifying_sums import print_sums, recounted_sums, sums_json
from entrypoints.settings import Settings
from entrypoints.wiring import look, read_rules
from persistence.database import is_there
from service.opening import kept_rules
from service.standard_rules import STANDARD_RULES
from service.verification.data import Report
from service.verification.sums import Recounted
from workflows.products import CATALOGUE
from workflows.proof.counterexample import CounterExample
from workflows.proof.proving import prove
from workflows.proof.report import Finding, Proof
from workflows.rules import RuleBook, Rules, parse_rules

Products = Annotated[
    list[str] | None,
    typer.Option("--product", metavar="KEY", help="Only this product; may be given several times."),
]


@dataclass(frozen=True, slots=True)
class Timed:
    """A proof and the seconds it took."""

    proof: Proof
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return self.proof.to_json() | {"seconds": round(self.seconds, 3)}


def verify(
    products: Products = None,
    machines: Annotated[bool, typer.Option("--machines/--no-machines", help="Whether to prove the machines.")] = True,
    data: Annotated[bool, typer.Option("--data/--no-data", help="Whether to look at the database, if any.")] = True,
    recount: Annotated[
        bool, typer.Option("--recount", help="Also count everything anew and compare each running sum with that.")
    ] = False,
    rules: options.Rules = None,
    as_json: options.AsJson = False,
) -> None:
    """Prove every machine under every version of the rules, and hold what is stored against its own history.

    The rules are those given, otherwise those that the database keeps, otherwise the standard ones. Nothing is
    written. Exit status 1 where anything is violated.
    """
    settings, keys = options.settings_with(rules), _keys(products)
    proved = list(_told(_proved(keys, _versions(settings)), quiet=as_json)) if machines else []
    there = is_there(settings.database_url)
    report = _data(settings, quiet=as_json) if data and there else None
    sums = _sums(settings, quiet=as_json) if recount and there else None
    holds = all(timed.proof.holds for timed in proved) and (report is None or report.findings.sound)
    holds = holds and not (sums and sums.wrong)
    if as_json:
        told = {
            "machines": [timed.to_json() for timed in proved],
            "data": None if report is None else data_json(report),
            "sums": None if sums is None else sums_json(sums),
        }
        typer.echo(json.dumps({"holds": holds} | told, indent=2, ensure_ascii=False))
    if not holds:
        raise typer.Exit(1)


def _told(proofs: Iterator[Timed], *, quiet: bool) -> Iterator[Timed]:
    for timed in proofs:
        if not quiet:
            tell(timed)
        yield timed


def _data(settings: Settings, *, quiet: bool) -> Report:
    report = verified_data(look(settings, CATALOGUE))
    if not quiet:
        print_data(Console(), report)
    return report


def _sums(settings: Settings, *, quiet: bool) -> Recounted:
    recounted = recounted_sums(look(settings, CATALOGUE))
    if not quiet:
        print_sums(Console(), recounted)
    return recounted


def _keys(products: Sequence[str] | None) -> Sequence[str]:
    for key in products or ():
        if key not in CATALOGUE:
            known = ", ".join(CATALOGUE.keys)
            raise typer.BadParameter(f"{key!r} is no product; there are {known}", param_hint="--product")
    return tuple(dict.fromkeys(products)) if products else CATALOGUE.keys


def _versions(settings: Settings) -> list[Rules]:
    """The versions given, otherwise those kept, otherwise the standard one. No database is made for it."""
    given = read_rules(settings.rules_files)
    return list(RuleBook(given or kept_rules(settings.database_url) or [parse_rules(STANDARD_RULES)]))


def _proved(keys: Sequence[str], versions: Sequence[Rules]) -> Iterator[Timed]:
    for key in keys:
        for rules in versions:
            began = perf_counter()
            proof = prove(CATALOGUE, key, rules)
            yield Timed(proof, perf_counter() - began)


def tell(timed: Timed) -> None:
    """One proof, a property a line; a counter-example as numbered lines and as a drawing."""
    console = Console(highlight=False, soft_wrap=True)
    proof = timed.proof
    console.print(
        f"[bold]{proof.product}[/] under rules {escape(proof.rules_version)}: {proof.payments} kinds of payment, "
        f"{proof.situations:,} situations, {proof.moves:,} moves, {timed.seconds:.1f} s"
    )
    for finding in proof.findings:
        _tell_finding(console, finding)


def _tell_finding(console: Console, finding: Finding) -> None:
    verdict = _verdict(finding)
    source = f" [dim]\\[{escape(finding.about.source)}][/]" if finding.about.source else ""
    judged = f"[dim]({finding.about.key}, judged {finding.examined:,} times)[/]"
    console.print(f"  {verdict} {escape(finding.about.sentence)}{source} {judged}")
    if finding.violation is not None:
        _tell_counter_example(console, finding.violation)


def _verdict(finding: Finding) -> str:
    if not finding.holds:
        return "[bold red]VIOLATED[/]"
    return "[green]holds[/]   " if finding.examined else "[dim]no case[/] "


def _tell_counter_example(console: Console, found: CounterExample) -> None:
    console.print(f"           [bold]{escape(found.problem)}[/]")
    for number, line in enumerate(found.lines, 1):
        console.print(f"           {number:2}. {escape(line.text)}")
    if found.mermaid is not None:
        console.print(f"\n```mermaid\n{escape(found.mermaid)}```\n")

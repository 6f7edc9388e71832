"""`refundry`: the verbs, and the one place where an error becomes an exit status."""

import sys

import typer

from entrypoints.catalogues import CatalogueError
from entrypoints.cli import (
    answers,
    bulk,
    changing,
    consuming,
    databases,
    demonstration,
    diagrams,
    exporting,
    feeding,
    hooks,
    letters,
    paying,
    refunding,
    refusals,
    ruling,
    serving,
    simulating,
    switches,
    unreadable,
    verifying,
)
from entrypoints.exports.formats import MissingExtraError
from entrypoints.http.problems import ProblemError
from entrypoints.settings import SettingsError
from persistence.database import BadDatabaseUrlError
from persistence.errors import StoreError
from service.bulk import BulkConflictError
from service.bulk_previews import BulkError
from service.copying import CopyError
from service.hastening import NothingToHastenError
from service.hooks.addresses import BadAllowanceError
from service.hooks.subscriptions import BadHookError, HookConflictError
from service.inspection import DiagramError
from service.keyed import KeyInUseError, KeyReusedError
from service.letters import ReasonMissingError, ResolvedAlreadyError
from service.migrating import StrandedError
from service.putting_away import MonthError
from service.questions import NotFoundError
from service.refusals import BadQuestionError
from service.supposition import BadSuppositionError
from service.switches import SwitchError, SwitchStandsError
from workflows.history import PutAwayError
from workflows.money import AmountError
from workflows.review import ReviewError
from workflows.rules import RulesError
from workflows.step import EarlierDefinitionError

app = typer.Typer(
    name="refundry",
    help="Knows for every purchased resource whether it may be refunded, how much, why not, what first and until when.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demonstration.demo)
app.command("serve")(serving.serve)
app.command("ingest")(feeding.ingest_file)
app.command("consume")(consuming.consume)
app.command("eligibility")(answers.eligibility)
app.command("refund")(refunding.refund)
app.add_typer(refunding.reviews, name="reviews")
app.add_typer(paying.app, name="refunds")
app.command("refusals")(refusals.refusals)
app.command("sweep")(answers.sweep_now)
app.command("diagram")(diagrams.diagram)
app.add_typer(bulk.app, name="bulk")
app.add_typer(exporting.app, name="export")
app.add_typer(letters.app, name="events")
letters.app.add_typer(unreadable.app, name="unreadable")
app.add_typer(switches.app, name="switches")
app.command("verify")(verifying.verify)
app.add_typer(changing.app, name="workflows")
app.add_typer(simulating.app, name="simulate")
app.add_typer(ruling.app, name="rules")
app.add_typer(hooks.app, name="hooks")
app.add_typer(databases.app, name="db")

#: Errors that are the caller's to mend, with the exit status each has.
EXPECTED: dict[type[Exception], int] = {
    SettingsError: 2,
    BadDatabaseUrlError: 2,
    RulesError: 2,
    NothingToHastenError: 1,
    StrandedError: 2,
    CatalogueError: 2,
    changing.UncheckableError: 2,
    BadAllowanceError: 2,
    BadHookError: 2,
    BadQuestionError: 2,
    BadSuppositionError: 2,
    CopyError: 1,
    HookConflictError: 1,
    NotFoundError: 1,
    EarlierDefinitionError: 1,
    ReviewError: 1,
    AmountError: 2,
    ProblemError: 2,
    MissingExtraError: 2,
    BulkError: 2,
    BulkConflictError: 1,
    ResolvedAlreadyError: 1,
    ReasonMissingError: 2,
    SwitchStandsError: 1,
    SwitchError: 2,
    DiagramError: 2,
    PutAwayError: 1,
    MonthError: 1,
    KeyReusedError: 1,
    KeyInUseError: 1,
    StoreError: 1,
    OSError: 1,
}


def main() -> None:
    """Run the command line; expected errors are one line on standard error."""
    try:
        app()
    except tuple(EXPECTED) as error:
        typer.echo(f"refundry: {' '.join(str(error).split())}", err=True)
        status = next(code for kind, code in EXPECTED.items() if isinstance(error, kind))
        sys.exit(status)


if __name__ == "__main__":
    main()

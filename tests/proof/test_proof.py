"""The machines hold, under the standard rules and under others; and what is shown of a proof."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from entrypoints.cli import verifying
from entrypoints.cli.main import app
from service.standard_rules import STANDARD_RULES
from tests.proof.payments import STANDARD, Unchecked, chosen, proof_of
from tests.properties.stories import RULES
from workflows.definition import Refundable
from workflows.products import CATALOGUE
from workflows.products.message_notification import MESSAGE_NOTIFICATION
from workflows.proof.promises import PROMISES
from workflows.proof.properties import PROPERTIES
from workflows.proof.proving import prove
from workflows.proof.report import Proof
from workflows.rules import parse_rules
from workflows.words import ISSUED

#: Days of 24 hours, half a coupon's worth, overrides: what the standard rules leave out.
OTHER_RULES = (
    RULES[0] + '[override]\nup_to = { USD = "1.00" }\n',
    RULES[1],
)
#: How many situations there are at least from two payments; those of the smaller products with an event that waits.
FLOORS = {
    "ssl_certificate": 400,
    "https_acceleration_gateway": 400,
    "private_ca": 600,
    "message_notification": 120,
    "domain_monitoring": 120,
    "certificate_repository": 120,
    "cloud_deployment": 250,
}
WAITING = FLOORS.keys() - {"ssl_certificate", "https_acceleration_gateway"}


def faults(proof: Proof) -> dict[str, list[str]]:
    return {
        finding.about.key: [finding.violation.problem, *(line.text for line in finding.violation.lines)]
        for finding in proof.findings
        if finding.violation is not None
    }


@pytest.mark.parametrize("key", CATALOGUE.keys)
def test_every_product_holds_under_the_standard_rules(key: str) -> None:
    names = ["paid in cash", "paid in part with a coupon"]
    proof = prove(CATALOGUE, key, STANDARD, chosen(CATALOGUE, key, STANDARD, names, waiting=key in WAITING))
    assert not faults(proof)
    assert proof.situations > FLOORS[key]
    assert proof.moves > 5 * proof.situations


@pytest.mark.parametrize("key", ["message_notification", "https_acceleration_gateway"])
@pytest.mark.parametrize("text", OTHER_RULES, ids=lambda text: parse_rules(text).version)
def test_products_hold_under_other_rules(key: str, text: str) -> None:
    rules = parse_rules(text)
    names = ["paid in part with a coupon", "the smallest amount of cash beside a coupon", "promotion unheard_of"]
    names += [f"promotion {code}" for code in rules.promotions]
    proof = prove(CATALOGUE, key, rules, chosen(CATALOGUE, key, rules, names))
    assert not faults(proof)


def test_all_that_must_hold_is_judged_somewhere() -> None:
    """A property that nothing is ever judged by would hold whatever happens."""
    rules = parse_rules(OTHER_RULES[0])
    judged: set[str] = set()
    for key in ("https_acceleration_gateway", "private_ca"):
        proof = prove(CATALOGUE, key, rules, chosen(CATALOGUE, key, rules, ["paid in cash"]))
        judged |= {finding.about.key for finding in proof.findings if finding.examined}
    assert judged == {one.key for one in PROPERTIES}


def test_the_published_table_speaks_of_every_product() -> None:
    assert set(PROMISES) == set(CATALOGUE.keys)


def test_no_two_properties_share_a_key_and_each_is_one_sentence() -> None:
    assert len({one.key for one in PROPERTIES}) == len(PROPERTIES)
    assert not [one.key for one in PROPERTIES if not one.sentence.endswith(".") or ". " in one.sentence]


def test_a_product_that_no_table_names_is_held_to_the_general_promises() -> None:
    eighth = replace(
        MESSAGE_NOTIFICATION, key="eighth", refundable=(*MESSAGE_NOTIFICATION.refundable, Refundable(ISSUED))
    )
    catalogue = Unchecked(eighth)
    proof = prove(catalogue, "eighth", STANDARD, chosen(catalogue, "eighth", STANDARD, ["paid in cash"]))
    assert proof.violated == {"nothing_in_use"}


def test_a_counter_example_is_a_way_from_the_payment_on() -> None:
    faulty = replace(MESSAGE_NOTIFICATION, refundable=(*MESSAGE_NOTIFICATION.refundable, Refundable(ISSUED)))
    found = next(one for one in proof_of(faulty).findings if one.about.key == "nothing_in_use")
    assert found.violation is not None
    assert [(line.event, line.outcome, line.state) for line in found.violation.lines] == [
        ("order.paid", "applied", "pending"),
        ("notification.configured", "applied", "issued"),
        ("refund.requested", "applied", "refunding"),
    ]
    assert found.violation.problem == "a full refund was taken of what is issued"
    drawn = found.violation.mermaid
    assert drawn is not None
    assert "stateDiagram-v2" in drawn
    assert "s1 --> s2: #51;#46; refund.requested" in drawn


def run(*words: str, database: Path) -> tuple[int, str]:
    environment = {"REFUNDRY_DATABASE_URL": f"sqlite:///{database}", "TERM": "dumb", "NO_COLOR": "1"}
    answer = CliRunner().invoke(app, ["verify", *words], env=environment)
    return answer.exit_code, answer.output


def test_the_verb_tells_what_holds_and_makes_no_database(tmp_path: Path) -> None:
    code, told = run("--product", "message_notification", "--json", database=tmp_path / "none.db")
    answer = json.loads(told)
    assert code == 0
    assert answer["holds"] is True
    assert [(one["product"], one["rules_version"]) for one in answer["machines"]] == [
        ("message_notification", "2026-03-18")
    ]
    assert [one["property"] for one in answer["machines"][0]["properties"]] == [one.key for one in PROPERTIES]
    assert not list(tmp_path.iterdir())


def test_the_verb_takes_rules_and_refuses_what_is_no_product(tmp_path: Path) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text(STANDARD_RULES.replace('2026-03-18"', 'shorter"', 1).replace("days = 7", "days = 1"), "utf-8")
    code, told = run("--product", "domain_monitoring", "--rules", str(rules), database=tmp_path / "none.db")
    assert code == 0
    assert "domain_monitoring under rules shorter" in told
    assert "VIOLATED" not in told
    code, told = run("--product", "umbrella", database=tmp_path / "none.db")
    assert code == 2
    assert "umbrella" in told


def test_what_is_violated_is_told_with_its_counter_example(capsys: pytest.CaptureFixture[str]) -> None:
    faulty = replace(MESSAGE_NOTIFICATION, refundable=(*MESSAGE_NOTIFICATION.refundable, Refundable(ISSUED)))
    verifying.tell(verifying.Timed(proof_of(faulty), 1.5))
    told = capsys.readouterr().out
    assert "VIOLATED Nothing in use is refunded in full" in told
    assert " 3. 2026-03-18T10:00:00Z  refund.requested: applied -> refunding" in told
    assert "```mermaid" in told

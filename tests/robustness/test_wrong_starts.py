"""What a process is told at its start, and is wrong: one clear line and exit status 2, whatever the mistake."""

from pathlib import Path

import pytest

from entrypoints.cli import main as command_line
from tests.robustness.services import commanded

HEAD = 'version = "v"\neffective_from = 2026-01-01T00:00:00Z\n'
MISTAKES = {
    "no TOML": ("version = ", "not TOML"),
    "not UTF-8": (b'version = "\xff"', "utf-8"),
    "a byte order mark": (b"\xef\xbb\xbf" + HEAD.encode(), "not TOML"),
    "empty": ("", "version is missing"),
    "no version": ("effective_from = 2026-01-01T00:00:00Z", "version is missing"),
    "an empty version": ('version = ""', "version is ''"),
    "a number for a version": ("version = 1", "version is 1"),
    "a version too long": (f'version = "{"x" * 65}"', "version is"),
    "no effective_from": ('version = "v"', "effective_from is missing"),
    "a date alone": ('version = "v"\neffective_from = 2026-01-01', "with its offset"),
    "no offset": ('version = "v"\neffective_from = 2026-01-01T00:00:00', "with its offset"),
    "a text for an instant": ('version = "v"\neffective_from = "2026-01-01T00:00:00Z"', "with its offset"),
    "an instant before all": ('version = "v"\neffective_from = 0001-01-01T00:00:00+10:00', "out of range"),
    "an instant after all": ('version = "v"\neffective_from = 9999-12-31T23:59:59-10:00', "out of range"),
    "an unknown setting": (HEAD + "days = 7", "unknown setting days"),
    "an unknown setting with a line break": (HEAD + '"a\\nb" = 7', "unknown setting a b"),
    "an unknown setting in a table": (HEAD + "[window]\nweeks = 1", "unknown setting window.weeks"),
    "an unknown table": (HEAD + "[windows]\ndays = 7", "unknown setting windows"),
    "a setting twice": (HEAD + HEAD, "not TOML"),
    "a late arrival without a unit": (HEAD + 'late_arrival = "1"', "late_arrival: '1'"),
    "a late arrival that is a number": (HEAD + "late_arrival = 1", "late_arrival: 1"),
    "a late arrival before the deadline": (HEAD + 'late_arrival = "-1h"', "late_arrival: '-1h'"),
    "a late arrival of years": (HEAD + 'late_arrival = "400d"', "longer than a year"),
    "no days": (HEAD + "[window]\ndays = 0", "window.days is 0"),
    "too many days": (HEAD + "[window]\ndays = 3651", "window.days is 3651"),
    "half a day": (HEAD + "[window]\ndays = 7.5", "window.days is 7.5"),
    "true for days": (HEAD + "[window]\ndays = true", "window.days is True"),
    "days as a text": (HEAD + '[window]\ndays = "7"', "window.days is '7'"),
    "days beyond every number": (HEAD + "[window]\ndays = " + "9" * 5000, "rules file"),
    "an unknown convention": (HEAD + '[window]\nconvention = "business_days"', "calendar_days, exact"),
    "an unknown zone": (HEAD + '[window]\nzone = "Mars/Olympus"', "no IANA zone"),
    "an empty zone": (HEAD + '[window]\nzone = ""', "no IANA zone"),
    "a folder for a zone": (HEAD + '[window]\nzone = "Europe"', "no IANA zone"),
    "a path for a zone": (HEAD + '[window]\nzone = "../../etc/passwd"', "no IANA zone"),
    "a zone with a NUL": (HEAD + '[window]\nzone = "\\u0000"', "no IANA zone"),
    "a zone too long": (HEAD + f'[window]\nzone = "{"x" * 5000}"', "no IANA zone"),
    "an offset for a zone": (HEAD + '[window]\nzone = "+01:00"', "no IANA zone"),
    "rounding up": (HEAD + '[money]\nrounding = "up"', "money.rounding is 'up'"),
    "an unknown allocation": (HEAD + '[money]\ncoupon_allocation = "cash_first"', "coupon_first, proportional"),
    "a limit in no currency": (HEAD + '[review]\nabove = { XYZ = "1.00" }', "review.above"),
    "a limit that is a number": (HEAD + "[review]\nabove = { USD = 500 }", "review.above"),
    "a limit below zero": (HEAD + '[review]\nabove = { USD = "-1" }', "review.above"),
    "a limit with too many decimals": (HEAD + '[review]\nabove = { JPY = "1.50" }', "review.above"),
    "a limit for everything": (HEAD + '[review]\nabove = "500"', "review.above"),
    "a table that is none": (HEAD + "window = 7", "window is 7"),
    "a promotion that is none": (HEAD + "[promotions]\nspring = true", "promotions.spring"),
    "a promotion half refundable": (HEAD + '[promotions.x]\nrefundable = "partly"', "promotions.x.refundable"),
    "a promotion without days": (HEAD + "[promotions.x]\nwindow_days = 0", "promotions.x.window_days"),
    "a promotion with more": (HEAD + "[promotions.x]\nprice = 1", "unknown setting promotions.x.price"),
    "nested too deeply": ("version = " + "[" * 5000 + "]" * 5000, "rules file"),
}


class CommandLine:
    """The command line within this process: its exit status, and its lines on standard error."""

    def __init__(self, database: Path, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self._patch, self._captured = patch, captured
        patch.setenv("REFUNDRY_DATABASE_URL", f"sqlite:///{database}")
        patch.delenv("REFUNDRY_RULES", raising=False)

    def run(self, *arguments: str) -> tuple[object, list[str]]:
        self._patch.setattr("sys.argv", ["refundry", *arguments])
        self._captured.readouterr()
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        return ended.value.code, self._captured.readouterr().err.splitlines()


@pytest.fixture
def command(database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(database, monkeypatch, capsys)


@pytest.fixture
def rules_file(tmp_path: Path) -> Path:
    return tmp_path / "rules.toml"


@pytest.mark.parametrize(("text", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_one_clear_line_and_status_2(
    command: CommandLine, rules_file: Path, text: str | bytes, told: str
) -> None:
    rules_file.write_bytes(text if isinstance(text, bytes) else text.encode())
    status, lines = command.run("db", "upgrade", "--rules", str(rules_file))
    assert (status, len(lines)) == (2, 1)
    assert lines[0].startswith(f"refundry: rules file {rules_file}: ")
    assert told in lines[0]


def test_a_rules_file_that_is_not_there_or_a_folder(command: CommandLine, tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        status, lines = command.run("sweep", "--rules", str(path))
        assert (status, len(lines)) == (2, 1)
        assert str(path) in lines[0]


def test_two_files_that_contradict_each_other(command: CommandLine, tmp_path: Path) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(HEAD)
    for text, told in ((HEAD + "[window]\ndays = 9", "given twice"), (HEAD.replace('"v"', '"w"'), "the same instant")):
        second.write_text(text)
        status, lines = command.run("db", "upgrade", "--rules", str(first), "--rules", str(second))
        assert (status, len(lines)) == (2, 1)
        assert told in lines[0]


def test_a_version_that_the_database_keeps_with_other_terms(command: CommandLine, rules_file: Path) -> None:
    rules_file.write_text(HEAD)
    assert command.run("db", "upgrade", "--rules", str(rules_file)) == (0, [])
    assert command.run("db", "upgrade", "--rules", str(rules_file)) == (0, [])
    rules_file.write_text(HEAD + "[window]\ndays = 9")
    status, lines = command.run("db", "upgrade", "--rules", str(rules_file))
    assert (status, len(lines)) == (2, 1)
    assert "'v'" in lines[0] and "different terms" in lines[0]
    rules_file.write_text(HEAD.replace('"v"', '"w"'))
    status, lines = command.run("db", "upgrade", "--rules", str(rules_file))
    assert (status, len(lines)) == (2, 1)
    assert command.run("db", "upgrade") == (0, [])


def test_a_service_with_wrong_rules_does_not_start(database: Path, rules_file: Path) -> None:
    rules_file.write_text(HEAD + "[window]\ndays = 0")
    done = commanded(database, "serve", "--port", "1", "--rules", str(rules_file))
    assert done.returncode == 2
    assert (
        done.stderr
        == f"refundry: rules file {rules_file}: window.days is 0; it must be a number of days from 1 to 3650\n"
    )


@pytest.mark.parametrize(
    "host", ["0.0.0.0", "::", "", "192.168.1.1", "10.0.0.1", "::ffff:0.0.0.0", "0", "255.255.255.255", "no such host"]
)
def test_an_address_that_others_can_reach_is_refused(command: CommandLine, host: str) -> None:
    status, lines = command.run("serve", "--host", host, "--port", "1")
    assert (status, len(lines)) == (2, 1)
    assert lines[0].startswith(f"refundry: --host {host}".rstrip())


@pytest.mark.parametrize(
    "url",
    [
        "refundry.db", "", "sqlite://", "sqlite:///:memory:", "mysql://localhost/x", "postgresql+psycopg://h:port/x",
        "postgresql+psycopg2://localhost/x", "sqlite+none:///x.db", "oracle+none://x",
    ],
)  # fmt: skip
def test_a_database_url_that_cannot_be_used_is_one_line_and_status_2(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    if url:
        monkeypatch.setenv("REFUNDRY_DATABASE_URL", url)
        status, lines = command.run("db", "upgrade")
        assert (status, len(lines)) == (2, 1)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////no/such/folder/x.db", "sqlite:////etc/passwd", "postgresql+psycopg://127.0.0.1:1/x?connect_timeout=2"],
)
def test_a_database_that_is_not_there_is_one_line_and_status_1(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("REFUNDRY_DATABASE_URL", url)
    status, lines = command.run("db", "upgrade")
    assert (status, len(lines)) == (1, 1)
    assert lines[0].startswith("refundry: The database could not be used: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REFUNDRY_TICK_SECONDS", "often"), ("REFUNDRY_TICK_SECONDS", "0"), ("REFUNDRY_TICK_SECONDS", "nan"),
        ("REFUNDRY_TICK_SECONDS", "inf"), ("REFUNDRY_MAX_BODY_BYTES", "-1"), ("REFUNDRY_MAX_BODY_BYTES", "5MB"),
        ("REFUNDRY_LOG_LEVEL", "loud"),
    ],
)  # fmt: skip
def test_a_setting_that_cannot_be_used_is_one_line_and_status_2(
    command: CommandLine, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    status, lines = command.run("db", "upgrade")
    assert (status, len(lines)) == (2, 1)
    assert name in lines[0] and repr(value) in lines[0]

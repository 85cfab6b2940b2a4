"""``open_round``, ``close_round``, ``verify_records`` and ``remind`` from the command line."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from plans.models import AuditEntry, Record, ReportingRound, Role
from plans.rounds.services.closing import gaps_of, warnings_of
from tests.factories import make_report, make_unit, make_user
from tests.rounds.test_records import tamper
from tests.scenes import Scene, set_scene
from tests.statuses.test_reminders import PickyServer

pytestmark = pytest.mark.django_db

PLAN = "technical-cooperation"


def warnings(scene: Scene) -> list[str]:
    """The lines that warn of the missing cover."""
    (warning,) = warnings_of(scene.round)
    assert warning.about == "cover"
    return [f"warning: {warning}"]


def run(*words: str) -> tuple[str, str]:
    """Run a command; what it wrote to standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command(*words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*words: str) -> tuple[str, list[str]]:
    """Run a command that fails; its reason, and what it wrote to standard error before."""
    err = io.StringIO()
    with pytest.raises(CommandError) as error:
        call_command(*words, stdout=io.StringIO(), stderr=err)
    assert error.value.returncode == 1
    return str(error.value), err.getvalue().splitlines()


def test_a_round_is_opened_in_the_name_of_the_oldest_administrator() -> None:
    make_report()
    make_user("chief", Role.ADMINISTRATOR)
    make_user("second", Role.ADMINISTRATOR)
    out, err = run(
        "open_round",
        PLAN,
        "--as-at",
        "2001-02-28",
        "--reports-due",
        "2001-02-15",
        "--symbol",
        "GB.280/TC/2",
    )
    round_ = ReportingRound.objects.get(as_at=date(2001, 2, 28))
    assert out == (
        f"opened round {round_.pk} of technical-cooperation gb276-tc-2 as at 2001-02-28, "
        "with 1 status to report, in the name of chief\n"
    )
    assert err == ""
    assert (round_.symbol, round_.reports_due_on) == ("GB.280/TC/2", date(2001, 2, 15))
    assert AuditEntry.objects.get().actor is not None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([PLAN, "--as-at", "2001-02-30"], "--as-at 2001-02-30: not a date such as 2000-08-31"),
        (["no-plan", "--as-at", "2001-02-28"], f"no plan no-plan; there is {PLAN}"),
        (
            [PLAN, "--version", "v9", "--as-at", "2001-02-28"],
            f"{PLAN} has no version v9; there is gb276-tc-2",
        ),
        (
            [PLAN, "--as-at", "2001-02-28", "--by", "nobody"],
            "--by nobody: there is no active account of this name",
        ),
        ([PLAN, "--as-at", "2001-02-28", "--by", "reader"], "Only the secretariat opens rounds."),
        ([PLAN, "--as-at", "2000-08-31"], "There is a round as at this date already."),
        (
            [PLAN, "--as-at", "2000-02-28"],
            "A later round has been reported already; choose a later date.",
        ),
    ],
)
def test_a_round_that_cannot_be_opened_is_refused_in_one_line(
    words: list[str], reason: str
) -> None:
    make_report()
    make_user("chief", Role.ADMINISTRATOR)
    make_user("reader")
    assert refused("open_round", *words) == (reason, [])
    assert ReportingRound.objects.count() == 1


def test_without_an_administrator_somebody_has_to_be_named() -> None:
    make_report()
    reason, _err = refused("open_round", PLAN, "--as-at", "2001-02-28")
    assert reason == "nobody is an administrator; say with --by in whose name"


def test_a_round_with_gaps_is_not_closed_and_each_gap_is_a_line() -> None:
    scene = set_scene(elements=6)
    scene.submit(1)
    scene.clear(2)
    reason, lines = refused(
        "close_round", PLAN, "--as-at", "2001-02-28", "--by", scene.secretary.username
    )
    assert "2 gaps" in reason
    gaps = [f"{', '.join(gap.references)}: {gap.problem}" for gap in gaps_of(scene.round)]
    assert lines == warnings(scene) + gaps
    assert [gap.references for gap in gaps_of(scene.round)] == [
        ("I.1.1", "I.1.2"),
        ("I.1.5", "I.1.6"),
    ]


def test_what_was_submitted_is_never_closed_away_as_not_reported() -> None:
    scene = set_scene(elements=4)
    scene.submit(1)
    reason, lines = refused(
        "close_round",
        PLAN,
        "--as-at",
        "2001-02-28",
        "--not-reported-all",
        "--by",
        scene.secretary.username,
    )
    assert "1 gap" in reason
    assert lines == [*warnings(scene), "I.1.1, I.1.2: Waits for clearance."]
    assert scene.snapshot(2).revision == 0


def test_a_round_is_closed_with_the_rest_not_reported() -> None:
    scene = set_scene(elements=4)
    scene.clear(1)
    (warning,) = warnings(scene)
    out, err = run(
        "close_round",
        PLAN,
        "--as-at",
        "2001-02-28",
        "--not-reported-all",
        "--by",
        scene.secretary.username,
    )
    assert err == f"{warning}\n"
    record = Record.objects.get(round=scene.round)
    assert out == (
        f"closed round {scene.round.pk} of technical-cooperation gb276-tc-2 as at 2001-02-28 "
        f"in the name of ines\nrecord 1, SHA-256 {record.sha256}\n"
    )
    assert scene.snapshot(2).category == "not_reported"


@pytest.mark.parametrize("gap", [False, True])
def test_a_dry_run_says_what_closing_would_and_changes_nothing(gap: bool) -> None:
    scene = set_scene(elements=4)
    scene.clear(1)
    if gap:
        scene.submit(2)
    words = ["close_round", PLAN, "--as-at", "2001-02-28", "--not-reported-all", "--dry-run"]
    words += ["--by", scene.secretary.username]
    if gap:
        assert refused(*words) == (
            "The round cannot be closed: 1 gap is left.",
            [*warnings(scene), "I.1.3, I.1.4: Waits for clearance."],
        )
    else:
        assert run(*words) == (
            f"would close round {scene.round.pk} of technical-cooperation gb276-tc-2 as at "
            "2001-02-28 in the name of ines\n",
            f"{warnings(scene)[0]}\n",
        )
    scene.round.refresh_from_db()
    assert not scene.round.is_closed
    assert scene.snapshot(2).state == ("submitted" if gap else "draft")
    assert not Record.objects.filter(round=scene.round).exists()
    assert not AuditEntry.objects.filter(action=AuditEntry.Action.ROUND_CLOSED).exists()


def test_a_closed_round_is_not_closed_again() -> None:
    make_report()
    make_user("chief", Role.ADMINISTRATOR)
    reason, _err = refused("close_round", PLAN, "--as-at", "2000-08-31")
    assert reason == ("The round as at 31 August 2000 is closed; nothing in it can be changed.")


def test_records_that_hold_are_verified() -> None:
    make_report()
    assert run("verify_records") == ("1 record of 1 closed round verified\n", "")


def test_records_that_do_not_hold_are_named_one_a_line() -> None:
    round_ = make_report()
    record = round_.records.get()
    tamper("UPDATE plans_record SET previous_sha256 = %s WHERE id = %s", "0" * 64, record.pk)
    assert refused("verify_records") == (
        "1 thing does not hold",
        [
            f"{PLAN} gb276-tc-2 2000-08-31, record 1: it does not name the SHA-256 of the record "
            "before it"
        ],
    )


@pytest.mark.parametrize("named", ["", "number", "date"])
def test_the_round_to_remind_of_is_named_by_number_or_date_or_is_the_open_one(named: str) -> None:
    scene = set_scene()
    words = {"": [], "number": ["--round", str(scene.round.pk)], "date": ["--round", "2001-02-28"]}
    out, err = run("remind", *words[named])
    assert (out, err) == ("reminded olga <olga@example.org>: 1 overdue\n", "")
    assert len(mail.outbox) == 1


def test_a_dry_run_says_who_would_be_reminded() -> None:
    scene = set_scene()
    make_user("silent", Role.OFFICER, units=[scene.unit])
    out, _err = run("remind", "--dry-run")
    assert out == (
        "would remind olga <olga@example.org>: 1 overdue\nno e-mail address: silent: 1 overdue\n"
    )
    assert mail.outbox == []


def test_who_was_reminded_today_is_named() -> None:
    set_scene()
    run("remind")
    assert run("remind")[0] == "reminded today already: olga\n"


def test_it_is_said_when_nobody_owes_anything() -> None:
    set_scene().clear_all()
    assert run("remind")[0] == "nobody owes anything\n"


def test_a_letter_that_is_not_taken_is_named_and_the_exit_status_is_1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_scene()
    monkeypatch.setattr("plans.statuses.services.reminders.get_connection", PickyServer)
    assert refused("remind") == (
        "1 letter was not sent",
        ["not sent to olga <olga@example.org>: {'olga@example.org': (550, b'no such box')}"],
    )


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ([], "no round is open"),
        (["--round", "999999"], "--round 999999: no such round"),
        (["--round", "1999-01-01"], "--round 1999-01-01: no round is as at this date"),
        (["--round", "soon"], "--round soon: not a date such as 2000-08-31"),
        (
            ["--round", "2000-08-31"],
            "The round as at 31 August 2000 is closed; nobody owes a report.",
        ),
    ],
)
def test_a_round_that_nobody_can_be_reminded_of_is_refused(words: list[str], reason: str) -> None:
    make_report()
    assert refused("remind", *words) == (reason, [])


def test_of_several_open_rounds_one_has_to_be_named() -> None:
    scene = set_scene()
    other = make_report(slug="other", closed=False)
    make_unit("none")
    reason, _err = refused("remind")
    assert reason == (
        "several rounds are open; name one with --round: "
        f"{scene.round.pk} (technical-cooperation gb276-tc-2 2001-02-28), "
        f"{other.pk} (other gb276-tc-2 2000-08-31)"
    )

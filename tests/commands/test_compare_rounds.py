"""``manage.py compare_rounds``."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import docx
import pytest
from django.core.management import CommandError, call_command

from tests.factories import close, make_report, make_round, make_status

pytestmark = pytest.mark.django_db
DATES = ("2000-08-31", "2001-02-28")


def two_rounds() -> None:
    earlier = make_report()
    later = make_round(earlier.version, as_at=date(2001, 2, 28))
    make_status(later, earlier.version.elements.all(), text="It was finished.")
    close(later)


def run(*arguments: str) -> tuple[str, str]:
    """What the command wrote to standard output and to standard error."""
    out, err = io.StringIO(), io.StringIO()
    call_command("compare_rounds", "technical-cooperation", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_the_comparison_is_an_html_file_that_stands_alone() -> None:
    two_rounds()

    out, err = run(*DATES)

    assert out.startswith("<!DOCTYPE html>")
    assert "It was finished." in out
    assert ".comparison del" in out
    assert err == "2 of 2 action elements changed; 9 words removed, 3 added\n"


def test_the_dates_may_come_in_either_order() -> None:
    two_rounds()

    assert run(*DATES) == run(*reversed(DATES))


def test_the_comparison_goes_to_a_file_in_the_format_that_is_named(tmp_path: Path) -> None:
    two_rounds()
    path = tmp_path / "changes.docx"

    run(*DATES, "--format", "docx", "--output", str(path))

    assert len(docx.Document(str(path)).tables) == 1


def test_all_rows_are_written_when_asked() -> None:
    make_round(make_report().version, as_at=date(2001, 2, 28))

    changes, err = run(*DATES)
    everything, _ = run(*DATES, "--all-rows")

    assert ("row-element" in changes.partition("<body>")[2], "row-element" in everything) == (
        False,
        True,
    )
    assert err.startswith("Note: the round as at 2001-02-28 is open; its texts are drafts.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("2000-08-31", "2000-08-31"), "a report cannot be compared with itself; name two dates"),
        (("2000-08-31", "yesterday"), "DATE yesterday: not a date such as 2000-08-31"),
        (
            ("2000-08-31", "2002-02-28"),
            "technical-cooperation gb276-tc-2 has no round as at 2002-02-28; there is 2000-08-31, "
            "2001-02-28",
        ),
        ((*DATES, "--format", "csv"), "--format csv: no such format; choose one of html,pdf,docx"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(arguments: tuple[str, ...], message: str) -> None:
    two_rounds()

    with pytest.raises(CommandError) as caught:
        run(*arguments)

    assert str(caught.value) == message

"""Long exports of what changed between two rounds: as those of reports, for whom they are."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from django.conf import LazySettings
from pypdf import PdfReader

from plans.exports import long_exports
from plans.exports.job_files import Failure
from plans.exports.long_exports import State, is_long, take
from plans.exports.queries import report_table, visible_report
from plans.models import ReportingRound, Role
from plans.reports.changes import Outcome, Shown, View, filter_comparison
from plans.reports.compare import compare
from plans.reports.writers import COMPARISON_FORMATS as FORMATS
from tests.exports.long_files import (
    NOBODY,
    SLEEPS,
    Started,
    ask,
    document,
    kept,
    secretariat,
    wait,
)
from tests.factories import close, make_report, make_round, make_status, make_unit, make_user

pytestmark = pytest.mark.django_db
DOCX, PDF = FORMATS["docx"], FORMATS["pdf"]
DRAFT = "Nobody else may read this draft."


@pytest.fixture(autouse=True)
def _two_at_once(settings: LazySettings) -> None:
    settings.TRACKER_EXPORTS = 2


def two_rounds(*, closed: bool = True, text: str = "It was finished.") -> list[ReportingRound]:
    """A closed round on three issues, and a later one in which the first status is another."""
    earlier = make_report(issues=3)
    later = make_round(earlier.version, as_at=date(2001, 2, 28))
    for index, snapshot in enumerate(earlier.snapshots.order_by("ordinal")):
        make_status(
            later, snapshot.elements.all(), text=snapshot.text if index else text, state="draft"
        )
    if closed:
        close(later)
    return [earlier, later]


@pytest.mark.parametrize(("elements", "long"), [(3000, False), (3001, True)])
def test_a_comparison_is_long_from_as_many_elements_as_a_report(elements: int, long: bool) -> None:
    compared = document(*two_rounds(), shown=View.ALL)

    assert is_long(compared, DOCX, elements) == long


@pytest.mark.parametrize("shown", [View.CHANGES, View.ALL, Outcome.UNCHANGED])
@pytest.mark.parametrize("name", ["docx", "pdf"])
def test_the_file_of_two_closed_rounds_is_what_the_writer_writes_of_their_records(
    name: str, shown: Shown, settings: LazySettings, started: Started
) -> None:
    rounds = two_rounds()

    progress = wait(*rounds, format_=FORMATS[name], shown=shown)

    (path,) = kept(settings)
    content = FORMATS[name].write(filter_comparison(compare(*map(report_table, rounds)), shown))
    assert (progress.state, progress.size, path.read_bytes() == content) == (
        State.READY,
        len(content),
        True,
    )


def test_everybody_waits_for_the_same_comparison_and_finds_it_afterwards(
    settings: LazySettings, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = two_rounds()
    with monkeypatch.context() as patch:
        patch.setattr(long_exports, "_COMMAND", SLEEPS)
        states = [
            ask(*rounds, user=user, format_=DOCX, shown=View.ALL).state
            for user in (NOBODY, make_user(), secretariat())
        ]
    started[0].kill()
    started[0].wait()
    ask(*rounds, format_=DOCX, shown=View.ALL, again=True)
    wait(*rounds, format_=DOCX, shown=View.ALL)
    found = ask(*rounds, format_=DOCX, shown=View.ALL).state

    assert (states, found, len(started)) == ([State.RUNNING] * 3, State.READY, 2)


def test_each_choice_of_rows_and_each_pair_of_records_has_a_file_of_its_own(
    settings: LazySettings, started: Started
) -> None:
    rounds = two_rounds()
    wait(*rounds, format_=DOCX, shown=View.ALL)
    wait(*rounds, format_=DOCX, shown=View.CHANGES)
    earlier = rounds[0]
    earlier.state = ReportingRound.State.OPEN
    earlier.save(update_fields=["state"])
    earlier.snapshots.filter(ordinal=1).update(text="Another text altogether.")
    close(earlier)

    wait(*rounds, format_=DOCX, shown=View.ALL)

    assert len(kept(settings)) == 3


def test_a_comparison_and_the_report_it_ends_with_are_files_of_their_own(
    settings: LazySettings, started: Started
) -> None:
    rounds = two_rounds()
    wait(*rounds, format_=DOCX, shown=View.ALL)
    wait(rounds[1], format_=DOCX)

    assert len({path.read_bytes() for path in kept(settings)}) == 2


def test_drafts_are_compared_as_the_person_may_see_them_and_fetched_once(
    settings: LazySettings, started: Started
) -> None:
    rounds, user = two_rounds(closed=False, text=DRAFT), secretariat()
    compared = document(*rounds, user=user, shown=View.CHANGES)
    wait(*rounds, user=user, format_=DOCX, shown=View.CHANGES)

    first, second = (take(user=user, document=compared, format_=DOCX) for _ in range(2))

    assert first is not None
    with first:
        content = first.read()
    whole = compare(*(visible_report(user, round_) for round_ in rounds))
    assert (
        content == DOCX.write(filter_comparison(whole, View.CHANGES)),
        second,
        kept(settings),
    ) == (
        True,
        None,
        [],
    )


def test_an_officer_is_shown_no_draft_of_another_unit(started: Started) -> None:
    rounds = two_rounds(closed=False, text=DRAFT)
    for element in rounds[1].version.elements.all():
        element.units.add(make_unit(f"unit-{element.pk}"))
    officer = make_user("officer", Role.OFFICER, units=[make_unit("finance")])
    wait(*rounds, user=officer, format_=DOCX, shown=View.ALL)
    compared = document(*rounds, user=officer, shown=View.ALL)

    file = take(user=officer, document=compared, format_=DOCX)

    assert file is not None
    with file:
        content = file.read()
    assert DRAFT not in docx.Document(io.BytesIO(content)).element.xml


def test_nobody_else_gets_a_comparison_with_an_open_round(started: Started) -> None:
    rounds, user = two_rounds(closed=False), secretariat()
    other = make_user("colleague", Role.SECRETARIAT)
    wait(*rounds, user=user, format_=DOCX, shown=View.ALL)
    compared = document(*rounds, user=other, shown=View.ALL)

    assert take(user=other, document=compared, format_=DOCX) is None


def test_a_comparison_that_the_format_cannot_hold_says_so(started: Started) -> None:
    rounds = two_rounds(text="\U0001f600 smiling")

    progress = wait(*rounds, format_=PDF, shown=View.CHANGES)

    assert progress.failure == Failure(
        "report", "the status of I.1.1: the fonts of the PDF do not have “\U0001f600” (U+1F600)"
    )


def test_a_comparison_that_takes_too_long_is_given_up(
    settings: LazySettings, started: Started
) -> None:
    settings.TRACKER_EXPORT_SECONDS = 0.01

    progress = wait(*two_rounds(), format_=PDF, shown=View.ALL)

    assert progress.failure == Failure("time")


def test_comparisons_and_reports_share_the_places(
    settings: LazySettings, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRACKER_EXPORTS = 1
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)
    rounds = two_rounds()
    report = ask(rounds[0], format_=DOCX).state

    compared = ask(*rounds, format_=DOCX, shown=View.ALL).state

    assert (report, compared) == (State.RUNNING, State.WAITING)


def test_what_a_comparison_took_is_expected_of_the_next_with_the_same_rows_alone(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = two_rounds()
    wait(*rounds, format_=PDF, shown=View.ALL)
    pace = long_exports._jobs().pace("pdf-all")
    monkeypatch.setattr(long_exports, "_COMMAND", SLEEPS)
    rounds[0].records.create(
        number=2, content=rounds[0].records.get().content, sha256="0" * 64, previous_sha256=""
    )

    all_rows, changes = (
        ask(*rounds, format_=PDF, shown=shown).expected for shown in (View.ALL, View.CHANGES)
    )

    assert pace is not None
    assert (all_rows, changes) == (2 * pace, None)


def test_the_pdf_of_a_comparison_has_its_marks(settings: LazySettings, started: Started) -> None:
    wait(*two_rounds(), format_=PDF, shown=View.CHANGES)

    (path,) = kept(settings)
    text = " ".join(page.extract_text() for page in PdfReader(path).pages)

    assert "[Status 1 in one" in " ".join(text.split())

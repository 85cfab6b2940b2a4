"""What changed between two rounds, as a page and as files."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.test import Client
from pypdf import PdfReader

from plans.models import ReportingRound, Role, StoredFile
from plans.reports.writers import COMPARISON_FORMATS
from plans.rounds.services.closing import close_round
from plans.rounds.services.opening import open_round
from plans.seeding.services.publish import amend_text
from plans.statuses.services import workflow as statuses
from plans.text.categories import Category
from tests.exports.compare_cases import DOCX, LATER, PAGE, PDF, VERSION, two_rounds
from tests.factories import (
    close,
    make_report,
    make_round,
    make_status,
    make_user,
)
from tests.pages import text_of
from tests.scenes import Scene

pytestmark = pytest.mark.django_db


# -- The page -------------------------------------------------------------------------------------


def test_the_page_shows_old_and_new_words_and_counts(client: Client) -> None:
    two_rounds(issues=3)

    page = text_of(client.get(PAGE).content)

    assert "What changed from 31 August 2000 to 28 February 2001" in page
    assert "3 of 6 action elements changed" in page
    assert "[removed: Status 1 in one paragraph. end of removed]" in page
    assert "[added: It was finished. end of added]" in page


def test_the_page_shows_only_what_changed_unless_asked(client: Client) -> None:
    two_rounds(issues=3)

    changes = client.get(PAGE).content.decode()
    everything = client.get(PAGE, {"rows": "all"}).content.decode()

    row = 'class="row-element"'
    assert (changes.count(row), everything.count(row)) == (3, 6)


def test_a_count_leads_to_the_rows_that_it_counts(client: Client) -> None:
    two_rounds(issues=3)

    page = client.get(PAGE, {"rows": "unchanged"}).content.decode()

    assert page.count('class="row-element"') == 3
    assert "Status 1 in one paragraph" not in page


def test_an_unknown_choice_of_rows_shows_what_changed(client: Client) -> None:
    two_rounds(issues=3)

    assert client.get(PAGE, {"rows": "nonsense"}).content.decode().count("row-element") == 3


def test_where_nothing_changed_the_page_says_so(client: Client) -> None:
    earlier = make_report()
    later = make_round(earlier.version, as_at=LATER)
    for snapshot in earlier.snapshots.all():
        make_status(
            later,
            snapshot.elements.all(),
            text=snapshot.text,
            category=Category(snapshot.category),
        )
    close(later)

    assert "Nothing changed between these two reports." in text_of(client.get(PAGE).content)


def test_markup_in_a_text_is_shown_as_text(client: Client) -> None:
    earlier = make_report()
    later = make_round(earlier.version, as_at=LATER)
    make_status(later, earlier.version.elements.all(), text="<script>alert(1)</script>")
    close(later)

    page = client.get(PAGE).content.decode()

    assert ("<script" in page, "&lt;script&gt;alert(1)&lt;/script&gt;" in page) == (False, True)


def test_a_row_leads_to_its_element(client: Client) -> None:
    two_rounds()

    page = client.get(PAGE).content.decode()

    assert f'<a class="reference" href="{VERSION}I.1.1/">I.1.1</a>' in page


def test_a_reaffirmed_status_is_unchanged(client: Client, scene: Scene) -> None:
    snapshot = scene.snapshot()
    statuses.reaffirm_status(
        snapshot_id=snapshot.pk, by=scene.secretary, base_revision=snapshot.revision
    )
    client.force_login(scene.secretary)

    page = text_of(client.get(PAGE, {"rows": "all"}).content)

    assert "unchanged or reaffirmed 3" in page


def test_a_plan_that_was_corrected_between_two_records_shows_both_wordings(
    client: Client,
) -> None:
    earlier = make_report()
    element = earlier.version.elements.get(reference="I.1.1")
    amend_text(
        version=earlier.version,
        at=element,
        field="text",
        words="Element I.1.1 shall be carried out.",
        seen=element.text,
        reason="A slip.",
        by=make_user("ada", Role.ADMINISTRATOR),
    )
    later = make_round(earlier.version, as_at=LATER)
    make_status(later, earlier.version.elements.all(), text="Work is in progress.")
    close(later)

    page = text_of(client.get(PAGE, {"rows": "wording"}).content)

    assert (
        "Element I.1.1 [removed: will end of removed] [added: shall end of added] be carried out."
    ) in page


def test_three_closed_rounds_are_compared_two_by_two(client: Client, scene: Scene) -> None:
    scene.clear_all()
    close_round(round_id=scene.round.pk, by=scene.secretary)
    third = open_round(version=scene.round.version, by=scene.secretary, as_at=date(2001, 8, 31))
    for snapshot in third.snapshots.order_by("ordinal"):
        number = statuses.save_status(
            snapshot_id=snapshot.pk,
            by=scene.officer,
            text="Done, and evaluated.",
            category="completed",
            base_revision=snapshot.revision,
        ).number
        number = statuses.submit_status(
            snapshot_id=snapshot.pk, by=scene.officer, base_revision=number
        ).number
        statuses.clear_status(snapshot_id=snapshot.pk, by=scene.secretary, base_revision=number)
    close_round(round_id=third.pk, by=scene.secretary)

    near = text_of(client.get(f"{VERSION}compare/2001-02-28/2001-08-31/").content)
    far = text_of(client.get(f"{VERSION}compare/2000-08-31/2001-08-31/").content)

    assert "[removed: Done. end of removed] [added: Done, and evaluated. end of added]" in near
    assert "[removed: Status 1 in one paragraph. end of removed]" in far


# -- Addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["/", ".pdf", "/?rows=all", ".docx?rows=all"])
def test_rounds_in_the_other_order_lead_to_the_order_of_their_dates(
    client: Client, suffix: str
) -> None:
    two_rounds()

    answer = client.get(f"{VERSION}compare/2001-02-28/2000-08-31{suffix}")

    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{VERSION}compare/2000-08-31/2001-02-28{suffix}",
    )


def test_a_report_is_not_compared_with_itself(client: Client) -> None:
    two_rounds()

    answer = client.get(f"{VERSION}compare/2000-08-31/2000-08-31/")

    assert answer.status_code == 404
    assert "A report cannot be compared with itself" in text_of(answer.content)


def test_a_round_that_is_not_there_is_named(client: Client) -> None:
    make_report()

    answer = client.get(PAGE)

    assert answer.status_code == 404
    assert "There is no progress report as at 28 February 2001." in text_of(answer.content)


def test_an_unknown_format_is_a_404_that_names_the_known_ones(client: Client) -> None:
    two_rounds()

    answer = client.get(f"{VERSION}compare/2000-08-31/2001-02-28.csv")

    assert answer.status_code == 404
    assert "Its formats are: .pdf, .docx." in text_of(answer.content)


# -- The files ------------------------------------------------------------------------------------


def test_the_pdf_has_the_marks_and_a_name(client: Client) -> None:
    two_rounds()

    answer = client.get(PDF)

    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.getvalue())).pages)
    assert "[Status 1 in one" in " ".join(text.split())
    assert (answer["Content-Type"], answer["Content-Disposition"]) == (
        "application/pdf",
        'attachment; filename="technical-cooperation-gb276-tc-2-2000-08-31-2001-02-28.pdf"',
    )


def test_a_file_has_the_rows_that_its_address_asks_for(client: Client) -> None:
    two_rounds(issues=3)

    changes = docx.Document(io.BytesIO(client.get(DOCX).getvalue()))
    answer = client.get(DOCX, {"rows": "all"})
    everything = docx.Document(io.BytesIO(answer.getvalue()))

    assert answer["Content-Disposition"].endswith('-2001-02-28-all.docx"')
    rows = [sum(len(table.rows) for table in one.tables) for one in (changes, everything)]
    assert rows[0] < rows[1]


@pytest.mark.parametrize("address", [PDF, DOCX])
def test_closed_rounds_give_the_same_bytes_every_time(
    client: Client, settings: LazySettings, address: str
) -> None:
    settings.TRACKER_FILES_SIZE = 0
    two_rounds()
    first = client.get(address).getvalue()

    assert client.get(address).getvalue() == first


def test_each_file_of_two_closed_rounds_is_kept_for_every_process_and_after_a_restart(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rounds(issues=3)
    addresses = [PDF, DOCX, f"{PDF}?rows=all", f"{DOCX}?rows=all", f"{DOCX}?rows=new"]
    first = [client.get(address).getvalue() for address in addresses]
    caches["pages"].clear()
    for format_ in (COMPARISON_FORMATS["pdf"], COMPARISON_FORMATS["docx"]):
        monkeypatch.delattr(f"plans.reports.writers.{format_.module}.{format_.function}")

    again = [Client().get(address).getvalue() for address in addresses]

    assert (again == first, StoredFile.objects.count()) == (True, 5)


@pytest.mark.parametrize("address", [PDF, DOCX, f"{DOCX}?rows=all"])
def test_no_file_with_an_open_round_is_kept(client: Client, address: str) -> None:
    two_rounds(closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    answer = client.get(address)

    assert (answer.status_code, answer["Cache-Control"], StoredFile.objects.exists()) == (
        200,
        "private, no-store",
        False,
    )


def test_a_kept_file_is_not_given_to_those_for_whom_a_reopened_round_does_not_exist(
    client: Client,
) -> None:
    later = two_rounds()
    client.get(DOCX).getvalue()
    ReportingRound.objects.filter(pk=later.pk).update(state=ReportingRound.State.OPEN)

    assert client.get(DOCX).status_code == 404

"""What changed between two rounds, as a page and as files: for whom, and who may keep it."""

from __future__ import annotations

import io
from datetime import date

import docx
import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.test import Client
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from plans.categories import Category
from plans.models import ReportingRound, Role
from plans.reports.canonical import sha256_of
from plans.services import statuses
from plans.services.opening import open_round
from plans.services.rounds import close_round
from plans.services.seeding.corrigenda import amend_text
from plans.views import compare as views
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_part,
    make_report,
    make_round,
    make_status,
    make_unit,
    make_user,
    make_version,
)
from tests.pages import text_of
from tests.plans.services.scenes import Scene

pytestmark = pytest.mark.django_db
VERSION = "/plans/technical-cooperation/gb276-tc-2/"
LATER = date(2001, 2, 28)
PAGE = f"{VERSION}compare/2000-08-31/2001-02-28/"
PDF = f"{VERSION}compare/2000-08-31/2001-02-28.pdf"
DOCX = f"{VERSION}compare/2000-08-31/2001-02-28.docx"
DRAFT = "Nobody else may read this draft."


def two_rounds(*, issues: int = 1, closed: bool = True) -> ReportingRound:
    """A closed round, and a later one on the same plan in which the first status is another."""
    earlier = make_report(issues=issues)
    later = make_round(earlier.version, as_at=LATER)
    for index, snapshot in enumerate(earlier.snapshots.order_by("ordinal")):
        make_status(
            later,
            snapshot.elements.all(),
            text=snapshot.text if index else "It was finished.",
            category=Category(snapshot.category) if index else Category.COMPLETED,
        )
    if closed:
        close(later)
    return later


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
        snapshot_id=snapshot.pk, by=scene.keeper, base_revision=snapshot.revision
    )
    client.force_login(scene.keeper)

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
    close_round(round_id=scene.round.pk, by=scene.keeper)
    third = open_round(version=scene.round.version, by=scene.keeper, as_at=date(2001, 8, 31))
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
        statuses.clear_status(snapshot_id=snapshot.pk, by=scene.keeper, base_revision=number)
    close_round(round_id=third.pk, by=scene.keeper)

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
    client: Client, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rounds(issues=3)
    addresses = [PDF, DOCX, f"{PDF}?rows=all", f"{DOCX}?rows=all", f"{DOCX}?rows=new"]
    first = [client.get(address).getvalue() for address in addresses]
    cache.clear()
    for name in ("pdf", "docx"):
        monkeypatch.delattr(f"plans.reports.writers.compared_{name}.write")

    again = [Client().get(address).getvalue() for address in addresses]

    assert (again == first, len(list(settings.TRACKER_FILES.iterdir()))) == (True, 5)


@pytest.mark.parametrize("address", [PDF, DOCX, f"{DOCX}?rows=all"])
def test_no_file_with_an_open_round_is_kept(
    client: Client, settings: LazySettings, address: str
) -> None:
    two_rounds(closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    answer = client.get(address)

    assert (answer.status_code, answer["Cache-Control"], settings.TRACKER_FILES.exists()) == (
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


# -- Who may keep it ------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PAGE, DOCX])
def test_an_unchanged_comparison_is_answered_304_with_two_queries(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two_rounds()
    first = client.get(address)

    with django_assert_num_queries(2):
        again = client.get(address, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again["ETag"]) == (304, first["ETag"])
    assert first["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("address", [PAGE, DOCX])
def test_a_second_reader_gets_what_the_first_one_got_with_two_queries(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two_rounds()
    first = client.get(address).getvalue()

    with django_assert_num_queries(2):
        again = client.get(address)

    assert again.getvalue() == first


@pytest.mark.parametrize("index", [0, 1])
@pytest.mark.parametrize("address", [PAGE, DOCX])
def test_a_new_record_of_either_round_changes_the_tag(
    client: Client, address: str, index: int
) -> None:
    later = two_rounds()
    round_ = list(later.version.rounds.order_by("as_at"))[index]
    before = client.get(address)["ETag"]
    record = round_.records.get()
    content = record.content.replace("Progress report", "Corrected report")
    round_.records.create(
        number=2,
        content=content,
        sha256=sha256_of(content),
        previous_sha256=record.sha256,
    )

    assert client.get(address)["ETag"] != before


def test_each_choice_of_rows_has_a_tag_of_its_own(client: Client) -> None:
    two_rounds()

    tags = {client.get(address)["ETag"] for address in (PAGE, f"{PAGE}?rows=all", PDF, DOCX)}

    assert len(tags) == 4


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_closed_rounds_cost_six_queries_for_any_number_of_issues(
    client: Client, issues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two_rounds(issues=issues)

    with django_assert_num_queries(6):
        client.get(PAGE)


@pytest.mark.parametrize("rows", ["changes", "all"])
def test_who_signed_in_gets_what_was_worked_out_for_others(
    client: Client, rows: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_rounds(issues=3)
    first = client.get(PAGE, {"rows": rows}).content.decode()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    monkeypatch.delattr(views, "compare")

    again = client.get(PAGE, {"rows": rows}).content.decode()

    start = '<article class="report comparison"'
    assert (
        first[first.index(start) :].partition("</article>")[0]
        == (again[again.index(start) :].partition("</article>")[0])
    )


@pytest.mark.parametrize("issues", [1, 3, 30])
def test_an_open_round_costs_the_same_queries_for_any_number_of_issues(
    client: Client, issues: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    two_rounds(issues=issues, closed=False)
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    with django_assert_num_queries(15):
        client.get(PAGE)


def test_a_round_reopened_meanwhile_is_not_kept_as_the_closed_one(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = two_rounds()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))
    found = views.round_or_404

    def reopened(*args: object) -> ReportingRound:
        ReportingRound.objects.filter(pk=later.pk).update(state=ReportingRound.State.OPEN)
        return found(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(views, "round_or_404", reopened)
    for address in (PAGE, DOCX):
        ReportingRound.objects.filter(pk=later.pk).update(state=ReportingRound.State.CLOSED)
        answer = client.get(address)
        assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)


# -- Drafts ---------------------------------------------------------------------------------------


def drafts() -> None:
    """A closed round and an open one, in which another unit than finance wrote a draft."""
    version = make_version()
    group = make_group(make_issue(make_part(version)))
    theirs = make_element(group, units=[make_unit("evaluation")])
    ours = make_element(group, units=[make_unit("finance")])
    earlier = make_round(version)
    make_status(earlier, [theirs], text="What they said before.")
    make_status(earlier, [ours], text="What we said before.")
    close(earlier)
    later = make_round(version, as_at=LATER)
    make_status(later, [theirs], text=DRAFT, state="draft")
    make_status(later, [ours], text="What we say now.", state="draft")


@pytest.mark.parametrize("address", [PAGE, PDF, DOCX, f"{VERSION}compare/2001-02-28/2000-08-31/"])
@pytest.mark.parametrize("signed_in", [False, True])
def test_a_comparison_with_an_open_round_does_not_exist_for_readers(
    client: Client, address: str, signed_in: bool
) -> None:
    drafts()
    if signed_in:
        client.force_login(make_user())

    answer = client.get(address, headers={"if-none-match": "*"})

    assert (answer.status_code, DRAFT in answer.content.decode()) == (404, False)


def test_the_secretariat_sees_the_drafts_and_nobody_keeps_them(client: Client) -> None:
    drafts()
    client.force_login(make_user("secretariat", Role.SECRETARIAT))

    answer = client.get(PAGE)

    assert f"[added: {DRAFT} end of added]" in text_of(answer.content)
    assert (answer["Cache-Control"], answer.has_header("ETag")) == ("private, no-store", False)


def test_an_officer_sees_what_their_unit_wrote_and_no_draft_of_another(client: Client) -> None:
    drafts()
    unit = ReportingRound.objects.get(as_at=LATER).version.elements.get(reference="I.1.2").units
    client.force_login(make_user("officer", Role.OFFICER, units=unit.all()))

    for address in (PAGE, f"{PAGE}?rows=all", DOCX):
        answer = client.get(address)
        assert answer.status_code == 200
        assert DRAFT not in answer.getvalue().decode(errors="replace")
        assert answer["Cache-Control"] == "private, no-store"

    page = text_of(client.get(f"{PAGE}?rows=all").content)
    assert "We" not in page
    assert "1 of 2 action elements changed" in page
    assert "nothing reported yet 1" in page
    assert "of all others it says that nothing is reported yet" in page
    assert "What they said before." not in page


def test_the_public_page_is_not_the_one_that_the_secretariat_saw(client: Client) -> None:
    two_rounds()
    keeper = Client()
    keeper.force_login(make_user("well-known-name", Role.SECRETARIAT))
    keeper.get(PAGE)

    assert "well-known-name" not in client.get(PAGE).content.decode()


# -- Choosing -------------------------------------------------------------------------------------


def test_the_choice_leads_to_the_comparison_in_the_order_of_the_dates(client: Client) -> None:
    two_rounds()

    answer = client.get(f"{VERSION}compare/", {"first": "2001-02-28", "second": "2000-08-31"})

    assert (answer.status_code, answer["Location"]) == (302, PAGE)


def test_the_choice_offers_the_two_newest_reports_first(client: Client) -> None:
    two_rounds()

    page = client.get(f"{VERSION}compare/").content.decode()

    assert page.index('<option value="2000-08-31" selected>') < page.index(
        '<option value="2001-02-28" selected>'
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"first": "2000-08-31", "second": "2000-08-31"}, "Choose two different reports."),
        ({"first": "1999-01-01", "second": "2000-08-31"}, "1999-01-01 is not one of"),
        ({"first": "2000-08-31"}, "This field is required."),
    ],
)
def test_a_choice_that_cannot_be_says_why(client: Client, query: dict[str, str], said: str) -> None:
    two_rounds()

    answer = client.get(f"{VERSION}compare/", query)

    assert (answer.status_code, said in text_of(answer.content)) == (200, True)


def test_with_one_report_there_is_nothing_to_choose(client: Client) -> None:
    make_report()

    assert "There are not yet two reports to compare." in text_of(
        client.get(f"{VERSION}compare/").content
    )


def test_the_choice_does_not_offer_an_open_round_to_readers(client: Client) -> None:
    two_rounds(closed=False)

    assert "2001-02-28" not in client.get(f"{VERSION}compare/").content.decode()


def test_the_way_back_to_the_choice_is_no_half_made_choice(client: Client) -> None:
    two_rounds()

    assert f'<a href="{VERSION}compare/">' in client.get(PAGE).content.decode()


# -- The ways there -------------------------------------------------------------------------------


def test_a_report_leads_to_what_changed_since_the_one_before(client: Client) -> None:
    two_rounds()

    later = client.get(f"{VERSION}report/2001-02-28/").content.decode()
    earlier = client.get(f"{VERSION}report/2000-08-31/").content.decode()

    link = f'<a href="{PAGE}">What changed since 31 August 2000</a>'
    assert (link in later, "What changed since" in earlier) == (True, False)


def test_a_report_that_was_closed_in_between_changes_the_tag_of_the_later_one(
    client: Client,
) -> None:
    later = two_rounds()
    address = f"{VERSION}report/2001-02-28/"
    before = client.get(address)["ETag"]
    between = make_round(later.version, as_at=date(2000, 12, 31))
    make_status(between, later.version.elements.all())
    close(between)

    answer = client.get(address)

    assert answer["ETag"] != before
    assert "What changed since 31 December 2000" in answer.content.decode()


def test_the_cockpit_leads_to_what_changed_since_the_last_closed_round(
    scene: Scene, keeper: Client
) -> None:
    page = keeper.get(f"/rounds/{scene.round.pk}/").content.decode()

    assert f'href="{PAGE}">What changed since 31 August 2000</a>' in page


@pytest.mark.parametrize("reference", ["I.1", "I.1.1"])
def test_an_issue_and_an_element_lead_to_their_rows(client: Client, reference: str) -> None:
    two_rounds()

    page = client.get(f"{VERSION}{reference}/").content.decode()

    link = f'<a href="{PAGE}?rows=all#{reference}">What changed since 31 August 2000</a>'
    assert page.count(link) == 1
    assert f'id="{reference}"' in client.get(PAGE, {"rows": "all"}).content.decode()


def test_the_overview_offers_the_choice_where_there_are_two_reports(client: Client) -> None:
    later = two_rounds()
    form = f'<form class="compare-form" method="get" action="{VERSION}compare/"'

    assert form in client.get("/plans/technical-cooperation/").content.decode()
    later.version.rounds.filter(pk=later.pk).update(state=ReportingRound.State.OPEN)
    assert form not in client.get("/plans/technical-cooperation/").content.decode()

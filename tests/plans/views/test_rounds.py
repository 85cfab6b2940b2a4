"""The secretariat's pages: the list of rounds, the cockpit, cover, grouping, closing, reopening."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from plans.models import AuditEntry, PlanVersion, Record, ReportingRound, Role
from plans.reports.canonical import from_record
from plans.selectors import plan_overview
from plans.selectors.cockpit import cockpit, find_kept_round
from plans.services import cover, statuses
from plans.services import rounds as services
from tests.factories import make_plan, make_unit, make_user
from tests.pages import text_of
from tests.plans.services.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db
ROWS = {"paragraphs-TOTAL_FORMS": "2", "paragraphs-INITIAL_FORMS": "0"} | {
    "footnotes-TOTAL_FORMS": "1",
    "footnotes-INITIAL_FORMS": "0",
}
COVER = ROWS | {
    "agenda_item": "SECOND ITEM ON THE AGENDA",
    "title": "Progress report",
    "symbol": "GB.280/TC/2",
    "symbol_inferred": "on",
    "session": "280th Session",
    "paragraphs-0-number": "1",
    "paragraphs-0-text": "The Committee asked for a report.¹",
    "paragraphs-1-number": "2",
    "paragraphs-1-text": "It is found in the appendix.",
    "footnotes-0-mark": "¹",
    "footnotes-0-text": "GB.276/TC/2.",
    "place_date": "Geneva, 2 March 2001.",
    "reports_due_on": "2001-01-31",
}


def cover_of(scene: Scene) -> dict[str, str]:
    """The cover's form as it is sent by somebody who has just opened the page."""
    return COVER | {"base": cover.cover_fingerprint(scene.round)}


@pytest.fixture
def scene() -> Scene:
    return set_scene(issues=3)


@pytest.fixture
def keeper(scene: Scene, client: Client) -> Client:
    """The browser of the secretariat."""
    client.force_login(scene.keeper)
    return client


def address(scene: Scene, page: str = "") -> str:
    return f"/rounds/{scene.round.pk}/{page}"


# The list, and opening


def test_the_list_tells_each_round_with_how_far_its_statuses_have_come(
    scene: Scene, keeper: Client
) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(keeper.get("/rounds/").content)

    assert (
        "Status as at 28 February 2001 Technical cooperation implementation plan · GB.276/TC/2 · "
        "open cleared 1 submitted 1 nothing written yet 1 Status as at 31 August 2000" in page
    )


@pytest.mark.parametrize("count", [1, 3, 30])
def test_the_list_costs_the_same_queries_for_any_number_of_rounds(
    count: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    keeper = make_user("keeper", Role.SECRETARIAT)
    version = make_plan()
    for year in range(count):
        ReportingRound.objects.create(
            version=version, as_at=date(2000 + year, 1, 1), label="Status", state="closed"
        )
    client.force_login(keeper)

    with django_assert_num_queries(5):
        client.get("/rounds/")


def test_a_round_is_opened_from_the_page(client: Client) -> None:
    version = make_plan(elements=3)
    client.force_login(make_user("keeper", Role.SECRETARIAT))

    answer = client.post(
        "/rounds/open/",
        {
            "version": version.pk,
            "as_at": "2001-02-28",
            "reports_due_on": "2001-01-31",
            "symbol": "GB.280/TC/2",
            "session": "280th Session",
            "agenda_item": "SECOND ITEM ON THE AGENDA",
        },
    )

    opened = ReportingRound.objects.get()
    assert answer.headers["Location"] == f"/rounds/{opened.pk}/"
    assert (opened.as_at, opened.reports_due_on, opened.symbol, opened.snapshots.count()) == (
        date(2001, 2, 28),
        date(2001, 1, 31),
        "GB.280/TC/2",
        3,
    )


def test_a_round_before_one_that_was_reported_is_not_opened(scene: Scene, keeper: Client) -> None:
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.keeper)

    answer = keeper.post(
        "/rounds/open/", {"version": scene.round.version_id, "as_at": "2000-10-01"}
    )

    assert answer.status_code == 422
    assert "A later round has been reported already" in text_of(answer.content)
    assert 'value="2000-10-01"' in answer.content.decode()


def test_the_page_says_that_another_round_must_be_closed_first(
    scene: Scene, keeper: Client
) -> None:
    page = text_of(keeper.get("/rounds/open/").content)

    assert "Every plan has an open round. Close it before you open another." in page


# The cockpit


def test_the_cockpit_counts_what_is_reported_and_what_waits(scene: Scene, keeper: Client) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(keeper.get(address(scene)).content)

    assert "Reported 2 of 3 Waiting for clearance 1 Returned 0" in page


def test_the_cockpit_says_which_unit_has_not_reported(scene: Scene) -> None:
    scene.submit(1)
    nobody = make_unit("nobody")
    scene.snapshot(3).elements.first().units.set([nobody])  # type: ignore[union-attr]
    round_ = find_kept_round(scene.keeper, scene.round.pk)
    assert round_ is not None

    assert [
        (state.unit and state.unit.name, state.progress.reported, [s.subject for s in state.owed])
        for state in cockpit(round_).units
    ] == [("Evaluation", 1, ["I.1(a).1–I.1(a).2"]), ("Nobody", 0, ["II.1.1"])]


def test_the_cockpit_shows_why_a_status_was_returned(scene: Scene, keeper: Client) -> None:
    number = scene.submit(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk, by=scene.keeper, base_revision=number, comment="By when?"
    )

    page = text_of(keeper.get(address(scene)).content)

    assert "Returned 1 I.1.1–II.1.2 By when? Evaluation" in page


def test_what_was_completed_before_is_not_overdue_only_because_nobody_wrote_it_again(
    scene: Scene,
) -> None:
    round_ = find_kept_round(scene.keeper, scene.round.pk)
    assert round_ is not None

    overdue = {element.reference for element in cockpit(round_).overdue}

    completed = scene.earlier.snapshots.get(category="completed").elements.values_list(
        "reference", flat=True
    )
    assert overdue.isdisjoint(completed)
    assert "I.1.1" in overdue


@pytest.mark.parametrize(("days", "words"), [(3, "3 days left"), (0, "today"), (-1, "1 day ago")])
def test_the_cockpit_counts_the_days_to_the_closing_day(
    days: int, words: str, scene: Scene, keeper: Client
) -> None:
    ReportingRound.objects.filter(pk=scene.round.pk).update(
        reports_due_on=timezone.localdate() + timedelta(days=days)
    )

    assert words in text_of(keeper.get(address(scene)).content)


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_cockpit_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    number = scene.submit(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk, by=scene.keeper, base_revision=number, comment="When?"
    )
    client.force_login(scene.keeper)

    with django_assert_num_queries(10):
        client.get(address(scene))


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_grouping_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.keeper)

    with django_assert_num_queries(7):
        client.get(address(scene, "grouping/"))


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_page_of_closing_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.keeper)

    with django_assert_num_queries(6):
        client.get(address(scene, "close/"))


# Who comes in


PAGES = ["", "cover/", "grouping/", "clearing/", "clearing/1/", "close/", "reopen/"]


@pytest.mark.parametrize("page", PAGES)
def test_an_officer_finds_no_page_of_the_secretariat(
    page: str, scene: Scene, client: Client
) -> None:
    client.force_login(scene.officer)

    assert client.get(address(scene, page)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_whoever_is_not_signed_in_is_asked_to_sign_in(
    page: str, scene: Scene, client: Client
) -> None:
    answer = client.get(address(scene, page))

    assert answer.headers["Location"] == f"/sign-in/?next={address(scene, page)}"


def test_what_was_typed_without_a_session_is_given_back(scene: Scene, client: Client) -> None:
    answer = client.post(address(scene, "cover/"), COVER)

    assert answer.status_code == 401
    assert "The Committee asked for a report.¹" in answer.content.decode()
    scene.round.refresh_from_db()
    assert scene.round.paragraphs == []


def test_an_unpublished_version_s_round_does_not_exist_for_the_secretariat(
    scene: Scene, keeper: Client
) -> None:
    PlanVersion.objects.update(published=False)

    assert keeper.get(address(scene)).status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999999999999999"])
def test_a_round_that_is_not_there_is_a_404(number: str, keeper: Client) -> None:
    assert keeper.get(f"/rounds/{number}/").status_code == 404


# The cover


def test_the_cover_is_saved_as_it_was_sent(scene: Scene, keeper: Client) -> None:
    answer = keeper.post(address(scene, "cover/"), cover_of(scene) | {"save": "1"})

    round_ = ReportingRound.objects.get(pk=scene.round.pk)
    assert answer.headers["Location"] == address(scene, "cover/")
    assert round_.paragraphs == [
        {"number": "1", "text": "The Committee asked for a report.¹"},
        {"number": "2", "text": "It is found in the appendix."},
    ]
    assert round_.footnotes == [{"mark": "¹", "text": "GB.276/TC/2."}]
    assert (round_.symbol, round_.symbol_inferred, round_.reports_due_on) == (
        "GB.280/TC/2",
        True,
        date(2001, 1, 31),
    )


def test_the_preview_is_what_the_report_will_print_and_saves_nothing(
    scene: Scene, keeper: Client
) -> None:
    answer = keeper.post(address(scene, "cover/"), COVER | {"preview": "1"})

    page = answer.content.decode()
    assert '<p class="report-agenda">SECOND ITEM ON THE AGENDA</p>' in page
    assert '<h2 class="report-title">Progress report</h2>' in page
    assert '<span class="paragraph-number">2.</span> It is found in the appendix.' in page
    assert ReportingRound.objects.get(pk=scene.round.pk).agenda_item == ""


def test_markup_in_the_cover_is_printed_as_typed(scene: Scene, keeper: Client) -> None:
    answer = keeper.post(
        address(scene, "cover/"), COVER | {"preview": "1", "title": "<script>x</script>"}
    )

    assert "<script>x</script>" not in answer.content.decode()
    assert "&lt;script&gt;x&lt;/script&gt;" in answer.content.decode()


def rows_after(keeper: Client, scene: Scene, command: str) -> list[tuple[str, str]]:
    answer = keeper.post(address(scene, "cover/"), COVER | {"row": command})
    formset = answer.context["forms"].paragraphs
    return [(row["number"].value(), row["text"].value()) for row in formset]


FIRST, SECOND = "The Committee asked for a report.¹", "It is found in the appendix."


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        ("paragraphs:add", [("1", FIRST), ("2", SECOND), ("3", "")]),
        ("paragraphs:up:1", [("1", SECOND), ("2", FIRST)]),
        ("paragraphs:down:0", [("1", SECOND), ("2", FIRST)]),
        ("paragraphs:remove:0", [("2", SECOND)]),
        ("paragraphs:up:0", [("1", FIRST), ("2", SECOND)]),
        ("paragraphs:remove:7", [("1", FIRST), ("2", SECOND)]),
        ("nonsense", [("1", FIRST), ("2", SECOND)]),
    ],
)
def test_rows_of_the_cover_are_added_moved_and_removed_without_scripts(
    command: str, rows: list[tuple[str, str]], scene: Scene, keeper: Client
) -> None:
    assert rows_after(keeper, scene, command) == rows


def test_a_cover_that_cannot_be_taken_is_given_back_with_the_reason(
    scene: Scene, keeper: Client
) -> None:
    answer = keeper.post(address(scene, "cover/"), COVER | {"symbol": "x" * 61})

    assert answer.status_code == 422
    assert "Document symbol: Ensure this value has at most 60 characters" in text_of(answer.content)
    assert FIRST in answer.content.decode()


def test_a_form_without_its_rows_is_refused_and_nothing_is_lost(
    scene: Scene, keeper: Client
) -> None:
    keeper.post(address(scene, "cover/"), cover_of(scene))

    answer = keeper.post(address(scene, "cover/"), {"title": "Only a title"})

    assert answer.status_code == 422
    assert ReportingRound.objects.get(pk=scene.round.pk).title == "Progress report"


def test_control_characters_and_overrides_are_left_out_of_the_cover(
    scene: Scene, keeper: Client
) -> None:
    keeper.post(address(scene, "cover/"), cover_of(scene) | {"title": "Progress\u202e re\x07port"})

    assert ReportingRound.objects.get(pk=scene.round.pk).title == "Progress report"


def test_a_cover_that_somebody_saved_in_between_is_not_overwritten(
    scene: Scene, keeper: Client
) -> None:
    mine = cover_of(scene) | {"title": "My title"}
    keeper.post(address(scene, "cover/"), cover_of(scene) | {"title": "Their title"})

    answer = keeper.post(address(scene, "cover/"), mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert ReportingRound.objects.get(pk=scene.round.pk).title == "Their title"
    assert '<h2 class="report-title">Their title</h2>' in page
    assert "My title</textarea>" in page


def test_after_seeing_what_was_saved_in_between_a_person_may_save(
    scene: Scene, keeper: Client
) -> None:
    mine = cover_of(scene) | {"title": "My title"}
    keeper.post(address(scene, "cover/"), cover_of(scene) | {"title": "Their title"})
    base = keeper.post(address(scene, "cover/"), mine).context["base"]

    keeper.post(address(scene, "cover/"), mine | {"base": base})

    assert ReportingRound.objects.get(pk=scene.round.pk).title == "My title"


def test_the_cover_of_a_closed_round_is_refused_and_given_back(
    scene: Scene, keeper: Client
) -> None:
    answer = keeper.post(f"/rounds/{scene.earlier.pk}/cover/", COVER)

    assert answer.status_code == 409
    assert "The round as at 31 August 2000 is closed" in text_of(answer.content)
    assert FIRST in answer.content.decode()


# Grouping


def test_statuses_are_joined_on_the_page(scene: Scene, keeper: Client) -> None:
    chosen = [scene.snapshot(1).pk, scene.snapshot(2).pk]

    keeper.post(address(scene, "grouping/"), {"action": "join", "join": chosen})

    assert scene.round.snapshots.count() == 2
    assert scene.snapshot(1).elements.count() == 5


def test_elements_are_split_off_on_the_page(scene: Scene, keeper: Client) -> None:
    snapshot = scene.snapshot(2)
    last = snapshot.elements.order_by("ordinal").last()
    assert last is not None

    keeper.post(address(scene, "grouping/"), {"split": snapshot.pk, "element": last.pk})

    assert list(scene.snapshot(4).elements.values_list("reference", flat=True)) == ["I.1(a).2"]


def test_a_grouping_that_cannot_be_is_refused_with_the_choice_kept(
    scene: Scene, keeper: Client
) -> None:
    pk = scene.snapshot(1).pk

    answer = keeper.post(address(scene, "grouping/"), {"action": "join", "join": pk})

    assert answer.status_code == 422
    assert "Choose two statuses at least." in text_of(answer.content)
    assert f'name="join" value="{pk}" checked' in answer.content.decode()


def test_a_status_of_another_round_is_not_touched(scene: Scene, keeper: Client) -> None:
    other = scene.earlier.snapshots.first()
    assert other is not None

    answer = keeper.post(address(scene, "grouping/"), {"split": other.pk, "element": "1"})

    assert answer.status_code == 422
    assert "There is no such status in this round." in text_of(answer.content)


# Closing


def test_the_page_of_closing_lists_every_gap(scene: Scene, keeper: Client) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(keeper.get(address(scene, "close/")).content)

    assert "2 gaps" in page
    assert "I.1(a).1, I.1(a).2 Waits for clearance." in page
    assert "II.1.1 Nothing has been reported." in page


def test_a_round_closes_with_what_was_said_to_be_not_reported(scene: Scene, keeper: Client) -> None:
    scene.clear(1)
    chosen = [scene.snapshot(2).pk, scene.snapshot(3).pk]

    answer = keeper.post(address(scene, "close/"), {"not_reported": chosen}, follow=True)

    record = Record.objects.get(round=scene.round)
    assert f"Its record has the SHA-256 {record.sha256}." in text_of(answer.content)
    assert scene.snapshot(3).category == "not_reported"


def test_nothing_changes_while_a_gap_is_left(scene: Scene, keeper: Client) -> None:
    scene.clear(1)
    chosen = scene.snapshot(2).pk

    answer = keeper.post(address(scene, "close/"), {"not_reported": [chosen]})

    assert answer.status_code == 422
    assert "The round cannot be closed: 1 gap is left." in text_of(answer.content)
    assert f'value="{chosen}" checked' in answer.content.decode()
    assert scene.snapshot(2).state == "draft"


def test_what_was_submitted_in_the_meantime_is_not_called_not_reported(
    scene: Scene, keeper: Client
) -> None:
    scene.clear(1)
    scene.clear(2)
    scene.submit(3)

    answer = keeper.post(address(scene, "close/"), {"not_reported": [scene.snapshot(3).pk]})

    assert answer.status_code == 422
    assert (scene.snapshot(3).state, scene.snapshot(3).text) == ("submitted", "Done.")


def test_a_closed_round_is_not_closed_again(scene: Scene, keeper: Client) -> None:
    answer = keeper.post(f"/rounds/{scene.earlier.pk}/close/")

    assert answer.status_code == 409
    assert "is closed; nothing in it can be changed" in text_of(answer.content)


# Reopening


@pytest.fixture
def closed(scene: Scene) -> Scene:
    """The scene with its second round closed, too."""
    scene.clear_all()
    services.close_round(round_id=scene.round.pk, by=scene.keeper)
    return scene


def reopen_one(scene: Scene, keeper: Client, ordinal: int = 1) -> None:
    keeper.post(
        address(scene, "reopen/"),
        {
            "action": "statuses",
            "snapshot": scene.snapshot(ordinal).pk,
            "statuses-unit": scene.unit.pk,
            "statuses-reason": "A figure is wrong.",
        },
    )


def test_a_round_is_reopened_with_a_reason(closed: Scene, keeper: Client) -> None:
    keeper.post(address(closed, "reopen/"), {"action": "round", "round-reason": "A late report."})

    round_ = ReportingRound.objects.get(pk=closed.round.pk)
    assert (round_.state, round_.reopening_reason) == ("open", "A late report.")


def test_a_round_is_not_reopened_without_a_reason(closed: Scene, keeper: Client) -> None:
    answer = keeper.post(address(closed, "reopen/"), {"action": "round", "round-reason": " "})

    assert answer.status_code == 422
    assert "Give a reason; it is kept with the record." in text_of(answer.content)
    assert ReportingRound.objects.get(pk=closed.round.pk).is_closed


def test_a_status_is_reopened_for_one_unit_while_the_round_stays_closed(
    closed: Scene, keeper: Client
) -> None:
    reopen_one(closed, keeper)

    snapshot = closed.snapshot(1)
    assert (snapshot.state, snapshot.reopened_for, snapshot.round.state) == (
        "returned",
        closed.unit,
        "closed",
    )


def test_readers_go_on_reading_the_record_while_a_status_is_reopened(
    closed: Scene, keeper: Client
) -> None:
    reopen_one(closed, keeper)
    closed.save(1, text="Secret draft.", category="in_progress")

    page = text_of(Client().get("/plans/technical-cooperation/gb276-tc-2/I.1.1/").content)

    assert "Secret draft." not in page
    assert "Status as at 28 February 2001" in page
    assert "Done." in page


def test_what_a_unit_writes_into_a_reopened_status_is_not_counted_before_it_is_recorded(
    closed: Scene, keeper: Client
) -> None:
    before = plan_overview(closed.officer, "technical-cooperation")
    reopen_one(closed, keeper)
    closed.save(1, text="Another text.", category="postponed")

    after = plan_overview(closed.officer, "technical-cooperation")

    assert before is not None
    assert after is not None
    assert after.whole.categories == before.whole.categories


def test_the_unit_is_told_that_a_status_was_reopened_for_it(
    closed: Scene,
    keeper: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        reopen_one(closed, keeper)

    (letter,) = mail.outbox
    assert letter.to == ["olga@example.org"]
    assert "A figure is wrong." in str(letter.body)


def test_the_record_has_the_words_that_a_reaffirmation_repeats(scene: Scene) -> None:
    snapshot = scene.snapshot(1)
    statuses.reaffirm_status(snapshot_id=snapshot.pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=snapshot.pk, by=scene.keeper, base_revision=1)

    record = services.close_round(
        round_id=scene.round.pk,
        by=scene.keeper,
        not_reported=[scene.snapshot(2).pk, scene.snapshot(3).pk],
    )

    texts = {
        cell.id: cell.text
        for part in from_record(record.content, record.sha256).parts
        for cell in part.statuses
    }
    assert texts == {
        "status-1": "Status 1 in one paragraph.\n\n• first bullet;\n• second bullet.",
        "status-2": "",
        "status-3": "",
    }


def test_revoking_puts_back_what_the_record_has_and_keeps_what_was_written(
    closed: Scene, keeper: Client
) -> None:
    before = closed.snapshot(1)
    reopen_one(closed, keeper)
    closed.save(1, text="Another text.", category="in_progress")

    keeper.post(
        address(closed, "reopen/"),
        {"action": "revoke", "snapshot": before.pk, "revoke-reason": "It was right."},
    )

    after = closed.snapshot(1)
    assert (after.text, after.category, after.state, after.reopened_for) == (
        before.text,
        before.category,
        "cleared",
        None,
    )
    assert (after.entered_at, after.cleared_at) == (before.entered_at, before.cleared_at)
    assert list(after.revisions.order_by("number").values_list("text", flat=True))[-2:] == [
        "Another text.",
        "Done.",
    ]
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.reason) == ("reopening_revoked", "It was right.")


def test_a_reaffirmation_is_one_again_when_its_reopening_is_revoked(
    scene: Scene, keeper: Client
) -> None:
    snapshot = scene.snapshot(1)
    statuses.reaffirm_status(snapshot_id=snapshot.pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=snapshot.pk, by=scene.keeper, base_revision=1)
    scene.clear(2)
    scene.clear(3)
    services.close_round(round_id=scene.round.pk, by=scene.keeper)
    earlier = scene.snapshot(1).reaffirms
    reopen_one(scene, keeper)
    scene.save(1, text="Another text.", category="in_progress")

    services.revoke_reopening(
        round_id=scene.round.pk, snapshot_ids=[snapshot.pk], by=scene.keeper, reason="Right."
    )

    assert earlier is not None
    assert (scene.snapshot(1).reaffirms, scene.snapshot(1).text) == (earlier, "")


def test_a_new_record_ends_the_reopening_and_is_chained_to_the_one_before(
    closed: Scene, keeper: Client
) -> None:
    reopen_one(closed, keeper)
    number = closed.submit(1, text="The right figure.")
    statuses.clear_status(snapshot_id=closed.snapshot(1).pk, by=closed.keeper, base_revision=number)

    keeper.post(address(closed, "reopen/"), {"action": "amend", "amend-reason": "A figure."})

    first, second = Record.objects.filter(round=closed.round)
    assert (second.number, second.previous_sha256, second.reason) == (2, first.sha256, "A figure.")
    assert "The right figure." in second.content
    assert closed.snapshot(1).reopened_for is None


def test_no_new_record_is_made_while_a_reopened_status_is_not_cleared(
    closed: Scene, keeper: Client
) -> None:
    reopen_one(closed, keeper)

    answer = keeper.post(
        address(closed, "reopen/"), {"action": "amend", "amend-reason": "A figure."}
    )

    assert answer.status_code == 422
    assert "Not every reopened status is cleared." in text_of(answer.content)
    assert Record.objects.filter(round=closed.round).count() == 1


def test_a_record_is_not_made_anew_when_nothing_was_reopened(closed: Scene, keeper: Client) -> None:
    answer = keeper.post(
        address(closed, "reopen/"), {"action": "amend", "amend-reason": "A figure."}
    )

    assert answer.status_code == 409
    assert "No status of this round is reopened." in text_of(answer.content)


def test_closing_a_round_again_ends_the_reopening_of_its_single_statuses(
    closed: Scene, keeper: Client
) -> None:
    reopen_one(closed, keeper)
    services.reopen_round(round_id=closed.round.pk, by=closed.keeper, reason="All of it.")

    services.close_round(
        round_id=closed.round.pk, by=closed.keeper, not_reported=[closed.snapshot(1).pk]
    )

    assert closed.snapshot(1).is_locked is True


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_page_of_reopening_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    client.force_login(scene.keeper)

    with django_assert_num_queries(7):
        client.get(f"/rounds/{scene.earlier.pk}/reopen/")

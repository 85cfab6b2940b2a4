"""The life of a status: what each step writes, and every refusal."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from plans.models import AuditEntry, Role, StatusRevision, StatusSnapshot, WorkingCopy
from plans.models.base import KeptForEverError
from plans.rounds.services.closing import close_round
from plans.statuses.queries.status import previous_status
from plans.statuses.services import workflow as statuses
from plans.statuses.services.workflow import MAX_NARRATIVE
from plans.web.refusals import InvalidError, StaleRevisionError, WrongStateError
from tests.factories import make_report, make_round, make_status, make_user
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene(elements=4)


def history(scene: Scene, ordinal: int = 1) -> list[tuple[int, str, str, str]]:
    """Number, action, text and person of every revision."""
    revisions = scene.snapshot(ordinal).revisions.select_related("by").order_by("number")
    return [
        (revision.number, revision.action, revision.text, revision.by.username)
        for revision in revisions
        if revision.by
    ]


def save(scene: Scene, **changes: object) -> StatusRevision:
    values: dict[str, object] = {
        "snapshot_id": scene.snapshot().pk,
        "by": scene.officer,
        "text": "Words.",
        "category": "in_progress",
        "base_revision": scene.snapshot().revision,
    }
    return statuses.save_status(**(values | changes))  # type: ignore[arg-type]


def test_the_whole_way_of_a_status_is_in_its_revisions_and_in_the_audit(scene: Scene) -> None:
    number = scene.submit(text="Begun.")
    pk = scene.snapshot().pk
    number = statuses.return_status(
        snapshot_id=pk, by=scene.secretary, base_revision=number, comment="Name the date."
    ).number
    number = save(scene, text="Begun in May.").number
    number = statuses.submit_status(snapshot_id=pk, by=scene.officer, base_revision=number).number
    statuses.clear_status(
        snapshot_id=pk, by=scene.secretary, base_revision=number, text="Begun in May 2000."
    )
    assert history(scene) == [
        (1, "saved", "Begun.", "olga"),
        (2, "submitted", "Begun.", "olga"),
        (3, "returned", "Begun.", "ines"),
        (4, "saved", "Begun in May.", "olga"),
        (5, "submitted", "Begun in May.", "olga"),
        (6, "cleared", "Begun in May 2000.", "ines"),
    ]
    snapshot = scene.snapshot()
    assert (snapshot.state, snapshot.revision, snapshot.text) == (
        "cleared",
        6,
        "Begun in May 2000.",
    )
    assert snapshot.cleared_at == snapshot.revisions.get(number=6).at
    entries = AuditEntry.objects.filter(round=scene.round).order_by("pk")
    assert list(entries.values_list("action", "actor__username", "subject", "reason"))[1:] == [
        ("status_saved", "olga", "I.1.1–I.1.2", ""),
        ("status_submitted", "olga", "I.1.1–I.1.2", ""),
        ("status_returned", "ines", "I.1.1–I.1.2", "Name the date."),
        ("status_saved", "olga", "I.1.1–I.1.2", ""),
        ("status_submitted", "olga", "I.1.1–I.1.2", ""),
        ("status_cleared", "ines", "I.1.1–I.1.2", ""),
    ]


def test_a_save_that_changes_nothing_is_a_revision_all_the_same(scene: Scene) -> None:
    assert [save(scene).number for _ in range(3)] == [1, 2, 3]


def test_a_narrative_is_kept_as_paragraphs_and_bullets(scene: Scene) -> None:
    revision = save(scene, text="  One\x07 <b>para</b>.\r\n\r\n·\tfirst;\r\n·\tsecond.  ")
    assert revision.text == "One <b>para</b>.\n\n• first;\n• second."


@pytest.mark.parametrize("base", [1, -1, 99])
def test_a_save_from_another_revision_overwrites_nothing_and_gives_the_newest(
    scene: Scene, base: int
) -> None:
    save(scene, text="First.")
    save(scene, text="Second.")
    with pytest.raises(StaleRevisionError, match="Nothing was overwritten") as refused:
        save(scene, text="Mine.", base_revision=base)
    newest = refused.value.newest
    assert newest is not None
    assert (newest.number, newest.text) == (2, "Second.")
    assert scene.snapshot().text == "Second."


@pytest.mark.parametrize("action", ["reaffirm", "submit", "withdraw", "return", "clear"])
def test_every_other_change_from_another_revision_is_refused_too(scene: Scene, action: str) -> None:
    if action in ("withdraw", "return", "clear"):
        scene.submit()
    else:
        scene.save()
    pk, stale = scene.snapshot().pk, scene.snapshot().revision - 1
    with pytest.raises(StaleRevisionError):
        {
            "reaffirm": lambda: statuses.reaffirm_status(
                snapshot_id=pk, by=scene.officer, base_revision=stale
            ),
            "submit": lambda: statuses.submit_status(
                snapshot_id=pk, by=scene.officer, base_revision=stale
            ),
            "withdraw": lambda: statuses.withdraw_status(
                snapshot_id=pk, by=scene.officer, base_revision=stale
            ),
            "return": lambda: statuses.return_status(
                snapshot_id=pk, by=scene.secretary, base_revision=stale, comment="Why?"
            ),
            "clear": lambda: statuses.clear_status(
                snapshot_id=pk, by=scene.secretary, base_revision=stale
            ),
        }[action]()


@pytest.mark.parametrize(
    ("changes", "field", "complaint"),
    [
        ({"text": "x" * (MAX_NARRATIVE + 1)}, "text", "at most 20000 can be saved"),
        ({"text": "x" * 1_000_000}, "text", "has 1000000 characters"),
        ({"category": "perhaps"}, "category", "from the list"),
        ({"category": ""}, "category", "from the list"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_the_field_named(
    scene: Scene, changes: dict[str, str], field: str, complaint: str
) -> None:
    with pytest.raises(InvalidError, match=complaint) as refused:
        save(scene, **changes)
    assert (refused.value.field, scene.snapshot().revision) == (field, 0)


def test_the_longest_narrative_is_taken(scene: Scene) -> None:
    assert len(save(scene, text="x" * MAX_NARRATIVE).text) == 20_000


@pytest.mark.parametrize(
    ("text", "category", "field"),
    [
        ("", "in_progress", "text"),
        (" \n ", "in_progress", "text"),
        ("Yes.", "not_reported", "category"),
    ],
)
def test_an_incomplete_status_is_kept_as_a_draft_but_not_submitted(
    scene: Scene, text: str, category: str, field: str
) -> None:
    save(scene, text=text, category=category)
    with pytest.raises(InvalidError) as refused:
        statuses.submit_status(snapshot_id=scene.snapshot().pk, by=scene.officer, base_revision=1)
    assert refused.value.field == field
    assert scene.snapshot().state == "draft"


def test_saving_throws_away_the_persons_own_working_copy_only(scene: Scene) -> None:
    snapshot, other = scene.snapshot(), make_user("other", Role.OFFICER)
    for user in (scene.officer, other):
        WorkingCopy.objects.create(
            snapshot=snapshot,
            user=user,
            base_revision=0,
            category="in_progress",
            text="Typed.",
            saved_at="2001-01-01T00:00Z",
        )
    save(scene)
    assert list(WorkingCopy.objects.values_list("user__username", flat=True)) == ["other"]


def test_a_status_entered_on_behalf_of_a_unit_says_so_in_revision_and_audit(scene: Scene) -> None:
    revision = save(scene, by=scene.secretary, on_behalf_of=scene.unit, comment="By telephone.")
    entry = AuditEntry.objects.get(action="status_saved")
    assert (revision.by, revision.on_behalf_of) == (scene.secretary, scene.unit)
    assert (entry.unit, entry.reason) == (scene.unit, "By telephone.")


def test_no_change_is_kept_as_a_reaffirmation_not_as_a_copy(scene: Scene) -> None:
    snapshot = scene.snapshot()
    statuses.reaffirm_status(snapshot_id=snapshot.pk, by=scene.officer, base_revision=0)
    snapshot = scene.snapshot()
    earlier = scene.earlier.snapshots.get(ordinal=1)
    assert (snapshot.state, snapshot.text, snapshot.reaffirms) == ("submitted", "", earlier)
    assert (snapshot.category, snapshot.printed_text) == (earlier.category, earlier.text)


def test_words_of_ones_own_end_a_reaffirmation(scene: Scene) -> None:
    pk = scene.snapshot().pk
    statuses.reaffirm_status(snapshot_id=pk, by=scene.officer, base_revision=0)
    statuses.withdraw_status(snapshot_id=pk, by=scene.officer, base_revision=1)
    save(scene, text="New words.")
    assert scene.snapshot().reaffirms is None


def test_the_secretariat_clears_a_reaffirmation_as_it_stands(scene: Scene) -> None:
    pk = scene.snapshot().pk
    statuses.reaffirm_status(snapshot_id=pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=pk, by=scene.secretary, base_revision=1)
    assert scene.snapshot().reaffirms is not None


def test_a_reaffirmed_reaffirmation_leads_to_the_words_themselves() -> None:
    scene = set_scene()
    pk = scene.snapshot().pk
    statuses.reaffirm_status(snapshot_id=pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=pk, by=scene.secretary, base_revision=1)
    close_round(round_id=scene.round.pk, by=scene.secretary)
    third = make_round(scene.round.version, as_at=scene.round.as_at.replace(month=8))
    snapshot = make_status(third, scene.round.version.elements.all(), text="", state="draft")
    assert previous_status(snapshot) == scene.earlier.snapshots.get(ordinal=1)


def test_there_is_nothing_to_reaffirm_in_the_first_round() -> None:
    round_ = make_report(closed=False)
    snapshot = round_.snapshots.get()
    snapshot.state = "draft"
    snapshot.save()
    with pytest.raises(InvalidError, match="No earlier report has a status for these elements"):
        statuses.reaffirm_status(
            snapshot_id=snapshot.pk, by=make_user("o", Role.OFFICER), base_revision=1
        )


def test_returning_needs_a_comment(scene: Scene) -> None:
    number = scene.submit()
    with pytest.raises(InvalidError, match="Say in a comment") as refused:
        statuses.return_status(
            snapshot_id=scene.snapshot().pk, by=scene.secretary, base_revision=number, comment=" \n"
        )
    assert refused.value.field == "comment"


def test_a_cleared_status_may_be_returned(scene: Scene) -> None:
    number = scene.clear()
    statuses.return_status(
        snapshot_id=scene.snapshot().pk, by=scene.secretary, base_revision=number, comment="Again."
    )
    snapshot = scene.snapshot()
    assert (snapshot.state, snapshot.cleared_at) == ("returned", None)


def test_unedited_statuses_are_cleared_together_and_others_passed_over(scene: Scene) -> None:
    scene.submit(1)
    scene.save(2)
    count = statuses.clear_unedited(
        snapshot_ids=[scene.snapshot(1).pk, scene.snapshot(2).pk],
        round_id=scene.round.pk,
        by=scene.secretary,
    )
    assert (count, scene.snapshot(1).state, scene.snapshot(2).state) == (1, "cleared", "draft")


def test_not_reported_empties_the_status_and_keeps_the_draft_as_a_revision(scene: Scene) -> None:
    scene.save(text="Half a")
    statuses.mark_not_reported(
        snapshot_id=scene.snapshot().pk, by=scene.secretary, reason="Silent."
    )
    snapshot = scene.snapshot()
    assert (snapshot.state, snapshot.category, snapshot.text) == ("cleared", "not_reported", "")
    assert history(scene) == [(1, "saved", "Half a", "olga"), (2, "cleared", "", "ines")]


def test_a_state_in_which_it_cannot_be_done_is_named(scene: Scene) -> None:
    scene.submit()
    with pytest.raises(WrongStateError, match="This status is submitted"):
        save(scene)


def test_revisions_are_never_changed_or_deleted_by_the_model(scene: Scene) -> None:
    revision = save(scene)
    revision.text = "Forged."
    for attempt in (
        revision.save,
        revision.delete,
        StatusRevision.objects.all().delete,
        lambda: StatusRevision.objects.update(text="Forged."),
        lambda: StatusRevision.objects.bulk_update([revision], ["text"]),
    ):
        with pytest.raises(KeptForEverError), transaction.atomic():
            attempt()
    assert history(scene) == [(1, "saved", "Words.", "olga")]


@pytest.mark.parametrize("count", [1, 3, 30])
def test_saving_costs_the_same_few_queries_however_many_elements_it_covers(
    count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=count)
    snapshot = scene.snapshot()
    officer = User.objects.get(pk=scene.officer.pk)
    with django_assert_num_queries(11):
        statuses.save_status(
            snapshot_id=snapshot.pk,
            by=officer,
            text="Words.",
            category="in_progress",
            base_revision=0,
        )


def test_clearing_together_passes_over_what_changed_since_it_was_read(scene: Scene) -> None:
    read = {scene.snapshot(n).pk: scene.submit(n) for n in (1, 2)}
    first, second = read
    count = statuses.clear_unedited(
        snapshot_ids=[first, second],
        round_id=scene.round.pk,
        by=scene.secretary,
        base_revisions={first: read[first] - 1, second: read[second]},
    )
    assert (count, scene.snapshot(1).state, scene.snapshot(2).state) == (1, "submitted", "cleared")
    count = statuses.clear_unedited(
        snapshot_ids=[first], round_id=scene.round.pk, by=scene.secretary, base_revisions={}
    )
    assert (count, scene.snapshot(1).state) == (0, "submitted")


def test_clearing_together_counts_all_and_leaves_what_was_not_chosen(scene: Scene) -> None:
    scene.submit(1)
    scene.submit(2)
    chosen = [scene.snapshot(1).pk]
    assert (
        statuses.clear_unedited(snapshot_ids=chosen, round_id=scene.round.pk, by=scene.secretary)
        == 1
    )
    assert (scene.snapshot(1).state, scene.snapshot(2).state) == ("cleared", "submitted")
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk,
        by=scene.secretary,
        base_revision=scene.snapshot(1).revision,
        comment="Look again.",
    )
    scene.submit(1)
    assert (
        statuses.clear_unedited(
            snapshot_ids=[scene.snapshot(2).pk, *chosen],
            round_id=scene.round.pk,
            by=scene.secretary,
        )
        == 2
    )
    assert history(scene, 2)[-1] == (3, "cleared", "Done.", "ines")


def test_clearing_together_is_of_one_round_and_all_or_nothing(scene: Scene) -> None:
    scene.submit(1)
    scene.submit(2)
    both = [scene.snapshot(1).pk, scene.snapshot(2).pk]
    assert (
        statuses.clear_unedited(snapshot_ids=both, round_id=scene.earlier.pk, by=scene.secretary)
        == 0
    )
    # A text that nobody should have been able to submit: the last of the two is at fault.
    StatusSnapshot.objects.filter(pk=max(both)).update(text="", reaffirms=None)
    with pytest.raises(InvalidError):
        statuses.clear_unedited(snapshot_ids=both, round_id=scene.round.pk, by=scene.secretary)
    assert (scene.snapshot(1).state, scene.snapshot(2).state) == ("submitted", "submitted")

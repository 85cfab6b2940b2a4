"""The life of a round: open, cover, close, reopen, amend, and every refusal."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from plans.exports.queries import report_table
from plans.models import AuditEntry, Record, ReportingRound, Role, StatusCover, Unit
from plans.models.base import KeptForEverError
from plans.models.rounds import FrozenError
from plans.reports.canonical import sha256_of
from plans.rounds.services import closing as rounds
from plans.rounds.services.opening import label_for, open_round
from plans.statuses.services import workflow as statuses
from plans.web.refusals import GapsError, InvalidError, RoundClosedError, WrongStateError
from tests.factories import make_plan, make_user, rewrite
from tests.scenes import NEXT, Scene, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """A round of two statuses, of two elements each."""
    return set_scene(elements=4)


@pytest.fixture
def closed(scene: Scene) -> Scene:
    scene.clear_all()
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    return scene


def fresh(scene: Scene) -> ReportingRound:
    return ReportingRound.objects.select_related("version__plan").get(pk=scene.round.pk)


def logged(scene: Scene) -> list[tuple[str, str]]:
    """What the audit says about the round itself, oldest first: action and reason."""
    entries = AuditEntry.objects.filter(round=scene.round, action__contains="round")
    return list(entries.order_by("pk").values_list("action", "reason"))


def groups(round_: ReportingRound) -> list[list[str]]:
    """The references that each status covers."""
    return [
        list(snapshot.elements.order_by("ordinal").values_list("reference", flat=True))
        for snapshot in round_.snapshots.order_by("ordinal")
    ]


def test_a_round_opens_with_an_empty_status_for_every_group_of_the_round_before(
    scene: Scene,
) -> None:
    assert groups(scene.round) == groups(scene.earlier) == [["I.1.1", "I.1.2"], ["I.1.3", "I.1.4"]]
    snapshot = scene.snapshot()
    assert (snapshot.text, snapshot.category, snapshot.state, snapshot.revision) == (
        "",
        "not_reported",
        "draft",
        0,
    )
    assert (scene.round.label, scene.round.title) == (
        "Status as at 28 February 2001",
        scene.earlier.title,
    )
    assert logged(scene) == [("round_opened", "")]


def test_the_first_round_of_a_plan_has_a_status_for_each_element() -> None:
    version, secretariat = make_plan(issues=2, elements=1), make_user("k", Role.SECRETARIAT)
    round_ = open_round(version=version, by=secretariat, as_at=NEXT)
    assert groups(round_) == [["I.1.1"], ["II.1.1"]]


def test_the_heading_of_the_column_is_the_date_in_words() -> None:
    assert label_for(NEXT, "en") == "Status as at 28 February 2001"


@pytest.mark.parametrize(
    ("as_at", "complaint", "field"),
    [
        (date(2001, 8, 31), "Close the open round before you open another", ""),
        (NEXT, "There is a round as at this date already", "as_at"),
    ],
)
def test_a_second_open_round_is_refused(
    scene: Scene, as_at: date, complaint: str, field: str
) -> None:
    with pytest.raises(InvalidError, match=complaint):
        open_round(version=scene.round.version, by=scene.secretary, as_at=as_at)
    assert ReportingRound.objects.count() == 2


def test_a_round_before_the_newest_is_refused(closed: Scene) -> None:
    with pytest.raises(InvalidError, match="A later round has been reported already") as refused:
        open_round(version=closed.round.version, by=closed.secretary, as_at=date(2000, 12, 31))
    assert refused.value.field == "as_at"


def test_a_symbol_that_is_too_long_is_refused_and_the_field_named(closed: Scene) -> None:
    with pytest.raises(InvalidError) as refused:
        open_round(
            version=closed.round.version,
            by=closed.secretary,
            as_at=date(2001, 8, 31),
            symbol="x" * 61,
        )
    assert refused.value.field == "symbol"


def test_every_gap_is_listed_in_plan_order(scene: Scene) -> None:
    StatusCover.objects.get(round=scene.round, element__reference="I.1.4").delete()
    scene.submit(1)
    assert [(gap.references, gap.problem) for gap in rounds.gaps_of(scene.round)] == [
        (("I.1.4",), "No status covers this element."),
        (("I.1.1", "I.1.2"), "Waits for clearance."),
        (("I.1.3",), "Nothing has been reported."),
    ]


def test_a_round_with_gaps_stays_as_it_is(scene: Scene) -> None:
    scene.clear(1)
    with pytest.raises(GapsError, match="1 gap is left") as refused:
        rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    assert [gap.references for gap in refused.value.gaps] == [("I.1.3", "I.1.4")]
    assert (fresh(scene).state, Record.objects.filter(round=scene.round).count()) == ("open", 0)


def test_not_reported_is_all_or_nothing(scene: Scene) -> None:
    scene.submit(2)
    with pytest.raises(GapsError):
        rounds.close_round(
            round_id=scene.round.pk, by=scene.secretary, not_reported=[scene.snapshot(1).pk]
        )
    assert (scene.snapshot(1).state, scene.snapshot(1).revision) == ("draft", 0)


def test_what_was_submitted_cannot_be_called_not_reported_by_closing(scene: Scene) -> None:
    scene.clear(1)
    scene.submit(2)
    with pytest.raises(GapsError):
        rounds.close_round(
            round_id=scene.round.pk, by=scene.secretary, not_reported=[scene.snapshot(2).pk]
        )
    assert scene.snapshot(2).state == "submitted"


def test_closing_freezes_the_report_with_its_hash(closed: Scene) -> None:
    round_, record = fresh(closed), Record.objects.get(round=closed.round)
    assert (round_.state, round_.closed_by) == ("closed", closed.secretary)
    assert (record.number, record.previous_sha256, record.created_by) == (1, "", closed.secretary)
    assert record.sha256 == sha256_of(record.content)
    table = report_table(round_)
    assert (table.round.state, table.round.record_sha256) == ("closed", record.sha256)
    assert [status.text for part in table.parts for status in part.statuses] == ["Done.", "Done."]
    entry = AuditEntry.objects.get(action="round_closed", round=round_)
    assert entry.subject == record.sha256


def test_a_reaffirmed_status_is_frozen_with_the_words_that_it_reaffirms(scene: Scene) -> None:
    statuses.reaffirm_status(snapshot_id=scene.snapshot().pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=scene.snapshot().pk, by=scene.secretary, base_revision=1)
    scene.clear(2)
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    cells = [status for part in report_table(fresh(scene)).parts for status in part.statuses]
    assert cells[0].text == scene.earlier.snapshots.get(ordinal=1).text


def test_a_later_edit_of_the_plan_does_not_change_what_was_published(closed: Scene) -> None:
    before = report_table(fresh(closed))
    rewrite(closed.round.version, "Other words.")
    assert report_table(fresh(closed)) == before


def test_nothing_in_a_closed_round_is_changed_by_the_model(closed: Scene) -> None:
    snapshot = closed.snapshot()
    snapshot.text = "Forged."
    with pytest.raises(FrozenError):
        snapshot.save()
    record = Record.objects.get(round=closed.round)
    for attempt in (record.save, record.delete, Record.objects.all().delete):
        with pytest.raises(KeptForEverError):
            attempt()


def test_a_closed_round_is_not_closed_again_and_its_cover_not_edited(closed: Scene) -> None:
    with pytest.raises(RoundClosedError, match="28 February 2001 is closed"):
        rounds.close_round(round_id=closed.round.pk, by=closed.secretary)


def test_a_reopened_round_makes_a_new_record_beside_the_old_one(closed: Scene) -> None:
    rounds.reopen_round(round_id=closed.round.pk, by=closed.secretary, reason=" A wrong  figure. ")
    number = statuses.return_status(
        snapshot_id=closed.snapshot().pk,
        by=closed.secretary,
        base_revision=closed.snapshot().revision,
        comment="Look again.",
    ).number
    assert number == 4
    closed.submit(text="Mended.")
    statuses.clear_status(
        snapshot_id=closed.snapshot().pk,
        by=closed.secretary,
        base_revision=closed.snapshot().revision,
    )
    second = rounds.close_round(round_id=closed.round.pk, by=closed.secretary)
    first = Record.objects.get(round=closed.round, number=1)
    assert (second.number, second.previous_sha256, second.reason) == (
        2,
        first.sha256,
        "A wrong figure.",
    )
    assert "Mended." not in first.content
    assert "Mended." in second.content
    assert logged(closed) == [
        ("round_opened", ""),
        ("round_closed", ""),
        ("round_reopened", "A wrong figure."),
        ("round_closed", "A wrong figure."),
    ]


@pytest.mark.parametrize("reason", ["", " \n\t "])
def test_reopening_needs_a_reason(closed: Scene, reason: str) -> None:
    with pytest.raises(InvalidError, match="Give a reason") as refused:
        rounds.reopen_round(round_id=closed.round.pk, by=closed.secretary, reason=reason)
    assert refused.value.field == "reason"


def test_an_open_round_is_not_reopened(scene: Scene) -> None:
    with pytest.raises(WrongStateError, match="open already"):
        rounds.reopen_round(round_id=scene.round.pk, by=scene.secretary, reason="Why not?")


def reopen_first(scene: Scene) -> None:
    rounds.reopen_statuses(
        round_id=scene.round.pk,
        snapshot_ids=[scene.snapshot().pk],
        unit=scene.unit,
        by=scene.secretary,
        reason="A wrong figure.",
    )


def test_a_single_status_is_reopened_for_a_unit_and_readers_see_no_change(closed: Scene) -> None:
    before = report_table(fresh(closed))
    reopen_first(closed)
    closed.submit(text="Mended.")
    assert report_table(fresh(closed)) == before
    assert fresh(closed).is_closed
    with pytest.raises(RoundClosedError):
        closed.save(2)


def test_amending_waits_until_every_reopened_status_is_cleared(closed: Scene) -> None:
    reopen_first(closed)
    closed.submit(text="Mended.")
    with pytest.raises(GapsError, match="Not every reopened status is cleared"):
        rounds.amend_record(round_id=closed.round.pk, by=closed.secretary, reason="Mended.")


def test_amending_makes_a_chained_record_and_locks_the_status_again(closed: Scene) -> None:
    reopen_first(closed)
    number = closed.submit(text="Mended.")
    statuses.clear_status(
        snapshot_id=closed.snapshot().pk, by=closed.secretary, base_revision=number
    )
    record = rounds.amend_record(round_id=closed.round.pk, by=closed.secretary, reason="Mended.")
    first = Record.objects.get(round=closed.round, number=1)
    assert (record.number, record.previous_sha256) == (2, first.sha256)
    assert "Mended." in record.content
    with pytest.raises(RoundClosedError):
        closed.save()


def test_a_revoked_reopening_leaves_the_status_as_the_record_has_it(closed: Scene) -> None:
    reopen_first(closed)
    closed.save(text="Half-mended.")
    count = rounds.revoke_reopening(
        round_id=closed.round.pk,
        snapshot_ids=[closed.snapshot().pk],
        by=closed.secretary,
        reason="Not needed.",
    )
    snapshot = closed.snapshot()
    assert (count, snapshot.text, snapshot.state, snapshot.reopened_for) == (
        1,
        "Done.",
        "cleared",
        None,
    )
    assert "Half-mended." in snapshot.revisions.values_list("text", flat=True)
    assert Record.objects.filter(round=closed.round).count() == 1


def test_a_revoked_reopening_brings_back_the_dates_of_the_words_in_force(closed: Scene) -> None:
    before = closed.snapshot()
    reopen_first(closed)
    clear(closed, 1, text="Cleared anew, and not wanted.")
    revoke(closed, 1)

    after = closed.snapshot()

    assert (after.text, after.entered_at, after.cleared_at) == (
        before.text,
        before.entered_at,
        before.cleared_at,
    )


def test_a_revoked_reopening_brings_back_a_reaffirmation_as_one(scene: Scene) -> None:
    statuses.reaffirm_status(
        snapshot_id=scene.snapshot().pk, by=scene.officer, base_revision=scene.snapshot().revision
    )
    for ordinal in scene.round.snapshots.values_list("ordinal", flat=True):
        if ordinal == 1:
            number = scene.snapshot().revision
            if scene.snapshot().state == "draft":
                number = statuses.submit_status(
                    snapshot_id=scene.snapshot().pk, by=scene.officer, base_revision=number
                ).number
            statuses.clear_status(
                snapshot_id=scene.snapshot().pk, by=scene.secretary, base_revision=number
            )
        else:
            clear(scene, ordinal, text="Done.")
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    before = scene.snapshot()
    reopen_first(scene)
    clear(scene, 1, text="Cleared anew, and not wanted.")
    revoke(scene, 1)

    after = scene.snapshot()

    assert before.reaffirms_id is not None
    assert (after.reaffirms_id, after.text) == (before.reaffirms_id, before.text)


def newest_entry(scene: Scene) -> tuple[str, str | None, Unit | None, str, str]:
    """The newest audit entry about the round: action, person, unit, subject and reason."""
    entry = AuditEntry.objects.select_related("actor", "unit").filter(round=scene.round).first()
    assert entry is not None
    actor = entry.actor.username if entry.actor else None
    return entry.action, actor, entry.unit, entry.subject, entry.reason


def revoke(scene: Scene, *ordinals: int, reason: str = "Not needed.") -> int:
    return rounds.revoke_reopening(
        round_id=scene.round.pk,
        snapshot_ids=[scene.snapshot(ordinal).pk for ordinal in ordinals],
        by=scene.secretary,
        reason=reason,
    )


def clear(scene: Scene, ordinal: int, *, text: str) -> None:
    """The officer submits those words and the secretariat clears them."""
    statuses.clear_status(
        base_revision=scene.submit(ordinal, text=text),
        snapshot_id=scene.snapshot(ordinal).pk,
        by=scene.secretary,
    )


def test_the_gaps_of_a_round_are_its_own_in_two_queries(
    scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    other = make_plan(slug="other-plan", elements=2)
    open_round(version=other, by=scene.secretary, as_at=NEXT)
    StatusCover.objects.filter(round__version=other).first().delete()  # type: ignore[union-attr]
    with django_assert_num_queries(2):
        found = [(gap.references, gap.snapshot) for gap in rounds.gaps_of(scene.round)]
    assert found == [
        (("I.1.1", "I.1.2"), scene.snapshot(1)),
        (("I.1.3", "I.1.4"), scene.snapshot(2)),
    ]
    scene.clear_all()
    assert rounds.gaps_of(scene.round) == []


def test_each_gap_says_what_is_the_matter(scene: Scene) -> None:
    def problems() -> list[str]:
        return [gap.problem for gap in rounds.gaps_of(scene.round)]

    scene.save(1)
    assert problems() == ["Not submitted.", "Nothing has been reported."]
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk,
        by=scene.secretary,
        base_revision=scene.submit(1),
        comment="Look again.",
    )
    assert problems()[0] == "Returned to the unit, and not submitted again."


def test_an_element_without_status_keeps_a_round_open_whatever_was_not_reported(
    scene: Scene,
) -> None:
    StatusCover.objects.get(round=scene.round, element__reference="I.1.4").delete()
    with pytest.raises(GapsError) as refused:
        rounds.close_round(
            round_id=scene.round.pk,
            by=scene.secretary,
            not_reported=[scene.snapshot(1).pk, scene.snapshot(2).pk],
        )
    assert [gap.references for gap in refused.value.gaps] == [("I.1.4",)]
    assert fresh(scene).state == "open"


def test_only_what_is_said_to_be_not_reported_is_closed_as_such(scene: Scene) -> None:
    scene.clear(1)
    rounds.close_round(
        round_id=scene.round.pk,
        by=scene.secretary,
        not_reported=[scene.snapshot(1).pk, scene.snapshot(2).pk],
    )
    assert [scene.snapshot(n).category for n in (1, 2)] == ["completed", "not_reported"]


def test_closing_says_when_and_by_whom_and_reopening_takes_it_back(scene: Scene) -> None:
    scene.clear_all()
    before = timezone.now()
    record = rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    round_ = fresh(scene)
    assert round_.closed_at is not None
    assert before <= round_.closed_at <= record.created_at <= timezone.now()
    assert newest_entry(scene) == ("round_closed", "ines", None, record.sha256, "")

    opened = rounds.reopen_round(round_id=scene.round.pk, by=scene.secretary, reason=" A  figure. ")

    assert opened == scene.round
    for round_ in (opened, fresh(scene)):
        assert (round_.state, round_.closed_at, round_.closed_by) == ("open", None, None)
        assert round_.reopening_reason == "A figure."
    assert newest_entry(scene) == (
        "round_reopened",
        "ines",
        None,
        "Status as at 28 February 2001",
        "A figure.",
    )


def test_what_was_reopened_for_a_unit_is_open_to_all_when_the_round_is_reopened(
    closed: Scene,
) -> None:
    reopen_first(closed)
    rounds.reopen_round(round_id=closed.round.pk, by=closed.secretary, reason="All of it.")
    assert closed.snapshot(1).reopened_for is None
    assert closed.snapshot(1).state == "returned"


def test_a_reopened_status_is_returned_to_its_unit_with_the_reason(closed: Scene) -> None:
    before, untouched = closed.snapshot(1), closed.snapshot(2)
    count = rounds.reopen_statuses(
        round_id=closed.round.pk,
        snapshot_ids=[before.pk],
        unit=closed.unit,
        by=closed.secretary,
        reason=" A wrong \n figure. ",
    )
    after = closed.snapshot(1)
    assert count == 1
    assert (after.state, after.reopened_for, after.cleared_at, after.revision) == (
        "returned",
        closed.unit,
        None,
        before.revision + 1,
    )
    revision = after.revisions.get(number=after.revision)
    assert (revision.action, revision.text, revision.category) == ("returned", "Done.", "completed")
    assert (revision.comment, revision.by) == ("A wrong figure.", closed.secretary)
    assert newest_entry(closed) == (
        "status_reopened",
        "ines",
        closed.unit,
        "I.1.1–I.1.2",
        "A wrong figure.",
    )
    assert (closed.snapshot(2).state, closed.snapshot(2).reopened_for) == (untouched.state, None)


def test_only_statuses_of_that_round_that_are_not_reopened_yet_are_reopened(closed: Scene) -> None:
    def reopen(*pks: int) -> None:
        rounds.reopen_statuses(
            round_id=closed.round.pk,
            snapshot_ids=pks,
            unit=closed.unit,
            by=closed.secretary,
            reason="A figure.",
        )

    reopen(closed.snapshot(1).pk)
    revision = closed.snapshot(1).revision
    for pks in (
        [],
        [closed.earlier.snapshots.get(ordinal=1).pk],
        [closed.snapshot(2).pk, closed.snapshot(1).pk],
    ):
        with pytest.raises(InvalidError) as refused:
            reopen(*pks)
        assert refused.value.field == "snapshots"
    assert closed.snapshot(1).revision == revision
    assert closed.snapshot(2).state == "cleared"
    assert not closed.earlier.snapshots.filter(reopened_for__isnull=False).exists()


def test_single_statuses_of_an_open_round_are_neither_reopened_nor_recorded(scene: Scene) -> None:
    entries = AuditEntry.objects.count()
    for attempt in (
        lambda: reopen_first(scene),
        lambda: revoke(scene, 1),
        lambda: rounds.amend_record(round_id=scene.round.pk, by=scene.secretary, reason="Mended."),
    ):
        with pytest.raises(WrongStateError):
            attempt()
    assert (scene.snapshot().state, scene.snapshot().revision) == ("draft", 0)
    assert AuditEntry.objects.count() == entries
    assert not Record.objects.filter(round=scene.round).exists()


def test_reopening_revoking_and_recording_anew_need_a_reason(closed: Scene) -> None:
    def reopen() -> object:
        return rounds.reopen_statuses(
            round_id=closed.round.pk,
            snapshot_ids=[closed.snapshot(1).pk],
            unit=closed.unit,
            by=closed.secretary,
            reason=" ",
        )

    with pytest.raises(InvalidError) as refused:
        reopen()
    assert refused.value.field == "reason"
    reopen_first(closed)
    clear(closed, 1, text="Mended.")
    for attempt in (
        lambda: revoke(closed, 1, reason="\n"),
        lambda: rounds.amend_record(round_id=closed.round.pk, by=closed.secretary, reason=""),
    ):
        with pytest.raises(InvalidError) as refused:
            attempt()
        assert refused.value.field == "reason"
    assert closed.snapshot(1).reopened_for == closed.unit
    assert Record.objects.filter(round=closed.round).count() == 1


def test_revoking_passes_over_what_is_not_reopened_and_what_is_not_named(closed: Scene) -> None:
    everything = [closed.snapshot(1).pk, closed.snapshot(2).pk]
    rounds.reopen_statuses(
        round_id=closed.round.pk,
        snapshot_ids=everything,
        unit=closed.unit,
        by=closed.secretary,
        reason="A figure.",
    )
    assert revoke(closed, 1) == 1
    revision = closed.snapshot(1).revision
    assert closed.snapshot(2).reopened_for == closed.unit
    assert revoke(closed, 1, 2) == 1
    assert closed.snapshot(1).revision == revision
    assert closed.snapshot(2).reopened_for is None


def test_a_revoked_reopening_is_a_revision_and_an_audit_entry(closed: Scene) -> None:
    before = closed.snapshot(1)
    reopen_first(closed)
    closed.save(text="Half-mended.", category="in_progress")
    saved = closed.snapshot(1).revision
    revoke(closed, 1, reason=" Not  needed. ")
    after = closed.snapshot(1)
    assert after.revision == saved + 1
    assert (after.category, after.reaffirms) == ("completed", None)
    assert (after.entered_at, after.cleared_at) == (before.entered_at, before.cleared_at)
    revision = after.revisions.get(number=after.revision)
    assert (revision.action, revision.text, revision.category) == ("cleared", "Done.", "completed")
    assert (revision.comment, revision.by) == ("Not needed.", closed.secretary)
    assert newest_entry(closed) == (
        "reopening_revoked",
        "ines",
        closed.unit,
        "I.1.1–I.1.2",
        "Not needed.",
    )


def test_words_of_its_own_stay_such_when_they_are_those_of_the_report_before(scene: Scene) -> None:
    words = scene.earlier.snapshots.get(ordinal=1).text
    clear(scene, 1, text=words)
    scene.clear(2)
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    reopen_first(scene)
    revoke(scene, 1)
    assert (scene.snapshot(1).text, scene.snapshot(1).reaffirms) == (words, None)


def test_what_was_not_reported_is_so_again_when_its_reopening_is_revoked(scene: Scene) -> None:
    scene.clear(2)
    rounds.close_round(
        round_id=scene.round.pk, by=scene.secretary, not_reported=[scene.snapshot(1).pk]
    )
    before = scene.snapshot(1)
    reopen_first(scene)
    scene.save(1)
    revoke(scene, 1)
    after = scene.snapshot(1)
    assert (after.category, after.text, after.reaffirms) == ("not_reported", "", None)
    assert (after.entered_at, after.cleared_at) == (None, before.cleared_at)


def test_a_status_read_from_a_document_has_no_dates_again_when_its_reopening_is_revoked(
    closed: Scene,
) -> None:
    earlier = Scene(
        earlier=closed.earlier,
        round=closed.earlier,
        unit=closed.unit,
        officer=closed.officer,
        secretary=closed.secretary,
    )
    words = earlier.snapshot(1).text
    reopen_first(earlier)
    earlier.save(1)
    revoke(earlier, 1)
    after = earlier.snapshot(1)
    assert (after.state, after.text, after.reaffirms) == ("cleared", words, None)
    assert (after.entered_at, after.cleared_at) == (None, None)


def test_a_new_record_says_why_by_whom_and_when_and_is_audited(closed: Scene) -> None:
    reopen_first(closed)
    clear(closed, 1, text="Mended.")
    before = timezone.now()
    record = rounds.amend_record(
        round_id=closed.round.pk, by=closed.secretary, reason=" A  figure. "
    )
    assert (record.reason, record.created_by) == ("A figure.", closed.secretary)
    assert before <= record.created_at <= timezone.now()
    assert record.sha256 == sha256_of(record.content)
    assert closed.snapshot(1).reopened_for is None
    assert newest_entry(closed) == ("round_closed", "ines", None, record.sha256, "A figure.")
    assert report_table(fresh(closed)).round.record_sha256 == record.sha256


def test_no_new_record_is_made_where_nothing_is_reopened_or_not_all_is_cleared(
    closed: Scene,
) -> None:
    with pytest.raises(WrongStateError):
        rounds.amend_record(round_id=closed.round.pk, by=closed.secretary, reason="Mended.")
    reopen_first(closed)
    with pytest.raises(GapsError) as refused:
        rounds.amend_record(round_id=closed.round.pk, by=closed.secretary, reason="Mended.")
    assert [gap.snapshot for gap in refused.value.gaps] == [closed.snapshot(1)]
    assert closed.snapshot(1).reopened_for == closed.unit
    assert Record.objects.filter(round=closed.round).count() == 1


def test_the_dates_of_a_revoked_reopening_are_those_of_the_words_that_are_in_force(
    scene: Scene,
) -> None:
    scene.clear(1)
    statuses.return_status(
        snapshot_id=scene.snapshot(1).pk,
        by=scene.secretary,
        base_revision=scene.snapshot(1).revision,
        comment="Look again.",
    )
    scene.save(1, text="First try.")
    clear(scene, 1, text="Second try.")
    scene.clear(2)
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    before = scene.snapshot(1)
    reopen_first(scene)
    scene.save(1, text="Half-mended.")
    revoke(scene, 1)
    after = scene.snapshot(1)
    assert after.text == "Second try."
    assert (after.entered_at, after.cleared_at) == (before.entered_at, before.cleared_at)


def test_a_reaffirmation_of_words_that_have_changed_since_is_restored_as_the_record_has_it(
    scene: Scene,
) -> None:
    words = scene.earlier.snapshots.get(ordinal=1).text
    pk = scene.snapshot(1).pk
    statuses.reaffirm_status(snapshot_id=pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=pk, by=scene.secretary, base_revision=1)
    scene.clear(2)
    rounds.close_round(round_id=scene.round.pk, by=scene.secretary)
    rounds.reopen_round(round_id=scene.earlier.pk, by=scene.secretary, reason="A figure.")
    scene.earlier.snapshots.filter(ordinal=1).update(text="Other words.")
    reopen_first(scene)
    revoke(scene, 1)
    assert (scene.snapshot(1).text, scene.snapshot(1).reaffirms) == (words, None)


def test_each_further_record_is_chained_to_the_newest(closed: Scene) -> None:
    for text in ("Mended.", "Mended again."):
        reopen_first(closed)
        clear(closed, 1, text=text)
        rounds.amend_record(round_id=closed.round.pk, by=closed.secretary, reason=text)
    first, second, third = Record.objects.filter(round=closed.round).order_by("number")
    assert [record.number for record in (first, second, third)] == [1, 2, 3]
    assert (second.previous_sha256, third.previous_sha256) == (first.sha256, second.sha256)

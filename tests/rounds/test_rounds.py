"""The life of a round: open, cover, close, reopen, amend, and every refusal."""

from __future__ import annotations

from datetime import date

import pytest

from plans.exports.queries import report_table
from plans.models import AuditEntry, Record, ReportingRound, Role, StatusCover
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
    rounds.close_round(round_id=scene.round.pk, by=scene.keeper)
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
    version, keeper = make_plan(issues=2, elements=1), make_user("k", Role.SECRETARIAT)
    round_ = open_round(version=version, by=keeper, as_at=NEXT)
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
        open_round(version=scene.round.version, by=scene.keeper, as_at=as_at)
    assert ReportingRound.objects.count() == 2


def test_a_round_before_the_newest_is_refused(closed: Scene) -> None:
    with pytest.raises(InvalidError, match="A later round has been reported already") as refused:
        open_round(version=closed.round.version, by=closed.keeper, as_at=date(2000, 12, 31))
    assert refused.value.field == "as_at"


def test_a_symbol_that_is_too_long_is_refused_and_the_field_named(closed: Scene) -> None:
    with pytest.raises(InvalidError) as refused:
        open_round(
            version=closed.round.version,
            by=closed.keeper,
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
        rounds.close_round(round_id=scene.round.pk, by=scene.keeper)
    assert [gap.references for gap in refused.value.gaps] == [("I.1.3", "I.1.4")]
    assert (fresh(scene).state, Record.objects.filter(round=scene.round).count()) == ("open", 0)


def test_not_reported_is_all_or_nothing(scene: Scene) -> None:
    scene.submit(2)
    with pytest.raises(GapsError):
        rounds.close_round(
            round_id=scene.round.pk, by=scene.keeper, not_reported=[scene.snapshot(1).pk]
        )
    assert (scene.snapshot(1).state, scene.snapshot(1).revision) == ("draft", 0)


def test_what_was_submitted_cannot_be_called_not_reported_by_closing(scene: Scene) -> None:
    scene.clear(1)
    scene.submit(2)
    with pytest.raises(GapsError):
        rounds.close_round(
            round_id=scene.round.pk, by=scene.keeper, not_reported=[scene.snapshot(2).pk]
        )
    assert scene.snapshot(2).state == "submitted"


def test_closing_freezes_the_report_with_its_hash(closed: Scene) -> None:
    round_, record = fresh(closed), Record.objects.get(round=closed.round)
    assert (round_.state, round_.closed_by) == ("closed", closed.keeper)
    assert (record.number, record.previous_sha256, record.created_by) == (1, "", closed.keeper)
    assert record.sha256 == sha256_of(record.content)
    table = report_table(round_)
    assert (table.round.state, table.round.record_sha256) == ("closed", record.sha256)
    assert [status.text for part in table.parts for status in part.statuses] == ["Done.", "Done."]
    entry = AuditEntry.objects.get(action="round_closed", round=round_)
    assert entry.subject == record.sha256


def test_a_reaffirmed_status_is_frozen_with_the_words_that_it_reaffirms(scene: Scene) -> None:
    statuses.reaffirm_status(snapshot_id=scene.snapshot().pk, by=scene.officer, base_revision=0)
    statuses.clear_status(snapshot_id=scene.snapshot().pk, by=scene.keeper, base_revision=1)
    scene.clear(2)
    rounds.close_round(round_id=scene.round.pk, by=scene.keeper)
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
        rounds.close_round(round_id=closed.round.pk, by=closed.keeper)


def test_a_reopened_round_makes_a_new_record_beside_the_old_one(closed: Scene) -> None:
    rounds.reopen_round(round_id=closed.round.pk, by=closed.keeper, reason=" A wrong  figure. ")
    number = statuses.return_status(
        snapshot_id=closed.snapshot().pk,
        by=closed.keeper,
        base_revision=closed.snapshot().revision,
        comment="Look again.",
    ).number
    assert number == 4
    closed.submit(text="Mended.")
    statuses.clear_status(
        snapshot_id=closed.snapshot().pk,
        by=closed.keeper,
        base_revision=closed.snapshot().revision,
    )
    second = rounds.close_round(round_id=closed.round.pk, by=closed.keeper)
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
        rounds.reopen_round(round_id=closed.round.pk, by=closed.keeper, reason=reason)
    assert refused.value.field == "reason"


def test_an_open_round_is_not_reopened(scene: Scene) -> None:
    with pytest.raises(WrongStateError, match="open already"):
        rounds.reopen_round(round_id=scene.round.pk, by=scene.keeper, reason="Why not?")


def reopen_first(scene: Scene) -> None:
    rounds.reopen_statuses(
        round_id=scene.round.pk,
        snapshot_ids=[scene.snapshot().pk],
        unit=scene.unit,
        by=scene.keeper,
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
        rounds.amend_record(round_id=closed.round.pk, by=closed.keeper, reason="Mended.")


def test_amending_makes_a_chained_record_and_locks_the_status_again(closed: Scene) -> None:
    reopen_first(closed)
    number = closed.submit(text="Mended.")
    statuses.clear_status(snapshot_id=closed.snapshot().pk, by=closed.keeper, base_revision=number)
    record = rounds.amend_record(round_id=closed.round.pk, by=closed.keeper, reason="Mended.")
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
        by=closed.keeper,
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

"""Splitting and joining the statuses of an open round."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from plans.models import (
    ActionElement,
    AuditEntry,
    ReportingRound,
    Role,
    StatusSnapshot,
    WorkingCopy,
)
from plans.rounds.services import grouping
from plans.rounds.services.opening import open_round
from plans.statuses.services import workflow as statuses
from plans.web.refusals import InvalidError, NotAllowedError, RoundClosedError
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_part,
    make_user,
    make_version,
)

pytestmark = pytest.mark.django_db
SHAPE = {"1": 2, "2": 2, "3": 0, "4": 1}
"""Issues of Part I, and how many elements each has; issue 3 has none of its own."""


@pytest.fixture
def round_() -> ReportingRound:
    """An open round in which each of I.1.1, I.1.2, I.2.1, I.2.2 and I.4.1 has a status."""
    version = make_version()
    part = make_part(version)
    for number, elements in SHAPE.items():
        group = make_group(make_issue(part, number))
        for _ in range(elements):
            make_element(group)
    secretariat = make_user("secretariat", Role.SECRETARIAT)
    return open_round(version=version, by=secretariat, as_at=date(2001, 2, 28))


def by() -> User:
    return User.objects.get(username="secretariat")


def status_of(round_: ReportingRound, reference: str) -> StatusSnapshot:
    return round_.snapshots.get(elements__reference=reference)


def grouped(round_: ReportingRound) -> list[list[str]]:
    """The references that each status covers, in plan order."""
    found: dict[int, list[str]] = {}
    covers = round_.covers.order_by("element__issue__ordinal", "element__ordinal")
    for snapshot, reference in covers.values_list("snapshot_id", "element__reference"):
        found.setdefault(snapshot, []).append(reference)
    return list(found.values())


def join(round_: ReportingRound, *references: str) -> StatusSnapshot:
    return grouping.join_statuses(
        snapshot_ids=[status_of(round_, reference).pk for reference in references], by=by()
    )


def write(round_: ReportingRound, reference: str) -> None:
    statuses.save_status(
        snapshot_id=status_of(round_, reference).pk,
        by=by(),
        text="Work goes on.",
        category="in_progress",
        base_revision=0,
    )


def test_statuses_of_one_issue_are_joined(round_: ReportingRound) -> None:
    join(round_, "I.1.1", "I.1.2")

    assert grouped(round_) == [["I.1.1", "I.1.2"], ["I.2.1"], ["I.2.2"], ["I.4.1"]]


def test_statuses_of_neighbouring_issues_are_joined(round_: ReportingRound) -> None:
    join(round_, "I.1.2", "I.2.1")

    assert grouped(round_) == [["I.1.1"], ["I.1.2", "I.2.1"], ["I.2.2"], ["I.4.1"]]


def test_an_issue_without_elements_stands_between_nothing(round_: ReportingRound) -> None:
    join(round_, "I.2.2", "I.4.1")

    assert grouped(round_) == [["I.1.1"], ["I.1.2"], ["I.2.1"], ["I.2.2", "I.4.1"]]


def test_a_status_that_already_leaves_an_element_out_can_be_joined(round_: ReportingRound) -> None:
    join(round_, "I.1.1", "I.2.1")

    join(round_, "I.1.1", "I.4.1")

    assert grouped(round_) == [["I.1.1", "I.2.1", "I.4.1"], ["I.1.2"], ["I.2.2"]]


def test_statuses_with_an_issue_between_them_are_not_joined(round_: ReportingRound) -> None:
    with pytest.raises(InvalidError, match="neighbouring issues"):
        join(round_, "I.1.1", "I.4.1")

    assert len(grouped(round_)) == 5


def test_the_one_that_was_written_keeps_its_words_and_its_place(round_: ReportingRound) -> None:
    write(round_, "I.1.2")
    written = status_of(round_, "I.1.2")

    joined = join(round_, "I.1.1", "I.1.2")

    assert (joined.pk, joined.ordinal, joined.text) == (written.pk, 2, "Work goes on.")


def test_two_that_were_written_are_not_joined(round_: ReportingRound) -> None:
    write(round_, "I.1.1")
    write(round_, "I.1.2")

    with pytest.raises(InvalidError, match="More than one of them has been written already"):
        join(round_, "I.1.1", "I.1.2")


def test_what_somebody_has_typed_and_not_saved_is_not_joined_away(round_: ReportingRound) -> None:
    WorkingCopy.objects.create(
        snapshot=status_of(round_, "I.1.2"),
        user=make_user("officer", Role.OFFICER),
        base_revision=0,
        category="in_progress",
        text="Half a sentence",
        saved_at=timezone.now(),
    )

    with pytest.raises(InvalidError, match="Somebody has begun to write"):
        join(round_, "I.1.1", "I.1.2")


def test_one_status_alone_cannot_be_joined(round_: ReportingRound) -> None:
    with pytest.raises(InvalidError, match="Choose two statuses at least"):
        join(round_, "I.1.1")


def test_some_elements_are_split_off_into_an_empty_status(round_: ReportingRound) -> None:
    write(round_, "I.1.1")
    joined = join(round_, "I.1.1", "I.1.2")

    new = grouping.split_status(
        snapshot_id=joined.pk,
        element_ids=[ActionElement.objects.get(reference="I.1.2").pk],
        by=by(),
    )

    assert grouped(round_) == [["I.1.1"], ["I.1.2"], ["I.2.1"], ["I.2.2"], ["I.4.1"]]
    assert (new.ordinal, new.text, new.state, new.revision) == (6, "", "draft", 0)
    assert status_of(round_, "I.1.1").text == "Work goes on."


@pytest.mark.parametrize("chosen", [[], ["I.1.1", "I.1.2"]])
def test_neither_none_nor_all_elements_can_be_split_off(
    chosen: list[str], round_: ReportingRound
) -> None:
    joined = join(round_, "I.1.1", "I.1.2")
    elements = ActionElement.objects.filter(reference__in=chosen).values_list("pk", flat=True)

    with pytest.raises(InvalidError, match="some of the elements, but not all"):
        grouping.split_status(snapshot_id=joined.pk, element_ids=list(elements), by=by())


def test_elements_that_came_later_get_a_status_each(round_: ReportingRound) -> None:
    make_element(ActionElement.objects.get(reference="I.4.1").group)
    assert grouping.uncovered(round_) == ["I.4.2"]

    assert grouping.cover_elements(round_id=round_.pk, by=by()) == 1

    assert status_of(round_, "I.4.2").ordinal == 6


def test_each_change_is_written_down(round_: ReportingRound) -> None:
    join(round_, "I.1.1", "I.1.2")

    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.subject, entry.actor.username) == (
        "grouping_changed",
        "I.1.1–I.1.2",
        "secretariat",
    )


def test_an_officer_does_not_change_the_grouping(round_: ReportingRound) -> None:
    pks = list(round_.snapshots.values_list("pk", flat=True)[:2])

    with pytest.raises(NotAllowedError):
        grouping.join_statuses(snapshot_ids=pks, by=make_user("officer", Role.OFFICER))


def test_a_closed_round_is_not_regrouped(round_: ReportingRound) -> None:
    pks = list(round_.snapshots.values_list("pk", flat=True)[:2])
    close(round_)

    with pytest.raises(RoundClosedError):
        grouping.join_statuses(snapshot_ids=pks, by=by())

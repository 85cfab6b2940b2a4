"""Working copies and presence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from plans.models import Presence, WorkingCopy
from plans.rounds.services.closing import close_round
from plans.statuses.services import autosave as drafts
from plans.statuses.services import workflow as statuses
from plans.web.refusals import InvalidError, NotAllowedError, RoundClosedError
from tests.factories import make_user
from tests.scenes import Scene, set_scene_apart

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(db: None) -> Scene:
    return set_scene_apart(1)


def autosaved(
    case: Scene, text: str = "Typed.", *, base: int = 0, category: str = "completed"
) -> WorkingCopy | None:
    return drafts.autosave(
        snapshot_id=case.snapshot().pk,
        by=case.officer,
        base_revision=base,
        category=category,
        text=text,
    )


def save(case: Scene, text: str = "Typed.") -> None:
    statuses.save_status(
        snapshot_id=case.snapshot().pk,
        by=case.officer,
        text=text,
        category="completed",
        base_revision=case.snapshot().revision,
    )


def test_a_person_has_one_working_copy_of_a_status(case: Scene) -> None:
    autosaved(case, "First.")
    autosaved(case, "Second.")

    assert [copy.text for copy in WorkingCopy.objects.all()] == ["Second."]


def test_a_working_copy_is_kept_as_it_was_typed(case: Scene) -> None:
    copy = autosaved(case, "-  two   spaces\t\u200f \ud800and\x00 no more")

    assert copy is not None
    assert copy.text == "-  two   spaces\t\u200f and no more"


def test_a_save_ends_the_working_copy_of_who_saves_and_of_nobody_else(case: Scene) -> None:
    autosaved(case)
    drafts.autosave(
        snapshot_id=case.snapshot().pk,
        by=case.secretary,
        base_revision=0,
        category="completed",
        text="The secretariat's.",
    )
    save(case)

    assert [copy.user for copy in WorkingCopy.objects.all()] == [case.secretary]


def test_a_late_message_of_a_page_that_was_saved_is_not_offered_again(case: Scene) -> None:
    save(case, "Typed.")

    assert autosaved(case, " Typed. ", base=0) is None
    assert WorkingCopy.objects.count() == 0


def test_other_words_from_an_older_revision_are_kept(case: Scene) -> None:
    save(case, "Saved.")
    copy = autosaved(case, "Typed in another tab.", base=0)

    assert copy is not None
    assert copy.base_revision == 0


def test_nothing_is_kept_for_somebody_without_the_right(case: Scene) -> None:
    with pytest.raises(NotAllowedError):
        drafts.autosave(
            snapshot_id=case.snapshot().pk,
            by=case.outsider,
            base_revision=0,
            category="completed",
            text="x",
        )


def test_nothing_is_kept_in_a_closed_round(case: Scene) -> None:
    close_round(round_id=case.round.pk, by=case.secretary, not_reported=[case.snapshot().pk])

    with pytest.raises(RoundClosedError):
        autosaved(case)


@pytest.mark.parametrize(
    ("text", "base", "category"),
    [
        ("x" * 20_001, 0, "completed"),
        ("x", -1, "completed"),
        ("x", 1, "completed"),
        ("x", 0, "finished"),
    ],
)
def test_what_cannot_be_is_refused(text: str, base: int, category: str, case: Scene) -> None:
    with pytest.raises(InvalidError):
        autosaved(case, text, base=base, category=category)

    assert WorkingCopy.objects.count() == 0


def test_discarding_tells_whether_there_was_anything(case: Scene) -> None:
    autosaved(case)
    pk = case.snapshot().pk

    assert drafts.discard_working_copy(snapshot_id=pk, by=case.officer) is True
    assert drafts.discard_working_copy(snapshot_id=pk, by=case.officer) is False


def test_people_are_present_for_two_minutes_after_their_last_sign_of_life(case: Scene) -> None:
    pk = case.snapshot().pk
    for user, age in ((case.secretary, 119), (make_user("gone"), 121)):
        drafts.touch_presence(snapshot_id=pk, by=user)
        Presence.objects.filter(user=user).update(seen_at=timezone.now() - timedelta(seconds=age))

    found = drafts.others_present(snapshot_id=pk, but=case.officer)

    assert [presence.user for presence in found] == [case.secretary]


def test_being_seen_again_is_one_row_with_the_newer_time(case: Scene) -> None:
    pk = case.snapshot().pk
    drafts.touch_presence(snapshot_id=pk, by=case.officer)
    first = Presence.objects.get().seen_at
    drafts.touch_presence(snapshot_id=pk, by=case.officer)

    assert Presence.objects.get().seen_at > first

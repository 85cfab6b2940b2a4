"""Who may send files back and apply them, and when."""

from __future__ import annotations

import pytest

from plans.models import AuditEntry, ReturnedFile, Role
from plans.rounds.services.closing import close_round
from plans.unit_files import services as returned
from plans.unit_files.services import FaultyFileError
from plans.web.refusals import InvalidError, NotAllowedError, RoundClosedError, WrongStateError
from tests.factories import make_element, make_unit, make_user
from tests.scenes import Scene, set_scene
from tests.unit_files.files import sent_to
from tests.unit_files.returned_cases import answered, looked_at, receive

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene(elements=6)


def test_another_units_officer_may_neither_upload_nor_apply_nor_throw_away(scene: Scene) -> None:
    other = make_user("otto", Role.OFFICER, units=[make_unit("training")])
    content = sent_to(scene.round, scene.unit)

    with pytest.raises(FaultyFileError) as refused:
        receive(scene, content, by=other)
    assert refused.value.faults == (
        "The file holds the rows of another unit (evaluation), for which you do not report.",
    )
    file = receive(scene, content)
    with pytest.raises(NotAllowedError):
        returned.apply(file_id=file.pk, by=other, accepted={1: 0})
    with pytest.raises(NotAllowedError):
        returned.discard(file_id=file.pk, by=other)


def test_a_reader_may_upload_nothing(scene: Scene) -> None:
    with pytest.raises(NotAllowedError):
        receive(scene, sent_to(scene.round, scene.unit), by=make_user("rita"))


def test_a_file_is_applied_once(scene: Scene) -> None:
    file = answered(scene)
    returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0})

    with pytest.raises(WrongStateError, match="has been applied already"):
        returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 1})
    with pytest.raises(WrongStateError, match="has been applied already"):
        returned.discard(file_id=file.pk, by=scene.secretary)


def test_a_file_that_is_thrown_away_is_gone_and_its_hash_in_the_audit(scene: Scene) -> None:
    file = answered(scene)

    returned.discard(file_id=file.pk, by=scene.secretary)

    assert not ReturnedFile.objects.exists()
    entry = AuditEntry.objects.get(action="file_discarded")
    assert (entry.subject, entry.reason) == ("evaluation.xlsx", f"SHA-256 {file.sha256}")


@pytest.mark.parametrize("accepted", [{}, {99: 0}])
def test_nothing_and_what_is_not_in_the_file_cannot_be_accepted(
    scene: Scene, accepted: dict[int, int]
) -> None:
    file = answered(scene)

    with pytest.raises(InvalidError):
        returned.apply(file_id=file.pk, by=scene.secretary, accepted=accepted)


def test_in_a_closed_round_nothing_is_received_or_applied(scene: Scene) -> None:
    content = sent_to(scene.round, scene.unit)
    file = answered(scene)
    ids = list(scene.round.snapshots.values_list("pk", flat=True))
    close_round(round_id=scene.round.pk, by=scene.secretary, not_reported=ids)

    with pytest.raises(RoundClosedError):
        receive(scene, content)
    with pytest.raises(RoundClosedError):
        returned.apply(file_id=file.pk, by=scene.secretary, accepted={1: 0})


def test_a_file_of_another_round_is_refused(scene: Scene) -> None:
    content = sent_to(scene.round, scene.unit)
    scene.round.as_at = scene.round.as_at.replace(day=27)
    scene.round.save()

    with pytest.raises(FaultyFileError) as refused:
        receive(scene, content)

    assert refused.value.faults == (
        "The file holds rows of another round (as at 28 February 2001, not 27 February 2001). "
        "Upload it there, or fill in a fresh copy.",
    )


def test_a_file_of_another_version_and_of_another_plan_is_refused(scene: Scene) -> None:
    content = sent_to(scene.round, scene.unit)
    version = scene.round.version
    version.slug = "gb280-tc-2"
    version.save()
    with pytest.raises(FaultyFileError) as refused:
        receive(scene, content)
    assert refused.value.faults == (
        "The file holds rows of another version of the plan (gb276-tc-2, not gb280-tc-2). Fill in "
        "a fresh copy.",
    )

    version.plan.slug = "another"
    version.plan.save()
    with pytest.raises(FaultyFileError) as refused:
        receive(scene, content)
    assert refused.value.faults == (
        "The file holds rows of another plan (technical-cooperation). Upload it there.",
    )


def test_a_row_that_came_to_the_unit_since_is_named(scene: Scene) -> None:
    file = answered(scene)
    element = make_element(scene.round.version.elements.get(reference="I.1.6").group)
    element.units.add(scene.unit)
    from plans.rounds.services.grouping import cover_elements

    cover_elements(round_id=scene.round.pk, by=scene.secretary)

    assert looked_at(scene, file).absent == ["I.1.7"]

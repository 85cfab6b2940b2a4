"""Changing what became of elements after their version was made."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from plans.models import AuditEntry, Lineage, PlanVersion, Role
from plans.seeding.services.matching import change_lineage
from plans.web.refusals import InvalidError, NotAllowedError
from tests.factories import make_user
from tests.seeding.matching_cases import make_linked

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> PlanVersion:
    return make_linked()


@pytest.fixture
def ada() -> User:
    return make_user("ada", Role.ADMINISTRATOR)


def links() -> list[str]:
    return sorted(str(one) for one in Lineage.objects.all())


def test_a_link_is_changed_with_its_reason_and_written_down(
    version: PlanVersion, ada: User
) -> None:
    kind = change_lineage(
        version_id=version.pk,
        by=ada,
        earlier=["I.2.2"],
        later=["I.2.2"],
        reason=" The desk became\na round table. ",
    )

    assert kind == "reworded"
    assert [one for one in links() if "I.2.2" in one] == ["I.2.2 → I.2.2 (reworded)"]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.reason) == (
        "lineage_changed",
        ada,
        "The desk became a round table.",
    )
    assert entry.subject.endswith(": I.2.2 → I.2.2 (reworded)")


def test_what_has_no_link_left_is_new_or_dropped(version: PlanVersion, ada: User) -> None:
    change_lineage(
        version_id=version.pk, by=ada, earlier=["I.1.1"], later=["I.1.3"], reason="Read anew."
    )

    assert links() == [
        "I.1.1 → I.1.3 (reworded)",
        "I.1.2 → I.1.2 (reworded)",
        "I.1.3 → I.1.4 (moved)",
        "I.2.1 → I.2.1 (same)",
        "I.2.2 → – (dropped)",
        "– → I.1.1 (new)",
        "– → I.2.2 (new)",
    ]


@pytest.mark.parametrize(
    ("earlier", "later", "reason", "field"),
    [
        (["I.9.9"], ["I.1.1"], "why", "earlier"),
        ([], [], "why", "later"),
        (["I.1.1"], [], " ", "reason"),
    ],
)
def test_what_cannot_be_changes_nothing(
    version: PlanVersion,
    ada: User,
    earlier: list[str],
    later: list[str],
    reason: str,
    field: str,
) -> None:
    known = links()
    with pytest.raises(InvalidError) as refused:
        change_lineage(version_id=version.pk, by=ada, earlier=earlier, later=later, reason=reason)

    assert (refused.value.field, links(), AuditEntry.objects.count()) == (field, known, 0)


def test_a_first_version_has_none(version: PlanVersion, ada: User) -> None:
    assert version.based_on_id is not None
    with pytest.raises(InvalidError, match="first version of its plan"):
        change_lineage(
            version_id=version.based_on_id, by=ada, earlier=[], later=["I.1.1"], reason="why"
        )


def test_only_administrators_change_it(version: PlanVersion) -> None:
    with pytest.raises(NotAllowedError):
        change_lineage(
            version_id=version.pk,
            by=make_user("sec", Role.SECRETARIAT),
            earlier=["I.1.1"],
            later=[],
            reason="why",
        )

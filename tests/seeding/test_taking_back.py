"""A version that was made and not yet published is taken back, and its document mended."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from plans.models import AuditEntry, Lineage, Plan, PlanVersion, ReportingRound, Role, SeedDraft
from plans.seeding.queries.fixtures import version_fixture
from plans.seeding.services import commit, drafts
from plans.seeding.services import matching as matching_service
from plans.seeding.services.matching import Alike
from plans.seeding.services.publish import amend_text, obstacle, publish_version, take_back
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError
from tests.factories import make_unit, make_user, make_version
from tests.seeding.cases import NOTE, Seeding, begin
from tests.seeding.matching_cases import begin_after, document, make_base

pytestmark = pytest.mark.django_db


def made(seeding: Seeding, **head: Any) -> PlanVersion:
    """The version of the draft, without its statuses."""
    said = {**seeding.draft.head, **head}
    drafts.set_head(**seeding.known, head=said, with_round=False)
    return commit.commit_draft(**seeding.known, anomalies_seen=True)


def counts() -> dict[str, int]:
    """How many rows there are of every model but the audit."""
    return {
        model._meta.label: model._base_manager.count()
        for model in apps.get_app_config("plans").get_models()
        if model is not AuditEntry
    }


def test_the_draft_is_as_it_was_and_can_be_committed_again() -> None:
    seeding = begin()
    seeding.add(NOTE)
    before = counts()
    version = made(seeding)
    fixture = version_fixture(version)
    version.elements.get(reference="I.1.1").units.add(make_unit())

    draft = take_back(version_id=version.pk, by=seeding.admin, reason="A  heading was lost.")

    assert (draft.state, draft.version, draft.plan) == ("draft", None, None)
    assert counts() == before | {"plans.Unit": 1}
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.subject, entry.reason, entry.actor) == (
        "version_taken_back",
        "plan – plan",
        "A heading was lost.",
        seeding.admin,
    )
    assert seeding.ops() == ["note"]
    assert version_fixture(made(seeding)) == fixture


def test_what_was_decided_is_kept_and_so_is_a_plan_that_has_more() -> None:
    base = make_base()
    unit = make_unit()
    base.elements.get(reference="I.2.1").units.add(unit)
    seeding = begin_after(base)
    matching_service.accept_alike(**seeding.known, alike=Alike.ALL)
    version = made(seeding, version_slug="gb282-tc-3", version_symbol="GB.282/TC/3")
    links = list(Lineage.objects.values_list("kind", "earlier__reference", "later__reference"))

    draft = take_back(version_id=version.pk, by=seeding.admin, reason="Too early.")

    assert (draft.plan, draft.decisions.count(), Lineage.objects.count()) == (base.plan, 6, 0)
    assert list(base.elements.get(reference="I.2.1").units.all()) == [unit]
    made(seeding)
    again = Lineage.objects.values_list("kind", "earlier__reference", "later__reference")
    assert list(again) == links


def test_a_plan_with_another_draft_stays() -> None:
    seeding = begin(document())
    version = made(seeding)
    other = begin(plan=version.plan, admin=seeding.admin)
    draft = take_back(version_id=version.pk, by=seeding.admin, reason="Wrong.")
    assert draft.plan == other.draft.plan == Plan.objects.get()


def test_what_is_published_or_has_a_round_or_a_follower_stays() -> None:
    seeding = begin()
    version = commit.commit_draft(**seeding.known, anomalies_seen=True)
    assert "It has a reporting round" in obstacle(version)
    with pytest.raises(InvalidError, match="It has a reporting round"):
        take_back(version_id=version.pk, by=seeding.admin, reason="Wrong.")
    other = begin(document(), name="other.txt", admin=seeding.admin)
    second = made(other)
    after = begin(plan=second.plan, base=second, admin=seeding.admin)
    with pytest.raises(InvalidError, match="Another version, or the draft of one, comes after it"):
        take_back(version_id=second.pk, by=seeding.admin, reason="Wrong.")
    drafts.discard(**after.known)
    publish_version(version_id=second.pk, by=seeding.admin)
    with pytest.raises(InvalidError, match="It is published"):
        take_back(version_id=second.pk, by=seeding.admin, reason="Wrong.")
    assert (PlanVersion.objects.count(), ReportingRound.objects.count()) == (2, 1)
    assert set(SeedDraft.objects.values_list("state", flat=True)) == {"committed", "discarded"}


def test_a_version_of_no_document_stays() -> None:
    version = make_version(published=False)
    with pytest.raises(InvalidError, match="It was not made of a document"):
        take_back(version_id=version.pk, by=make_user("ada", Role.ADMINISTRATOR), reason="Wrong.")
    assert PlanVersion.objects.count() == 1


def test_it_takes_an_administrator_and_a_reason() -> None:
    seeding = begin()
    version = made(seeding)
    with pytest.raises(NotAllowedError):
        take_back(version_id=version.pk, by=make_user("olga", Role.OFFICER), reason="Wrong.")
    with pytest.raises(InvalidError, match="Say why"):
        take_back(version_id=version.pk, by=seeding.admin, reason=" ")
    assert seeding.draft.state == "committed"


def test_a_version_with_a_corrigendum_stays() -> None:
    seeding = begin()
    version = made(seeding)
    element = version.elements.get(reference="I.1.1")
    amend_text(
        version=version,
        at=element,
        field="text",
        words="other words;",
        seen=element.text,
        reason="They were others.",
        by=seeding.admin,
    )
    with pytest.raises(InvalidError, match="A corrigendum to it was issued"):
        take_back(version_id=version.pk, by=seeding.admin, reason="Wrong.")
    assert (seeding.draft.state, version.elements.count()) == ("committed", 3)


def test_what_somebody_else_took_back_is_neither_taken_back_again_nor_published() -> None:
    seeding = begin()
    version = made(seeding)
    take_back(version_id=version.pk, by=seeding.admin, reason="Wrong.")
    with pytest.raises(StaleDraftError, match="The version was taken back"):
        take_back(version_id=version.pk, by=seeding.admin, reason="Wrong.")
    with pytest.raises(StaleDraftError, match="The version was taken back"):
        publish_version(version_id=version.pk, by=seeding.admin)
    assert AuditEntry.objects.filter(action="version_taken_back").count() == 1


@pytest.mark.parametrize("after", [True, False])
def test_what_is_taken_back_while_a_document_is_read_has_no_draft_after_it(after: bool) -> None:
    seeding = begin()
    version = made(seeding)
    draft = drafts.read_draft(
        by=seeding.admin,
        name="next.txt",
        content=document().encode(),
        plan=version.plan,
        base=version if after else None,
    )
    take_back(version_id=version.pk, by=seeding.admin, reason="Wrong.")
    with pytest.raises(StaleDraftError, match="was taken back meanwhile"):
        drafts.store_draft(draft, by=seeding.admin)
    assert SeedDraft.objects.count() == 1

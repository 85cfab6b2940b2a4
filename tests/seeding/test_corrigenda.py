"""Corrigenda: the only way in which the wording of a published version changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction

from plans.exports.queries import report_table
from plans.models import (
    ActionElement,
    AuditEntry,
    Corrigendum,
    ElementGroup,
    Issue,
    Part,
    PlanVersion,
    Role,
    TimeFrame,
)
from plans.models.base import KeptForEverError
from plans.rounds.services.closing import verify_records
from plans.seeding.services.publish import amend_text
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError
from tests.aside import unpublish
from tests.factories import make_element, make_report, make_user

pytestmark = pytest.mark.django_db

PUBLISHED = "the version is published; its wording changes only through a corrigendum"


@pytest.fixture
def admin() -> User:
    return make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def version() -> PlanVersion:
    return make_report(issues=2, elements=2).version


def first(version: PlanVersion) -> ActionElement:
    return version.elements.get(reference="I.1.1")


def amend(
    at: Any, field: str, words: str, admin: User, *, reason: str = "A slip of the pen."
) -> Corrigendum:
    version = PlanVersion.objects.get()
    return amend_text(
        version=version,
        at=at,
        field=field,
        words=words,
        seen=getattr(at, field),
        reason=reason,
        by=admin,
    )


def test_the_words_change_and_what_they_were_is_kept(version: PlanVersion, admin: User) -> None:
    before = first(version).text
    found = amend(first(version), "text", "Element I.1.1 will be  carried on.", admin)
    assert first(version).text == "Element I.1.1 will be carried on."
    assert (found.number, found.holder, found.field) == (1, "element", "text")
    assert (found.old_words, found.new_words) == (before, "Element I.1.1 will be carried on.")
    assert (found.reason, found.by) == ("A slip of the pen.", admin)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.subject, entry.reason) == (
        "wording_amended",
        "GB.276/TC/2 I.1.1: words of the element",
        "A slip of the pen.",
    )


def test_every_text_of_a_plan_can_be_corrected(version: PlanVersion, admin: User) -> None:
    rows = (
        (version.parts.get(number="I"), ("title", "issues_heading", "time_frame_heading")),
        (version.issues.get(reference="I.1"), ("title", "context")),
        (ElementGroup.objects.latest("pk"), ("heading", "lead_in")),
        (TimeFrame.objects.earliest("pk"), ("text",)),
        (first(version), ("text",)),
    )
    for row, fields in rows:
        for field in fields:
            amend(row, field, f"New {field}", admin)
            row.refresh_from_db()
            assert getattr(row, field) == f"New {field}"
    assert list(Corrigendum.objects.values_list("number", flat=True)) == list(range(1, 10))


def test_a_context_keeps_its_paragraphs_and_bullets(version: PlanVersion, admin: User) -> None:
    issue = version.issues.get(reference="I.1")
    amend(issue, "context", "The Office will:\r\n\r\n•  review;\r\n\r\n- train.", admin)
    issue.refresh_from_db()
    assert issue.context == "The Office will:\n\n• review;\n• train."


def test_a_time_frame_is_read_anew(version: PlanVersion, admin: User) -> None:
    frame = TimeFrame.objects.earliest("pk")
    amend(frame, "text", "By end 2001", admin)
    frame.refresh_from_db()
    assert (frame.rule_kind, frame.due_on) == ("deadline", date(2001, 12, 31))


def test_a_rule_that_a_person_has_set_stays(version: PlanVersion, admin: User) -> None:
    frame = TimeFrame.objects.earliest("pk")
    TimeFrame.objects.filter(pk=frame.pk).update(rule_overridden=True, due_on=date(2003, 1, 1))
    amend(frame, "text", "By end 2001", admin)
    frame.refresh_from_db()
    assert frame.due_on == date(2003, 1, 1)


def test_an_element_whose_words_were_lost_is_given_them(version: PlanVersion, admin: User) -> None:
    lost = make_element(first(version).group, missing=True)
    amend(lost, "text", "Found again.", admin)
    lost.refresh_from_db()
    assert (lost.text, lost.missing_in_source) == ("Found again.", False)


def test_the_report_of_a_closed_round_stays_as_it_was(version: PlanVersion, admin: User) -> None:
    round_ = version.rounds.get()
    before = report_table(round_)
    amend(first(version), "text", "Other words.", admin)
    assert report_table(version.rounds.get()) == before
    assert verify_records().problems == ()


@pytest.mark.parametrize(
    ("field", "words", "reason", "complaint"),
    [
        ("text", " ", "Why.", "Write the words as they should be."),
        ("text", "New.", " ", "Say why the words are changed."),
        ("text", "x" * 20_001, "Why.", "At most 20000 characters are taken."),
        ("text", "New.", "x" * 2_001, "At most 2000 characters are taken."),
        ("reference", "I.9", "Why.", "A corrigendum cannot change this."),
    ],
)
def test_what_cannot_be_is_refused(
    version: PlanVersion, admin: User, field: str, words: str, reason: str, complaint: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        amend(first(version), field, words, admin, reason=reason)
    assert str(refusal.value) == complaint
    assert not Corrigendum.objects.exists()


def test_the_same_words_again_are_no_corrigendum(version: PlanVersion, admin: User) -> None:
    with pytest.raises(InvalidError, match="stand there already"):
        amend(first(version), "text", first(version).text, admin)


def test_words_that_somebody_changed_in_between_are_not_overwritten(
    version: PlanVersion, admin: User
) -> None:
    seen = first(version)
    amend(first(version), "text", "Meanwhile.", admin)
    with pytest.raises(StaleDraftError, match="changed these words in between"):
        amend(seen, "text", "Later.", admin)
    assert first(version).text == "Meanwhile."


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_only_administrators_issue_corrigenda(version: PlanVersion, role: Role | None) -> None:
    with pytest.raises(NotAllowedError):
        amend(first(version), "text", "Other words.", make_user("other", role))


# -- What the database refuses -------------------------------------------------------------------


def refused(change: Any) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        change()
    return str(error.value).splitlines()[0]


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (ActionElement, {"text": "Forged."}),
        (ActionElement, {"reference": "IX.1"}),
        (ActionElement, {"time_frame": None}),
        (TimeFrame, {"text": "Forged."}),
        (ElementGroup, {"lead_in": "Forged."}),
        (Issue, {"context": "Forged."}),
        (Issue, {"number": "9"}),
        (Part, {"title": "Forged."}),
    ],
)
def test_published_wording_is_not_changed_without_a_corrigendum(
    version: PlanVersion, model: type[Issue], values: dict[str, Any]
) -> None:
    row = model.objects.earliest("pk")
    assert refused(lambda: model.objects.filter(pk=row.pk).update(**values)) == PUBLISHED
    assert refused(lambda: model.objects.filter(pk=row.pk)._raw_delete("default")) == PUBLISHED


def test_the_wording_of_a_version_that_is_not_published_may_change(version: PlanVersion) -> None:
    unpublish(version)
    assert ActionElement.objects.update(text="Otherwise.") == 4


def test_a_corrigendum_allows_its_own_words_only_and_once(
    version: PlanVersion, admin: User
) -> None:
    before = first(version).text
    amend(first(version), "text", "New.", admin)
    rows = ActionElement.objects.filter(pk=first(version).pk)
    assert refused(lambda: rows.update(text="Forged.")) == PUBLISHED
    assert refused(lambda: rows.update(text=before)) == PUBLISHED
    amend(first(version), "text", before, admin)
    assert refused(lambda: rows.update(text="New.")) == PUBLISHED


def test_what_is_no_wording_may_change(version: PlanVersion) -> None:
    assert TimeFrame.objects.update(rule_overridden=True) == TimeFrame.objects.count()
    first(version).save()


def test_a_corrigendum_is_never_changed(version: PlanVersion, admin: User) -> None:
    found = amend(first(version), "text", "New.", admin)
    with pytest.raises(KeptForEverError):
        found.save()
    rows = Corrigendum.objects.all()
    plain = super(type(rows), rows)
    assert refused(lambda: plain.update(reason="Forged.")) == (
        "a corrigendum is never changed or deleted"
    )

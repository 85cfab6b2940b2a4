"""Drafts of versions: begun with an upload, described, discarded."""

from __future__ import annotations

import hashlib

import pytest
from django.db import DatabaseError, transaction

from plans.models import AuditEntry, Role, SeedDraft, SourceDocument
from plans.models.base import KeptForEverError
from plans.seeding.queries.drafts import drafts_in_work, find_draft
from plans.seeding.services import drafts
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError
from tests.factories import make_user, make_version
from tests.reading.bad_files import EMPTY
from tests.seeding.cases import NOTE, TEXT, begin

pytestmark = pytest.mark.django_db


def test_the_document_is_kept_byte_for_byte() -> None:
    draft = begin(name="Report 279.txt").draft
    document = draft.document
    assert bytes(document.content) == TEXT.encode()
    assert document.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (document.name, document.size) == ("Report 279.txt", len(TEXT.encode()))
    assert (draft.state, draft.position, draft.revision) == ("draft", 0, 0)


def test_the_same_content_is_kept_once_and_each_draft_has_its_own_name() -> None:
    first = begin(name="first.txt")
    second = begin(name="second.txt", admin=first.admin)
    assert SourceDocument.objects.count() == 1
    assert [first.draft.file_name, second.draft.file_name] == ["first.txt", "second.txt"]
    assert second.parsed.source.name == "second.txt"


def test_a_kept_document_is_never_changed() -> None:
    document = begin().draft.document
    with pytest.raises(KeptForEverError):
        document.save()
    with pytest.raises(KeptForEverError):
        document.delete()
    with pytest.raises(DatabaseError, match="a source document is never"), transaction.atomic():
        super(type(SourceDocument.objects.all()), SourceDocument.objects.all()).update(size=1)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", EMPTY),
        (b"\x00\x01", "line 1: a NUL byte: this is not a text file"),
        (b"No table here.", "no table found; expected rows of three or four cells"),
    ],
)
def test_what_is_no_document_is_refused_and_nothing_is_kept(content: bytes, sentence: str) -> None:
    admin = make_user("ada", Role.ADMINISTRATOR)
    with pytest.raises(InvalidError) as refusal:
        drafts.start_draft(by=admin, name="x.txt", content=content)
    assert str(refusal.value).startswith(sentence)
    assert (SourceDocument.objects.count(), SeedDraft.objects.count()) == (0, 0)


def test_the_version_before_is_one_of_the_plan() -> None:
    version, other = make_version(), make_version(plan="other")
    with pytest.raises(InvalidError, match="another plan"):
        begin(plan=other.plan, base=version)


def test_a_draft_of_a_plan_that_there_is_begins_with_its_name_and_language() -> None:
    version = make_version(language="fr")
    draft = begin(plan=version.plan, base=version).draft
    assert draft.head == {
        "plan_slug": "technical-cooperation",
        "plan_title": "Technical cooperation implementation plan",
        "language": "fr",
    }


def test_what_the_document_does_not_print_is_said() -> None:
    seeding = begin()
    drafts.set_head(
        **seeding.known,
        head={
            "plan_slug": "cooperation",
            "version_symbol": "GB.282/TC/1",
            "version_date": "2001-11",
            "as_at": "2001-05-01",
            "round_symbol": "",
        },
        with_round=False,
    )
    draft = seeding.draft
    assert draft.head == {
        "plan_slug": "cooperation",
        "version_symbol": "GB.282/TC/1",
        "version_date": "2001-11",
        "as_at": "2001-05-01",
    }
    assert (draft.with_round, draft.revision) == (False, 1)


def test_a_plan_that_there_is_keeps_its_name() -> None:
    version = make_version()
    seeding = begin(plan=version.plan)
    drafts.set_head(**seeding.known, head={"plan_slug": "another", "plan_title": "Another"})
    assert seeding.draft.head["plan_slug"] == "technical-cooperation"


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("plan_slug", "No Slug", "[document] plan_slug: write small letters, digits and hyphens"),
        ("version_date", "soon", "[document] version_date: write 1999, 1999-11 or 1999-11-17"),
        ("as_at", "soon", "[document] as_at: write a date such as 2000-08-31"),
        ("colour", "blue", "[document] does not know 'colour'"),
    ],
)
def test_a_value_that_cannot_be_is_refused(key: str, value: str, sentence: str) -> None:
    seeding = begin()
    with pytest.raises(InvalidError) as refusal:
        drafts.set_head(**seeding.known, head={key: value})
    assert str(refusal.value) == sentence
    assert seeding.draft.head == {}


def test_a_discarded_draft_stays_and_is_changed_no_more() -> None:
    seeding = begin()
    drafts.discard(**seeding.known)
    assert seeding.draft.state == "discarded"
    with pytest.raises(StaleDraftError, match=r"This draft was discarded\."):
        drafts.set_head(**seeding.known, head={})


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_only_administrators_seed(role: Role | None) -> None:
    seeding, other = begin(), make_user("other", role)
    with pytest.raises(NotAllowedError):
        begin(admin=other)
    with pytest.raises(NotAllowedError):
        drafts.set_head(**seeding.known | {"by": other}, head={})
    with pytest.raises(NotAllowedError):
        drafts.set_mapping(**seeding.known | {"by": other}, mapping={})
    with pytest.raises(NotAllowedError):
        drafts.discard(**seeding.known | {"by": other})
    assert find_draft(other, seeding.pk) is None
    assert not drafts_in_work(other).exists()


def test_the_list_has_drafts_in_work_first_and_counts_their_steps() -> None:
    done = begin(name="done.txt")
    work = begin(name="work.txt", admin=done.admin)
    work.add(NOTE)
    drafts.discard(**done.known)
    found = [(draft.file_name, draft.step_count) for draft in drafts_in_work(done.admin)]
    assert found == [("work.txt", 1), ("done.txt", 0)]


def test_beginning_and_discarding_are_in_the_audit() -> None:
    seeding = begin()
    drafts.discard(**seeding.known)
    assert list(AuditEntry.objects.order_by("pk").values_list("action", "actor__username")) == [
        ("seed_started", "ada"),
        ("seed_discarded", "ada"),
    ]

"""Corrections of a draft, step by step: kept, undone, redone, refused when they do not fit."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from plans.models import AuditEntry, Role, SeedStep
from plans.reading.corrections import read_corrections
from plans.seeding.queries.drafts import parsed
from plans.seeding.services import drafts
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError
from tests.factories import make_user
from tests.seeding.cases import NOTE, SPLIT, Seeding, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeding() -> Seeding:
    return begin()


def test_a_step_is_kept_and_in_force(seeding: Seeding) -> None:
    step = drafts.add_step(**seeding.known, operation=NOTE)
    assert (step.number, step.operation, step.by) == (1, NOTE, seeding.admin)
    assert (seeding.draft.position, seeding.draft.revision) == (1, 1)
    element = next(iter(seeding.parsed.outline.elements()))
    assert [note.text for note in element.notes] == ["The source is torn here."]


def test_undo_takes_back_the_last_step_and_redo_brings_it_again(seeding: Seeding) -> None:
    seeding.add(NOTE)
    seeding.add(SPLIT)
    assert drafts.undo(**seeding.known).op == "split"
    assert seeding.ops() == ["note"]
    assert drafts.undo(**seeding.known).op == "note"
    assert seeding.ops() == []
    assert drafts.redo(**seeding.known).op == "note"
    assert drafts.redo(**seeding.known).op == "split"
    assert seeding.ops() == ["note", "split"]
    assert seeding.draft.revision == 6


def test_a_new_step_takes_the_place_of_what_was_undone(seeding: Seeding) -> None:
    seeding.add(NOTE)
    seeding.add(SPLIT)
    drafts.undo(**seeding.known)
    drafts.undo(**seeding.known)
    seeding.add(SPLIT)
    assert list(seeding.draft.steps.values_list("number", "operation__op")) == [(1, "split")]


def test_there_is_nothing_to_undo_or_redo_in_the_beginning(seeding: Seeding) -> None:
    with pytest.raises(InvalidError, match=r"There is no correction to undo\."):
        drafts.undo(**seeding.known)
    with pytest.raises(InvalidError, match=r"There is no correction to redo\."):
        drafts.redo(**seeding.known)


def test_one_can_go_back_to_any_step_and_forward_again(seeding: Seeding) -> None:
    for operation in (NOTE, SPLIT, NOTE):
        seeding.add(operation)
    drafts.go_to(**seeding.known, position=1)
    assert seeding.ops() == ["note"]
    drafts.go_to(**seeding.known, position=3)
    assert seeding.ops() == ["note", "split", "note"]
    drafts.go_to(**seeding.known, position=0)
    assert seeding.ops() == []
    with pytest.raises(InvalidError, match=r"There is no correction 4\."):
        drafts.go_to(**seeding.known, position=4)


@pytest.mark.parametrize(
    ("operation", "sentence"),
    [
        ({**NOTE, "block": "p9.x1"}, "operation 1 (note): the source has no block 'p9.x1'"),
        ({**NOTE, "reason": " "}, "operation 1 (note): give a 'reason'"),
        ({**NOTE, "op": "burn"}, "operation 1 (burn): unknown; use one of assign, split, join"),
        ({**SPLIT, "at": ["in May"]}, "operation 1 (split): “in May” is not in the rest of"),
    ],
)
def test_a_step_that_does_not_fit_is_refused_with_its_place(
    seeding: Seeding, operation: dict[str, object], sentence: str
) -> None:
    with pytest.raises(InvalidError) as refusal:
        drafts.add_step(**seeding.known, operation=operation)
    assert str(refusal.value).startswith(sentence)
    assert (seeding.ops(), seeding.draft.revision) == ([], 0)


def test_two_people_cannot_correct_the_same_revision(seeding: Seeding) -> None:
    seen = seeding.known
    drafts.add_step(**seen, operation=NOTE)
    with pytest.raises(StaleDraftError, match="Nothing was overwritten"):
        drafts.add_step(**seen, operation=SPLIT)
    assert seeding.ops() == ["note"]


def test_a_discarded_draft_takes_no_step(seeding: Seeding) -> None:
    drafts.discard(**seeding.known)
    with pytest.raises(StaleDraftError, match=r"This draft was discarded\."):
        drafts.add_step(**seeding.known, operation=NOTE)


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_only_administrators_correct(seeding: Seeding, role: Role | None) -> None:
    other: User = make_user("other", role)
    for change in (drafts.undo, drafts.redo):
        with pytest.raises(NotAllowedError):
            change(**seeding.known | {"by": other})
    with pytest.raises(NotAllowedError):
        drafts.add_step(**seeding.known | {"by": other}, operation=NOTE)
    assert not SeedStep.objects.exists()


def test_a_corrections_file_takes_the_place_of_all_steps(seeding: Seeding) -> None:
    seeding.add(NOTE)
    file = read_corrections(
        """
        [document]
        version_symbol = "GB.282/TC/1"
        as_at = 2001-05-01

        [[operation]]
        op = "split"
        block = "p1.r2.c4.b1"
        at = ["in April 2001."]
        reason = "Twice."
        """
    )
    drafts.replace_steps(**seeding.known, corrections=file)
    assert seeding.ops() == ["split"]
    assert seeding.draft.head == {"version_symbol": "GB.282/TC/1", "as_at": "2001-05-01"}
    assert seeding.parsed.head.version_symbol == "GB.282/TC/1"


def test_a_corrections_file_that_does_not_fit_changes_nothing(seeding: Seeding) -> None:
    seeding.add(NOTE)
    file = read_corrections(
        '[[operation]]\nop = "note"\nblock = "p9.x1"\nnote = "n"\nreason = "r"\n'
    )
    with pytest.raises(InvalidError, match=r"operation 1 \(note\): the source has no block"):
        drafts.replace_steps(**seeding.known, corrections=file)
    assert (seeding.ops(), seeding.draft.revision) == (["note"], 1)


def test_a_number_is_no_truth_value_though_it_equals_one(seeding: Seeding) -> None:
    said = "[document]\nround_symbol_inferred = {}\n"
    drafts.replace_steps(**seeding.known, corrections=read_corrections(said.format("true")))
    assert seeding.parsed.head.round_symbol_inferred
    with pytest.raises(InvalidError, match="round_symbol_inferred: write true or false"):
        drafts.replace_steps(**seeding.known, corrections=read_corrections(said.format("1")))


def test_every_step_is_in_the_audit(seeding: Seeding) -> None:
    seeding.add(NOTE)
    drafts.undo(**seeding.known)
    entries = AuditEntry.objects.order_by("pk").values_list("action", "subject", "reason")
    assert list(entries)[1:] == [
        ("seed_corrected", "plan.txt: 1. note p1.r1.c2.b2", "Readers should know."),
        ("seed_undone", "plan.txt: −1. note p1.r1.c2.b2", ""),
    ]


def test_what_no_database_takes_is_left_out(seeding: Seeding) -> None:
    seeding.add({**NOTE, "note": "A\0B\ud800C"})
    assert SeedStep.objects.get().operation["note"] == "ABC"


def test_a_document_is_read_once_however_often_it_is_asked_for(
    seeding: Seeding, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    draft = seeding.draft
    first = parsed(draft)
    with django_assert_num_queries(1):
        assert parsed(draft).source is first.source

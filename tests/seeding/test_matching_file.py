"""A file of decisions put in the place of those so far, all of it or nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plans.models import AuditEntry, MatchDecision, Role
from plans.reading.matching import LineageKind, Stated, read_stated
from plans.seeding.queries.matching import decisions_file
from plans.seeding.services import matching as service
from plans.seeding.services.matching import Alike
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError
from tests.factories import make_user
from tests.seeding.cases import Seeding
from tests.seeding.matching_cases import (
    PROPOSED,
    begin_after,
    make_base,
    matching,
    mend,
    outcome,
    row_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeding() -> Seeding:
    return begin_after(make_base())


def stated(seeding: Seeding, *, proposed: bool = False) -> tuple[Stated, ...]:
    """What the file of the draft's decisions says."""
    return read_stated(decisions_file(matching(seeding), proposed=proposed))


def test_the_file_holds_what_is_decided_and_on_request_what_is_proposed(seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.SAME, reason="Read.")
    row = row_of(seeding, "I.2.1").row
    assert stated(seeding) == (
        Stated(1, ("I.2.1",), ("I.2.1",), "Read.", LineageKind.SAME, row.fingerprint),
    )
    everything = stated(seeding, proposed=True)
    assert [(one.kind, one.earlier, one.later) for one in everything] == PROPOSED


def test_a_file_decides_all_that_it_names_and_nothing_else(seeding: Seeding) -> None:
    everything = stated(seeding, proposed=True)
    service.decide(**seeding.known, earlier=["I.2.1"], later=["I.2.2"], reason="It is not so.")
    file = (
        *everything[:3],
        Stated(4, ("I.2.2", "I.2.1"), ("I.2.1", "I.2.2"), "They changed places.\0"),
    )
    assert service.replace_decisions(**seeding.known, stated=file) == 4
    rows = matching(seeding).rows
    assert [outcome(row) for row in rows] == [
        *PROPOSED[:3],
        ("split", ("I.2.1", "I.2.2"), ("I.2.1", "I.2.2")),
    ]
    assert [row.decision.reason for row in rows if row.decision] == [
        *("", "", ""),
        "They changed places.",
    ]
    entry = AuditEntry.objects.latest("pk")
    assert (entry.action, entry.subject) == ("seed_matched", "plan.txt: 4 decisions from a file")


def test_a_file_that_was_written_decides_the_same_again(seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL, reason="Read one by one.")
    service.decide(**seeding.known, earlier=["I.1.3"], later=[], reason="It is another.")
    before = decisions_file(matching(seeding))
    service.replace_decisions(**seeding.known, stated=read_stated(before))
    assert decisions_file(matching(seeding)) == before


@pytest.mark.parametrize(
    ("decision", "message"),
    [
        (
            Stated(2, ("I.9.9",), ("I.1.1",), "r"),
            "decision 2 (I.9.9 → I.1.1): The version before has no element I.9.9.",
        ),
        (
            Stated(1, (), ("I.1.1", "I.1.2"), "r"),
            "decision 1 (– → I.1.1, I.1.2): Elements that are new are decided one by one.",
        ),
        (
            Stated(1, ("I.1.1",), ("I.1.2",)),
            "decision 1 (I.1.1 → I.1.2): Say why, in a few words.",
        ),
        (
            Stated(1, ("I.1.1",), ("I.1.1",), kind=LineageKind.SAME),
            "decision 1 (I.1.1 → I.1.1): by the words of its elements it is now “reworded”; look "
            "at it again.",
        ),
        (
            Stated(1, ("I.1.1",), ("I.1.1",), fingerprint="ab" * 32),
            "decision 1 (I.1.1 → I.1.1): its elements have other words now than when it was taken; "
            "look at it again, and leave its fingerprint out if it still holds.",
        ),
        (
            Stated(1, ("I.1.1",), ("I.1.1",), "r" * 2001),
            "decision 1 (I.1.1 → I.1.1): A reason has at most 2000 characters.",
        ),
    ],
)
def test_a_decision_that_does_not_fit_is_named_and_nothing_is_changed(
    seeding: Seeding, decision: Stated, message: str
) -> None:
    service.accept_alike(**seeding.known, alike=Alike.SAME)
    before = seeding.draft.revision
    with pytest.raises(InvalidError) as refused:
        service.replace_decisions(**seeding.known, stated=(*stated(seeding), decision))
    assert str(refused.value) == message
    assert (seeding.draft.revision, MatchDecision.objects.count()) == (before, 1)


def test_a_file_does_not_fit_any_more_when_the_document_was_corrected(seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    file = stated(seeding)
    mend(seeding, "p1.r1.c2.b1", "of the office;")
    with pytest.raises(InvalidError, match="its elements have other words now"):
        service.replace_decisions(**seeding.known, stated=file)
    trusted = (replace(file[0], fingerprint=""), *file[1:])
    assert service.replace_decisions(**seeding.known, stated=trusted) == 6
    assert not matching(seeding).undecided


def test_only_administrators_put_a_file_in_force_and_on_the_draft_that_they_saw(
    seeding: Seeding,
) -> None:
    officer = make_user("olga", Role.OFFICER)
    with pytest.raises(NotAllowedError):
        service.replace_decisions(**seeding.known | {"by": officer}, stated=())
    with pytest.raises(StaleDraftError):
        service.replace_decisions(**seeding.known | {"base_revision": 7}, stated=())

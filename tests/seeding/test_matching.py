"""What became of the elements of the version before: decided on the draft."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from plans.models import ActionElement, AuditEntry, Lineage, PlanVersion, Role
from plans.reading.matching import LineageKind
from plans.seeding.queries import matching as matching_selectors
from plans.seeding.services import commit, drafts
from plans.seeding.services import matching as service
from plans.seeding.services import publish as corrigenda
from plans.seeding.services.matching import Alike, store_lineage
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError, UndecidedError
from tests.factories import (
    make_element,
    make_group,
    make_issue,
    make_part,
    make_unit,
    make_user,
    make_version,
)
from tests.seeding.cases import Seeding, begin
from tests.seeding.matching_cases import (
    AFTER,
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


def accept(seeding: Seeding, later: str, reason: str = "") -> None:
    fingerprint = row_of(seeding, later).row.fingerprint
    service.accept(**seeding.known, fingerprints=[fingerprint], reason=reason)


def test_everything_is_proposed_and_nothing_decided_in_the_beginning(seeding: Seeding) -> None:
    found = matching(seeding)

    assert [outcome(row) for row in found.rows] == PROPOSED
    assert (found.decided_count, len(found.undecided), found.stale) == (0, 6, [])


def test_an_accepted_proposal_is_decided_by_whom_and_why(seeding: Seeding) -> None:
    accept(seeding, "I.1.1", "  One word was\nadded. ")

    row = row_of(seeding, "I.1.1")
    assert row.decision is not None
    assert (row.decision.decided_by, row.decision.reason) == (
        seeding.admin,
        "One word was added.",
    )
    assert [outcome(row) for row in matching(seeding).rows] == PROPOSED
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.action, entry.subject, entry.reason) == (
        "seed_matched",
        "plan.txt: I.1.1 → I.1.1 (reworded)",
        "One word was added.",
    )


def test_all_that_is_the_same_is_accepted_at_once(seeding: Seeding) -> None:
    assert service.accept_alike(**seeding.known, alike=Alike.SAME) == 1
    assert [outcome(row) for row in matching(seeding).rows if row.decision] == [PROPOSED[3]]
    with pytest.raises(InvalidError, match="nothing of this sort left"):
        service.accept_alike(**seeding.known, alike=Alike.SAME)


def test_all_that_is_only_renumbered_is_accepted_at_once(seeding: Seeding) -> None:
    assert service.accept_alike(**seeding.known, alike=Alike.RENUMBERED) == 1
    assert [outcome(row) for row in matching(seeding).rows if row.decision] == [PROPOSED[2]]


def test_other_partners_may_be_chosen_and_the_rest_is_proposed_anew(seeding: Seeding) -> None:
    kind = service.decide(
        **seeding.known,
        earlier=["I.2.2"],
        later=["I.2.2"],
        reason="The help desk became a round table.",
    )

    assert kind is LineageKind.REWORDED
    assert [outcome(row) for row in matching(seeding).rows] == [
        *PROPOSED[:4],
        ("reworded", ("I.2.2",), ("I.2.2",)),
    ]


def test_a_piece_that_is_taken_out_of_a_split_leaves_the_other(seeding: Seeding) -> None:
    service.decide(**seeding.known, earlier=[], later=["I.1.3"], reason="It is another manual.")

    assert [outcome(row) for row in matching(seeding).rows][1:3] == [
        ("reworded", ("I.1.2",), ("I.1.2",)),
        ("new", (), ("I.1.3",)),
    ]


def test_a_decision_takes_the_place_of_one_that_had_its_elements(seeding: Seeding) -> None:
    accept(seeding, "I.1.2")
    accept(seeding, "I.2.1")
    service.decide(**seeding.known, earlier=["I.1.2"], later=["I.1.2"], reason="No split.")

    rows = matching(seeding).rows
    assert [(outcome(row), row.decision is not None) for row in rows][1:5] == [
        (("reworded", ("I.1.2",), ("I.1.2",)), True),
        (("new", (), ("I.1.3",)), False),
        (PROPOSED[2], False),
        (PROPOSED[3], True),
    ]


@pytest.mark.parametrize(
    ("earlier", "later", "reason", "field", "sentence"),
    [
        ([], [], "why", "later", "Choose at least one element."),
        (["I.9.9"], ["I.1.1"], "why", "earlier", "The version before has no element I.9.9."),
        (["I.1.1"], ["I.9.9"], "why", "later", "The new version has no element I.9.9."),
        (["I.1.1"], ["I.1.1"], " \n", "reason", "Say why, in a few words."),
        (["I.1.1"], [], "w" * 2001, "reason", "A reason has at most 2000 characters."),
        ([], ["I.1.1", "I.1.2"], "why", "later", "Elements that are new are decided one by one."),
        (
            ["I.1.1", "I.1.2"],
            [],
            "why",
            "earlier",
            "Elements that were dropped are decided one by one.",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    seeding: Seeding, earlier: list[str], later: list[str], reason: str, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        service.decide(**seeding.known, earlier=earlier, later=later, reason=reason)

    assert (str(refused.value), refused.value.field) == (sentence, field)
    assert matching(seeding).decided_count == 0


def test_what_is_not_proposed_any_more_is_not_accepted(seeding: Seeding) -> None:
    known = row_of(seeding, "I.1.1").row.fingerprint
    accept(seeding, "I.1.1")

    with pytest.raises(InvalidError, match="not proposed any more"):
        service.accept(**seeding.known, fingerprints=[known])
    with pytest.raises(InvalidError, match="not proposed any more"):
        service.accept(**seeding.known, fingerprints=["0" * 64])


def test_a_decision_is_withdrawn(seeding: Seeding) -> None:
    accept(seeding, "I.1.1")

    service.withdraw(**seeding.known, fingerprint=row_of(seeding, "I.1.1").row.fingerprint)

    assert matching(seeding).decided_count == 0
    assert [outcome(row) for row in matching(seeding).rows] == PROPOSED
    with pytest.raises(InvalidError, match="no such decision"):
        service.withdraw(**seeding.known, fingerprint="0" * 64)


def test_a_later_correction_undoes_only_the_decisions_that_it_touches(seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    mend(seeding, "p1.r1.c2.b1", "of the office;")

    found = matching(seeding)

    assert [outcome(row) for row in found.undecided] == [PROPOSED[0]]
    assert [str(decision) for decision in found.stale] == ["I.1.1 → I.1.1"]
    assert found.decided_count == 5


def test_a_correction_that_is_undone_gives_the_decision_back(seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    mend(seeding, "p1.r1.c2.b1", "of the office;")
    drafts.undo(**seeding.known)

    assert matching(seeding).undecided == []


def test_what_is_decided_anew_takes_the_place_of_the_decision_that_fell(seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    mend(seeding, "p1.r1.c2.b1", "of the office;")
    accept(seeding, "I.1.1")

    assert matching(seeding).undecided == []
    assert matching(seeding).stale == []
    assert seeding.draft.decisions.count() == 6


def test_only_administrators_decide(seeding: Seeding) -> None:
    known = seeding.known | {"by": make_user("sec", Role.SECRETARIAT)}

    with pytest.raises(NotAllowedError):
        service.accept_alike(**known, alike=Alike.SAME)
    with pytest.raises(NotAllowedError):
        service.decide(**known, earlier=["I.1.1"], later=["I.1.1"], reason="why")
    with pytest.raises(NotAllowedError):
        service.withdraw(**known, fingerprint="0" * 64)


def test_of_two_who_decide_at_once_the_second_is_told(seeding: Seeding) -> None:
    known = seeding.known
    accept(seeding, "I.1.1")

    with pytest.raises(StaleDraftError):
        service.accept_alike(**known, alike=Alike.SAME)


def test_the_first_version_of_a_plan_has_nothing_to_match() -> None:
    seeding = begin()

    with pytest.raises(InvalidError, match="there is nothing to match"):
        service.accept_alike(**seeding.known, alike=Alike.SAME)


# -- Committing ------------------------------------------------------------------------------------


def make_after(seeding: Seeding) -> None:
    """The version that the draft would become."""
    version = make_version(slug="gb282-tc-3", symbol="GB.282/TC/3")
    part = make_part(version)
    for title, texts in AFTER.items():
        group = make_group(make_issue(part, title[0]))
        for text in texts:
            make_element(group, text)


def test_what_was_decided_is_kept_as_lineage(seeding: Seeding) -> None:
    make_after(seeding)
    draft = seeding.draft
    assert draft.base is not None
    version = draft.base.plan.versions.get(slug="gb282-tc-3")
    service.accept_alike(**seeding.known, alike=Alike.ALL, reason="Read one by one.")

    assert store_lineage(matching(seeding), version) == 7
    assert [str(link) for link in Lineage.objects.order_by("pk")] == [
        "I.1.1 → I.1.1 (reworded)",
        "I.1.2 → I.1.2 (split)",
        "I.1.2 → I.1.3 (split)",
        "I.1.3 → I.1.4 (moved)",
        "I.2.1 → I.2.1 (same)",
        "I.2.2 → – (dropped)",
        "– → I.2.2 (new)",
    ]
    link = Lineage.objects.order_by("pk")[0]
    assert (link.version, link.reason, link.decided_by) == (
        version,
        "Read one by one.",
        seeding.admin,
    )
    assert link.earlier is not None
    assert link.earlier.version == draft.base


def test_nothing_is_kept_while_anything_is_undecided(seeding: Seeding) -> None:
    make_after(seeding)
    service.accept_alike(**seeding.known, alike=Alike.SAME)
    draft = seeding.draft
    assert draft.base is not None

    with pytest.raises(UndecidedError) as refused:
        store_lineage(matching(seeding), draft.base.plan.versions.get(slug="gb282-tc-3"))

    assert str(refused.value) == (
        "What became of the elements is not decided yet in 5 places, the first of them: "
        "I.1.1 → I.1.1 (reworded); I.1.2 → I.1.2, I.1.3 (split); I.1.3 → I.1.4 (moved); "
        "I.2.2 → – (dropped); – → I.2.2 (new)."
    )
    assert refused.value.count == 5
    assert not Lineage.objects.exists()


def test_a_commit_waits_for_the_matching_and_then_keeps_it(seeding: Seeding) -> None:
    head = {"version_slug": "gb282-tc-3", "version_symbol": "GB.282/TC/3"}
    unit = make_unit()
    ActionElement.objects.get(reference="I.1.2").units.add(unit)
    drafts.set_head(**seeding.known, head=head)
    blocker = commit.dry_run(seeding.draft, seeding.parsed).blockers[0]
    with pytest.raises(InvalidError, match="is not decided yet in 6 places"):
        commit.commit_draft(**seeding.known, anomalies_seen=True)
    assert (blocker.step, blocker.message[:55]) == (
        "matching",
        "What became of the elements is not decided yet in 6 pla",
    )

    service.accept_alike(**seeding.known, alike=Alike.ALL)
    plan = commit.dry_run(seeding.draft, seeding.parsed)
    version = commit.commit_draft(**seeding.known, anomalies_seen=True)

    assert (plan.blockers, plan.counts["lineage"]) == ((), 7)
    assert version.lineage.count() == 7
    assert [link.kind for link in Lineage.objects.filter(later__reference="I.1.3")] == ["split"]
    answered = version.elements.filter(units=unit).order_by("reference")
    assert [element.reference for element in answered] == ["I.1.2", "I.1.3"]


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_matching_costs_the_same_queries_for_any_number_of_elements(
    elements: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issues = {"1. Standards": [f"element {number} of the plan;" for number in range(elements)]}
    seeding = begin_after(make_base(issues), issues)
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    draft = seeding.draft
    assert draft.base is not None

    with django_assert_num_queries(4):
        matching(seeding)


def test_the_matching_is_found_before_anything_is_written(
    seeding: Seeding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While rows are written the database is locked for everybody else."""
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    prepared = commit.prepare_commit(**seeding.known, anomalies_seen=True)
    monkeypatch.setattr(matching_selectors, "overlay", None)
    monkeypatch.setattr(matching_selectors, "parsed", None)

    assert commit.make_version(prepared).lineage.count() == 7


def test_a_version_before_that_changed_since_the_check_is_noticed(seeding: Seeding) -> None:
    service.accept_alike(**seeding.known, alike=Alike.ALL)
    prepared = commit.prepare_commit(**seeding.known, anomalies_seen=True)
    element = ActionElement.objects.get(reference="I.1.2")
    corrigenda.amend_text(
        version=element.version,
        at=element,
        field="text",
        words="Something else.",
        seen=element.text,
        reason="A slip.",
        by=seeding.admin,
    )

    with pytest.raises(StaleDraftError, match="The version before was changed in the meantime"):
        commit.make_version(prepared)

    assert PlanVersion.objects.count() == 1
    assert (seeding.draft.state, Lineage.objects.count()) == ("draft", 0)

"""From a draft to a plan version: what will be made, what stands in the way, and making it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from plans.models import (
    ActionElement,
    AuditEntry,
    Issue,
    Plan,
    PlanVersion,
    Record,
    ReportingRound,
    Role,
    SeedDraft,
    StatusSnapshot,
)
from plans.reading.corrections import read_corrections
from plans.rounds.services.closing import verify_records
from plans.seeding.services import commit, drafts, matching
from plans.seeding.services.commit import write_rows
from plans.seeding.services.matching import Alike
from plans.seeding.services.publish import publish_version
from plans.web.refusals import InvalidError, NotAllowedError, StaleDraftError
from tests.factories import make_user, make_version
from tests.reading.documents import bullets, table
from tests.seeding.cases import Seeding, begin
from tests.seeding.dumps import dump

pytestmark = pytest.mark.django_db

SOURCE = Path("fixtures/sources/gb279-progress-report.txt")
CORRECTIONS = Path("fixtures/corrections/gb279-progress-report.toml")
FIXTURE = Path("fixtures/technical-cooperation.json")


def real() -> Seeding:
    """The draft of the real document, with its corrections."""
    seeding = begin(SOURCE.read_text(encoding="utf-8"), name=SOURCE.name)
    corrections = read_corrections(CORRECTIONS.read_text(encoding="utf-8"))
    drafts.replace_steps(**seeding.known, corrections=corrections)
    return seeding


def committed(seeding: Seeding) -> PlanVersion:
    return commit.commit_draft(**seeding.known, anomalies_seen=True)


def run(seeding: Seeding) -> commit.DryRun:
    return commit.dry_run(seeding.draft, seeding.parsed)


def test_the_real_document_becomes_what_loading_its_fixture_makes() -> None:
    with transaction.atomic():
        seeding = real()
        publish_version(version_id=committed(seeding).pk, by=seeding.admin)
        seeded = dump()
        transaction.set_rollback(True)
    assert not Plan.objects.exists()
    call_command("loaddata", str(FIXTURE), verbosity=0)
    assert seeded == dump()
    assert len(seeded) == 381


def test_loading_the_fixture_after_seeding_changes_nothing() -> None:
    seeding = real()
    publish_version(version_id=committed(seeding).pk, by=seeding.admin)
    before = dump()
    call_command("loaddata", str(FIXTURE), verbosity=0)
    assert dump() == before
    assert verify_records().problems == ()


def test_the_version_is_not_published_until_somebody_does() -> None:
    seeding = begin()
    version = committed(seeding)
    assert (version.published, version.plan.slug, version.slug) == (False, "plan", "plan")
    draft = seeding.draft
    assert (draft.state, draft.version, draft.plan) == ("committed", version, version.plan)
    published = publish_version(version_id=version.pk, by=seeding.admin)
    assert published.published
    with pytest.raises(InvalidError, match="published already"):
        publish_version(version_id=version.pk, by=seeding.admin)


def test_sub_issues_stand_under_their_issues() -> None:
    text = table(
        ("1. One", bullets("first."), "2001", ""),
        ("(a) Sub", bullets("second."), "2001", ""),
        ("(b) Sub", bullets("third."), "2001", ""),
    )
    version = committed(begin(text))
    found = list(version.issues.values_list("reference", "parent__reference"))
    assert found == [("I.1", None), ("I.1(a)", "I.1"), ("I.1(b)", "I.1")]


def test_the_dry_run_says_exactly_what_will_be_made() -> None:
    seeding = begin()
    plan = run(seeding)
    version = committed(seeding)
    assert dict(plan.counts) == {
        "plan": 1,
        "planversion": 1,
        "part": version.parts.count(),
        "issue": version.issues.count(),
        "elementgroup": 2,
        "timeframe": 3,
        "actionelement": version.elements.count(),
        "reportinground": 1,
        "statussnapshot": 3,
        "statuscover": 3,
        "statusrevision": 3,
        "record": 1,
    }
    assert [(part.number, part.issues, part.elements) for part in plan.parts] == [("I", 2, 3)]
    assert (plan.makes_plan, plan.makes_round, plan.blockers) == (True, True, ())
    assert plan.round_label == "Status as at 1 May 2001"


def test_a_dry_run_changes_nothing() -> None:
    seeding = begin()
    run(seeding)
    assert (PlanVersion.objects.count(), seeding.draft.revision) == (0, 0)


def test_the_statuses_become_a_closed_round_with_its_record() -> None:
    version = committed(begin())
    round_ = ReportingRound.objects.get(version=version)
    assert (round_.as_at, round_.state) == (date(2001, 5, 1), "closed")
    assert Record.objects.get().round == round_
    assert StatusSnapshot.objects.filter(round=round_).count() == 3
    assert verify_records().problems == ()


def test_the_statuses_are_left_out_when_somebody_says_so() -> None:
    seeding = begin()
    drafts.set_head(**seeding.known, head={}, with_round=False)
    plan = run(seeding)
    assert (plan.makes_round, plan.statuses_left_out, plan.blockers) == (False, True, ())
    committed(seeding)
    assert not ReportingRound.objects.exists()
    assert ActionElement.objects.count() == 3


def test_a_version_of_a_plan_is_based_on_the_one_before() -> None:
    before = make_version()
    seeding = begin(plan=before.plan, base=before)
    drafts.set_head(
        **seeding.known, head={"version_slug": "gb282-tc-1", "version_symbol": "GB.282/TC/1"}
    )
    matching.accept_alike(**seeding.known, alike=Alike.ALL)
    plan = run(seeding)
    version = committed(seeding)
    assert not plan.makes_plan
    assert (version.plan, version.based_on) == (before.plan, before)
    assert Plan.objects.get().title == "Technical cooperation implementation plan"


def test_words_without_a_place_stand_in_the_way_and_are_named() -> None:
    text = table(("1. One", bullets("first."), "2001", "Done."), ("", "", "", "Nowhere to go."))
    seeding = begin("• A bullet before the table.\n\n" + text)
    drafts.add_step(
        **seeding.known,
        operation={"op": "assign", "block": "p1.r1.c4.b1", "role": "unplaced", "reason": "?"},
    )
    blockers = run(seeding).blockers
    assert ("review", "Line 6: “Done.” has no place in the plan.", "p1.r1.c4.b1") in [
        (blocker.step, blocker.message, blocker.place) for blocker in blockers
    ]
    with pytest.raises(InvalidError, match="has no place in the plan"):
        committed(seeding)
    assert not PlanVersion.objects.exists()


def test_a_status_column_without_a_date_asks_for_one() -> None:
    text = table(
        ("1. One", bullets("first."), "2001", "Done."),
        headings=("Issues", "Elements for action", "Time-frame", "Status"),
    )
    seeding = begin(text)
    blocker = run(seeding).blockers[0]
    assert (blocker.step, blocker.message[:35]) == ("head", "The status column names no date. Sa")
    drafts.set_head(**seeding.known, head={"as_at": "2001-05-01"})
    assert run(seeding).blockers == ()


def test_a_plan_is_not_made_twice() -> None:
    make_version(plan="plan")
    seeding = begin()
    blocker = run(seeding).blockers[0]
    assert blocker.step == "head"
    assert blocker.message.startswith("There is a plan with the short name “plan” already.")
    with pytest.raises(InvalidError, match="There is a plan with the short name"):
        committed(seeding)


def test_a_version_is_not_made_twice() -> None:
    before = make_version(plan="plan", slug="plan")
    seeding = begin(plan=before.plan, base=before)
    with pytest.raises(InvalidError, match="has a version with the short name “plan” already"):
        committed(seeding)


def test_a_version_that_somebody_made_in_between_stands_in_the_way() -> None:
    before = make_version(plan="plan", slug="first")
    seeding = begin(plan=before.plan, base=before)
    matching.accept_alike(**seeding.known, alike=Alike.ALL)
    plan = run(seeding)
    make_version(plan="plan", slug="plan")
    with (
        mock.patch.object(commit, "dry_run", return_value=plan),
        pytest.raises(InvalidError, match="has a version with the short name “plan” already"),
    ):
        committed(seeding)
    assert seeding.draft.state == "draft"


def test_what_no_row_has_room_for_is_named() -> None:
    seeding = begin()
    drafts.set_head(**seeding.known, head={"version_symbol": "S" * 61})
    assert [blocker.message for blocker in run(seeding).blockers] == [
        f"“{'S' * 40}…” is longer than the 60 characters that there is room for."
    ]


def test_what_is_odd_has_to_be_looked_at() -> None:
    text = table(("1. One", bullets("first."), "2001", ""), ("1. Other", bullets("x."), "", ""))
    seeding = begin(text)
    assert "the number of I.1 stands twice" in [a.message for a in run(seeding).anomalies]
    with pytest.raises(InvalidError, match="Look at what is odd"):
        commit.commit_draft(**seeding.known)
    committed(seeding)
    assert list(Issue.objects.values_list("reference", flat=True)) == ["I.1", "I.1-2"]


def test_what_is_accepted_one_by_one_needs_no_word_at_the_end() -> None:
    seeding = begin(table(("1. One", bullets("x."), "", ""), ("1. Two", bullets("y."), "", "")))
    (twice,) = run(seeding).anomalies
    seeding.add(
        {"op": "accept", "block": twice.place, "odd": twice.message, "reason": "Printed so."}
    )
    assert run(seeding).anomalies == ()
    assert [odd.accepted for odd in run(seeding).accepted] == ["Printed so."]
    commit.commit_draft(**seeding.known)
    assert list(Issue.objects.values_list("reference", flat=True)) == ["I.1", "I.1-2"]


def test_a_commit_costs_the_same_queries_however_many_elements_there_are(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    admin = make_user("ada", Role.ADMINISTRATOR)
    for count in (1, 3, 30):
        issues = [
            ("1. Issue", bullets("one."), "2001", "Done."),
            ("(a) Sub", bullets("a."), "", ""),
        ]
        issues += [(f"{n}. Issue", bullets("x;", "y."), "2001", "") for n in range(2, count + 1)]
        text = table(*issues)
        seeding = begin(text, name=f"plan-{count}.txt", admin=admin)
        known = seeding.known
        assert run(seeding).blockers == ()
        with django_assert_num_queries(23):
            commit.commit_draft(**known, anomalies_seen=True)


def test_two_administrators_do_not_commit_the_same_draft() -> None:
    seeding = begin()
    seen, other = seeding.known, make_user("bob", Role.ADMINISTRATOR)
    committed(seeding)
    with pytest.raises(StaleDraftError, match="has become a plan version already"):
        commit.commit_draft(**seen | {"by": other}, anomalies_seen=True)
    assert PlanVersion.objects.count() == 1


def test_a_failure_in_the_middle_leaves_nothing() -> None:
    seeding = begin()

    def fails(*args: Any, **kwargs: Any) -> None:
        write_rows(*args, **kwargs)
        raise KeyError("half-way")

    with mock.patch.object(commit, "write_rows", fails), pytest.raises(KeyError):
        committed(seeding)
    assert not Plan.objects.exists()
    assert (seeding.draft.state, seeding.draft.revision) == ("draft", 0)


@pytest.mark.parametrize("role", [None, Role.OFFICER, Role.SECRETARIAT])
def test_only_administrators_commit_and_publish(role: Role | None) -> None:
    seeding, other = begin(), make_user("other", role)
    with pytest.raises(NotAllowedError):
        commit.commit_draft(**seeding.known | {"by": other})
    version = make_version(published=False)
    with pytest.raises(NotAllowedError):
        publish_version(version_id=version.pk, by=other)
    assert SeedDraft.objects.filter(state="draft").count() == 1


def test_committing_and_publishing_are_in_the_audit() -> None:
    seeding = begin()
    publish_version(version_id=committed(seeding).pk, by=seeding.admin)
    entries = AuditEntry.objects.order_by("pk").values_list("action", "subject")
    assert list(entries)[1:] == [
        ("version_seeded", "plan.txt: plan – plan"),
        ("version_published", "plan – plan"),
    ]


def test_what_refers_to_nothing_is_refused() -> None:
    lost = {"model": "plans.part", "fields": {"version": ["no", "version"]}}
    with pytest.raises(KeyError):
        write_rows([lost], known={})
    unknown = {"model": "plans.unit", "fields": {}}
    with pytest.raises(KeyError, match="no order is known for unit"):
        write_rows([unknown], known={})

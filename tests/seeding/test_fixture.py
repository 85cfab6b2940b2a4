"""The fixture of a version: in an empty tracker it makes the same content."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import ActionElement, Lineage, Plan, PlanVersion, ReportingRound, Role, Unit
from plans.reading.matching import LineageKind
from plans.rounds.services.closing import close_round, verify_records
from plans.seeding.queries.fixtures import version_fixture
from plans.seeding.services.publish import amend_text, publish_version
from tests.factories import make_report, make_unit, make_user
from tests.scenes import set_scene
from tests.seeding.cases import begin
from tests.seeding.dumps import dump
from tests.seeding.test_commit import committed, real

pytestmark = pytest.mark.django_db


def of(version: PlanVersion) -> str:
    return version_fixture(PlanVersion.objects.select_related("plan").get(pk=version.pk))


def loaded(make: Callable[[], PlanVersion], folder: Path) -> tuple[str, list[dict[str, Any]]]:
    """Make a version, take its fixture, and load that into an empty tracker: the fixture and
    what was there before. The tracker then holds nothing but what was loaded."""
    with transaction.atomic():
        version = make()
        text, before = of(version), dump()
        transaction.set_rollback(True)
    assert not Plan.objects.exists()
    path = folder / "version.json"
    path.write_text(text, encoding="utf-8")
    call_command("loaddata", str(path), verbosity=0)
    return text, before


def again() -> str:
    return of(PlanVersion.objects.order_by("-pk")[0])


def test_a_seeded_version_loads_to_the_same_content(tmp_path: Path) -> None:
    def make() -> PlanVersion:
        seeding = real()
        return publish_version(version_id=committed(seeding).pk, by=seeding.admin)

    text, before = loaded(make, tmp_path)
    assert dump() == before
    assert again() == text
    assert verify_records().problems == ()


def test_a_version_comes_with_those_before_it_and_their_lineage(tmp_path: Path) -> None:
    def make() -> PlanVersion:
        first = make_report(issues=2).version
        seeding = begin(plan=first.plan, admin=make_user("ada", Role.ADMINISTRATOR))
        later = committed(seeding)
        PlanVersion.objects.filter(pk=later.pk).update(based_on=first)
        Lineage.objects.create(
            version=later,
            earlier=first.elements.earliest("pk"),
            later=later.elements.earliest("pk"),
            kind=LineageKind.REWORDED,
            reason="Clearer words.",
        )
        Lineage.objects.create(
            version=later, earlier=first.elements.latest("pk"), kind=LineageKind.DROPPED
        )
        return later

    text, before = loaded(make, tmp_path)
    assert dump() == before
    assert again() == text
    assert Lineage.objects.count() == 2
    assert PlanVersion.objects.get(based_on__isnull=False).based_on is not None


def test_corrigenda_are_part_of_it(tmp_path: Path) -> None:
    def make() -> PlanVersion:
        version = make_report().version
        admin = make_user("ada", Role.ADMINISTRATOR)
        for words in ("First.", "Second."):
            element = version.elements.earliest("pk")
            amend_text(
                version=version,
                at=element,
                field="text",
                words=words,
                seen=element.text,
                reason="A slip.",
                by=admin,
            )
        return version

    text, before = loaded(make, tmp_path)
    assert ActionElement.objects.earliest("pk").text == "Second."
    assert again() == text
    assert len(dump()) == len(before)


def test_open_rounds_people_and_units_are_left_out(tmp_path: Path) -> None:
    def make() -> PlanVersion:
        scene = set_scene(elements=4)
        scene.clear_all()
        close_round(round_id=scene.round.pk, by=scene.secretary)
        version = scene.round.version
        ReportingRound.objects.create(version=version, as_at="2002-01-01", label="Open")
        version.elements.earliest("pk").units.add(make_unit("other"))
        return version

    text, _before = loaded(make, tmp_path)
    assert list(ReportingRound.objects.values_list("state", flat=True)) == ["closed", "closed"]
    assert not Unit.objects.exists()
    assert again() == text
    assert verify_records().problems == ()


@pytest.mark.parametrize("microsecond", [0, 123, 123_456])
def test_times_are_written_to_the_last_digit(microsecond: int, tmp_path: Path) -> None:
    def make() -> PlanVersion:
        at = datetime(2001, 3, 1, 12, 0, 0, microsecond, tzinfo=UTC)
        version = make_report().version
        ReportingRound.objects.update(closed_at=at)
        return version

    text, _before = loaded(make, tmp_path)
    assert again() == text


def test_it_costs_the_same_number_of_queries_however_long_the_plan_is(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number, issues in enumerate((1, 3, 30)):
        version = make_report(issues=issues, slug=f"plan-{number}").version
        version = PlanVersion.objects.select_related("plan").get(pk=version.pk)
        with django_assert_num_queries(13):
            version_fixture(version)


def test_it_is_downloaded_from_its_page(client: Client) -> None:
    version = make_report().version
    client.force_login(make_user("ada", Role.ADMINISTRATOR))
    answer = client.get(f"{version.get_absolute_url()}fixture.json")
    assert answer["Content-Disposition"] == (
        'attachment; filename="technical-cooperation-gb276-tc-2.json"'
    )
    assert json.loads(answer.content)[0]["model"] == "plans.plan"
    assert answer.text == of(version)

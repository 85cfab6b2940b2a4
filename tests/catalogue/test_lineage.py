"""What the database accepts as lineage, and how it is written down in a fixture."""

from __future__ import annotations

import json

import pytest
from django.core import serializers
from django.db import IntegrityError, transaction

from plans.models import ActionElement, Lineage, PlanVersion
from plans.reading.matching import LineageKind
from tests.factories import make_element, make_group, make_issue, make_part, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def ends() -> tuple[PlanVersion, ActionElement, ActionElement]:
    """The later of two versions, an element of the earlier one and one of the later."""
    earlier = make_element(make_group(make_issue(make_part(make_version()))))
    version = make_version(slug="gb282-tc-3", symbol="GB.282/TC/3")
    later = make_element(make_group(make_issue(make_part(version))))
    return version, earlier, later


@pytest.mark.parametrize(
    ("kind", "has_earlier", "has_later"),
    [
        (LineageKind.NEW, True, True),
        (LineageKind.NEW, False, False),
        (LineageKind.DROPPED, True, True),
        (LineageKind.DROPPED, False, True),
        (LineageKind.SAME, True, False),
        (LineageKind.MERGED, False, True),
        ("burnt", True, True),
    ],
)
def test_the_ends_fit_the_kind(
    ends: tuple[PlanVersion, ActionElement, ActionElement],
    kind: str,
    has_earlier: bool,
    has_later: bool,
) -> None:
    version, earlier, later = ends

    with pytest.raises(IntegrityError, match=r"lineage_(ends_fit_kind|kind_known)"):
        Lineage.objects.create(
            version=version,
            earlier=earlier if has_earlier else None,
            later=later if has_later else None,
            kind=kind,
        )


@pytest.mark.parametrize(
    ("kind", "has_earlier", "has_later"),
    [
        (LineageKind.SAME, True, True),
        (LineageKind.DROPPED, True, False),
        (LineageKind.NEW, False, True),
    ],
)
def test_the_same_link_is_kept_once(
    ends: tuple[PlanVersion, ActionElement, ActionElement],
    kind: str,
    has_earlier: bool,
    has_later: bool,
) -> None:
    version, earlier, later = ends
    sides = {"earlier": earlier if has_earlier else None, "later": later if has_later else None}
    Lineage.objects.create(version=version, kind=kind, **sides)

    with pytest.raises(IntegrityError), transaction.atomic():
        Lineage.objects.create(version=version, kind=kind, **sides)


def test_a_fixture_of_it_loads_again_by_natural_keys(
    ends: tuple[PlanVersion, ActionElement, ActionElement],
) -> None:
    version, earlier, later = ends
    Lineage.objects.create(version=version, earlier=earlier, later=later, kind=LineageKind.SAME)
    Lineage.objects.create(
        version=version, earlier=earlier, kind=LineageKind.DROPPED, reason="Gone."
    )
    Lineage.objects.create(version=version, later=later, kind=LineageKind.NEW)
    text = serializers.serialize(
        "json",
        Lineage.objects.order_by("pk"),
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
    )
    links = [str(link) for link in Lineage.objects.order_by("pk")]
    for link in serializers.deserialize("json", text):
        link.save()

    assert [str(link) for link in Lineage.objects.order_by("pk")] == links
    assert links == ["I.1.1 → I.1.1 (same)", "I.1.1 → – (dropped)", "– → I.1.1 (new)"]
    assert json.loads(text)[1]["fields"] == {
        "version": ["technical-cooperation", "gb282-tc-3"],
        "earlier": ["technical-cooperation", "gb276-tc-2", "I.1.1"],
        "later": None,
        "kind": "dropped",
        "reason": "Gone.",
        "decided_by": None,
        "decided_at": None,
    }

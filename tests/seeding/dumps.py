"""The plans of the database as a fixture, to be compared."""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.core import serializers

CONTENT = (
    "Plan",
    "PlanVersion",
    "Part",
    "Issue",
    "ElementGroup",
    "TimeFrame",
    "ActionElement",
    "EditorialNote",
    "Corrigendum",
    "Lineage",
    "ReportingRound",
    "StatusSnapshot",
    "StatusCover",
    "StatusRevision",
    "Record",
)


def dump() -> list[dict[str, Any]]:
    """Every row of every plan, without primary keys, in the order of its texts."""
    rows = [row for name in CONTENT for row in apps.get_model("plans", name).objects.all()]
    text = serializers.serialize(
        "json", rows, use_natural_foreign_keys=True, use_natural_primary_keys=True
    )
    return sorted(json.loads(text), key=json.dumps)

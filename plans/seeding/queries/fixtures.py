"""A plan version as a fixture: what ``loaddata`` makes of it in an empty tracker is the same."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

from plans.models import (
    ActionElement,
    Corrigendum,
    EditorialNote,
    ElementGroup,
    Issue,
    Lineage,
    Part,
    PlanVersion,
    Record,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    TimeFrame,
)

# Who did it, and who answers for it: accounts and units are no part of a version, and an empty
# tracker has none.
_PEOPLE = frozenset(
    {"by", "closed_by", "created_by", "decided_by", "on_behalf_of", "reopened_for", "units"}
)


def version_fixture(version: PlanVersion) -> str:
    """The fixture of ``version`` and of the versions that it is based on, oldest first.

    Wording, editorial notes, corrigenda, lineage, and the closed rounds with their records; open
    rounds, people and units are left out. In the shape of ``dumpdata`` with natural keys, and the
    same bytes for the same content. A fixed number of queries for each version.
    """
    objects = [*_serialized([version.plan])]
    for one in _with_ancestors(version):
        objects += _serialized([one])
        for rows in (*_structure(one), *_rounds(one)):
            objects += _serialized(list(rows))
    return json.dumps(objects, cls=_Encoder, ensure_ascii=False, indent=1) + "\n"


class _Encoder(DjangoJSONEncoder):
    """Django's cuts times to milliseconds, so that what was loaded is not what was written."""

    def default(self, o: Any) -> Any:
        if isinstance(o, datetime):
            return o.isoformat().replace("+00:00", "Z")
        return super().default(o)


def _with_ancestors(version: PlanVersion) -> list[PlanVersion]:
    chain = [version]
    while chain[0].based_on is not None:
        before = PlanVersion.objects.select_related("plan", "based_on__plan").get(
            pk=chain[0].based_on.pk
        )
        # A version that is based on itself by a round-about way is not followed round for ever.
        if before in chain:
            break
        chain.insert(0, before)
    return chain


def _structure(version: PlanVersion) -> Iterator[QuerySet[Any]]:
    of_version, of_issue = "version__plan", "issue__version__plan"
    yield Part.objects.filter(version=version).select_related(of_version).order_by("ordinal")
    yield (
        Issue.objects.filter(version=version)
        .select_related(of_version, "part__version__plan", "parent__version__plan")
        .order_by("ordinal")
    )
    for model in (ElementGroup, TimeFrame):
        yield (
            model.objects.filter(issue__version=version)
            .select_related(of_issue)
            .order_by("issue__ordinal", "ordinal")
        )
    yield (
        ActionElement.objects.filter(version=version)
        .select_related(
            of_version, of_issue, "group__issue__version__plan", "time_frame__issue__version__plan"
        )
        .order_by("issue__ordinal", "ordinal")
    )
    yield (
        EditorialNote.objects.filter(version=version)
        .select_related(of_version, of_issue, "element__version__plan")
        .order_by("ordinal")
    )
    yield (
        Corrigendum.objects.filter(version=version)
        .select_related(
            of_version,
            of_issue,
            "part__version__plan",
            "group__issue__version__plan",
            "time_frame__issue__version__plan",
            "element__version__plan",
        )
        .order_by("number")
    )
    yield (
        Lineage.objects.filter(version=version)
        .select_related(of_version, "earlier__version__plan", "later__version__plan")
        .order_by(
            "later__issue__ordinal",
            "later__ordinal",
            "earlier__issue__ordinal",
            "earlier__ordinal",
        )
    )


def _rounds(version: PlanVersion) -> Iterator[QuerySet[Any]]:
    closed = Q(version=version, state=ReportingRound.State.CLOSED)
    rounds = ReportingRound.objects.filter(closed)
    of_round = "round__version__plan"
    yield rounds.with_version().order_by("as_at")
    yield (
        StatusSnapshot.objects.filter(round__in=rounds)
        .select_related(of_round, "reaffirms__round__version__plan")
        .order_by("round__as_at", "ordinal")
    )
    yield (
        StatusCover.objects.filter(round__in=rounds)
        .select_related(of_round, "snapshot__round__version__plan", "element__version__plan")
        .order_by(
            "round__as_at", "snapshot__ordinal", "element__issue__ordinal", "element__ordinal"
        )
    )
    yield (
        StatusRevision.objects.filter(snapshot__round__in=rounds)
        .select_related("snapshot__round__version__plan")
        .order_by("snapshot__round__as_at", "snapshot__ordinal", "number")
    )
    # Records come last: with its record a round is frozen.
    yield (
        Record.objects.filter(round__in=rounds)
        .select_related(of_round)
        .order_by("round__as_at", "number")
    )


def _serialized(rows: Sequence[Model]) -> list[dict[str, Any]]:
    """Rows of one model, which come with all that their natural keys are made of."""
    if not rows:
        return []
    meta = rows[0]._meta
    fields = {field.name for field in (*meta.fields, *meta.many_to_many)} - _PEOPLE
    objects: list[dict[str, Any]] = serializers.serialize(
        "python",
        rows,
        fields=fields,
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
    )
    return objects

"""From a draft to a plan version: what will be made, what stands in the way, and making it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.apps import apps
from django.contrib.auth.models import User
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plans.jobs.services import enqueue
from plans.models import AuditEntry, Job, Plan, PlanVersion, SeedDraft
from plans.reading.accounting import UnplacedWords
from plans.reading.draft import Anomaly
from plans.reading.fixture import Object, SourceFile, fixture_objects
from plans.reading.heads import DocumentHead
from plans.reading.outline import OutlinePart
from plans.reading.pipeline import Parsed
from plans.reading.progress import Progress, no_progress
from plans.seeding.queries.drafts import corrections_of
from plans.seeding.queries.matching import Matching, matching_of
from plans.seeding.services.drafts import changing, checked, draft_as_seen, note
from plans.seeding.services.matching import check_unchanged, store_lineage, undecided
from plans.web.refusals import InvalidError

# -- Bulk creation --------------------------------------------------------------------------------
# ``loaddata`` makes the same rows, and asks the database for every natural key that it meets. Here
# the keys of what has just been made are kept in memory instead.

Row = Mapping[str, Any]
Key = tuple[Any, ...]
"""The name of a model and a natural key: ``("issue", "cooperation", "gb282", "I.1")``."""

# Rows between two reports of progress: some tenths of a second.
_AT_ONCE = 1_000

# In an order in which each finds what it refers to.
ROW_ORDER = (
    "plan",
    "planversion",
    "part",
    "issue",
    "elementgroup",
    "timeframe",
    "actionelement",
    "editorialnote",
    "reportinground",
    "statussnapshot",
    "statuscover",
    "statusrevision",
    "record",
)
# What natural keys are made of, for the models that others refer to by them.
_NATURAL: Mapping[str, tuple[str, ...]] = {
    "plan": ("slug",),
    "planversion": ("plan", "slug"),
    "part": ("version", "number"),
    "issue": ("version", "reference"),
    "elementgroup": ("issue", "ordinal"),
    "timeframe": ("issue", "ordinal"),
    "actionelement": ("version", "reference"),
    "reportinground": ("version", "as_at"),
    "statussnapshot": ("round", "ordinal"),
}


def write_rows(
    objects: Iterable[Row], *, known: Mapping[Key, int], progress: Progress = no_progress
) -> dict[Key, int]:
    """Make a row of every object but those that are ``known``, which are there already.

    ``objects`` are a fixture's, ``known`` maps the keys of rows that they may refer to, to primary
    keys. The result is all of those, and of what was made. Belongs in a transaction. Raises
    KeyError for a reference to what is neither there nor among the objects.
    """
    by_model: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in objects:
        by_model[item["model"].removeprefix("plans.")].append(item["fields"])
    keys = dict(known)
    for name in ROW_ORDER:
        rows = by_model.pop(name, [])
        done = 0
        for level in _levels(name, rows):
            for start in range(0, len(level), _AT_ONCE):
                some = level[start : start + _AT_ONCE]
                _write(name, some, keys)
                done += len(some)
                progress(name, done, len(rows))
    if by_model:
        raise KeyError(f"no order is known for {min(by_model)}")
    return keys


def row_label(model: str) -> str | Promise:
    """What rows of a model, named in small letters, are called."""
    return apps.get_model("plans", model)._meta.verbose_name_plural or model


def too_long(objects: Iterable[Row]) -> list[tuple[str, int]]:
    """The texts that no row has room for, each with the length that there is room for."""
    found = []
    for item in objects:
        model = apps.get_model(item["model"])
        for name, value in item["fields"].items():
            field = model._meta.get_field(name)
            limit = getattr(field, "max_length", None)
            if isinstance(field, models.CharField) and limit and len(str(value or "")) > limit:
                found.append((str(value), limit))
    return found


def _levels(name: str, rows: Sequence[Mapping[str, Any]]) -> Iterable[Sequence[Mapping[str, Any]]]:
    """``rows`` in groups: those of a group refer to nothing but rows of the groups before."""
    if name != "issue":
        return [rows] if rows else []
    levels: list[list[Mapping[str, Any]]] = []
    depth: dict[Key, int] = {}
    for row in rows:
        level = depth[tuple(row["parent"])] + 1 if row["parent"] else 0
        depth[*row["version"], row["reference"]] = level
        if level == len(levels):
            levels.append([])
        levels[level].append(row)
    return levels


def _write(name: str, rows: Sequence[Mapping[str, Any]], keys: dict[Key, int]) -> None:
    model = apps.get_model("plans", name)
    fields = {field.name: field for field in model._meta.concrete_fields}
    named = [(_key(name, row), row) for row in rows]
    new = [(key, row) for key, row in named if key not in keys]
    made = model._base_manager.bulk_create(
        model(**{fields[field].attname: _value(fields[field], row[field], keys) for field in row})
        for _key_, row in new
    )
    keys.update((key, row.pk) for (key, _row), row in zip(new, made, strict=True) if key)


def _key(name: str, row: Mapping[str, Any]) -> Key:
    if name not in _NATURAL:
        return ()
    parts: list[Any] = []
    for field in _NATURAL[name]:
        value = row[field]
        parts += value if isinstance(value, list | tuple) else [value]
    return (name, *parts)


def _value(field: models.Field[Any, Any], value: Any, keys: Mapping[Key, int]) -> Any:
    if not isinstance(field, models.ForeignKey) or value is None:
        return field.to_python(value)
    return keys[field.related_model._meta.model_name, *value]


_NAMED_AT_MOST = 20


@dataclass(frozen=True, slots=True)
class Blocker:
    """One thing that stands in the way of a commit.

    ``step`` names the page on which it is mended: "columns", "head", "review" or "matching";
    ``place`` is the block that it is about, or "".
    """

    step: str
    message: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class PartCount:
    """What a Part will hold."""

    number: str
    title: str
    issues: int
    elements: int
    time_frames: int
    missing: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What a commit will make, and what stands in its way.

    ``counts`` tells how many rows of each model, by its lower-case name. ``anomalies`` are those
    that a person has to have looked at, ``accepted`` those that one by one were found right as
    they stand. ``matching`` is None without a version before. ``statuses_left_out`` says that the
    document has a status column which becomes no round, ``title_from_file`` that only the name of
    the file tells the title of the plan.
    """

    head: DocumentHead
    round_label: str
    objects: Sequence[Object]
    counts: Counter[str]
    parts: tuple[PartCount, ...]
    anomalies: tuple[Anomaly, ...]
    accepted: tuple[Anomaly, ...]
    blockers: tuple[Blocker, ...]
    matching: Matching | None
    statuses_left_out: bool
    title_from_file: bool

    @property
    def makes_round(self) -> bool:
        return self.counts["reportinground"] > 0

    @property
    def makes_plan(self) -> bool:
        return self.counts["plan"] > 0


def dry_run(
    draft: SeedDraft, parsed: Parsed | None = None, *, progress: Progress = no_progress
) -> DryRun:
    """What committing ``draft`` will make. Changes nothing.

    ``parsed`` is how it reads, by default with its corrections. Raises InvalidError when the
    document cannot be read, or a correction does not fit.
    """
    if parsed is None:
        parsed = checked(draft, corrections_of(draft), progress=progress)
    head = parsed.head if draft.with_round else replace(parsed.head, as_at=None)
    objects = list(_objects(draft, parsed, head))
    matching = None
    if draft.base is not None:
        matching = matching_of(draft, draft.base, parsed.outline, progress=progress)
    counts = Counter(item["model"].removeprefix("plans.") for item in objects)
    if matching is not None:
        counts["lineage"] = matching.link_count
    odd = sorted(parsed.outline.anomalies, key=lambda anomaly: anomaly.line)
    return DryRun(
        head=head,
        round_label=parsed.outline.round_label if head.as_at else "",
        objects=objects,
        counts=counts,
        parts=tuple(_part_count(part) for part in parsed.outline.parts),
        anomalies=tuple(anomaly for anomaly in odd if anomaly.is_open),
        accepted=tuple(anomaly for anomaly in odd if anomaly.accepted),
        blockers=tuple(_blockers(draft, parsed, head, objects, matching)),
        matching=matching,
        statuses_left_out=bool(parsed.outline.statuses) and head.as_at is None,
        title_from_file=not draft.head.get("plan_title") and not parsed.outline.cover.title,
    )


def commit_draft(
    *, draft_id: int, by: User, base_revision: int, anomalies_seen: bool = False
) -> PlanVersion:
    """Make the version, all or nothing. It is not published.

    ``anomalies_seen`` says that a person has looked at what is odd in the document. Raises
    NotAllowedError, StaleDraftError, and InvalidError while anything stands in the way.
    """
    prepared = prepare_commit(
        draft_id=draft_id, by=by, base_revision=base_revision, anomalies_seen=anomalies_seen
    )
    return make_version(prepared)


@dataclass(frozen=True, slots=True)
class PreparedCommit:
    """A commit of which all that can be checked beforehand is checked."""

    draft_id: int
    by: User
    base_revision: int
    run: DryRun


def prepare_commit(
    *,
    draft_id: int,
    by: User,
    base_revision: int,
    anomalies_seen: bool = False,
    progress: Progress = no_progress,
) -> PreparedCommit:
    """Check all that ``commit_draft`` does, for ``make_version``. Changes nothing.

    Raises as ``commit_draft``.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    run = dry_run(draft, progress=progress)
    _check_clear(run, anomalies_seen)
    return PreparedCommit(draft_id, by, base_revision, run)


def make_version(prepared: PreparedCommit, *, progress: Progress = no_progress) -> PlanVersion:
    """Make the version in one transaction.

    Raises NotAllowedError, StaleDraftError, and InvalidError when somebody came in between.
    """
    run, by = prepared.run, prepared.by
    with changing(prepared.draft_id, by, prepared.base_revision) as draft:
        if run.matching is not None:
            check_unchanged(run.matching)
        keys = write_rows(run.objects, known=_known(draft, run.head), progress=progress)
        version_key = ("planversion", run.head.plan_slug, run.head.version_slug)
        version = PlanVersion.objects.select_related("plan").get(pk=keys[version_key])
        if run.matching is not None:
            links = store_lineage(run.matching, version)
            progress("lineage", links, links)
        draft.state = SeedDraft.State.COMMITTED
        draft.version = version
        draft.plan = version.plan
        what = f"{version.plan} – {version.symbol}"
        note(AuditEntry.Action.VERSION_SEEDED, draft, by, what=what)
    return version


def request_commit(
    *, draft_id: int, by: User, base_revision: int, anomalies_seen: bool = False
) -> Job:
    """The job that makes the version of a long draft as ``commit_draft`` does.

    Raises NotAllowedError and StaleDraftError.
    """
    draft = draft_as_seen(draft_id, by, base_revision)
    return enqueue(
        "seed_commit",
        key=f"seed_commit:{draft_id}",
        arguments={
            "draft": draft_id,
            "base_revision": base_revision,
            "anomalies_seen": anomalies_seen,
        },
        requested_by=by,
        next_url=draft.get_absolute_url(),
        size=draft.document.size,
    )


def _objects(draft: SeedDraft, parsed: Parsed, head: DocumentHead) -> Iterator[Object]:
    """The fixture's objects, with the version not yet published and based on the one before."""
    file = SourceFile(parsed.source.name, parsed.source.sha256)
    for item in fixture_objects(parsed.outline, head, file):
        if item["model"] == "plans.plan" and draft.plan is not None:
            continue
        if item["model"] == "plans.planversion":
            before: dict[str, Any] = {}
            if draft.base is not None:
                before = {"based_on": [head.plan_slug, draft.base.slug]}
            item = {**item, "fields": {**item["fields"], "published": False, **before}}
        yield item


def _known(draft: SeedDraft, head: DocumentHead) -> dict[Key, int]:
    """The keys of the plan and the version before, the plan locked: nobody else commits to it.

    Raises InvalidError when somebody has in between.
    """
    if draft.plan is None:
        if Plan.objects.filter(slug=head.plan_slug).exists():
            raise InvalidError(_plan_exists(head))
        return {}
    plan = Plan.objects.select_for_update().get(pk=draft.plan.pk)
    if plan.versions.filter(slug=head.version_slug).exists():
        raise InvalidError(_version_exists(head))
    known: dict[Key, int] = {("plan", plan.slug): plan.pk}
    if draft.base is not None:
        known["planversion", plan.slug, draft.base.slug] = draft.base.pk
    return known


def _check_clear(plan: DryRun, anomalies_seen: bool) -> None:
    if plan.blockers:
        first, others = plan.blockers[0], len(plan.blockers) - 1
        more = ngettext("%(count)d more thing", "%(count)d more things", others)
        also = f" ({more % {'count': others}})" if others else ""
        raise InvalidError(f"{first.message}{also}")
    if plan.anomalies and not anomalies_seen:
        raise InvalidError(
            _("Look at what is odd in the document, and say that it is as it should be."),
            field="anomalies_seen",
        )


def _blockers(
    draft: SeedDraft,
    parsed: Parsed,
    head: DocumentHead,
    objects: Sequence[Object],
    matching: Matching | None,
) -> Iterator[Blocker]:
    yield from _of_words(parsed)
    if not any(True for _element in parsed.outline.elements()):
        yield Blocker("review", _("No action element was found in the document."))
    if draft.with_round and parsed.outline.has_round and head.as_at is None:
        yield Blocker(
            "head",
            _(
                "The status column names no date. Say as at which day the statuses are, or leave "
                "them out."
            ),
        )
    if draft.plan is None and Plan.objects.filter(slug=head.plan_slug).exists():
        yield Blocker("head", _plan_exists(head))
    if draft.plan is not None and draft.plan.versions.filter(slug=head.version_slug).exists():
        yield Blocker("head", _version_exists(head))
    if matching is not None and matching.undecided:
        yield Blocker("matching", undecided(matching))
    for text, limit in too_long(objects):
        yield Blocker(
            "review",
            _("“%(text)s…” is longer than the %(limit)d characters that there is room for.")
            % {"text": text[:40], "limit": limit},
        )


def _of_words(parsed: Parsed) -> Iterator[Blocker]:
    for item in parsed.account.unplaced_words[:_NAMED_AT_MOST]:
        yield Blocker("review", _without_place(item), item.place)
    others = len(parsed.account.unplaced_words) - _NAMED_AT_MOST
    if others > 0:
        yield Blocker(
            "review",
            ngettext(
                "Words of %(count)d more place have no place in the plan.",
                "Words of %(count)d more places have no place in the plan.",
                others,
            )
            % {"count": others},
        )
    if parsed.account.invented:
        yield Blocker(
            "review",
            _("These words are not in the document: %(words)s.")
            % {"words": " ".join(parsed.account.invented[:_NAMED_AT_MOST])},
        )


def _without_place(item: UnplacedWords) -> str:
    words = " ".join(item.words)
    shown = words if len(words) <= 80 else f"{words[:80]}…"
    return _("Line %(line)d: “%(words)s” has no place in the plan.") % {
        "line": item.line,
        "words": shown,
    }


def _plan_exists(head: DocumentHead) -> str:
    return _(
        "There is a plan with the short name “%(slug)s” already. If this is a version of it, "
        "upload it again and choose that plan; otherwise choose another short name."
    ) % {"slug": head.plan_slug}


def _version_exists(head: DocumentHead) -> str:
    return _("The plan has a version with the short name “%(slug)s” already. Choose another.") % {
        "slug": head.version_slug
    }


def _part_count(part: OutlinePart) -> PartCount:
    elements = [element for issue in part.issues for element in issue.elements()]
    return PartCount(
        number=part.number,
        title=part.title,
        issues=len(part.issues),
        elements=len(elements),
        time_frames=sum(len(issue.time_frames) for issue in part.issues),
        missing=sum(element.missing for element in elements),
    )

"""Rounds, statuses, their revisions and working copies, and records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.db.models.base import ModelBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models.base import KeptForEver, KeptQuerySet, NaturalKeyed, NaturalKeyManager
from plans.models.people import Unit
from plans.models.structure import ActionElement, PlanVersion
from plans.text.categories import Category

CATEGORY_LABELS: dict[Category, Promise] = {
    Category.NOT_STARTED: _("not started"),
    Category.IN_PROGRESS: _("in progress"),
    Category.CONTINUING: _("continuing"),
    Category.COMPLETED: _("completed"),
    Category.POSTPONED: _("postponed"),
    Category.NOT_REPORTED: _("not reported"),
}
CATEGORY_CHOICES = [(category.value, label) for category, label in CATEGORY_LABELS.items()]
_CATEGORY_VALUES = [category.value for category in Category]


class ReportingRoundQuerySet(models.QuerySet["ReportingRound"]):
    def with_version(self) -> Self:
        """With the version and its plan."""
        return self.select_related("version__plan")

    def without_cover(self) -> Self:
        """Without the long texts of the cover, which lists have no use for."""
        return self.defer("paragraphs", "footnotes")

    def locked(self) -> Self:
        """With the version and its plan; the round is locked until the transaction ends."""
        return self.with_version().select_for_update(of=("self",))


class ReportingRound(NaturalKeyed):
    """One session's report: “Status as at 31 August 2000”, with its cover.

    ``paragraphs`` is a list of ``{"number": str, "text": str}`` and ``footnotes`` a list of
    ``{"mark": str, "text": str}``, both in the order of the page.
    """

    natural_fields = ("version", "as_at")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("reporting round", "open")
        CLOSED = "closed", pgettext_lazy("reporting round", "closed")

    version = models.ForeignKey(
        PlanVersion, models.PROTECT, related_name="rounds", verbose_name=_("plan version")
    )
    as_at = models.DateField(_("as at"))
    label = models.TextField(
        _("heading of the fourth column"),
        help_text=_("As printed: “Status as at 31 August 2000”."),
    )
    state = models.CharField(_("state"), max_length=6, choices=State.choices, default=State.OPEN)
    symbol = models.CharField(_("document symbol"), max_length=60, blank=True)
    symbol_inferred = models.BooleanField(
        _("symbol inferred"),
        default=False,
        help_text=_("The symbol is not printed in the document; it was inferred."),
    )
    session = models.CharField(_("session"), max_length=120, blank=True)
    agenda_item = models.TextField(_("agenda item"), blank=True)
    title = models.TextField(_("title"), blank=True)
    paragraphs = models.JSONField(_("numbered paragraphs"), default=list, blank=True)
    footnotes = models.JSONField(_("footnotes"), default=list, blank=True)
    place_date = models.TextField(_("place and date"), blank=True)
    reports_due_on = models.DateField(_("reports are due on"), null=True, blank=True)
    reopening_reason = models.TextField(
        _("reason for the last reopening"), blank=True, editable=False
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("closed by"),
    )

    objects: ClassVar = NaturalKeyManager.from_queryset(ReportingRoundQuerySet)()

    class Meta:
        verbose_name = _("reporting round")
        verbose_name_plural = _("reporting rounds")
        ordering = ("version", "as_at")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "as_at"], name="round_as_at_unique_in_version"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed"]), name="round_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version.symbol}: {self.label}"

    def get_absolute_url(self) -> str:
        version = self.version
        return reverse("plans:report", args=[version.plan.slug, version.slug, self.as_at])

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED


def span(references: Sequence[str]) -> str:
    """References in plan order, in short: “II.1.1–II.2.4”, “I.1(a).2”, or "" for none."""
    if len(references) < 2:
        return "".join(references)
    return f"{references[0]}–{references[-1]}"


@dataclass(frozen=True, slots=True)
class CoveredElement:
    """The reference of an element that a status covers, and the primary keys of its units."""

    reference: str
    units: frozenset[int]


class FrozenError(Exception):
    """An attempt to change a status of a round that is closed and has its record."""


class StatusSnapshotQuerySet(models.QuerySet["StatusSnapshot"]):
    def with_round(self) -> Self:
        """With the round, its version and its plan, but for the texts of the round's cover."""
        return self.select_related("round__version__plan").defer(
            "round__paragraphs", "round__footnotes"
        )

    def with_elements(self, covers: StatusCoverQuerySet | None = None) -> Self:
        """With the elements that each covers in plan order, as ``covers`` reads them.

        Two further queries; without ``covers`` as ``StatusCover.objects.with_elements`` does.
        """
        if covers is None:
            covers = StatusCover.objects.with_elements()
        return self.prefetch_related(Prefetch("covers", queryset=covers))

    def key_of(self, round_id: int, ordinal: int) -> int | None:
        """The primary key of the status at that place in a round, if there is one. One query."""
        keys = self.filter(round=round_id, ordinal=ordinal).order_by().values_list("pk", flat=True)
        return next(iter(keys), None)


class StatusSnapshot(NaturalKeyed):
    """One cell of the fourth column in one round: category, narrative, elements covered.

    ``entered_at`` and ``cleared_at`` are null for a status that was read from a document,
    because the document does not tell them.
    """

    natural_fields = ("round", "ordinal")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("status", "draft")
        SUBMITTED = "submitted", pgettext_lazy("status", "submitted")
        RETURNED = "returned", pgettext_lazy("status", "returned")
        CLEARED = "cleared", pgettext_lazy("status", "cleared")

    round = models.ForeignKey(
        ReportingRound,
        models.PROTECT,
        related_name="snapshots",
        verbose_name=_("reporting round"),
    )
    ordinal = models.PositiveIntegerField(_("position in the round"))
    elements: models.ManyToManyField[ActionElement, StatusCover] = models.ManyToManyField(
        ActionElement,
        through="StatusCover",
        related_name="snapshots",
        verbose_name=_("action elements covered"),
    )
    category = models.CharField(
        _("category"), max_length=20, choices=CATEGORY_CHOICES, default=Category.NOT_REPORTED
    )
    text = models.TextField(
        _("narrative"), blank=True, help_text=_("Plain text: paragraphs and bullets.")
    )
    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.DRAFT)
    revision = models.PositiveIntegerField(
        _("newest revision"),
        default=0,
        help_text=_("Its number; 0 before the first save. A save names the one it started from."),
    )
    reaffirms = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reaffirmed_by",
        verbose_name=_("reaffirms"),
        help_text=_("The earlier status that still holds; its words are printed."),
    )
    reopened_for = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reopened_snapshots",
        verbose_name=_("reopened for"),
        help_text=_("The unit that may change this status although its round is closed."),
    )
    entered_at = models.DateTimeField(_("entered at"), null=True, blank=True)
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    sources = models.JSONField(_("places in the source"), default=list, blank=True)

    objects: ClassVar = NaturalKeyManager.from_queryset(StatusSnapshotQuerySet)()

    class Meta:
        verbose_name = _("status snapshot")
        verbose_name_plural = _("status snapshots")
        ordering = ("round", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "ordinal"], name="snapshot_ordinal_unique_in_round"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "returned", "cleared"]),
                name="snapshot_state_known",
            ),
            models.CheckConstraint(
                condition=Q(category__in=_CATEGORY_VALUES), name="snapshot_category_known"
            ),
            models.CheckConstraint(
                condition=Q(reaffirms__isnull=True) | Q(text=""),
                name="snapshot_reaffirms_instead_of_words",
            ),
        ]

    def __str__(self) -> str:
        words = Truncator(self.text).words(8) or "no narrative"
        return f"{self.round.as_at:%Y-%m-%d} no. {self.ordinal}: {words}"

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Save the status. Raises FrozenError in a closed round that has its record."""
        if self.is_locked and self.round.records.exists():
            raise FrozenError(f"{self.round} is closed; nothing in it can be changed")
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )

    @property
    def is_locked(self) -> bool:
        """True when nothing in it may change: its round is closed, and it was not reopened."""
        return self.round.is_closed and self.reopened_for_id is None

    @cached_property
    def covered(self) -> Sequence[CoveredElement]:
        """The elements that it covers, in plan order. One query, the first time."""
        units: dict[str, set[int]] = {}
        # Sorted here: to have it composed into the query takes longer than to run it.
        elements = ActionElement.objects.filter(covers__snapshot=self.pk).order_by()
        rows = elements.values_list("issue__ordinal", "ordinal", "reference", "units")
        for _issue, _element, reference, unit in sorted(rows, key=itemgetter(0, 1)):
            units.setdefault(reference, set()).update(() if unit is None else (unit,))
        return [CoveredElement(reference, frozenset(pks)) for reference, pks in units.items()]

    @property
    def covered_units(self) -> list[frozenset[int]]:
        """For every element that it covers, the primary keys of its units. Reads ``covered``."""
        return [element.units for element in self.covered]

    @property
    def subject(self) -> str:
        """The references that it covers, in short: “II.1.1–II.2.4”. Reads ``covered``."""
        return span([element.reference for element in self.covered])

    def newest_revision(self) -> StatusRevision | None:
        """The last revision, with who made it. One query."""
        return self.revisions.with_people().order_by("-number").first()

    @property
    def printed_text(self) -> str:
        """The words that are printed: its own, or those that it reaffirms."""
        return self.reaffirms.text if self.reaffirms is not None else self.text


class StatusCoverQuerySet(models.QuerySet["StatusCover"]):
    def in_plan_order(self) -> Self:
        """In the order of the elements in the plan."""
        return self.order_by("element__issue__ordinal", "element__ordinal")

    def with_issues(self) -> Self:
        """In plan order, with the elements and their issues."""
        issues = self.select_related("element__issue").defer("element__issue__context")
        return issues.in_plan_order()

    def with_elements(self) -> Self:
        """In plan order, with the elements, their issues, time-frames and units.

        One further query.
        """
        elements = self.with_issues().select_related("element__time_frame")
        return elements.prefetch_related("element__units")


class StatusCover(NaturalKeyed):
    """That a status covers an element. In one round an element has at most one status."""

    natural_fields = ("round", "element__reference")

    round = models.ForeignKey(
        ReportingRound, models.PROTECT, related_name="covers", verbose_name=_("reporting round")
    )
    snapshot = models.ForeignKey(
        StatusSnapshot, models.CASCADE, related_name="covers", verbose_name=_("status snapshot")
    )
    element = models.ForeignKey(
        ActionElement, models.PROTECT, related_name="covers", verbose_name=_("action element")
    )

    objects: ClassVar = NaturalKeyManager.from_queryset(StatusCoverQuerySet)()

    class Meta:
        verbose_name = _("element covered by a status")
        verbose_name_plural = _("elements covered by statuses")
        ordering = ("snapshot", "element__issue__ordinal", "element__ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "element"], name="cover_element_once_in_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element.reference} by no. {self.snapshot.ordinal}"


class StatusRevisionQuerySet(KeptQuerySet["StatusRevision"]):
    def with_people(self) -> Self:
        """With who made each, and the unit on whose behalf."""
        return self.select_related("by", "on_behalf_of")

    def newest(self) -> Self:
        """The last revision of each status."""
        return self.filter(number=F("snapshot__revision"))


class StatusRevision(KeptForEver, NaturalKeyed):
    """One save of a status: what was written, by whom, on whose behalf, when and why.

    Revisions are added, never changed or deleted.
    """

    natural_fields = ("snapshot", "number")

    class Action(models.TextChoices):
        IMPORTED = "imported", pgettext_lazy("status revision", "read from a document")
        SAVED = "saved", pgettext_lazy("status revision", "saved")
        REAFFIRMED = "reaffirmed", pgettext_lazy("status revision", "reaffirmed")
        SUBMITTED = "submitted", pgettext_lazy("status revision", "submitted")
        WITHDRAWN = "withdrawn", pgettext_lazy("status revision", "withdrawn")
        RETURNED = "returned", pgettext_lazy("status revision", "returned")
        CLEARED = "cleared", pgettext_lazy("status revision", "cleared")

    snapshot = models.ForeignKey(
        StatusSnapshot, models.PROTECT, related_name="revisions", verbose_name=_("status snapshot")
    )
    number = models.PositiveIntegerField(_("number"))
    action = models.CharField(
        _("what was done"), max_length=10, choices=Action.choices, default=Action.SAVED
    )
    category = models.CharField(_("category"), max_length=20, choices=CATEGORY_CHOICES)
    text = models.TextField(_("narrative"), blank=True)
    comment = models.TextField(_("reason or comment"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    on_behalf_of = models.ForeignKey(
        Unit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("on behalf of"),
    )
    at = models.DateTimeField(_("at"), default=timezone.now)

    objects: ClassVar = NaturalKeyManager.from_queryset(StatusRevisionQuerySet)()

    class Meta(KeptForEver.Meta):
        verbose_name = _("status revision")
        verbose_name_plural = _("status revisions")
        ordering = ("snapshot", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["snapshot", "number"], name="revision_number_unique_in_snapshot"
            ),
            models.CheckConstraint(
                condition=Q(category__in=_CATEGORY_VALUES), name="revision_category_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot}, revision {self.number} ({self.action})"


class Record(KeptForEver, NaturalKeyed):
    """What a closed round froze: the whole report as canonical JSON, with its SHA-256.

    A round that is reopened and closed again gets a further record beside the first; the
    newest is the one in force. ``previous_sha256`` chains a round's records together.
    """

    natural_fields = ("round", "number")

    round = models.ForeignKey(
        ReportingRound, models.PROTECT, related_name="records", verbose_name=_("reporting round")
    )
    number = models.PositiveIntegerField(_("number"), default=1)
    content = models.TextField(_("canonical JSON"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    previous_sha256 = models.CharField(_("SHA-256 of the record before"), max_length=64, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    created_at = models.DateTimeField(_("made at"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    class Meta(KeptForEver.Meta):
        verbose_name = pgettext_lazy("of a closed round", "record")
        verbose_name_plural = pgettext_lazy("of a closed round", "records")
        ordering = ("round", "number")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "number"], name="record_number_unique_in_round"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}, record {self.number} ({self.sha256[:12]})"


# -- Working copies and presence ------------------------------------------------------------------


class WorkingCopy(models.Model):
    """What one person has typed into one status since they last saved it.

    It survives a closed tab, a lost session and a restart; it is nobody else's to see, is no
    revision, and goes when the person saves or throws it away.
    """

    snapshot = models.ForeignKey(
        StatusSnapshot,
        models.CASCADE,
        related_name="working_copies",
        verbose_name=_("status snapshot"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="working_copies",
        verbose_name=_("person"),
    )
    base_revision = models.PositiveIntegerField(_("revision that it started from"))
    category = models.CharField(_("category"), max_length=20, choices=CATEGORY_CHOICES)
    text = models.TextField(_("narrative"), blank=True)
    saved_at = models.DateTimeField(_("saved at"))

    class Meta:
        verbose_name = _("working copy")
        verbose_name_plural = _("working copies")
        ordering = ("-saved_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["snapshot", "user"], name="working_copy_once_for_each_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.snapshot} as {self.user} has it"


class Presence(models.Model):
    """That somebody had a status open for editing, last at a certain time."""

    snapshot = models.ForeignKey(
        StatusSnapshot,
        models.CASCADE,
        related_name="presences",
        verbose_name=_("status snapshot"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="+",
        verbose_name=_("person"),
    )
    seen_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        ordering = ("-seen_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["snapshot", "user"], name="presence_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.snapshot}"

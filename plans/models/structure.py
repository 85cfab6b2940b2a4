"""The plan's structure: versions, Parts, issues, groups, action elements and time-frames.

All of it is the adopted wording, or was read from it. It changes only when a version is seeded or
corrected; ``plans.models.rounds`` holds what changes from session to session.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from plans.models.base import NaturalKeyed
from plans.text.slugs import RESERVED_SLUGS
from plans.text.timeframes import Kind, Precision, Recurrence, Rule


class Plan(NaturalKeyed):
    """An implementation plan; each document that adopts or revises it is a version of it."""

    natural_fields = ("slug",)

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    title = models.TextField(_("title"))

    class Meta:
        verbose_name = pgettext_lazy("implementation plan", "plan")
        verbose_name_plural = pgettext_lazy("implementation plans", "plans")
        ordering = ("title", "slug")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("plans:plan", args=[self.slug])


class PlanVersion(NaturalKeyed):
    """A plan's wording as one document adopted it. ``based_on`` is the version that it revises."""

    natural_fields = ("plan", "slug")

    class DatePrecision(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")
        YEAR = "year", _("year")

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name=_("plan"))
    slug = models.SlugField(_("short name"), max_length=60)
    symbol = models.CharField(_("document symbol"), max_length=60)
    session = models.CharField(_("session"), max_length=120, blank=True)
    dated_on = models.DateField(_("date"), null=True, blank=True)
    date_precision = models.CharField(
        _("precision of the date"),
        max_length=5,
        choices=DatePrecision.choices,
        default=DatePrecision.DAY,
        help_text=_("How much of the date the sources state; the rest is not shown."),
    )
    language = models.CharField(_("language"), max_length=10, default="en")
    based_on = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="successors",
        verbose_name=_("based on"),
    )
    published = models.BooleanField(_("published"), default=False)
    source_name = models.CharField(_("name of the source file"), max_length=200, blank=True)
    source_sha256 = models.CharField(_("SHA-256 of the source file"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("plan version")
        verbose_name_plural = _("plan versions")
        ordering = ("plan", "dated_on", "slug")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "slug"], name="version_slug_unique_in_plan"),
            models.CheckConstraint(
                condition=~Q(based_on=models.F("id")), name="version_not_based_on_itself"
            ),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS), name="version_slug_not_reserved"
            ),
        ]

    def __str__(self) -> str:
        return self.symbol

    def get_absolute_url(self) -> str:
        return reverse("plans:version", args=[self.plan.slug, self.slug])

    @property
    def iso_date(self) -> str | None:
        """The date as far as it is known: ``1999-11-17``, ``1999-11``, ``1999`` or None."""
        if self.dated_on is None:
            return None
        length = {"day": 10, "month": 7, "year": 4}[self.date_precision]
        return self.dated_on.isoformat()[:length]


class Part(NaturalKeyed):
    """One Part of the plan's table, with its own three column headings.

    The heading of the fourth column belongs to the reporting round.
    """

    natural_fields = ("version", "number")

    version = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="parts", verbose_name=_("plan version")
    )
    ordinal = models.PositiveIntegerField(_("position"))
    number = models.CharField(_("number"), max_length=10)
    title = models.TextField(_("title"))
    issues_heading = models.TextField(_("heading of the first column"))
    elements_heading = models.TextField(_("heading of the second column"))
    time_frame_heading = models.TextField(_("heading of the third column"))

    class Meta:
        verbose_name = pgettext_lazy("of a plan", "Part")
        verbose_name_plural = pgettext_lazy("of a plan", "Parts")
        ordering = ("version", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "number"], name="part_number_unique_in_version"
            ),
            models.UniqueConstraint(
                fields=["version", "ordinal"], name="part_ordinal_unique_in_version"
            ),
        ]

    def __str__(self) -> str:
        return f"Part {self.number} – {self.title}"


class Issue(NaturalKeyed):
    """A numbered issue to be addressed; may have sub-issues."""

    natural_fields = ("version", "reference")

    version = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="issues", verbose_name=_("plan version")
    )
    part = models.ForeignKey(Part, models.CASCADE, related_name="issues", verbose_name=_("Part"))
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="sub_issues",
        verbose_name=_("parent issue"),
    )
    ordinal = models.PositiveIntegerField(_("position in the version"))
    number = models.CharField(
        _("number"), max_length=20, help_text=_("As printed: “1”, “1(a)”, “(a)”.")
    )
    reference = models.CharField(
        _("reference"), max_length=40, help_text=_("Stable and readable: “I.1(a)”.")
    )
    title = models.TextField(_("title"))
    context = models.TextField(_("context"), blank=True)
    sources = models.JSONField(_("places in the source"), default=list, blank=True)

    class Meta:
        verbose_name = _("issue")
        verbose_name_plural = _("issues")
        ordering = ("version", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "reference"], name="issue_reference_unique_in_version"
            ),
            models.UniqueConstraint(
                fields=["version", "ordinal"], name="issue_ordinal_unique_in_version"
            ),
            models.CheckConstraint(
                condition=~Q(parent=models.F("id")), name="issue_not_its_own_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {Truncator(self.title).words(8)}"

    def get_absolute_url(self) -> str:
        version = self.version
        return reverse("plans:item", args=[version.plan.slug, version.slug, self.reference])


class ElementGroup(NaturalKeyed):
    """A heading or lead-in within an issue, with the elements under it.

    Every element belongs to a group; most issues have one group without heading or lead-in.
    """

    natural_fields = ("issue", "ordinal")

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="groups", verbose_name=_("issue"))
    ordinal = models.PositiveIntegerField(_("position in the issue"))
    heading = models.TextField(_("heading"), blank=True)
    lead_in = models.TextField(_("lead-in"), blank=True)

    class Meta:
        verbose_name = _("element group")
        verbose_name_plural = _("element groups")
        ordering = ("issue", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issue", "ordinal"], name="group_ordinal_unique_in_issue"
            ),
        ]

    def __str__(self) -> str:
        words = self.heading or Truncator(self.lead_in).words(8)
        return f"{self.issue.reference} group {self.ordinal}" + (f": {words}" if words else "")


class TimeFrame(NaturalKeyed):
    """One cell of the third column: the adopted words, and the rule read from them.

    The words prevail. The rule is computed from them when the version is seeded; a person may
    override it (``rule_overridden``).
    """

    natural_fields = ("issue", "ordinal")

    issue = models.ForeignKey(
        Issue, models.CASCADE, related_name="time_frames", verbose_name=_("issue")
    )
    ordinal = models.PositiveIntegerField(_("position in the issue"))
    text = models.TextField(_("words"))
    rule_kind = models.CharField(
        _("kind of rule"),
        max_length=20,
        choices=[
            (Kind.DEADLINE, _("deadline")),
            (Kind.START, _("start")),
            (Kind.PERIOD, _("period")),
            (Kind.RECURRING, _("recurring")),
            (Kind.CONTINUOUS, _("continuous")),
            (Kind.AS_REQUIRED, _("as required")),
            (Kind.LINKED, _("linked to another process")),
            (Kind.UNSPECIFIED, _("unspecified")),
        ],
        default=Kind.UNSPECIFIED,
    )
    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    recurrence = models.CharField(_("recurrence"), max_length=20, blank=True)
    precision = models.CharField(_("precision"), max_length=20, blank=True)
    qualifier = models.TextField(_("qualifier"), blank=True)
    rule_overridden = models.BooleanField(_("rule set by a person"), default=False)
    sources = models.JSONField(_("places in the source"), default=list, blank=True)

    class Meta:
        verbose_name = _("time-frame")
        verbose_name_plural = _("time-frames")
        ordering = ("issue", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["issue", "ordinal"], name="time_frame_ordinal_unique_in_issue"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="time_frame_has_words"),
            models.CheckConstraint(
                condition=Q(rule_kind__in=[kind.value for kind in Kind]),
                name="time_frame_rule_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(due_on__isnull=True)
                | Q(starts_on__lte=models.F("due_on")),
                name="time_frame_starts_before_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue.reference}: {self.text}"

    @property
    def rule(self) -> Rule:
        """The rule as the pure value that ``plans.text.timeframes`` works with."""
        return Rule(
            kind=Kind(self.rule_kind),
            starts_on=self.starts_on,
            due_on=self.due_on,
            recurrence=Recurrence(self.recurrence) if self.recurrence else None,
            precision=Precision(self.precision) if self.precision else None,
            qualifier=self.qualifier,
        )


class ActionElement(NaturalKeyed):
    """One thing that will be done: usually one bullet of the second column."""

    natural_fields = ("version", "reference")

    version = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="elements", verbose_name=_("plan version")
    )
    issue = models.ForeignKey(
        Issue, models.CASCADE, related_name="elements", verbose_name=_("issue")
    )
    group = models.ForeignKey(
        ElementGroup, models.CASCADE, related_name="elements", verbose_name=_("group")
    )
    time_frame = models.ForeignKey(
        TimeFrame,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="elements",
        verbose_name=_("time-frame"),
    )
    units = models.ManyToManyField(
        "plans.Unit", blank=True, related_name="elements", verbose_name=_("units that answer")
    )
    ordinal = models.PositiveIntegerField(_("position in the issue"))
    reference = models.CharField(
        _("reference"), max_length=50, help_text=_("Stable and readable: “I.1(a).2”.")
    )
    text = models.TextField(_("words"), blank=True)
    missing_in_source = models.BooleanField(
        _("missing in the source"),
        default=False,
        help_text=_("The conversion lost this element's words; nothing is put in their place."),
    )
    sources = models.JSONField(_("places in the source"), default=list, blank=True)

    class Meta:
        verbose_name = _("action element")
        verbose_name_plural = _("action elements")
        ordering = ("version", "issue__ordinal", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "reference"], name="element_reference_unique_in_version"
            ),
            models.UniqueConstraint(
                fields=["issue", "ordinal"], name="element_ordinal_unique_in_issue"
            ),
            models.CheckConstraint(
                condition=Q(missing_in_source=True, text="")
                | (Q(missing_in_source=False) & ~Q(text="")),
                name="element_has_words_unless_missing",
            ),
        ]

    def __str__(self) -> str:
        if self.missing_in_source:
            return f"{self.reference} (missing in the source)"
        return f"{self.reference} {Truncator(self.text).words(8)}"

    def get_absolute_url(self) -> str:
        version = self.version
        return reverse("plans:item", args=[version.plan.slug, version.slug, self.reference])


class EditorialNote(NaturalKeyed):
    """What an editor decided where the source is damaged, and why.

    It belongs to exactly one issue or one element.
    """

    natural_fields = ("version", "ordinal")

    class Confidence(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")

    version = models.ForeignKey(
        PlanVersion, models.CASCADE, related_name="notes", verbose_name=_("plan version")
    )
    issue = models.ForeignKey(
        Issue,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("issue"),
    )
    element = models.ForeignKey(
        ActionElement,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="notes",
        verbose_name=_("action element"),
    )
    ordinal = models.PositiveIntegerField(_("position in the version"))
    text = models.TextField(_("note"))
    confidence = models.CharField(
        _("confidence"), max_length=6, choices=Confidence.choices, default=Confidence.HIGH
    )

    class Meta:
        verbose_name = _("editorial note")
        verbose_name_plural = _("editorial notes")
        ordering = ("version", "ordinal")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version", "ordinal"], name="note_ordinal_unique_in_version"
            ),
            models.CheckConstraint(
                condition=Q(issue__isnull=True, element__isnull=False)
                | Q(issue__isnull=False, element__isnull=True),
                name="note_stands_at_one_place",
            ),
            models.CheckConstraint(
                condition=Q(confidence__in=["high", "medium", "low"]),
                name="note_confidence_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{Truncator(self.text).words(10)} ({self.confidence})"

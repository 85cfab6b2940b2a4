"""Work that outlasts a request: jobs, the periods of periodic work, and the files that are kept."""

from __future__ import annotations

from typing import ClassVar, Final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

MAX_ATTEMPTS: Final = 3


class Job(models.Model):
    """One piece of long work, from being asked for to its result or failure.

    While it waits or runs, no other job has the same ``key``. ``attempt`` numbers the attempt that
    may commit the result; ``heartbeat_at`` changes as long as the process that makes it lives. A
    public job may be seen by everybody, any other by who asked for it and by administrators.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("succeeded")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    class Failure(models.TextChoices):
        REFUSED = "refused", _("refused")
        TIME = "time", _("took too long")
        MEMORY = "memory", _("needed too much memory")
        ENDED = "ended", _("its process ended")
        ERROR = "error", _("an error in the program")

    ACTIVE: ClassVar = (State.WAITING, State.RUNNING)

    kind = models.CharField(_("kind"), max_length=50)
    variant = models.CharField(_("variant"), max_length=50, blank=True)
    key = models.CharField(_("key"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=dict, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="jobs",
        verbose_name=_("requested by"),
    )
    public = models.BooleanField(_("public"), default=False)
    language = models.CharField(_("language"), max_length=10)
    next_url = models.CharField(_("address of the result"), max_length=500, blank=True)

    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    task_id = models.UUIDField(_("task"), null=True, blank=True)
    stage = models.CharField(_("stage"), max_length=50, blank=True)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    size = models.PositiveIntegerField(_("size"), default=0)
    created_at = models.DateTimeField(_("created at"))
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    heartbeat_at = models.DateTimeField(_("last heartbeat"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    result = models.JSONField(_("result"), default=dict, blank=True)
    failure = models.CharField(_("failure"), max_length=10, choices=Failure, blank=True)
    failure_message = models.TextField(_("why it failed"), blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ("-pk",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state__in=("waiting", "running")),
                name="job_key_active_once",
            ),
            models.CheckConstraint(
                condition=Q(attempt__gte=1, attempt__lte=MAX_ATTEMPTS), name="job_attempt_allowed"
            ),
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "running"), finished_at__isnull=True)
                | Q(state__in=("succeeded", "failed", "cancelled"), finished_at__isnull=False),
                name="job_finished_when_it_ended",
            ),
            models.CheckConstraint(
                condition=(Q(state="failed") & ~Q(failure=""))
                | (~Q(state="failed") & Q(failure="")),
                name="job_failure_when_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE


class PeriodicRun(models.Model):
    """That the periodic work ``name`` was enqueued for the period beginning at ``period``.

    The row is unique, so of all workers that want to enqueue it one does.
    """

    name = models.CharField(_("name"), max_length=50)
    period = models.DateTimeField(_("period"))

    class Meta:
        verbose_name = _("periodic run")
        verbose_name_plural = _("periodic runs")
        ordering = ("-period", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name", "period"], name="periodic_run_once_a_period"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period:%Y-%m-%d %H:%M}"


class StoredFile(models.Model):
    """A complete file in the default storage.

    ``key`` says what it was made of: ``<build id>/<SHA-256 of the content>.<extension>``. ``name``
    is its name in the storage, ``size`` its bytes, ``sha256`` that of the file itself. The row is
    written when the file is complete; what the storage has without a row is not used.
    """

    key = models.CharField(_("key"), max_length=100, unique=True)
    name = models.CharField(_("name in the storage"), max_length=150, unique=True)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    created_at = models.DateTimeField(_("created at"))
    used_at = models.DateTimeField(_("last used at"), db_index=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ("-used_at",)

    def __str__(self) -> str:
        return self.key

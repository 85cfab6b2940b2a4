"""Units, which report on elements, and the roles of people."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.base import NaturalKeyed


class Role(models.TextChoices):
    """The roles, by the name of the Django group that stands for each.

    A person without any of them is a reader.
    """

    OFFICER = "officer", _("programme officer")
    SECRETARIAT = "secretariat", _("committee secretariat")
    ADMINISTRATOR = "administrator", _("administrator")


class Unit(NaturalKeyed):
    """A department, programme, region or centre that reports on the elements assigned to it."""

    natural_fields = ("slug",)

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="units", verbose_name=_("members")
    )

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("name", "slug")

    def __str__(self) -> str:
        return self.name

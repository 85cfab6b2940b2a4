"""The application of implementation plans."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlansConfig(AppConfig):
    """Plans, their versions, and the rounds in which their progress is reported."""

    name = "plans"
    verbose_name = _("Implementation plans")
    default_auto_field = "django.db.models.BigAutoField"

"""The application of implementation plans."""

from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from plans import triggers


class PlansConfig(AppConfig):
    """Plans, their versions, and the rounds in which their progress is reported."""

    name = "plans"
    verbose_name = _("Implementation plans")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(install_triggers, sender=self)


def install_triggers(sender: AppConfig, using: str, **_kwargs: Any) -> None:
    """Install today's triggers once the database is at the newest migration of the plans.

    A trigger that is there as it should be is left alone, so that ``migrate`` with nothing to do
    waits for nobody. At an earlier migration the triggers of that time stay: today's may ask for
    tables that are not there.
    """
    connection = connections[using]
    loader = MigrationLoader(connection)
    if not loader.applied_migrations.keys() >= set(loader.graph.leaf_nodes(sender.label)):
        return
    columns = {
        model._meta.db_table: tuple(f.column for f in model._meta.fields if f.column)
        for model in sender.get_models()
    }
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute(triggers.query(connection.vendor))
        installed = [triggers.Trigger(*row) for row in cursor.fetchall()]
        for statement in triggers.install(connection.vendor, columns, installed):
            cursor.execute(statement)

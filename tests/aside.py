"""The database's triggers set aside for a moment, as somebody could who owns the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection

from plans import triggers
from plans.models import PlanVersion


@contextmanager
def triggers_aside() -> Iterator[None]:
    """No trigger is in force inside the block; all are after it."""
    models = {model._meta.db_table: model for model in apps.get_models()}
    columns = {
        table: tuple(field.column for field in models[table]._meta.concrete_fields)
        for table in triggers.TABLES
    }
    _run(triggers.remove(connection.vendor))
    try:
        yield
    finally:
        _run(triggers.install(connection.vendor, columns))


def unpublish(version: PlanVersion) -> None:
    """Make ``version`` as if it had never been published, which the database refuses."""
    with triggers_aside():
        PlanVersion.objects.filter(pk=version.pk).update(published=False)
    version.published = False


def _run(statements: Iterator[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

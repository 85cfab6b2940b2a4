"""Rows that are added and never changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NoReturn, TypeVar

from django.db import models
from django.db.models.base import ModelBase

ModelT = TypeVar("ModelT", bound=models.Model)


class KeptForEverError(Exception):
    """An attempt to change or delete what is kept for ever."""


class KeptQuerySet(models.QuerySet[ModelT]):
    """Reads and adds; refuses to change or delete."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise KeptForEverError(f"{self.model._meta.verbose_name_plural} are never changed")

    def delete(self) -> NoReturn:
        raise KeptForEverError(f"{self.model._meta.verbose_name_plural} are never deleted")


class KeptManager(models.Manager[ModelT]):
    def get_queryset(self) -> KeptQuerySet[ModelT]:
        return KeptQuerySet(self.model, using=self._db)


class KeptForEver(models.Model):
    """Base of models whose rows are added, never changed or deleted.

    The database refuses it as well (``plans.triggers``). Loading a fixture, which does not pass
    through ``save``, may write the same row again. Give each a ``KeptManager``.
    """

    class Meta:
        abstract = True

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Add the row. Raises KeptForEverError when it has been added before."""
        if not self._state.adding:
            raise KeptForEverError(f"{self._meta.verbose_name_plural} are never changed")
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        raise KeptForEverError(f"{self._meta.verbose_name_plural} are never deleted")

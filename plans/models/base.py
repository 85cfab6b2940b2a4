"""What models share: natural keys, and rows that are added and never changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models
from django.db.models.base import ModelBase

ModelT = TypeVar("ModelT", bound=models.Model)


class NaturalKeyManager(models.Manager[ModelT]):
    """Finds rows by the natural keys of their model."""

    def get_by_natural_key(self, *key: Any) -> ModelT:
        """The row with that key. Raises DoesNotExist when there is none."""
        lookups: dict[str, Any] = {}
        for name, value in zip(self.model.natural_lookups(), key, strict=True):  # type: ignore[attr-defined]
            relation, _, _field = name.rpartition("__")
            if value == "" and relation:
                lookups[f"{relation}__isnull"] = True
            else:
                lookups[name] = value
        return self.get(**lookups)


class NaturalKeyed(models.Model):
    """Base of models whose rows fixtures name by what people call them, not by primary keys.

    ``natural_fields`` are the fields of the key, or of related rows (``element__reference``). A
    relation among them stands for the whole key of its row. Dates are written as ISO 8601, and
    "" is a field of a row that there is not.
    """

    natural_fields: ClassVar[tuple[str, ...]]

    objects: ClassVar[models.Manager[Self]] = NaturalKeyManager()

    class Meta:
        abstract = True

    @classmethod
    def natural_lookups(cls) -> list[str]:
        """The lookups that the values of a key belong to, in its order."""
        lookups = []
        for name in cls.natural_fields:
            related: Any = None if "__" in name else cls._meta.get_field(name).related_model
            inner = related.natural_lookups() if related else []
            lookups += [f"{name}__{lookup}" for lookup in inner] or [name]
        return lookups

    def natural_key(self) -> tuple[Any, ...]:
        """What names this row in a fixture."""
        return tuple(_value(self, lookup) for lookup in self.natural_lookups())


def _value(row: models.Model, lookup: str) -> Any:
    value: Any = row
    for name in lookup.split("__"):
        value = "" if value is None else getattr(value, name)
    return value.isoformat() if isinstance(value, date) else value


class KeptForEverError(Exception):
    """An attempt to change or delete what is kept for ever."""


class KeptQuerySet(models.QuerySet[ModelT]):
    """Reads and adds; refuses to change or delete."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise KeptForEverError(f"{self.model._meta.verbose_name_plural} are never changed")

    def delete(self) -> NoReturn:
        raise KeptForEverError(f"{self.model._meta.verbose_name_plural} are never deleted")


class KeptManager(NaturalKeyManager[ModelT]):
    def get_queryset(self) -> KeptQuerySet[ModelT]:
        return KeptQuerySet(self.model, using=self._db)


class KeptForEver(models.Model):
    """Base of models whose rows are added, never changed or deleted.

    The database refuses it as well (``plans.triggers``). Loading a fixture, which does not pass
    through ``save``, may write the same row again.
    """

    objects: ClassVar[models.Manager[Self]] = KeptManager()

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

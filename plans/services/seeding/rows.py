"""From a fixture's objects to rows, in bulk: a fixed number of statements for each batch.

``loaddata`` makes the same rows, and asks the database for every natural key that it meets. Here
the keys of what has just been made are remembered instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db import models

from plans.importing.progress import Step, Steps

Object = Mapping[str, Any]
Key = tuple[Any, ...]
"""The name of a model and a natural key: ``("issue", "cooperation", "gb282", "I.1")``."""

# Rows between two steps: some tenths of a second.
_AT_ONCE = 1_000

# In an order in which each finds what it refers to.
_ORDER = (
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


def write_rows(objects: Iterable[Object], *, known: Mapping[Key, int]) -> Steps[dict[Key, int]]:
    """Make a row of every object but those that are ``known``, which are there already, in steps.

    ``objects`` are a fixture's, ``known`` maps the keys of rows that they may refer to, to primary
    keys. The result is all of those, and of what was made. Belongs in a transaction. Raises
    KeyError for a reference to what is neither there nor among the objects.
    """
    by_model: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for item in objects:
        by_model[item["model"].removeprefix("plans.")].append(item["fields"])
    keys = dict(known)
    for name in _ORDER:
        rows = by_model.pop(name, [])
        done = 0
        for level in _levels(name, rows):
            for start in range(0, len(level), _AT_ONCE):
                some = level[start : start + _AT_ONCE]
                _write(name, some, keys)
                done += len(some)
                yield Step(name, done, len(rows))
    if by_model:
        raise KeyError(f"no order is known for {min(by_model)}")
    return keys


def too_long(objects: Iterable[Object]) -> list[tuple[str, int]]:
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

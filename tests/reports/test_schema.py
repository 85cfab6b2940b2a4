"""The JSON Schema of a report, held to what the writer writes."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker

from plans.reports.canonical import SCHEMA, ReportTableError, canonical_json, from_data, to_data
from plans.reports.table import ReportTable
from plans.reports.writers.json import SCHEMA_FILE, write
from plans.text.categories import Category
from plans.text.timeframes import Kind, Precision, Recurrence, ScheduleState
from tests.reports.printed import real_report
from tests.reports.samples import sample
from tests.strategies import report_tables

TEXT = SCHEMA_FILE.read_text(encoding="utf-8")
PUBLISHED: dict[str, Any] = json.loads(TEXT)
VALIDATOR = Draft202012Validator(PUBLISHED, format_checker=FormatChecker())


def faults(data: object) -> list[str]:
    """The places where ``data`` has another shape, such as "parts/0/title"."""
    return sorted(
        {
            "/".join(str(step) for step in error.absolute_path)
            for error in VALIDATOR.iter_errors(data)
        }
    )


def described(schema: Any, place: str = "") -> Iterator[tuple[str, str | None]]:
    """The place and the description of every field, and of every shape that fields share."""
    if not isinstance(schema, dict):
        return
    for name, field in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        own = field.get("description")
        if own is None and "$ref" in field:
            own = PUBLISHED["$defs"][field["$ref"].rpartition("/")[2]].get("description")
        yield f"{place}/{name}", own
        yield from described(field, f"{place}/{name}")
    yield from described(schema.get("items"), f"{place}[]")


def objects(schema: Any) -> Iterator[dict[str, Any]]:
    """Every shape of an object with named fields."""
    if isinstance(schema, dict):
        if "properties" in schema and schema.get("type") == "object":
            yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


def test_the_schema_is_a_schema_and_names_what_it_describes() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    assert (PUBLISHED["$schema"], PUBLISHED["$id"], PUBLISHED["title"]) == (
        "https://json-schema.org/draft/2020-12/schema",
        "urn:x-tracker:report:1",
        SCHEMA,
    )
    assert PUBLISHED["properties"]["schema"]["const"] == SCHEMA


def test_every_field_is_described() -> None:
    found = list(described(PUBLISHED))
    assert [place for place, description in found if not description] == []
    assert len(found) > 60


def test_every_field_is_required_and_no_other_is_allowed() -> None:
    found = list(objects(PUBLISHED))
    assert len(found) == 15
    for shape in found:
        assert shape["required"] == list(shape["properties"])
        assert shape["additionalProperties"] is False


def test_the_lists_of_values_are_those_of_the_tracker() -> None:
    defs = PUBLISHED["$defs"]
    rule, status = defs["rule"]["properties"], defs["status"]["properties"]
    assert rule["kind"]["enum"] == [kind.value for kind in Kind]
    assert rule["recurrence"]["enum"] == [*(each.value for each in Recurrence), None]
    assert rule["precision"]["enum"] == [*(each.value for each in Precision), None]
    assert status["category"]["enum"] == [category.value for category in Category]
    states = status["schedule"]["additionalProperties"]["enum"]
    assert set(states) == {state.value for state in ScheduleState}


@pytest.mark.parametrize("make", [sample, real_report])
def test_the_report_is_of_this_shape(make: Callable[[], ReportTable]) -> None:
    assert faults(json.loads(write(make()))) == []


def test_the_content_of_a_record_is_of_this_shape() -> None:
    assert faults(json.loads(canonical_json(real_report()))) == []


@given(report_tables())
def test_any_report_is_of_this_shape(table: ReportTable) -> None:
    assert faults(to_data(table)) == []


def changed(*steps: str | int, value: object) -> Any:
    """The sample with another value in the place that ``steps`` lead to."""
    data: Any = copy.deepcopy(to_data(sample()))
    place = data
    for step in steps[:-1]:
        place = place[step]
    place[steps[-1]] = value
    return data


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (("schema",), "tracker.report/2"),
        (("plan", "slug"), None),
        (("version", "date"), "November 1999"),
        (("round", "as_at"), "2000-02-30"),
        (("round", "as_at"), "31/8/2000"),
        (("round", "state"), "reopened"),
        (("round", "symbol_inferred"), "yes"),
        (("round", "record_sha256"), "AB" * 32),
        (("cover", "paragraphs", 0, "number"), 1),
        (("parts", 0, "columns"), ["one", "two", "three"]),
        (("parts", 0, "columns"), ["one", "two", "three", "four", "five"]),
        (("parts", 0, "issues", 0, "reference"), ""),
        (("parts", 0, "elements", 1, "notes", 0, "confidence"), "certain"),
        (("parts", 0, "time_frames", 0, "covers"), []),
        (("parts", 0, "time_frames", 0, "rule", "kind"), "soon"),
        (("parts", 0, "statuses", 0, "category"), "done"),
        (("parts", 0, "statuses", 0, "schedule", "I.1(a).1"), "late"),
    ],
)
def test_another_shape_is_refused_where_it_differs(
    steps: tuple[str | int, ...], value: object
) -> None:
    (place,) = faults(changed(*steps, value=value))
    assert "/".join(str(step) for step in steps).startswith(place)
    assert place.count("/") >= len(steps) - 2


def leaves(data: Any, place: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every field of every object."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*place, key)
            yield from leaves(value, (*place, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from leaves(value, (*place, index))


def test_a_field_less_is_refused_and_so_the_reader_refuses_it_too() -> None:
    places = [place for place in leaves(to_data(sample())) if "schedule" not in place[:-1]]
    assert len(places) > 100
    for place in places:
        data: Any = copy.deepcopy(to_data(sample()))
        holder = data
        for step in place[:-1]:
            holder = holder[step]
        del holder[place[-1]]
        assert faults(data) == ["/".join(str(step) for step in place[:-1])]
        with pytest.raises(ReportTableError):
            from_data(data)


def test_a_field_more_is_refused() -> None:
    assert faults({**to_data(sample()), "remarks": ""}) == [""]
    assert faults(changed("parts", 0, "elements", 0, "number", value="1")) == ["parts/0/elements/0"]


def test_the_file_is_written_as_people_read_it() -> None:
    assert json.dumps(PUBLISHED, indent=2, ensure_ascii=False) + "\n" == TEXT

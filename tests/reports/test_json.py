"""The report as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest
from django.utils.safestring import SafeString
from hypothesis import given

from plans.reports.canonical import (
    ReportTableError,
    canonical_json,
    closed_table,
    from_data,
    from_record,
    rule_data,
    sha256_of,
    to_data,
)
from plans.reports.table import ReportTable
from plans.reports.writers.json import write
from tests.reports.samples import SHA256, sample
from tests.strategies import report_tables


def test_the_file_is_the_canonical_json_with_the_record_s_hash_put_in() -> None:
    expected = canonical_json(sample()).replace(
        '"record_sha256":null', f'"record_sha256":"{SHA256}"'
    )
    assert write(sample()).decode() == expected


def test_who_takes_the_hash_out_again_can_check_the_record() -> None:
    data = json.loads(write(closed_table(sample())))
    stated = data["round"]["record_sha256"]
    data["round"]["record_sha256"] = None
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert sha256_of(text) == stated


def test_letters_are_written_as_they_are() -> None:
    assert "The plan¹ was adopted.".encode() in write(sample())


def as_python_writes(data: object) -> str:
    """``data`` as programs in Python check a record, without any of the tracker's code."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


@given(report_tables())
def test_the_bytes_are_those_of_python_s_own_json(table: ReportTable) -> None:
    assert write(table).decode() == as_python_writes(to_data(table))


def test_every_letter_is_written_as_python_s_own_json_writes_it() -> None:
    letters = "".join(map(chr, [*range(0x300), 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF, 0x1F600]))
    table = replace(sample(), plan=replace(sample().plan, title=letters))
    assert write(table).decode() == as_python_writes(to_data(table))
    assert from_record(canonical_json(table), sha256_of(canonical_json(table))).plan == table.plan


def test_keys_are_in_the_order_of_their_letters_numbers() -> None:
    status = sample().parts[0].statuses[0]
    schedule = dict.fromkeys(("\U0001f600", "\uffff", "é", "a", "B", ""), "overdue")
    part = replace(sample().parts[0], statuses=(replace(status, schedule=schedule),))
    table = replace(sample(), parts=(part,))
    assert write(table).decode() == as_python_writes(to_data(table))


def test_a_text_and_a_mapping_may_be_of_classes_of_their_own() -> None:
    part = sample().parts[0]
    status = part.statuses[0]
    status = replace(status, schedule=MappingProxyType(dict(status.schedule)))
    part = replace(part, title=SafeString(part.title), statuses=(status,))
    table = replace(sample(), parts=(part, sample().parts[1]))
    assert write(table) == write(sample())


def test_a_rule_s_values_are_plain_texts() -> None:
    values = rule_data(sample().parts[0].time_frames[0].rule)
    assert values == {
        "kind": "deadline",
        "starts_on": None,
        "due_on": "2000-04-30",
        "recurrence": None,
        "precision": "month",
        "qualifier": "",
    }
    assert {type(value) for value in values.values()} == {str, type(None)}


@given(report_tables())
def test_what_is_written_reads_back(table: ReportTable) -> None:
    assert from_data(json.loads(write(table))) == table


def test_a_field_that_the_schema_does_not_know_is_passed_over() -> None:
    data = to_data(sample())
    data["remarks"] = data["parts"][0]["remarks"] = {"deep": [[10**30]]}
    assert from_data(data) == sample()


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (("schema",), "tracker.report/2"),
        (("plan",), None),
        (("plan", "title"), 1),
        (("version", "date"), 1999),
        (("round", "as_at"), "2000-02-30"),
        (("round", "symbol_inferred"), 1),
        (("cover", "paragraphs"), {}),
        (("cover", "footnotes", 0, "text"), None),
        (("parts",), "I"),
        (("parts", 0), []),
        (("parts", 0, "columns"), ["one", "two", "three"]),
        (("parts", 0, "elements", 1, "missing_in_source"), "yes"),
        (("parts", 0, "elements", 0, "source", 0), 10**30),
        (("parts", 0, "time_frames", 0, "covers"), "I.1(a).1"),
        (("parts", 0, "time_frames", 0, "rule", "kind"), "soon - at `$.parts`"),
        (("parts", 0, "time_frames", 0, "rule", "due_on"), "April 2000"),
        (("parts", 0, "time_frames", 0, "rule", "recurrence"), "hourly"),
        (("parts", 0, "statuses", 0, "schedule"), None),
    ],
)
def test_another_type_is_refused_and_its_place_named(
    steps: tuple[str | int, ...], value: object
) -> None:
    holder: Any = to_data(sample())
    data = holder
    for step in steps[:-1]:
        holder = holder[step]
    holder[steps[-1]] = value
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    content = json.dumps(data)
    for read in (lambda: from_data(data), lambda: from_record(content, sha256_of(content))):
        with pytest.raises(ReportTableError) as refused:
            read()
        assert str(refused.value).startswith(f"{place.removeprefix('.')}: ")


@pytest.mark.parametrize(
    "change",
    [
        lambda content: "",
        lambda content: "[]",
        lambda content: "9" * 5_000,
        lambda content: "[" * 100_000,
        lambda content: content[:-1],
        lambda content: content + "}",
        lambda content: content.replace('"parts":[', '"parts":' + "[" * 100_000),
        lambda content: content.replace('"schema"', f'"more":{"[" * 100_000},"schema"'),
        lambda content: content.replace('"title":"', '"title":"\\ud800'),
    ],
)
def test_hostile_content_is_refused(change: Callable[[str], str]) -> None:
    content = change(canonical_json(sample()))
    with pytest.raises(ReportTableError):
        from_record(content, sha256_of(content))


def test_a_letter_that_no_text_has_is_refused_in_data_too() -> None:
    for place in ("plan", "parts", "schema"):
        with pytest.raises(ReportTableError):
            from_data({**to_data(sample()), place: "\ud800"})


def test_what_no_report_has_is_not_written() -> None:
    table = replace(sample(), plan=replace(sample().plan, title=object()))  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        canonical_json(table)

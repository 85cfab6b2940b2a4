"""The report as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given

from plans.reports.table import Cover, CoverParagraph, Footnote, ReportTable, VersionHead
from plans.reports.writers.html import body, write
from plans.text import prose
from tests.reports.samples import sample
from tests.strategies import report_tables

VOID = {"br", "col", "meta"}


class Page(HTMLParser):
    """What a parser makes of a page. Complains of tags that are left open or close no other."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def words(self) -> list[str]:
        return " ".join(self.texts).split()

    def all(self, name: str) -> list[str]:
        """The values of an attribute, in order."""
        return [attrs[name] for _, attrs in self.tags if name in attrs]

    def classes(self) -> set[str]:
        return {name for value in self.all("class") for name in value.split()}


COVER = """\
<section class="report-cover">
<p class="report-agenda">SECOND ITEM ON THE AGENDA</p>
<h1 class="report-title">Progress report</h1>
<p class="report-paragraph"><span class="paragraph-number">1.</span> The plan\
<a class="footnote-mark" id="footnote-mark-1" href="#footnote-1">¹</a> was adopted.</p>
<p class="report-place">Geneva, 5 October 2000.</p>
<section class="report-footnotes" aria-label="Footnotes"><p id="footnote-1">\
<a class="footnote-mark" href="#footnote-mark-1">¹</a> GB.276/TC/2.</p></section>
</section>
"""

FIRST_PART = """\
<table class="report-part" id="part-1">
<caption class="visually-hidden"><h3>Part I – Relevance &amp; effect</h3>\
Status as at 31 August 2000</caption>
<colgroup><col class="col-issue"><col class="col-elements"><col class="col-time-frame">\
<col class="col-status"></colgroup>
<thead><tr><th colspan="4" scope="colgroup" class="report-part-title">\
Part I – Relevance &amp; effect</th>
</tr>
<tr><th scope="col" class="col-issue">Issues to be addressed</th>\
<th scope="col" class="col-elements">Context and elements for action</th>\
<th scope="col" class="col-time-frame">Time-frame</th>\
<th scope="col" class="col-status">Status as at 31 August 2000</th></tr></thead>
<tbody class="issue issue-parent" id="I.1">
<tr class="row-title issue-start"><th scope="rowgroup" class="col-issue">\
<span class="issue-number">1.</span> <span class="issue-title">A coherent programme</span></th>\
<td class="col-elements"></td><td class="col-time-frame"></td><td class="col-status"></td></tr>
</tbody>
<tbody class="issue" id="I.1(a)">
<tr class="row-context issue-start"><th scope="rowgroup" rowspan="5" class="col-issue">\
<span class="issue-number">1(a)</span> <span class="issue-title">Focus</span></th>\
<td class="col-elements"><p>To be coherent, there will be:</p></td>\
<td class="col-time-frame"></td><td class="col-status"></td></tr>
<tr class="row-element" id="I.1(a).1"><td class="col-elements">\
<ul><li>a policy statement;</li></ul></td>\
<td rowspan="4" class="col-time-frame"><p>Completed by April 2000</p></td>\
<td class="col-status"><p>Under discussion.</p><ul><li>one;</li><li>two.</li></ul></td></tr>
<tr class="row-heading"><td class="col-elements"><p>General</p></td>\
<td class="col-status"></td></tr>
<tr class="row-lead-in"><td class="col-elements"><p>In parallel:</p></td>\
<td class="col-status"></td></tr>
<tr class="row-element" id="I.1(a).2"><td class="col-elements"><ul><li class="missing">[…] \
<span class="visually-hidden">The words of this element are missing in the source.</span>\
</li></ul></td><td class="col-status"></td></tr>
</tbody></table>
"""

LAST_ISSUE = """\
<tbody class="issue" id="II.1">
<tr class="row-element issue-start" id="II.1.1">\
<th scope="rowgroup" class="col-issue"><span class="issue-number">1.</span> \
<span class="issue-title">Structure</span></th>\
<td class="col-elements"><ul><li>=1+1 offices</li></ul></td><td class="col-time-frame"></td>\
<td class="col-status"><p class="see">see <a href="#I.1(a).1">I.1(a)</a></p></td></tr>
</tbody></table>
</section>
</article>"""


def between(text: str, start: str, end: str) -> str:
    return start + text.partition(start)[2].partition(end)[0]


def extras_of(table: ReportTable) -> str:
    return body(table, extras=True)


def test_the_cover_stands_first_with_its_footnotes_linked_both_ways() -> None:
    markup = body(sample())
    assert markup.startswith('<article class="report" lang="en" dir="ltr">\n' + COVER)


def test_a_part_is_one_table_with_its_heading_and_columns_repeatable() -> None:
    assert FIRST_PART in body(sample())


def test_a_status_printed_elsewhere_is_pointed_to() -> None:
    assert body(sample()).endswith(LAST_ISSUE)


def test_the_appendix_is_headed_and_parted_from_the_cover() -> None:
    expected = (
        '</section>\n<section class="report-appendix" aria-labelledby="appendix" tabindex="0">\n'
        '<h2 id="appendix">Appendix</h2>\n<table'
    )
    assert expected in body(sample())


def test_fixed_words_are_in_the_language_of_the_plan() -> None:
    version = VersionHead("gb276", "GB.276/TC/2", "", None, "fr")
    markup = body(replace(sample(), version=version))
    assert markup.startswith('<article class="report" lang="fr" dir="ltr">')
    assert '<h2 id="appendix">Annexe</h2>' in markup
    assert "<h3>Partie I – Relevance &amp; effect</h3>" in markup
    assert '<p class="see">voir <a href="#I.1(a).1">I.1(a)</a></p>' in markup


@pytest.mark.parametrize(("language", "word"), [("en", "Draft"), ("fr", "Projet")])
def test_an_open_round_is_marked_as_a_draft_beside_its_words(language: str, word: str) -> None:
    version = VersionHead("gb276", "GB.276/TC/2", "", None, language)
    closed = replace(sample(), version=version)
    open_ = replace(closed, round=replace(closed.round, state="open", record_sha256=None))
    head = f'<article class="report" lang="{language}" dir="ltr"'
    assert body(open_) == body(closed).replace(head, f'{head} data-draft="{word}"', 1)


def test_nothing_is_printed_that_the_adopted_text_does_not_say() -> None:
    page = Page(body(sample()))
    assert page.classes().isdisjoint({"extra", "state", "note", "reference", "report-symbol"})
    text = " ".join(page.texts)
    for word in ("overdue", "in progress", "The bullet is lost.", "I.1(a).2", "GB.279"):
        assert word not in text


def test_extras_name_the_element_and_its_notes() -> None:
    expected = (
        '<li class="missing">[…] <span class="extra">'
        "The words of this element are missing in the source.</span></li></ul>"
        '<p class="extra"><a class="reference" href="#I.1(a).2">I.1(a).2</a></p>'
        '<p class="extra note note-low"><strong>Editorial note</strong> (low confidence): '
        "The bullet is lost.</p></td>"
    )
    assert expected in extras_of(sample())


def test_extras_tell_a_status_s_category_and_the_schedule_state_of_each_element() -> None:
    cell = between(extras_of(sample()), '<li>two.</li></ul><div class="extra">', "</td>")
    page = Page(cell.partition("</ul>")[2])
    assert " ".join(page.words) == "in progress I.1(a).1 overdue II.1.1 no fixed date"
    assert [attrs["class"] for tag, attrs in page.tags if tag == "span"] == [
        "category category-in_progress",
        "state state-overdue",
        "state state-not_datable",
    ]


def test_extras_say_that_the_symbol_was_inferred() -> None:
    expected = (
        '<p class="report-symbol extra">GB.279/TC/2 · 279th Session '
        "(inferred; the document does not print its symbol)</p>"
    )
    assert expected in extras_of(sample())


def test_a_symbol_that_the_document_prints_is_printed() -> None:
    table = sample()
    printed = replace(table, round=replace(table.round, symbol_inferred=False))
    assert '<p class="report-symbol">GB.279/TC/2 · 279th Session</p>' in body(printed)


def with_cover(paragraph: str, *notes: Footnote) -> ReportTable:
    cover = Cover("", "Title", (CoverParagraph("", paragraph),), notes, "")
    return replace(sample(), cover=cover, parts=())


def test_a_mark_of_two_signs_is_not_taken_for_two_marks() -> None:
    markup = body(with_cover("One¹² two¹.", Footnote("¹", "First."), Footnote("¹²", "Twelfth.")))
    assert (
        'One<a class="footnote-mark" id="footnote-mark-2" href="#footnote-2">¹²</a> '
        'two<a class="footnote-mark" id="footnote-mark-1" href="#footnote-1">¹</a>.'
    ) in markup


def test_a_mark_met_twice_has_one_id() -> None:
    page = Page(body(with_cover("One¹ two¹.", Footnote("¹", "First."))))
    assert page.all("id") == ["footnote-mark-1", "footnote-1", "appendix"]
    assert page.all("href") == ["#footnote-1", "#footnote-1", "#footnote-mark-1"]


def test_a_mark_that_may_be_an_ordinary_number_is_not_linked() -> None:
    markup = body(with_cover("In 1 year.", Footnote("1", "First.")))
    assert '<p class="report-paragraph">In 1 year.</p>' in markup
    assert '<p id="footnote-1">1 First.</p>' in markup


def test_a_sign_that_is_no_footnote_s_mark_stays_as_it_is() -> None:
    assert "100 m² wide." in body(with_cover("100 m² wide.", Footnote("¹", "First.")))


def test_an_empty_cover_keeps_the_plan_s_title_as_its_heading() -> None:
    table = replace(sample(), cover=Cover("", "", (), (), ""), parts=())
    assert (
        '<section class="report-cover">\n'
        '<h1 class="report-title">Technical cooperation</h1>\n</section>'
    ) in body(table)


def test_a_part_without_issues_has_its_headings_and_no_rows() -> None:
    table = sample()
    part = replace(table.parts[0], issues=(), elements=(), time_frames=(), statuses=())
    markup = body(replace(table, parts=(part,)))
    assert markup.endswith("</tr></thead>\n</table>\n</section>\n</article>")


def test_the_file_stands_alone_with_its_styles_inside() -> None:
    markup = write(sample(), styles=("a { color: red }", "b { color: blue }")).decode()
    head, _, rest = markup.partition("</head>")
    assert head.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n')
    assert "<title>Progress report</title>" in head
    assert "<style>\na { color: red }\nb { color: blue }\n</style>" in head
    assert rest == f"\n<body>\n<main>\n{body(sample())}\n</main>\n</body>\n</html>\n"
    assert {tag for tag, _ in Page(markup).tags}.isdisjoint({"link", "script", "img"})


def test_a_style_that_would_end_its_own_element_is_refused() -> None:
    with pytest.raises(ValueError, match="a stylesheet holds </style"):
        write(sample(), styles=("</STYLE><script>alert(1)</script>",))


def printed_texts(table: ReportTable) -> Iterator[str]:
    """Every text that is printed once, in any order, as plain words."""
    for part in table.parts:
        for issue in part.issues:
            yield issue.title
            yield from (block.text for block in prose.parse(issue.context))
        yield from (element.text for element in part.elements)
        for status in part.statuses:
            yield from (block.text for block in prose.parse(status.text))


@given(report_tables())
def test_no_word_of_the_table_is_lost_and_none_becomes_markup(table: ReportTable) -> None:
    page = Page(body(table, extras=True))
    found = " ".join(page.words)
    for text in printed_texts(table):
        assert " ".join(text.split()) in found
    assert {tag for tag, _ in page.tags} <= {
        *("article", "section", "h1", "h2", "h3", "p", "a", "br", "span", "strong", "div"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tr", "th", "td"),
        *("ul", "li"),
    }


@given(report_tables())
def test_markup_has_neither_styles_nor_scripts_and_ids_are_unique(table: ReportTable) -> None:
    page = Page(body(table, extras=True))
    names = {name for _, attrs in page.tags for name in attrs}
    assert names <= {
        *("class", "id", "href", "lang", "dir", "scope", "rowspan", "colspan"),
        *("aria-label", "aria-labelledby", "tabindex", "data-draft"),
    }
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert {href.removeprefix("#") for href in page.all("href")} <= set(ids)

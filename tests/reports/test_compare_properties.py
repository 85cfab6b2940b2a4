"""What holds of the comparison of any two reports."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from plans.reports.changes import Comparison, Outcome, Shown, Trait, View, filter_comparison
from plans.reports.compare import compare
from plans.reports.labels import MISSING_MARK
from plans.reports.layout import lay_out
from plans.reports.table import ElementCell, ReportTable, StatusCell
from plans.text import prose
from plans.text.differences import Change
from tests.reports.changed import later_report, merged
from tests.strategies import report_tables

PAIRS = st.one_of(
    report_tables(2).flatmap(lambda table: st.tuples(st.just(table), later_report(table))),
    st.tuples(report_tables(2), report_tables(2)),
)
MIRRORED = {
    Outcome.NEWLY_REPORTED: Outcome.NO_LONGER_REPORTED,
    Outcome.NO_LONGER_REPORTED: Outcome.NEWLY_REPORTED,
}


def elements_of(table: ReportTable) -> dict[str, ElementCell]:
    return {element.reference: element for part in table.parts for element in part.elements}


def statuses_of(table: ReportTable) -> dict[str, StatusCell]:
    return {status.id: status for part in table.parts for status in part.statuses}


def old_words(words: tuple[Change, ...]) -> str:
    return "".join(change.text for change in words if change.kind != "added")


def new_words(words: tuple[Change, ...]) -> str:
    return "".join(change.text for change in words if change.kind != "removed")


def rows_of(comparison: Comparison) -> dict[str, tuple[str, str]]:
    """The old and the new words of the status beside each element, as the rows have them."""
    return {
        element.reference: (
            old_words(comparison.statuses[element.status].words),
            new_words(comparison.statuses[element.status].words),
        )
        if element.status is not None
        else ("", "")
        for part in comparison.parts
        for element in part.elements
    }


@given(PAIRS)
def test_beside_every_element_stand_the_words_of_both_reports(
    pair: tuple[ReportTable, ReportTable],
) -> None:
    old, new = pair
    expected = {}
    for name in elements_of(old) | elements_of(new):
        said = []
        for table in pair:
            element = elements_of(table).get(name)
            status = statuses_of(table).get(element.status or "") if element else None
            said.append(prose.clean(status.text) if status else "")
        expected[name] = tuple(said)

    assert rows_of(compare(old, new)) == expected


@given(PAIRS)
def test_every_element_has_its_own_words_of_both_reports(
    pair: tuple[ReportTable, ReportTable],
) -> None:
    old, new = pair

    comparison = compare(old, new)

    for name, change in comparison.elements.items():
        for table, found in ((old, old_words(change.words)), (new, new_words(change.words))):
            element = elements_of(table).get(name)
            text = "" if element is None else element.text
            if element is not None and element.missing_in_source:
                text = MISSING_MARK
            assert prose.clean(found) == prose.clean(text)


@given(report_tables())
def test_a_report_compared_with_itself_has_no_change(table: ReportTable) -> None:
    comparison = compare(table, table)

    counts = comparison.counts
    assert (counts.changed, counts.removed_words, counts.added_words) == (0, 0, 0)
    assert set(counts.traits.values()) == {0}
    assert filter_comparison(comparison, View.CHANGES).parts == ()


@given(PAIRS)
def test_reports_in_the_other_order_give_the_mirrored_comparison(
    pair: tuple[ReportTable, ReportTable],
) -> None:
    old, new = pair
    there, back = compare(old, new), compare(new, old)

    assert {
        name: MIRRORED.get(one.outcome, one.outcome) for name, one in there.elements.items()
    } == {name: one.outcome for name, one in back.elements.items()}
    assert {name: one.traits for name, one in there.elements.items()} == {
        name: one.traits for name, one in back.elements.items()
    }
    assert rows_of(there) == {name: (new, old) for name, (old, new) in rows_of(back).items()}


@given(PAIRS, st.sampled_from([*View, *Outcome, *Trait]))
def test_a_view_sets_each_element_that_belongs_to_it_in_one_row(
    pair: tuple[ReportTable, ReportTable], shown: Shown
) -> None:
    comparison = compare(*pair)

    view = filter_comparison(comparison, shown)

    rows = [row for layout in lay_out(merged(view)) for row in layout.rows]
    found = [row.element.reference for row in rows if row.element is not None]
    assert len(found) == len(set(found)) == comparison.counts.of(shown)
    assert set(found) == {
        name for name, change in comparison.elements.items() if change.belongs_to(shown)
    }
    for row in rows:
        assert row.group is None or row.group in view.groups


@given(report_tables(2).flatmap(lambda table: st.tuples(st.just(table), later_report(table))))
@settings(max_examples=50)
def test_the_counts_of_the_outcomes_add_up_to_all_elements(
    pair: tuple[ReportTable, ReportTable],
) -> None:
    counts = compare(*pair).counts

    assert sum(counts.outcomes.values()) == counts.elements

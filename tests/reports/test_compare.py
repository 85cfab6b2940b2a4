"""What became of elements and statuses between two reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from plans.reports.changes import Comparison, Outcome, Trait, View, WordChanges, filter_comparison
from plans.reports.compare import compare
from plans.reports.layout import lay_out
from plans.reports.table import ReportTable, StatusCell
from tests.reports.changed import merged
from tests.reports.tables import Said, report


def outcomes(comparison: Comparison) -> dict[str, str]:
    return {name: change.outcome.value for name, change in comparison.elements.items()}


def traits(comparison: Comparison) -> dict[str, set[str]]:
    return {
        name: {trait.value for trait in change.traits}
        for name, change in comparison.elements.items()
        if change.traits
    }


def marked(words: WordChanges) -> str:
    """Such as ``same-removed-+added+``."""
    signs = {"same": "", "removed": "-", "added": "+"}
    return "".join(f"{signs[one.kind]}{one.text.strip()}{signs[one.kind]}" for one in words)


def cells(comparison: Comparison) -> list[tuple[tuple[str, ...], str]]:
    """What each cell of the fourth column covers, and its words."""
    return [(change.covers, marked(change.words)) for change in comparison.statuses.values()]


# -- Outcomes -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (Said("Under way."), Said("Under way."), Outcome.UNCHANGED),
        (Said("Under way."), Said("Finished."), Outcome.REWORDED),
        (Said("Done.", "in_progress"), Said("Done.", "completed"), Outcome.RECATEGORISED),
        (Said("Under way."), Said("", "not_reported"), Outcome.NO_LONGER_REPORTED),
        (Said("Under way."), None, Outcome.NO_LONGER_REPORTED),
        (Said("", "not_reported"), Said("Finished."), Outcome.NEWLY_REPORTED),
        (None, Said("Finished."), Outcome.NEWLY_REPORTED),
        (Said("", "not_reported"), None, Outcome.NEVER_REPORTED),
        (None, None, Outcome.NEVER_REPORTED),
        # A category without words says something, and words without a category do.
        (Said("", "completed"), Said("", "completed"), Outcome.UNCHANGED),
        (
            Said("Words.", "not_reported"),
            Said("Words.", "not_reported"),
            Outcome.UNCHANGED,
        ),
        # Other line ends and doubled spaces are no change.
        (Said("Under  way.\r\n"), Said("Under way."), Outcome.UNCHANGED),
    ],
)
def test_an_element_has_one_outcome(old: Said | None, new: Said | None, outcome: Outcome) -> None:
    comparison = compare(report({1: old}), report({1: new}))

    assert outcomes(comparison) == {"I.1.1": outcome.value}


@pytest.mark.parametrize("said", [None, Said("", "not_reported")])
def test_what_an_open_round_does_not_say_yet_is_awaited(said: Said | None) -> None:
    old = report({1: Said("Under way.")})
    new = report({1: said}, state="open")

    comparison = compare(old, new)

    assert outcomes(comparison) == {"I.1.1": "awaited"}
    assert (comparison.counts.changed, comparison.counts.removed_words) == (0, 0)


def test_an_element_that_left_the_plan_is_not_awaited() -> None:
    old = report({1: Said("A."), 2: Said("B.")})
    new = report({1: Said("A.")}, state="open")

    assert outcomes(compare(old, new)) == {"I.1.1": "unchanged", "I.1.2": "dropped"}


# -- Grouping -------------------------------------------------------------------------------------


def test_a_status_that_two_replace_is_compared_with_each_beside_its_elements() -> None:
    old = report({(1, 2, 3): Said("First. Second.")})
    new = report({(1, 2): Said("First."), 3: Said("Second.")})

    comparison = compare(old, new)

    assert cells(comparison) == [
        (("I.1.1", "I.1.2"), "First.-Second.-"),
        (("I.1.3",), "-First.-Second."),
    ]
    assert traits(comparison) == {
        "I.1.1": {"grouping"},
        "I.1.2": {"grouping"},
        "I.1.3": {"grouping"},
    }


def test_two_statuses_that_one_replaces_are_each_compared_with_it() -> None:
    old = report({(1, 2): Said("First."), 3: Said("Second.")})
    new = report({(1, 2, 3): Said("First. Second.")})

    assert [covers for covers, _ in cells(compare(old, new))] == [("I.1.1", "I.1.2"), ("I.1.3",)]


def test_the_same_words_over_other_elements_are_a_change_of_grouping_alone() -> None:
    old = report({(1, 2): Said("Same."), 3: Said("Other.")})
    new = report({1: Said("Same."), (2, 3): Said("Same.")})

    comparison = compare(old, new)

    assert outcomes(comparison) == {"I.1.1": "unchanged", "I.1.2": "unchanged", "I.1.3": "reworded"}
    assert comparison.counts.of(Trait.GROUPING) == 3
    assert comparison.counts.changed == 3


def test_a_companion_that_left_the_plan_is_no_change_of_grouping() -> None:
    old = report({(1, 2, 3): Said("Same.")})
    new = report({(1, 2): Said("Same.")})

    assert traits(compare(old, new)) == {"I.1.3": {"wording"}}


def test_one_cell_spans_elements_of_which_both_reports_speak_together() -> None:
    old, new = report({(1, 2): Said("Old.")}), report({(1, 2): Said("New.")})

    (layout,) = lay_out(merged(compare(old, new)))

    spans = [row.status.rowspan for row in layout.rows if row.status and row.status.cell]
    assert spans == [2]


def test_a_status_beyond_its_part_is_pointed_to_from_there() -> None:
    def spread(text: str) -> ReportTable:
        return report({(1, "II.1.1"): Said(text), 2: Said("Other.")})

    first, second = lay_out(merged(compare(spread("Old."), spread("New."))))

    slots = [row.status for layout in (first, second) for row in layout.rows if row.element]
    assert [slot.see.target if slot and slot.see else None for slot in slots] == [
        None,
        None,
        "I.1.1",
    ]


# -- Categories and schedule ----------------------------------------------------------------------


def test_a_changed_category_is_a_trait_whatever_became_of_the_words() -> None:
    old = report({1: Said("Old.", "in_progress"), 2: Said("Same.", "in_progress")})
    new = report({1: Said("New.", "completed"), 2: Said("Same.", "in_progress")})

    comparison = compare(old, new)

    assert traits(comparison) == {"I.1.1": {"category"}}
    assert next(iter(comparison.statuses.values())).categories == ("in_progress", "completed")


def test_a_schedule_state_that_time_changed_is_counted_and_is_no_change_by_itself() -> None:
    old = report({1: Said("Same.", schedule="on_schedule")})
    new = report({1: Said("Same.", schedule="overdue")})

    comparison = compare(old, new)

    assert traits(comparison) == {"I.1.1": {"schedule"}}
    assert next(iter(comparison.statuses.values())).schedule("I.1.1") == ("on_schedule", "overdue")
    assert (comparison.counts.changed, comparison.counts.of(Trait.SCHEDULE)) == (0, 1)


def test_what_is_newly_reported_changed_neither_category_nor_schedule_state() -> None:
    comparison = compare(report({1: None}), report({1: Said("New.", "completed")}))

    assert traits(comparison) == {}


# -- The plan's own words -------------------------------------------------------------------------


def with_words(table: ReportTable, **words: str) -> ReportTable:
    """The table with other words of its first issue, group, element and time-frame."""
    part = table.parts[0]
    issue, element, frame = part.issues[0], part.elements[0], part.time_frames[0]
    group = replace(issue.groups[0], lead_in=words.get("lead_in", issue.groups[0].lead_in))
    issue = replace(
        issue,
        title=words.get("title", issue.title),
        context=words.get("context", issue.context),
        groups=(group, *issue.groups[1:]),
    )
    element = replace(element, text=words.get("text", element.text))
    frame = replace(frame, text=words.get("frame", frame.text))
    part = replace(
        part,
        issues=(issue, *part.issues[1:]),
        elements=(element, *part.elements[1:]),
        time_frames=(frame, *part.time_frames[1:]),
    )
    return replace(table, parts=(part, *table.parts[1:]))


def test_a_corrected_element_is_shown_with_both_wordings() -> None:
    table = report({1: Said("Same."), 2: Said("Same.")})

    comparison = compare(table, with_words(table, text="Something else will be done."))

    assert traits(comparison) == {"I.1.1": {"wording"}}
    assert marked(comparison.elements["I.1.1"].words) == (
        "-words of I.1.1;-+Something else will be done.+"
    )
    assert outcomes(comparison) == {"I.1.1": "unchanged", "I.1.2": "unchanged"}


def test_a_corrected_time_frame_is_a_change_of_the_elements_that_it_covers() -> None:
    table = report({1: Said("Same."), 2: Said("Same.")})

    comparison = compare(table, with_words(table, frame="By end 2001"))

    assert traits(comparison) == {"I.1.1": {"wording"}, "I.1.2": {"wording"}}


@pytest.mark.parametrize("place", ["title", "context", "lead_in"])
def test_an_issue_whose_words_alone_changed_stands_among_the_changes(place: str) -> None:
    table = report({1: Said("Same.")})
    comparison = compare(table, with_words(table, **{place: "Corrected words."}))

    (part,) = filter_comparison(comparison, View.CHANGES).parts

    assert ([issue.reference for issue in part.issues], part.elements) == (["I.1"], ())


def test_an_element_that_only_the_old_report_has_stands_where_it_stood() -> None:
    old = report({1: Said("A."), 2: Said("B."), 3: Said("C.")})
    part = old.parts[0]
    issue = part.issues[0]
    new = replace(
        old,
        parts=(
            replace(
                part,
                elements=tuple(one for one in part.elements if one.reference != "I.1.2"),
                issues=(
                    replace(
                        issue,
                        groups=(replace(issue.groups[0], elements=("I.1.1", "I.1.3")),),
                    ),
                ),
                statuses=tuple(one for one in part.statuses if one.covers != ("I.1.2",)),
                time_frames=tuple(
                    replace(frame, covers=("I.1.1", "I.1.3")) for frame in part.time_frames
                ),
            ),
        ),
    )

    comparison = compare(old, new)

    (layout,) = lay_out(merged(comparison))
    assert [row.element.reference for row in layout.rows if row.element] == [
        "I.1.1",
        "I.1.2",
        "I.1.3",
    ]
    assert outcomes(comparison)["I.1.2"] == "dropped"
    assert traits(comparison) == {"I.1.2": {"wording"}}


# -- Views ----------------------------------------------------------------------------------------


def test_only_changes_leaves_out_elements_and_issues_without_any() -> None:
    said: Mapping[object, Said | None] = {
        1: Said("Same."),
        2: Said("Old."),
        "II.1.1": Said("Same."),
    }
    comparison = compare(report(said), report({**said, 2: Said("New.")}))

    (part,) = filter_comparison(comparison, View.CHANGES).parts

    assert [element.reference for element in part.elements] == ["I.1.2"]


def test_a_view_of_one_outcome_holds_the_elements_of_that_outcome() -> None:
    comparison = compare(
        report({1: Said("Same."), 2: Said("Old.")}), report({1: Said("Same."), 2: Said("New.")})
    )

    (part,) = filter_comparison(comparison, Outcome.UNCHANGED).parts

    assert [element.reference for element in part.elements] == ["I.1.1"]


def test_a_status_whose_first_element_is_left_out_stands_beside_the_next_one() -> None:
    table = report({(1, "II.1.1"): Said("Same.")})
    second = table.parts[1]
    corrected = replace(second.elements[0], text="Something else will be done.")
    new = replace(table, parts=(table.parts[0], replace(second, elements=(corrected,))))

    view = filter_comparison(compare(table, new), Trait.WORDING)

    (layout,) = lay_out(merged(view))
    slots = [row.status for row in layout.rows if row.element]
    assert [slot.cell.text for slot in slots if slot and slot.cell] == ["Same."]


def test_a_parent_s_title_stays_above_the_sub_issue_that_changed() -> None:
    old = report({1: Said("Old.")}, parent="I.0")
    new = report({1: Said("New.")}, parent="I.0")

    (part,) = filter_comparison(compare(old, new), View.CHANGES).parts

    assert [issue.reference for issue in part.issues] == ["I.0", "I.1"]


# -- The whole ------------------------------------------------------------------------------------


def test_a_version_that_was_renamed_between_two_records_is_still_compared() -> None:
    table = report({1: Said("Same.")})
    renamed = replace(table, version=replace(table.version, slug="another"))

    assert outcomes(compare(table, renamed)) == {"I.1.1": "unchanged"}


def test_the_counts_are_of_all_elements_whatever_is_shown() -> None:
    comparison = compare(
        report({1: Said("One two."), 2: Said("Same.")}),
        report({1: Said("One three four."), 2: Said("Same.")}),
    )

    counts = filter_comparison(comparison, Outcome.UNCHANGED).counts
    assert (counts.elements, counts.changed) == (2, 1)
    assert (counts.removed_words, counts.added_words) == (1, 2)
    assert counts.of(View.ALL) == 2


def test_statuses_are_matched_by_elements_and_not_by_their_ids() -> None:
    old = report({1: Said("One."), 2: Said("Two.")})
    new = report({2: Said("Two."), 1: Said("One.")}, as_at=date(2001, 2, 28))

    names = {status.id: status.covers for status in statuses(new)}
    assert names == {"status-1": ("I.1.2",), "status-2": ("I.1.1",)}
    assert outcomes(compare(old, new)) == {"I.1.1": "unchanged", "I.1.2": "unchanged"}


def statuses(table: ReportTable) -> list[StatusCell]:
    return [status for part in table.parts for status in part.statuses]

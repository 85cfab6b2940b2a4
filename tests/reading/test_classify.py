"""What the classifier proves and repairs by itself, and what it reports."""

from __future__ import annotations

import pytest

from plans.reading.source_table import BlockRole
from tests.reading.documents import (
    bullets,
    draft_of,
    messages_of,
    outline_of,
    statuses_of,
    table,
    texts_of,
    time_frames_of,
)

CONTEXT = "<p>The work of the Office will be made better in every way, through:</p> "
LONG_CONTEXT = (
    "<p>The work of the Office will be made better in every way that can be "
    "thought of, through:</p>"
)


def test_a_plain_row_is_read_as_issue_context_elements_time_frame_and_status() -> None:
    outline = outline_of(
        table(("1. Title", CONTEXT + bullets("first;", "second."), "By May 2001", "All done."))
    )
    (issue,) = outline.issues()
    assert (issue.reference, issue.title) == ("I.1", "Title")
    assert issue.context == "The work of the Office will be made better in every way, through:"
    assert texts_of(outline) == {"I.1.1": "first;", "I.1.2": "second."}
    assert time_frames_of(outline) == {"I.1.1": "By May 2001", "I.1.2": "By May 2001"}
    assert statuses_of(outline) == {"I.1.1": "All done.", "I.1.2": "All done."}
    assert outline.anomalies == ()


def test_repeated_page_heads_and_column_headings_are_furniture() -> None:
    row = ("1. Title", CONTEXT + bullets("first."), "", "")
    draft = draft_of(table(row) + "\n" + table(("2. Other", bullets("second."), "", "")))
    furniture = [piece.id for piece in draft if piece.role is BlockRole.BOILERPLATE]
    assert furniture == ["p2.head", "p2.r0.c1.b1", "p2.r0.c2.b1", "p2.r0.c3.b1", "p2.r0.c4.b1"]


def test_an_issue_without_a_label_goes_on_on_the_next_page() -> None:
    outline = outline_of(
        table(("1. Title", CONTEXT + bullets("first;"), "", ""))
        + "\n"
        + table(("", bullets("second."), "By May 2001", ""))
    )
    assert texts_of(outline) == {"I.1.1": "first;", "I.1.2": "second."}
    assert time_frames_of(outline) == {"I.1.2": "By May 2001"}


def test_a_label_repeated_on_the_next_page_does_not_begin_the_issue_again() -> None:
    outline = outline_of(
        table(("1. Title", CONTEXT + bullets("first;"), "", ""))
        + "\n"
        + table(("1. Title (continued)", bullets("second."), "", ""))
    )
    assert texts_of(outline) == {"I.1.1": "first;", "I.1.2": "second."}


def test_the_end_of_a_list_under_the_next_label_goes_back_to_its_issue() -> None:
    outline = outline_of(
        table(
            ("1. Title", CONTEXT + bullets("first;"), "", ""),
            ("2. Other", bullets("second;", "third.") + CONTEXT + bullets("fourth."), "", ""),
        )
    )
    assert texts_of(outline) == {
        "I.1.1": "first;",
        "I.1.2": "second;",
        "I.1.3": "third.",
        "I.2.1": "fourth.",
    }
    assert messages_of(outline) == [
        ("p1.r2.c2.b1", "the end of the list of “1. Title…” stood under the next issue")
    ]


def test_a_list_that_had_ended_keeps_the_next_issues_bullets_where_they_are() -> None:
    outline = outline_of(
        table(
            ("1. Title", CONTEXT + bullets("first."), "", ""),
            ("2. Other", bullets("second."), "", ""),
        )
    )
    assert texts_of(outline) == {"I.1.1": "first.", "I.2.1": "second."}


def test_a_row_shifted_one_column_to_the_left_is_put_right() -> None:
    outline = outline_of(
        table(
            ("1. Title", LONG_CONTEXT, "", ""),
            (bullets("first."), "Continuously", "<p>Work has been strengthened.</p>", ""),
        )
    )
    assert texts_of(outline) == {"I.1.1": "first."}
    assert time_frames_of(outline) == {"I.1.1": "Continuously"}
    assert statuses_of(outline) == {"I.1.1": "Work has been strengthened."}


def test_a_row_shifted_one_column_to_the_right_is_put_right() -> None:
    outline = outline_of(
        table(("1. Title", LONG_CONTEXT, bullets("first;", "second."), "May 2000 Ongoing"))
    )
    assert texts_of(outline) == {"I.1.1": "first;", "I.1.2": "second."}
    assert time_frames_of(outline) == {"I.1.1": "May 2000", "I.1.2": "Ongoing"}
    assert outline.statuses == ()


def test_a_context_in_the_time_frame_column_is_put_right() -> None:
    outline = outline_of(table(("1. Title", bullets("first."), LONG_CONTEXT, "")))
    (issue,) = outline.issues()
    assert [(g.lead_in, [e.text for e in g.elements]) for g in issue.groups] == [
        ("", ["first."]),
        (LONG_CONTEXT.removeprefix("<p>").removesuffix("</p>"), []),
    ]


def test_an_element_in_the_status_column_is_put_right() -> None:
    outline = outline_of(
        table(("1. Title", LONG_CONTEXT, "May 2000", bullets("Work done.", "first.")))
    )
    assert texts_of(outline) == {"I.1.1": "first."}
    assert statuses_of(outline) == {"I.1.1": "• Work done."}


def test_a_time_frame_that_ran_into_an_element_is_taken_out_of_its_words() -> None:
    outline = outline_of(
        table(
            (
                "1. Title",
                CONTEXT + bullets("links between the Starting immediately Office and Turin."),
                "",
                "",
            )
        )
    )
    assert texts_of(outline) == {"I.1.1": "links between the Office and Turin."}
    assert time_frames_of(outline) == {"I.1.1": "Starting immediately"}


def test_a_status_that_ran_into_the_time_frame_belongs_to_the_same_element() -> None:
    outline = outline_of(
        table(
            (
                "1. Title",
                CONTEXT + bullets("first;", "second."),
                "<p>By May 2001 Talks have been held with donors.</p> <p>Ongoing</p>",
                "",
            )
        )
    )
    assert time_frames_of(outline) == {"I.1.1": "By May 2001", "I.1.2": "Ongoing"}
    assert statuses_of(outline) == {"I.1.1": "Talks have been held with donors."}


def test_a_cell_that_repeats_the_one_before_it_is_a_duplicate() -> None:
    cell = "By May 2001 Talks have been held with donors."
    draft = draft_of(table(("1. Title", CONTEXT + bullets("first."), cell, cell)))
    (duplicate,) = [piece for piece in draft if piece.role is BlockRole.DUPLICATE]
    assert (duplicate.id, duplicate.duplicate_of) == ("p1.r1.c4.b1", "p1.r1.c3.b1")


def test_bullets_without_signs_are_parted_at_semicolons_and_reported() -> None:
    outline = outline_of(table(("1. Title", CONTEXT + "<ul> first one; second one. ", "", "")))
    assert texts_of(outline) == {"I.1.1": "first one;", "I.1.2": "second one."}
    assert messages_of(outline) == [
        (
            "p1.r1.c2.b2",
            "a list without bullet signs, taken as 2 elements because of its semicolons",
        )
    ]


def test_a_heading_torn_out_of_the_table_goes_before_its_sub_issues() -> None:
    outline = outline_of(table(("4(a) First", CONTEXT + bullets("one."), "", "")) + "\n4. Whole\n")
    assert [(i.reference, i.parent, i.title) for i in outline.issues()] == [
        ("I.4", None, "Whole"),
        ("I.4(a)", "I.4", "First"),
    ]


def test_a_parent_heading_torn_out_in_a_later_part_is_found_in_that_part() -> None:
    text = table(("1. Other", CONTEXT + bullets("one."), "", ""))
    text += "\n" + table(("1(a) First", CONTEXT + bullets("two."), "", ""), head="Part II – More")
    outline = outline_of(text + "\n1. Whole\n")
    assert [(i.reference, i.parent) for i in outline.issues()] == [
        ("I.1", None),
        ("II.1", None),
        ("II.1(a)", "II.1"),
    ]


def test_torn_out_bullets_are_duplicates_elements_or_statuses() -> None:
    text = table(("1. Title", CONTEXT + bullets("the first of all elements;"), "", "Work goes on."))
    text += (
        "\n- the first of all elements;\n- the second element of all.\n"
        "- The Governing Body decided.\n"
    )
    outline = outline_of(text)
    assert texts_of(outline) == {
        "I.1.1": "the first of all elements;",
        "I.1.2": "the second element of all.",
    }
    assert statuses_of(outline) == {
        "I.1.1": "Work goes on.",
        "I.1.2": "• The Governing Body decided.",
    }


def test_a_short_line_is_a_heading_and_a_long_one_a_lead_in() -> None:
    cell = (
        CONTEXT
        + "<p>General</p> "
        + bullets("one;")
        + "<p>In parallel, the Office will also go on with:</p> "
        + bullets("two.")
    )
    outline = outline_of(table(("1. Title", cell, "", "")))
    (issue,) = outline.issues()
    assert [(g.heading, g.lead_in, [e.text for e in g.elements]) for g in issue.groups] == [
        ("General", "", ["one;"]),
        ("", "In parallel, the Office will also go on with:", ["two."]),
    ]


def test_sub_issues_may_be_numbered_by_letter_alone() -> None:
    outline = outline_of(
        table(
            ("1. Partners", CONTEXT + bullets("one."), "", ""),
            ("(a) With banks", CONTEXT + bullets("two."), "", ""),
        )
    )
    assert [(i.reference, i.number, i.parent) for i in outline.issues()] == [
        ("I.1", "1", None),
        ("I.1(a)", "(a)", "I.1"),
    ]
    assert texts_of(outline) == {"I.1.1": "one.", "I.1(a).1": "two."}


def test_a_number_that_stands_twice_is_reported_and_kept_apart() -> None:
    outline = outline_of(
        table(
            ("1. One", CONTEXT + bullets("one."), "", ""),
            ("1. Two", CONTEXT + bullets("two."), "", ""),
        )
    )
    assert texts_of(outline) == {"I.1.1": "one.", "I.1-2.1": "two."}
    assert messages_of(outline) == [("p1.r2.c1.b1", "the number of I.1 stands twice")]


@pytest.mark.parametrize("head", ["Aims and means", "Section 7 – Aims"])
def test_other_part_headings_are_taken_as_they_are(head: str) -> None:
    outline = outline_of(table(("1. One", CONTEXT + bullets("one."), "", ""), head=head))
    (part,) = outline.parts
    assert part.printed_heading == head
    assert (part.number, part.title) in [("1", "Aims and means"), ("7", "Aims")]


def test_three_columns_make_a_plan_without_a_round() -> None:
    outline = outline_of(
        table(
            ("1. One", CONTEXT + bullets("one."), "During the biennium"),
            headings=("Themes", "Measures", "Deadline"),
        )
    )
    assert outline.has_round is False
    assert outline.parts[0].columns == ("Themes", "Measures", "Deadline")
    assert time_frames_of(outline) == {"I.1.1": "During the biennium"}


def test_a_list_that_does_not_end_may_have_lost_a_bullet() -> None:
    outline = outline_of(table(("1. One", CONTEXT + bullets("one;"), "", "")))
    assert messages_of(outline) == [
        ("p1.r1.c1.b1", "the list of elements does not end; a bullet may be lost")
    ]


def test_counts_that_do_not_fit_are_taken_in_order_and_reported() -> None:
    outline = outline_of(
        table(
            (
                "1. One",
                CONTEXT + bullets("one;", "two;", "three."),
                "<p>By May 2001</p> <p>Ongoing</p>",
                "",
            )
        )
    )
    assert time_frames_of(outline) == {
        "I.1.1": "By May 2001",
        "I.1.2": "Ongoing",
        "I.1.3": "Ongoing",
    }
    assert messages_of(outline) == [("p1.r1.c3.b1", "2 time-frames for 3 elements; taken in order")]


def test_as_many_time_frames_as_headings_are_one_for_each_heading() -> None:
    cell = CONTEXT + "<p>First steps</p>" + bullets("a;", "b;") + "<p>Then</p>" + bullets("c.")
    outline = outline_of(table(("1. One", cell, "<p>By May 2001</p> <p>Ongoing</p>", "")))
    assert time_frames_of(outline) == {
        "I.1.1": "By May 2001",
        "I.1.2": "By May 2001",
        "I.1.3": "Ongoing",
    }


def test_time_frames_beside_a_bare_context_go_back_to_the_row_that_lacks_them() -> None:
    outline = outline_of(
        table(
            ("1. One", CONTEXT + bullets("one;", "two."), "By May 2001", ""),
            ("2. Two", LONG_CONTEXT, "Ongoing", ""),
            ("", bullets("three."), "As required", ""),
        )
    )
    assert time_frames_of(outline) == {
        "I.1.1": "By May 2001",
        "I.1.2": "Ongoing",
        "I.2.1": "As required",
    }
    assert messages_of(outline) == [
        ("p1.r2.c3.b1", "stood beside no element; taken for those of the row above")
    ]


def test_a_row_of_nothing_but_a_status_goes_on_with_the_row_above() -> None:
    outline = outline_of(
        table(
            ("1. One", CONTEXT + bullets("one."), "", "<p>Work goes on.</p>"),
            ("", "", "", "A report will follow."),
        )
    )
    assert statuses_of(outline) == {"I.1.1": "Work goes on.\n\nA report will follow."}


def test_a_surplus_time_frame_is_unplaced_not_dropped() -> None:
    outline = outline_of(
        table(("1. One", CONTEXT + bullets("one."), "<p>By May 2001</p> <p>Ongoing</p>", ""))
    )
    assert time_frames_of(outline) == {"I.1.1": "By May 2001"}
    assert [piece.text for piece in outline.unplaced] == ["Ongoing"]


def test_text_between_tables_that_is_nothing_known_is_unplaced() -> None:
    text = table(("1. One", CONTEXT + bullets("one."), "", "")) + "\nA stray remark of some kind.\n"
    outline = outline_of(text)
    assert [piece.id for piece in outline.unplaced] == ["p1.x1"]
    assert messages_of(outline) == [("p1.x1", "text between the tables")]


def test_a_table_without_column_headings_loses_no_row() -> None:
    outline = outline_of(f"Part I – Work\n\n1. One\t{CONTEXT}{bullets('one.')}\tMay 2000\t\n")
    assert texts_of(outline) == {"I.1.1": "one."}
    assert ("p1.r0.c1.b1", "a table that begins without column headings") in messages_of(outline)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        (("1.", "2.", "3."), None),
        (("4.", "5."), None),
        (("1.", "3."), "the number 3 stands after 1"),
        (("2.", "1."), "the number 1 stands after 2"),
        (("1.", "(a)", "(b)"), None),
        (("1.", "(a)", "(c)"), "the number (c) stands after (a)"),
        (("1.", "1(a)", "1(d)", "2."), "the number 1(d) stands after 1(a)"),
    ],
)
def test_numbers_that_jump_are_reported(numbers: tuple[str, ...], message: str | None) -> None:
    rows = [(f"{number} Issue", bullets(f"element {number}"), "2001", "") for number in numbers]
    found = [text for _place, text in messages_of(outline_of(table(*rows))) if "stands" in text]
    assert found == ([message] if message else [])

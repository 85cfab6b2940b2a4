"""Values said in words."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from plans.text.timeframes import Kind, Precision, Recurrence, Rule, ScheduleState
from plans.web.labels import (
    KIND_LABELS,
    SCHEDULE_LABELS,
    SCHEDULE_MEANINGS,
    day,
    describe_place,
    partial_date,
    rule_sentences,
)


def test_a_day_is_written_as_the_document_writes_it() -> None:
    assert day(date(2000, 8, 31)) == "31 August 2000"


def test_a_day_is_written_in_the_language_of_the_interface() -> None:
    with translation.override("fr"):
        assert day(date(2000, 8, 31)) == "31 août 2000"


@pytest.mark.parametrize(
    ("precision", "said"),
    [("day", "17 November 1999"), ("month", "November 1999"), ("year", "1999")],
)
def test_a_date_is_said_only_as_far_as_it_is_known(precision: str, said: str) -> None:
    assert partial_date(date(1999, 11, 17), precision) == said


def test_an_unknown_date_is_said_with_no_words() -> None:
    assert partial_date(None, "day") == ""


@pytest.mark.parametrize("labels", [SCHEDULE_LABELS, SCHEDULE_MEANINGS])
def test_every_schedule_state_has_words(labels: dict[ScheduleState, object]) -> None:
    assert set(labels) == set(ScheduleState)


def test_every_kind_of_time_frame_has_a_label() -> None:
    assert set(KIND_LABELS) == set(Kind)


@pytest.mark.parametrize(
    ("rule", "sentences"),
    [
        (
            Rule(Kind.DEADLINE, due_on=date(2000, 4, 30), precision=Precision.MONTH),
            ["Due by 30 April 2000.", "The words name the month."],
        ),
        (
            Rule(Kind.START, starts_on=date(2000, 3, 1), precision=Precision.MONTH),
            ["To start on 1 March 2000.", "The words name the month."],
        ),
        (
            Rule(
                Kind.PERIOD,
                starts_on=date(2000, 1, 1),
                due_on=date(2000, 12, 31),
                precision=Precision.YEAR,
            ),
            ["To run from 1 January 2000 to 31 December 2000.", "The words name the year."],
        ),
        (
            Rule(Kind.RECURRING, recurrence=Recurrence.ANNUAL),
            ["To be done again and again.", "It recurs every year."],
        ),
        (Rule(Kind.CONTINUOUS), ["To be done continuously, without an end."]),
        (Rule(Kind.AS_REQUIRED), ["To be done as the need arises."]),
        (
            Rule(Kind.LINKED),
            ["Bound to another process, whose dates the words do not give."],
        ),
        (Rule(Kind.UNSPECIFIED), ["No rule could be read from the words."]),
    ],
)
def test_a_rule_is_explained_in_sentences(rule: Rule, sentences: list[str]) -> None:
    assert rule_sentences(rule) == sentences


@pytest.mark.parametrize("kind", Kind)
def test_a_rule_of_any_kind_has_a_sentence(kind: Kind) -> None:
    assert len(rule_sentences(Rule(kind))) == 1


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("p3.r1.c2.b4", "Table 3, row 1, column 2, fourth paragraph or bullet"),
        ("p3.r1.c2.b12", "Table 3, row 1, column 2, paragraph or bullet 12"),
        ("p3.r0.c2.b1", "Table 3, column headings, column 2, first paragraph or bullet"),
        ("p3.head", "Table 3, heading above the table"),
        ("p3.x2", "Table 3, loose text below the table, line 2"),
        ("p0.x4", "Cover, line 4"),
        (
            "p9.r1.c3.b1#2",
            "Table 9, row 1, column 3, first paragraph or bullet (piece 2 of it)",
        ),
        ("something else", "something else"),
    ],
)
def test_a_place_in_the_source_is_said_in_words(block: str, said: str) -> None:
    assert describe_place(block) == said

"""The rule of every time-frame of the source document, and schedule states as at a date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.text.timeframes import (
    Kind,
    Precision,
    Recurrence,
    Rule,
    ScheduleState,
    read_rule,
    schedule_state,
)

AS_AT = date(2000, 8, 31)


def deadline(due: date, precision: Precision = Precision.MONTH, qualifier: str = "") -> Rule:
    return Rule(Kind.DEADLINE, due_on=due, precision=precision, qualifier=qualifier)


def start(on: date, precision: Precision = Precision.MONTH, qualifier: str = "") -> Rule:
    return Rule(Kind.START, starts_on=on, precision=precision, qualifier=qualifier)


def period(
    on: date | None, due: date, precision: Precision = Precision.MONTH, qualifier: str = ""
) -> Rule:
    return Rule(Kind.PERIOD, starts_on=on, due_on=due, precision=precision, qualifier=qualifier)


# Every time-frame that the progress report prints, wherever the conversion left it, in order of
# first appearance; then the cells that hold two phrases, as they stand.
SOURCE_RULES = {
    "Completed by April 2000": deadline(date(2000, 4, 30)),
    "Annually or at least biennially": Rule(
        Kind.RECURRING, recurrence=Recurrence.ANNUAL, qualifier="or at least biennially"
    ),
    "By end 2000": deadline(date(2000, 12, 31), Precision.YEAR),
    "Starting immediately": Rule(Kind.START),
    "Continuously": Rule(Kind.CONTINUOUS),
    "Completed by March 2001 for Programme and Budget for 2002-03": deadline(
        date(2001, 3, 31), qualifier="for Programme and Budget for 2002-03"
    ),
    "First outputs by September 2000": deadline(date(2000, 9, 30), qualifier="First outputs"),
    "At the end of periods appropriate to specific situations": Rule(
        Kind.LINKED, qualifier="At the end of periods appropriate to specific situations"
    ),
    "Biennially (each P&B) and updated periodically": Rule(
        Kind.RECURRING,
        recurrence=Recurrence.BIENNIAL,
        qualifier="(each P&B) and updated periodically",
    ),
    "Continuously, as feasible": Rule(Kind.CONTINUOUS, qualifier="as feasible"),
    "Starting January 2000": start(date(2000, 1, 1)),
    "Ongoing": Rule(Kind.CONTINUOUS),
    "Starting March 2000 for annual reports; November 2000 for global reports.": start(
        date(2000, 3, 1), qualifier="for annual reports; November 2000 for global reports"
    ),
    "On a regular basis": Rule(Kind.RECURRING, recurrence=Recurrence.REGULAR),
    "Internal By March 2000": deadline(date(2000, 3, 31), qualifier="Internal"),
    "Planning of review to begin January 2000 and to finish end 2000": period(
        date(2000, 1, 1), date(2000, 12, 31), Precision.YEAR, "Planning of review"
    ),
    "From January 2000 – as part of review of field structure": start(
        date(2000, 1, 1), qualifier="as part of review of field structure"
    ),
    "Done by April 2000": deadline(date(2000, 4, 30)),
    "First results by July 2000": deadline(date(2000, 7, 31), qualifier="First results"),
    "First results by October 2000": deadline(date(2000, 10, 31), qualifier="First results"),
    "Linked to review of field structure": Rule(Kind.LINKED, qualifier="review of field structure"),
    "First part done by January 2000": deadline(date(2000, 1, 31), qualifier="First part"),
    "May 2000": deadline(date(2000, 5, 31)),
    "As required": Rule(Kind.AS_REQUIRED),
    "Action on these initiatives to start January 2000": start(
        date(2000, 1, 1), qualifier="Action on these initiatives"
    ),
    "Completed by end 2000": deadline(date(2000, 12, 31), Precision.YEAR),
    "To be integrated in the field restructuring process": Rule(
        Kind.LINKED, qualifier="To be integrated in the field restructuring process"
    ),
    "Starting January 2000 and continuing": start(date(2000, 1, 1), qualifier="and continuing"),
    "Starting 2000": start(date(2000, 1, 1), Precision.YEAR),
    "First initiatives first half 2000": deadline(
        date(2000, 6, 30), Precision.HALF_YEAR, "First initiatives"
    ),
    "As necessary": Rule(Kind.AS_REQUIRED),
    '" " " "': Rule(Kind.UNSPECIFIED, qualifier='" " " "'),
    "By end 2001, meetings started with five additional donors": deadline(
        date(2001, 12, 31), Precision.YEAR, "meetings started with five additional donors"
    ),
    "First initiatives by December 1999": deadline(
        date(1999, 12, 31), qualifier="First initiatives"
    ),
    "Under negotiation": Rule(Kind.UNSPECIFIED, qualifier="Under negotiation"),
    "By June 2000": deadline(date(2000, 6, 30)),
    "Starting December 1999": start(date(1999, 12, 1)),
    "Completed by December 2000": deadline(date(2000, 12, 31)),
    "As required By June 2000": deadline(date(2000, 6, 30), qualifier="As required"),
    "First initiatives first half 2000 Continuously": deadline(
        date(2000, 6, 30), Precision.HALF_YEAR, "First initiatives … Continuously"
    ),
    "Starting January 2000 Starting December 1999": start(
        date(2000, 1, 1), qualifier="Starting December 1999"
    ),
    "Starting January 2000 Completed by December 2000": start(
        date(2000, 1, 1), qualifier="Completed by December 2000"
    ),
}

OTHER_RULES = {
    "31 August 2000": deadline(date(2000, 8, 31), Precision.DAY),
    "August 31, 2000": deadline(date(2000, 8, 31), Precision.DAY),
    "2000-08-31": deadline(date(2000, 8, 31), Precision.DAY),
    "29 February 2000": deadline(date(2000, 2, 29), Precision.DAY),
    "By Sept. 2000": deadline(date(2000, 9, 30)),
    "2000": deadline(date(2000, 12, 31), Precision.YEAR),
    "First half 2000": deadline(date(2000, 6, 30), Precision.HALF_YEAR),
    "FIRST HALF OF 2000": deadline(date(2000, 6, 30), Precision.HALF_YEAR),
    "The second half of 2000": deadline(date(2000, 12, 31), Precision.HALF_YEAR),
    "Third quarter of 2001": deadline(date(2001, 9, 30), Precision.QUARTER),
    "Last quarter 2001": deadline(date(2001, 12, 31), Precision.QUARTER),
    "Q1 2001": deadline(date(2001, 3, 31), Precision.QUARTER),
    "Mid-2000": deadline(date(2000, 6, 30), Precision.HALF_YEAR),
    "Early 2001": deadline(date(2001, 3, 31), Precision.QUARTER),
    "Late 2000": deadline(date(2000, 12, 31), Precision.QUARTER),
    "By mid-March 2000": deadline(date(2000, 3, 15), Precision.DAY),
    "End of March 2000": deadline(date(2000, 3, 31)),
    "By the end of the 2000-01 biennium": deadline(date(2001, 12, 31), Precision.BIENNIUM),
    "Before March 2000": deadline(date(2000, 2, 29)),
    "Before the end of 2000": deadline(date(2000, 12, 31), Precision.YEAR),
    "No later than 1 May 2000": deadline(date(2000, 5, 1), Precision.DAY),
    "Review of ILO programmes to be completed by May 2000": deadline(
        date(2000, 5, 31), qualifier="Review of ILO programmes"
    ),
    "2000-01": period(date(2000, 1, 1), date(2001, 12, 31), Precision.BIENNIUM),
    "1999-00": period(date(1999, 1, 1), date(2000, 12, 31), Precision.BIENNIUM),
    "2000–2005": period(date(2000, 1, 1), date(2005, 12, 31), Precision.YEAR),
    "January-March 2000": period(date(2000, 1, 1), date(2000, 3, 31)),
    "December to February 2000": period(date(1999, 12, 1), date(2000, 2, 29)),
    "Between January and March 2000": period(date(2000, 1, 1), date(2000, 3, 31)),
    "From January 2000 to March 2001": period(date(2000, 1, 1), date(2001, 3, 31)),
    "Starting January 2000, completed by June 2000": period(date(2000, 1, 1), date(2000, 6, 30)),
    "During 2000": period(date(2000, 1, 1), date(2000, 12, 31), Precision.YEAR),
    "Until 2005": period(None, date(2005, 12, 31), Precision.YEAR),
    "After March 2000": start(date(2000, 4, 1)),
    "With effect from 1 January 2001": start(date(2001, 1, 1), Precision.DAY),
    "Since the 2000-01 biennium": start(date(2000, 1, 1), Precision.BIENNIUM),
    "Annually from 2001": Rule(
        Kind.RECURRING,
        starts_on=date(2001, 1, 1),
        recurrence=Recurrence.ANNUAL,
        precision=Precision.YEAR,
    ),
    "Continuously until end 2001": Rule(
        Kind.CONTINUOUS, due_on=date(2001, 12, 31), precision=Precision.YEAR
    ),
    "Every two years": Rule(Kind.RECURRING, recurrence=Recurrence.BIENNIAL),
    "Twice a year": Rule(Kind.RECURRING, recurrence=Recurrence.HALF_YEARLY),
    "Every three months": Rule(Kind.RECURRING, recurrence=Recurrence.QUARTERLY),
    "Monthly": Rule(Kind.RECURRING, recurrence=Recurrence.MONTHLY),
    "Weekly": Rule(Kind.RECURRING, recurrence=Recurrence.WEEKLY),
    "As and when needed": Rule(Kind.AS_REQUIRED),
    "Subject to funding": Rule(Kind.LINKED, qualifier="Subject to funding"),
}

WITHOUT_A_RULE = [
    "By 31 April 2000",
    "30 February 2000",
    "Fourth half 2000",
    "By the summer",
    "Ongoing reform of the field",
    "at the 277th Session (March 2000)",
    "See related points above and below.",
    "To be determined",
    "By March 20000",
    "ongoing-ness",
    "12345678901234567890",
]


@pytest.mark.parametrize(("text", "rule"), SOURCE_RULES.items())
def test_every_time_frame_of_the_document_has_its_rule(text: str, rule: Rule) -> None:
    assert read_rule(text) == rule


@pytest.mark.parametrize(("text", "rule"), OTHER_RULES.items())
def test_wordings_of_other_documents_have_their_rules(text: str, rule: Rule) -> None:
    assert read_rule(text) == rule


@pytest.mark.parametrize("text", WITHOUT_A_RULE)
def test_words_that_name_no_time_are_unspecified_and_kept_whole(text: str) -> None:
    assert read_rule(text) == Rule(Kind.UNSPECIFIED, qualifier=text)


def test_no_words_are_unspecified_without_a_qualifier() -> None:
    assert read_rule(" \n ") == Rule(Kind.UNSPECIFIED)


def test_white_space_in_a_qualifier_is_collapsed() -> None:
    assert read_rule("First\n  results by\u00a0July 2000").qualifier == "First results"


def test_case_does_not_matter() -> None:
    assert read_rule("COMPLETED BY april 2000") == deadline(date(2000, 4, 30))


def test_immediately_means_the_day_of_adoption_when_it_is_known() -> None:
    adopted = date(1999, 11, 18)
    assert read_rule("Starting immediately", immediately=adopted) == start(adopted, Precision.DAY)


def test_a_day_of_adoption_leaves_other_starts_alone() -> None:
    rule = read_rule("Starting January 2000", immediately=date(1999, 11, 18))
    assert rule == start(date(2000, 1, 1))


def test_a_language_without_a_grammar_is_unspecified() -> None:
    assert read_rule("Bis Ende 2000", language="de") == Rule(
        Kind.UNSPECIFIED, qualifier="Bis Ende 2000"
    )


def test_a_regional_language_tag_uses_the_language() -> None:
    assert read_rule("By end 2000", language="en-GB").due_on == date(2000, 12, 31)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Completed by April 2000", ScheduleState.OVERDUE),
        ("By 31 August 2000", ScheduleState.DUE_SOON),
        ("By 30 August 2000", ScheduleState.OVERDUE),
        ("First outputs by September 2000", ScheduleState.DUE_SOON),
        ("By 29 November 2000", ScheduleState.DUE_SOON),
        ("By 30 November 2000", ScheduleState.ON_SCHEDULE),
        ("By end 2000", ScheduleState.ON_SCHEDULE),
        ("Planning of review to begin January 2000 and to finish end 2000", "on_schedule"),
        ("Starting January 2000", ScheduleState.OPEN_ENDED),
        ("Starting November 2000", ScheduleState.ON_SCHEDULE),
        ("Starting immediately", ScheduleState.OPEN_ENDED),
        ("Annually or at least biennially", ScheduleState.OPEN_ENDED),
        ("Annually from 2001", ScheduleState.ON_SCHEDULE),
        ("Continuously until July 2000", ScheduleState.OVERDUE),
        ("Continuously", ScheduleState.OPEN_ENDED),
        ("As required", ScheduleState.OPEN_ENDED),
        ("Linked to review of field structure", ScheduleState.NOT_DATABLE),
        ("Under negotiation", ScheduleState.NOT_DATABLE),
    ],
)
def test_an_element_that_is_not_completed_stands_as_its_rule_says(text: str, state: str) -> None:
    assert schedule_state(read_rule(text), completed=False, as_at=AS_AT) == state


@pytest.mark.parametrize("text", SOURCE_RULES)
def test_a_completed_element_is_done_whatever_its_rule(text: str) -> None:
    assert schedule_state(read_rule(text), completed=True, as_at=AS_AT) is ScheduleState.DONE


def test_a_completed_element_without_a_rule_is_done() -> None:
    assert schedule_state(None, completed=True, as_at=AS_AT) is ScheduleState.DONE


def test_an_element_without_a_rule_is_not_datable() -> None:
    assert schedule_state(None, completed=False, as_at=AS_AT) is ScheduleState.NOT_DATABLE


def test_a_due_date_that_a_person_gave_counts_for_a_linked_rule() -> None:
    rule = Rule(Kind.LINKED, due_on=AS_AT - timedelta(days=1))
    assert schedule_state(rule, completed=False, as_at=AS_AT) is ScheduleState.OVERDUE


def test_a_deadline_without_a_date_is_not_datable() -> None:
    state = schedule_state(Rule(Kind.DEADLINE), completed=False, as_at=AS_AT)
    assert state is ScheduleState.NOT_DATABLE


def test_the_days_that_count_as_soon_can_be_set() -> None:
    rule = deadline(date(2000, 9, 30))
    state = schedule_state(rule, completed=False, as_at=AS_AT, soon_days=29)
    assert state is ScheduleState.ON_SCHEDULE


TOKENS = (
    "By by end first half quarter of the 2000 2001 2000-01 31 30 February March- January – to and "
    "( ) . , ; starting Starting immediately until between before As required continuously "
    "annually Linked mid- early late Q3 biennium d'ici fin à partir de janvier primer semestre "
    'hasta Mayo 9999 0000 " \n'
)
FRAGMENTS = st.sampled_from(TOKENS.split(" "))
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=14).map(" ".join))
LANGUAGES = st.sampled_from(["en", "fr", "es", "", "-", "de"])


@given(TEXTS, LANGUAGES)
def test_any_text_gives_a_rule_that_does_not_end_before_it_starts(text: str, language: str) -> None:
    rule = read_rule(text, language=language)
    assert not (rule.starts_on and rule.due_on) or rule.starts_on <= rule.due_on


@given(TEXTS, LANGUAGES)
def test_every_rule_has_a_precision_just_when_it_has_a_date(text: str, language: str) -> None:
    rule = read_rule(text, language=language)
    assert (rule.precision is not None) == (rule.starts_on is not None or rule.due_on is not None)


@given(TEXTS, LANGUAGES)
def test_every_word_of_a_qualifier_stands_in_the_text(text: str, language: str) -> None:
    qualifier = read_rule(text, language=language).qualifier
    given_words = " ".join(text.split())
    assert all(piece in given_words for piece in qualifier.split(" … "))


@given(TEXTS, st.dates(), st.booleans(), st.integers(-10, 400))
def test_every_rule_has_a_schedule_state_at_any_date(
    text: str, as_at: date, completed: bool, soon_days: int
) -> None:
    state = schedule_state(read_rule(text), completed=completed, as_at=as_at, soon_days=soon_days)
    assert (state is ScheduleState.DONE) == completed

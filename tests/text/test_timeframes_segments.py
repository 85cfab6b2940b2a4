"""Time-frames and prose that a conversion ran together."""

from __future__ import annotations

from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.text.timeframes import embedded, read_rule, segment

# Cells of the source document: stretches in order, time-frames marked.
TIME_FRAME, PROSE = True, False
CELLS: list[list[tuple[str, bool]]] = [
    [("Completed by April 2000", TIME_FRAME)],
    [("Internal By March 2000", TIME_FRAME)],
    [("Under negotiation", TIME_FRAME)],
    [("On a regular basis", TIME_FRAME)],
    [("Annually or at least biennially", TIME_FRAME)],
    [("Biennially (each P&B) and updated periodically", TIME_FRAME)],
    [("To be integrated in the field restructuring process", TIME_FRAME)],
    [("Starting January 2000 and continuing", TIME_FRAME)],
    [("Action on these initiatives to start January 2000", TIME_FRAME)],
    [("Planning of review to begin January 2000 and to finish end 2000", TIME_FRAME)],
    [("By end 2001, meetings started with five additional donors", TIME_FRAME)],
    [("Starting March 2000 for annual reports; November 2000 for global reports.", TIME_FRAME)],
    [("As required", TIME_FRAME), ("By June 2000", TIME_FRAME)],
    [("Starting January 2000", TIME_FRAME), ("Starting December 1999", TIME_FRAME)],
    [("Starting January 2000", TIME_FRAME), ("Completed by December 2000", TIME_FRAME)],
    [("First initiatives first half 2000", TIME_FRAME), ("Continuously", TIME_FRAME)],
    [
        ("First outputs by September 2000", TIME_FRAME),
        ("At the end of periods appropriate to specific situations", TIME_FRAME),
    ],
    [
        ("From January 2000 – as part of review of field structure", TIME_FRAME),
        ("Done by April 2000", TIME_FRAME),
        ("Done by April 2000", TIME_FRAME),
        ("First results by July 2000", TIME_FRAME),
    ],
    [
        ("First initiatives first half 2000", TIME_FRAME),
        ("Completed by end 2000", TIME_FRAME),
        ('" " " "', TIME_FRAME),
        ("Completed by end 2000", TIME_FRAME),
    ],
    [
        ("Completed by March 2001 for Programme and Budget for 2002-03", TIME_FRAME),
        ("Work started in 2000.", PROSE),
    ],
    [
        ("Continuously, as feasible", TIME_FRAME),
        (
            (
                "IFP/SEED's strategies to boost employment through small enterprise development "
                "target both individuals (through entrepreneurship and management training) and "
                "the economic environment in which they must thrive."
            ),
            PROSE,
        ),
    ],
    [
        ("First initiatives first half 2000", TIME_FRAME),
        (
            (
                "In 2000 initiatives to strengthen relations with the World Food Programme are "
                "under way. Similarly cooperation with UNICEF and UNAIDS has been strengthened."
            ),
            PROSE,
        ),
    ],
    [
        ("First initiatives first half 2000", TIME_FRAME),
        ("A series of high-level meetings have been held with the UNDP.", PROSE),
    ],
    [
        ("First results by October 2000", TIME_FRAME),
        (
            (
                "Work on this item is in progress; a standard format for progress reports for "
                "multi-bilateral donors has been developed."
            ),
            PROSE,
        ),
        ("Linked to review of field structure", TIME_FRAME),
        ("First part done by January 2000", TIME_FRAME),
        (
            (
                "Most the items opposite are part of the reform of the human resources policies, "
                "which are reported to the Programme, Financial and Administrative Committee."
            ),
            PROSE,
        ),
        ("May 2000", TIME_FRAME),
        ("May 2000", TIME_FRAME),
        ("As required", TIME_FRAME),
        ("May 2000", TIME_FRAME),
        ("Ongoing", TIME_FRAME),
    ],
]

ORDINARY_PROSE = [
    "Ongoing. Initiatives for a programme approach have been pursued with several partners.",
    (
        "Work in this area is postponed. Ongoing as part of programme implementation. "
        "Work on these items will be part of the P&B proposals framework and the joint "
        "programming processes."
    ),
    "Courses have been ongoing, including pilot course on gender mainstreaming.",
    (
        "First consultative meetings held January-March 2000 between the regions and headquarters. "
        "Annual meetings planned."
    ),
    "Item is still under negotiation.",
    "See related points above and below.",
    "Part of HR policy reform.",
    "Work started in 2000.",
    "At its 277th Session (March 2000), the GB decided to include reviews for 2000 and 2001.",
    "A guide on multi-bilateral donors was issued in March 2000 and is available.",
    "Pilot course undertaken in 2000 in collaboration with the Turin Centre.",
    "Programme and Budget for 2002-03 will include gender-sensitive indicators.",
    "as part of the overall UN initiative to promote cooperation with the private sector;",
    "from January 2000 the use of country objectives as a programming instrument;",
    "Ongoing initiatives for technical cooperation in Africa",
    "Starting immediately the Office will review its procedures.",
    "2000 initiatives to strengthen relations",
    '" Hello world "',
    "Geneva, 5 October 2000.",
]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: cell[0][0])
def test_a_cell_is_cut_into_its_time_frames_and_prose(cell: list[tuple[str, bool]]) -> None:
    segments = segment(" ".join(text for text, _ in cell))
    assert [(each.text, each.is_time_frame) for each in segments] == cell


@pytest.mark.parametrize("text", ORDINARY_PROSE)
def test_ordinary_prose_stays_one_stretch(text: str) -> None:
    assert [(each.text, each.is_time_frame) for each in segment(text)] == [(text, False)]


def test_a_closed_keyword_alone_counts_as_a_time_frame() -> None:
    assert [(each.text, each.is_time_frame) for each in segment("Ongoing.")] == [("Ongoing.", True)]


def test_a_dated_phrase_that_a_full_stop_closes_is_kept_before_prose() -> None:
    segments = segment("Completed by March 2001. Work started in 2000.")
    assert [(each.text, each.is_time_frame) for each in segments] == [
        ("Completed by March 2001.", True),
        ("Work started in 2000.", False),
    ]


def test_a_line_break_lets_a_time_frame_begin() -> None:
    segments = segment("A major component\nContinuously")
    assert [(each.text, each.is_time_frame) for each in segments] == [
        ("A major component", False),
        ("Continuously", True),
    ]


def test_a_text_wholly_in_lower_case_may_be_a_time_frame() -> None:
    assert [each.is_time_frame for each in segment("starting January 2000 and continuing")] == [
        True
    ]


def test_segments_know_their_places() -> None:
    text = "  May 2000\n As required "
    assert [(each.start, each.end) for each in segment(text)] == [(2, 10), (12, 23)]


def test_a_text_without_words_has_no_segments() -> None:
    assert segment(" \n\t ") == []


def test_an_unknown_language_is_all_prose() -> None:
    segments = segment("Completed by April 2000", language="de")
    assert [each.is_time_frame for each in segments] == [False]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            (
                "resource mobilization between the Starting immediately Office and the Turin "
                "Centre will be developed."
            ),
            ["Starting immediately"],
        ),
        (
            (
                "experience in the ILO's technical cooperation programme, As required for example, "
                "by creating a pool of local technical expertise trained in ILO concerns;"
            ),
            ["As required"],
        ),
        (
            (
                "the Resident Coordinator's annual report, Continuously to promote the ILO's "
                "activities."
            ),
            ["Continuously"],
        ),
        ("the review of the By end 2000 field structure", ["By end 2000"]),
        ("work by the ILO Continuously with partners", ["Continuously"]),
        (
            "the field First results by July 2000 and the As needed regions",
            ["First results by July 2000", "As needed"],
        ),
    ],
)
def test_time_frames_inside_a_sentence_are_found(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in embedded(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        *ORDINARY_PROSE,
        "The work was done. Continuously",
        "relations were strengthened in May 2000 and continue",
        "the Ongoing Projects Unit",
        "a Guide to Starting Business",
        "agreement was reached, In 2000 and later",
    ],
)
def test_ordinary_sentences_hold_no_embedded_time_frame(text: str) -> None:
    assert embedded(text) == []


TOKENS = (
    "By by end first First half 2000 2000-01 31 January – to and ( ) . , ; Starting immediately "
    'As required Continuously Ongoing. Ongoing Linked " “ is the Office review, XX \u00a0 \n'
)
FRAGMENTS = st.sampled_from(TOKENS.split(" "))
TEXTS = st.one_of(st.text(), st.lists(FRAGMENTS, max_size=20).map(" ".join))
LANGUAGES = st.sampled_from(["en", "fr", "es", "de"])


@given(TEXTS, LANGUAGES)
def test_segments_give_back_every_word_in_order(text: str, language: str) -> None:
    segments = segment(text, language=language)
    assert " ".join(each.text for each in segments).split() == text.split()


@given(TEXTS, LANGUAGES)
def test_segments_are_cut_from_the_text_at_white_space(text: str, language: str) -> None:
    for each in segment(text, language=language):
        assert each.text == text[each.start : each.end] == each.text.strip()
        assert each.start == 0 or text[each.start - 1].isspace()


@given(TEXTS, LANGUAGES)
def test_prose_is_never_cut_in_two(text: str, language: str) -> None:
    kinds = [each.is_time_frame for each in segment(text, language=language)]
    assert all(one or other for one, other in pairwise(kinds))


@given(TEXTS, LANGUAGES)
def test_embedded_places_are_in_order_and_apart(text: str, language: str) -> None:
    edges = [edge for place in embedded(text, language=language) for edge in place]
    assert edges == sorted(set(edges))


@pytest.mark.parametrize(
    "unit",
    [
        "By ",
        "From January ",
        "Ongoing for A. ",
        "Ongoing (",
        "Ongoing, A, ",
        "First a b c d e f g By. ",
        '" ',
        "2000-",
        "-",
        "January-",
        "End of the ",
        'x." ',
        '."',
    ],
)
def test_time_grows_in_step_with_hostile_length(unit: str) -> None:
    def cost(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        begun = process_time()
        segment(text)
        embedded(text)
        read_rule(text)
        return process_time() - begun

    cost(2_000)
    short = min(cost(20_000) for _ in range(3))
    # Ten times the length; a quadratic step would cost a hundred times as much.
    assert cost(200_000) < 35 * short + 0.5

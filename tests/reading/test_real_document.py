"""The progress report before the 279th Session, as the committed corrections make it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plans.reading.corrections import read_corrections
from plans.reading.draft import Confidence
from plans.reading.heads import day_in
from plans.reading.outline import OutlineElement, OutlineIssue, OutlineStatus
from plans.reading.pipeline import Parsed, parse_document

FIXTURES = Path(__file__).parents[2] / "fixtures"
SOURCE = FIXTURES / "sources" / "gb279-progress-report.txt"
CORRECTIONS = FIXTURES / "corrections" / "gb279-progress-report.toml"
PARTS = [
    (
        "I",
        "Enhancing the relevance and effectiveness of ILO technical cooperation",
        "Context and elements for action",
    ),
    (
        "II",
        "Improving the quality, visibility, efficiency and impact of ILO technical cooperation",
        "Perspectives and elements for action",
    ),
    (
        "III",
        "Strengthening partnerships and resource mobilization",
        "Context and elements for action",
    ),
]
"""Number, title and second column heading of each Part of the real plan."""


@pytest.fixture(scope="module")
def parsed() -> Parsed:
    return parse_document(
        SOURCE.read_bytes(),
        name=SOURCE.name,
        corrections=read_corrections(CORRECTIONS.read_text()),
    )


def element(parsed: Parsed, reference: str) -> OutlineElement:
    return next(e for e in parsed.outline.elements() if e.reference == reference)


def issue(parsed: Parsed, reference: str) -> OutlineIssue:
    return next(i for i in parsed.outline.issues() if i.reference == reference)


def time_frame(parsed: Parsed, reference: str) -> tuple[str, tuple[str, ...]] | None:
    return next(
        (
            (frame.text, frame.covers)
            for found in parsed.outline.issues()
            for frame in found.time_frames
            if reference in frame.covers
        ),
        None,
    )


def status(parsed: Parsed, reference: str) -> OutlineStatus | None:
    return next((s for s in parsed.outline.statuses if reference in s.covers), None)


def test_no_word_is_lost_and_none_is_made_up(parsed: Parsed) -> None:
    account = parsed.account
    assert (account.read, account.placed, account.boilerplate, account.duplicates) == (
        5347,
        4848,
        355,
        144,
    )
    assert (account.unplaced, account.invented) == (0, ())


def test_the_classifier_does_the_bulk(parsed: Parsed) -> None:
    assert (parsed.measure.right, parsed.measure.total) == (268, 299)


def test_every_anomaly_is_repaired_or_settled(parsed: Parsed) -> None:
    assert [a for a in parsed.outline.anomalies if not a.repaired] == []


def test_the_issues_in_their_order(parsed: Parsed) -> None:
    assert [(i.reference, i.parent, len(list(i.elements()))) for i in parsed.outline.issues()] == [
        ("I.1", None, 0),
        ("I.1(a)", "I.1", 4),
        ("I.1(b)", "I.1", 3),
        ("I.2", None, 0),
        ("I.2(a)", "I.2", 3),
        ("I.2(b)", "I.2", 2),
        ("I.2(c)", "I.2", 4),
        ("I.3", None, 0),
        ("I.3(a)", "I.3", 2),
        ("I.3(b)", "I.3", 2),
        ("I.4", None, 0),
        ("I.4(a)", "I.4", 2),
        ("I.4(b)", "I.4", 2),
        ("II.1", None, 3),
        ("II.2", None, 7),
        ("II.3", None, 6),
        ("II.4", None, 9),
        ("II.5", None, 3),
        ("III.1", None, 5),
        ("III.1(a)", "III.1", 6),
        ("III.1(b)", "III.1", 4),
        ("III.1(c)", "III.1", 3),
        ("III.1(d)", "III.1", 4),
        ("III.1(e)", "III.1", 4),
    ]


def test_the_parts_with_their_column_headings(parsed: Parsed) -> None:
    assert [(part.number, part.title, part.columns[1]) for part in parsed.outline.parts] == PARTS
    assert parsed.outline.round_label == "Status as at 31 August 2000"


def test_the_cover_is_mended(parsed: Parsed) -> None:
    cover = parsed.outline.cover
    assert cover.agenda_item == "SECOND ITEM ON THE AGENDA"
    assert [number for number, _ in cover.paragraphs] == ["1", "2", "3", "4", "5"]
    assert cover.paragraphs[2][1].endswith("by a number of Committee members in November.")
    assert cover.paragraphs[3][1] == (
        "A document on the ILO evaluation strategy is before the Programme, Financial and "
        "Administrative Committee at the present session of the Governing Body.²"
    )
    assert cover.footnotes == (
        ("¹", "GB.276/TC/2."),
        ("²", "GB.279/PFA/8."),
        ("³", "GB.279/TC/1."),
        ("⁴", "GB.279/PFA/6."),
    )
    assert cover.place_date == "Geneva, 5 October 2000."


def test_the_head_says_what_the_document_does_not_print(parsed: Parsed) -> None:
    head = parsed.head
    assert (head.version_symbol, head.version_session) == ("GB.276/TC/2", "276th Session")
    assert (head.round_symbol, head.round_symbol_inferred) == ("GB.279/TC/2", True)
    assert head.as_at == date(2000, 8, 31)


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        (
            "I.1(b).3",
            (
                "systematic cooperation on technical cooperation and resource mobilization between "
                "the Office and the Turin Centre will be developed."
            ),
        ),
        ("I.2(a).3", "evaluating the implementation of country objectives at the national level."),
        ("I.2(c).4", "the expansion of the Turin Centre's SME programmes."),
        (
            "I.4(a).1",
            (
                "the provision of guidance, within the context of the Office's integrated gender "
                "strategy, on the integration of gender issues in technical cooperation;"
            ),
        ),
        (
            "II.3.3",
            (
                "greater use of local expertise and experience in the ILO's technical cooperation "
                "programme, for example, by creating a pool of local technical expertise trained "
                "in ILO concerns;"
            ),
        ),
        (
            "III.1(a).6",
            (
                "the improved use of existing mechanisms such as the Resident Coordinator's annual "
                "report, to promote the ILO's activities."
            ),
        ),
        ("III.1(e).1", "a review of experience of cooperating with such partners;"),
    ],
)
def test_words_of_elements_that_were_damaged(parsed: Parsed, reference: str, text: str) -> None:
    assert element(parsed, reference).text == text


@pytest.mark.parametrize(
    ("reference", "text", "covers"),
    [
        ("I.1(a).1", "Completed by April 2000", ("I.1(a).1",)),
        ("I.1(b).3", "Starting immediately", ("I.1(b).3",)),
        ("I.2(b).1", "Biennially (each P&B) and updated periodically", ("I.2(b).1",)),
        ("I.2(b).2", "Continuously, as feasible", ("I.2(b).2",)),
        ("I.2(c).1", "Starting January 2000", ("I.2(c).1",)),
        ("I.2(c).2", "Continuously", ("I.2(c).2", "I.2(c).3")),
        (
            "II.1.1",
            "Planning of review to begin January 2000 and to finish end 2000",
            ("II.1.1", "II.1.2", "II.1.3"),
        ),
        ("II.2.1", "From January 2000 – as part of review of field structure", ("II.2.1",)),
        ("II.2.5", "First results by October 2000", ("II.2.5",)),
        ("II.3.3", "As required", ("II.3.3",)),
        ("II.3.6", "Ongoing", ("II.3.6",)),
        (
            "II.4.6",
            "Action on these initiatives to start January 2000",
            ("II.4.6", "II.4.7"),
        ),
        ("III.1.5", "Continuously", ("III.1.5",)),
        ("III.1(a).5", "As necessary", ("III.1(a).5",)),
        ("III.1(b).3", "Completed by end 2000", ("III.1(b).3",)),
        (
            "III.1(c).3",
            "By end 2001, meetings started with five additional donors",
            ("III.1(c).3",),
        ),
        ("III.1(d).2", "Under negotiation", ("III.1(d).2",)),
        ("III.1(e).4", "Completed by December 2000", ("III.1(e).4",)),
    ],
)
def test_time_frames_stand_beside_their_elements(
    parsed: Parsed, reference: str, text: str, covers: tuple[str, ...]
) -> None:
    assert time_frame(parsed, reference) == (text, covers)


@pytest.mark.parametrize("reference", ["I.2(a).1", "I.4(a).2", "I.4(b).1", "II.4.8"])
def test_an_element_beside_which_no_time_frame_stands_has_none(
    parsed: Parsed, reference: str
) -> None:
    assert time_frame(parsed, reference) is None


def test_one_status_covers_most_of_the_issues_opposite_and_below(parsed: Parsed) -> None:
    found = status(parsed, "II.1.1")
    assert found is not None
    assert found.text.startswith("To address most of the issues opposite and below,")
    assert found.covers == (
        "II.1.1",
        "II.1.2",
        "II.1.3",
        "II.2.1",
        "II.2.2",
        "II.2.3",
        "II.2.4",
        "II.2.6",
        "II.2.7",
    )


def test_a_status_of_three_bullets_stays_three_bullets(parsed: Parsed) -> None:
    found = status(parsed, "I.4(a).1")
    assert found is not None
    assert [line[:20] for line in found.text.split("\n")] == [
        "• ILO Action Plan on",
        "• The inter-sectoral",
        "• Programme and Budg",
    ]


def test_the_status_of_the_private_sector_stood_one_row_too_high(parsed: Parsed) -> None:
    found = status(parsed, "III.1(e).1")
    assert found is not None
    assert found.covers == ("III.1(e).1", "III.1(e).2", "III.1(e).3", "III.1(e).4")
    assert found.text.split("\n\n")[1] == "Contacts have also been maintained with UNFIP."


def test_lost_bullets_are_marked_and_never_made_up(parsed: Parsed) -> None:
    missing = [e for e in parsed.outline.elements() if e.missing]
    assert [(e.reference, e.text, len(e.notes) > 0) for e in missing] == [
        ("I.4(b).1", "", True),
        ("III.1(c).2", "", True),
        ("III.1(c).3", "", True),
        ("III.1(d).2", "", True),
    ]


def test_every_doubtful_reading_has_a_note_with_its_confidence(parsed: Parsed) -> None:
    doubts = [
        (e.reference, note.confidence)
        for e in parsed.outline.elements()
        for note in e.notes
        if note.confidence is Confidence.LOW
    ]
    assert doubts == [
        ("I.1(b).1", Confidence.LOW),
        ("I.4(a).1", Confidence.LOW),
        ("II.5.2", Confidence.LOW),
        ("III.1.1", Confidence.LOW),
    ]


def test_groups_and_lead_ins_inside_an_issue(parsed: Parsed) -> None:
    assert [(g.heading, g.lead_in) for g in issue(parsed, "II.4").groups] == [
        ("Improving current arrangements and developing new approaches", ""),
        ("Learning from experience", ""),
    ]
    assert [(g.heading, len(g.elements)) for g in issue(parsed, "III.1").groups] == [("General", 5)]
    second = issue(parsed, "II.2").groups[1]
    assert second.lead_in.startswith("In parallel with this exercise, the continued improvement")


def test_a_context_keeps_its_lead_in_to_the_colon(parsed: Parsed) -> None:
    assert issue(parsed, "I.2(a)").title == "Integrating tripartite involvement"
    assert issue(parsed, "I.2(a)").context.startswith("To ensure that it is as responsive")
    assert issue(parsed, "I.2(a)").context.endswith("This will involve:")


def test_a_date_is_read_from_a_heading() -> None:
    assert day_in("Status as at 31 August 2000") == date(2000, 8, 31)
    assert day_in("Situation au 1er mars 2001", language="fr") == date(2001, 3, 1)
    assert day_in("Situación al 31 de agosto de 2000", language="es") == date(2000, 8, 31)
    assert day_in("Progress") is None

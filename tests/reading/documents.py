"""Small documents of the Governing Body text dialect, built from rows."""

from __future__ import annotations

from collections.abc import Sequence

from plans.reading.classify import classify
from plans.reading.correcting import apply_corrections
from plans.reading.corrections import Corrections, read_corrections
from plans.reading.draft import Draft
from plans.reading.outline import Outline, build_outline
from plans.reading.pipeline import NO_CORRECTIONS
from plans.reading.readers.gb_text import read

HEADINGS = ("Issues", "Elements for action", "Time-frame", "Status as at 1 May 2001")


def table(
    *rows: Sequence[str], head: str = "Part I – Work", headings: Sequence[str] = HEADINGS
) -> str:
    """One table with its head and column headings; a row is a sequence of cells."""
    return "\n".join([head, "", "\t".join(headings), *("\t".join(row) for row in rows), ""])


def bullets(*texts: str) -> str:
    """A list as the dialect writes it, never closed."""
    return '<ul style="list-style-type: none"> ' + " ".join(f"• {text}" for text in texts) + " "


def draft_of(text: str, corrections: Corrections = NO_CORRECTIONS) -> Draft:
    return apply_corrections(classify(read(text.encode(), name="plan.txt")), corrections)


def outline_of(text: str, corrections: str = "") -> Outline:
    return build_outline(draft_of(text, read_corrections(corrections)))


def texts_of(outline: Outline) -> dict[str, str]:
    """The elements of an outline: reference to words."""
    return {element.reference: element.text for element in outline.elements()}


def time_frames_of(outline: Outline) -> dict[str, str]:
    """Reference to the words of its time-frame, for the elements that have one."""
    return {
        reference: frame.text
        for issue in outline.issues()
        for frame in issue.time_frames
        for reference in frame.covers
    }


def statuses_of(outline: Outline) -> dict[str, str]:
    """Reference to its status, for the elements that have one."""
    return {reference: status.text for status in outline.statuses for reference in status.covers}


def messages_of(outline: Outline) -> list[tuple[str, str]]:
    """The anomalies: place and message."""
    return [(anomaly.place, anomaly.message) for anomaly in outline.anomalies]

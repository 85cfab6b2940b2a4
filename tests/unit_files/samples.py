"""A unit's sheet for tests of both formats."""

from __future__ import annotations

from datetime import date

from plans.unit_files.sheet import Reported, RowElement, UnitRow, UnitSheet

AS_AT = date(2001, 2, 28)


def sample_row(ordinal: int = 1, **changes: object) -> UnitRow:
    """A draft of two elements, with what was reported before."""
    values: dict[str, object] = {
        "ordinal": ordinal,
        "revision": 3,
        "elements": (
            RowElement(f"I.{ordinal}.1", f"{ordinal}. Policy dialogue", "A paper will be written."),
            RowElement(f"I.{ordinal}.2", f"{ordinal}. Policy dialogue", "It will be sent out."),
        ),
        "time_frames": ("Completed by April 2000",),
        "before": Reported("Status as at 31 August 2000", "in_progress", "Being written."),
        "stage": "draft",
        "comment": "",
        "category": "continuing",
        "text": "The paper was sent out.\n\n• to Geneva;\n• to Turin.",
    }
    return UnitRow(**(values | changes))  # type: ignore[arg-type]


def sample_sheet(*rows: UnitRow, **changes: object) -> UnitSheet:
    """The rows of an evaluation unit: a draft, an empty one, one returned and one cleared."""
    values: dict[str, object] = {
        "plan": "technical-cooperation",
        "plan_title": "Technical cooperation implementation plan",
        "version": "gb276-tc-2",
        "symbol": "GB.276/TC/2",
        "language": "en",
        "label": "Status as at 28 February 2001",
        "as_at": AS_AT,
        "unit": "evaluation",
        "unit_name": "Evaluation unit",
        "due": "31 January 2001",
        "rows": rows
        or (
            sample_row(1),
            sample_row(2, revision=0, stage="empty", category="not_reported", text="", before=None),
            sample_row(3, stage="returned", comment="Name the date.", text="Soon."),
            sample_row(5, stage="cleared", category="completed", text="Done."),
        ),
    }
    return UnitSheet(**(values | changes))  # type: ignore[arg-type]

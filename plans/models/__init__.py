"""The plan as data. Import models from here: ``from plans.models import ActionElement``."""

from plans.models.notes import EditorialNote
from plans.models.people import Role, Unit
from plans.models.rounds import (
    CATEGORY_LABELS,
    Record,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
)
from plans.models.structure import (
    ActionElement,
    ElementGroup,
    Issue,
    Part,
    Plan,
    PlanVersion,
    TimeFrame,
)

__all__ = [
    "CATEGORY_LABELS",
    "ActionElement",
    "EditorialNote",
    "ElementGroup",
    "Issue",
    "Part",
    "Plan",
    "PlanVersion",
    "Record",
    "ReportingRound",
    "Role",
    "StatusCover",
    "StatusRevision",
    "StatusSnapshot",
    "TimeFrame",
    "Unit",
]

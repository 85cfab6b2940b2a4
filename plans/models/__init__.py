"""The plan as data. Import models from here: ``from plans.models import ActionElement``."""

from plans.models.audit import AuditEntry, SentReminder
from plans.models.corrigenda import AMENDABLE, HOLDERS, Corrigendum
from plans.models.lineage import KIND_CHOICES, KIND_LABELS, Lineage, MatchDecision
from plans.models.notes import EditorialNote
from plans.models.people import Role, Unit
from plans.models.returned import ReturnedFile
from plans.models.rounds import (
    CATEGORY_CHOICES,
    CATEGORY_LABELS,
    Record,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
)
from plans.models.seeding import SeedDraft, SeedStep, SourceDocument
from plans.models.structure import (
    ActionElement,
    ElementGroup,
    Issue,
    Part,
    Plan,
    PlanVersion,
    TimeFrame,
)
from plans.models.working import Presence, WorkingCopy

__all__ = [
    "AMENDABLE",
    "CATEGORY_CHOICES",
    "CATEGORY_LABELS",
    "HOLDERS",
    "KIND_CHOICES",
    "KIND_LABELS",
    "ActionElement",
    "AuditEntry",
    "Corrigendum",
    "EditorialNote",
    "ElementGroup",
    "Issue",
    "Lineage",
    "MatchDecision",
    "Part",
    "Plan",
    "PlanVersion",
    "Presence",
    "Record",
    "ReportingRound",
    "ReturnedFile",
    "Role",
    "SeedDraft",
    "SeedStep",
    "SentReminder",
    "SourceDocument",
    "StatusCover",
    "StatusRevision",
    "StatusSnapshot",
    "TimeFrame",
    "Unit",
    "WorkingCopy",
]

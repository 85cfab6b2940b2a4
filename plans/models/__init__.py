"""The plan as data. Import models from here: ``from plans.models import ActionElement``."""

from plans.models.audit import AuditEntry, SentReminder
from plans.models.jobs import MAX_ATTEMPTS, Job, PeriodicRun, StoredFile
from plans.models.lineage import (
    AMENDABLE,
    HOLDERS,
    KIND_CHOICES,
    KIND_LABELS,
    Corrigendum,
    Lineage,
    MatchDecision,
)
from plans.models.people import Role, Unit
from plans.models.rounds import (
    CATEGORY_CHOICES,
    CATEGORY_LABELS,
    Presence,
    Record,
    ReportingRound,
    StatusCover,
    StatusRevision,
    StatusSnapshot,
    WorkingCopy,
    span,
)
from plans.models.seeding import SeedDraft, SeedStep, SourceDocument
from plans.models.structure import (
    ActionElement,
    EditorialNote,
    ElementGroup,
    Issue,
    Part,
    Plan,
    PlanVersion,
    TimeFrame,
)
from plans.models.unit_files import ReturnedFile

__all__ = [
    "AMENDABLE",
    "CATEGORY_CHOICES",
    "CATEGORY_LABELS",
    "HOLDERS",
    "KIND_CHOICES",
    "KIND_LABELS",
    "MAX_ATTEMPTS",
    "ActionElement",
    "AuditEntry",
    "Corrigendum",
    "EditorialNote",
    "ElementGroup",
    "Issue",
    "Job",
    "Lineage",
    "MatchDecision",
    "Part",
    "PeriodicRun",
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
    "StoredFile",
    "TimeFrame",
    "Unit",
    "WorkingCopy",
    "span",
]

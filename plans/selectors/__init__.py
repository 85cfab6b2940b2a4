"""Reads that cross models, one module for each kind of page.

A page fetches what it shows through a function here that is told who asks; what that person may
not see is not returned, and the page answers 404. Each function costs a fixed number of queries,
however long the plan is.
"""

from plans.selectors.browsing import (
    ElementRow,
    IssueRows,
    Listing,
    PartRows,
    filterable_elements,
    fold,
    found_standings,
    listing,
)
from plans.selectors.items import (
    ElementPage,
    IssuePage,
    RoundStatuses,
    element_page,
    find_item,
    issue_page,
)
from plans.selectors.standing import Standing, Tally, standings, tally
from plans.selectors.versions import (
    PlanOverview,
    PlanSummary,
    ReportHead,
    VersionChoices,
    choices_of,
    comparable_rounds,
    find_plan,
    find_report,
    find_round,
    find_version,
    newest_closed_round,
    plan_overview,
    plan_summaries,
)

__all__ = [
    "ElementPage",
    "ElementRow",
    "IssuePage",
    "IssueRows",
    "Listing",
    "PartRows",
    "PlanOverview",
    "PlanSummary",
    "ReportHead",
    "RoundStatuses",
    "Standing",
    "Tally",
    "VersionChoices",
    "choices_of",
    "comparable_rounds",
    "element_page",
    "filterable_elements",
    "find_item",
    "find_plan",
    "find_report",
    "find_round",
    "find_version",
    "fold",
    "found_standings",
    "issue_page",
    "listing",
    "newest_closed_round",
    "plan_overview",
    "plan_summaries",
    "standings",
    "tally",
]

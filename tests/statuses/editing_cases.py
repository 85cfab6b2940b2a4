"""What the tests of the officers' pages begin with: an open round after a closed one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from plans.models import ReportingRound, Role, StatusSnapshot, Unit
from plans.rounds.services.closing import close_round
from plans.rounds.services.opening import open_round
from plans.statuses.services import workflow as statuses
from plans.text.categories import Category
from tests import pages
from tests.factories import (
    close,
    make_element,
    make_group,
    make_issue,
    make_part,
    make_round,
    make_status,
    make_time_frame,
    make_unit,
    make_user,
    make_version,
)

NEXT_AS_AT = date(2001, 2, 28)
EARLIER = "Guidelines were drafted."
TYPED = "The manual was issued.\n\n- in English;\n- in French."
CLEAN = "The manual was issued.\n\n• in English;\n• in French."


@dataclass
class Case:
    """An open round whose elements all belong to ``unit``, of which ``officer`` is a member."""

    round: ReportingRound
    unit: Unit
    officer: User
    secretary: User
    outsider: User

    def snapshot(self, ordinal: int = 1) -> StatusSnapshot:
        return self.round.snapshots.get(ordinal=ordinal)

    def address(self, ordinal: int = 1, piece: str = "") -> str:
        return f"/rounds/{self.round.pk}/statuses/{ordinal}/{piece}"

    def client(self, user: User | None = None, *, csrf: bool = False) -> Client:
        client = Client(enforce_csrf_checks=csrf)
        client.force_login(user or self.officer)
        return client

    def post(self, action: str, ordinal: int = 1, *, client: Client | None = None, **data: object):  # type: ignore[no-untyped-def]
        fields: dict[str, object] = {"base_revision": 0, "action": action} | data
        return (client or self.client()).post(self.address(ordinal), fields)


def make_case(elements: int = 3, *, earlier: bool = True) -> Case:
    """One issue of ``elements`` elements, each with a status of its own in the open round."""
    unit = make_unit("evaluation", "Evaluation unit")
    version = make_version()
    issue = make_issue(make_part(version))
    group = make_group(issue)
    frames = ("By end 2001", "Continuously", "Completed by April 2000")
    made = [
        make_element(
            group,
            time_frame=make_time_frame(issue, frames[number % 3]),
            units=[unit],
        )
        for number in range(elements)
    ]
    secretary = make_user("ines", Role.SECRETARIAT)
    if earlier:
        before = make_round(version)
        for element in made:
            make_status(before, [element], text=EARLIER, category=Category.IN_PROGRESS)
        close(before)
    opened = open_round(version=version, by=secretary, as_at=NEXT_AS_AT)
    opened.reports_due_on = date(2001, 1, 31)
    opened.save()
    return Case(
        round=opened,
        unit=unit,
        officer=make_user("omar", Role.OFFICER, units=[unit]),
        secretary=secretary,
        outsider=make_user("otto", Role.OFFICER, units=[make_unit("training")]),
    )


def text_of(answer: HttpResponse) -> str:
    """What is read on the page that was answered."""
    return pages.text_of(answer.content)


def field_of(answer: HttpResponse) -> str:
    """What stands in the narrative's field."""
    form = answer.context["form"]  # type: ignore[attr-defined]
    return str(form["text"].value())


def colleague_saves(case: Case, text: str = "A colleague wrote this.") -> None:
    """The secretariat saves the first status."""
    snapshot = case.snapshot()
    statuses.save_status(
        snapshot_id=snapshot.pk,
        by=case.secretary,
        text=text,
        category="continuing",
        base_revision=snapshot.revision,
    )


def close_it(case: Case) -> None:
    """The secretariat closes the round, in which nothing was reported."""
    ids = case.round.snapshots.values_list("pk", flat=True)
    close_round(round_id=case.round.pk, by=case.secretary, not_reported=list(ids))

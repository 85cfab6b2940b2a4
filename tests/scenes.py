"""What tests of rounds and statuses begin with: an open round after a closed one, and people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client

from plans.models import PlanVersion, ReportingRound, Role, StatusSnapshot, Unit
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
    make_report,
    make_round,
    make_status,
    make_time_frame,
    make_unit,
    make_user,
    make_version,
)

NEXT = date(2001, 2, 28)
EARLIER = "Guidelines were drafted."
TYPED = "The manual was issued.\n\n- in English;\n- in French."
CLEAN = "The manual was issued.\n\n• in English;\n• in French."


@dataclass
class Scene:
    """An open round, mostly after a closed one as at 31 August 2000, and people in their parts.

    The officer is a member of ``unit``, which answers for everything; ``secretary`` is of the
    secretariat.
    """

    round: ReportingRound
    unit: Unit
    officer: User
    secretary: User
    earlier: ReportingRound | None = None

    @cached_property
    def outsider(self) -> User:
        """An officer of another unit, which answers for nothing."""
        return make_user("otto", Role.OFFICER, units=[make_unit("training")])

    def snapshot(self, ordinal: int = 1) -> StatusSnapshot:
        """The status of that place, read anew."""
        return self.round.snapshots.select_related("round__version").get(ordinal=ordinal)

    def save(
        self,
        ordinal: int = 1,
        *,
        text: str = "Done.",
        category: str = "completed",
        by: User | None = None,
    ) -> int:
        """The officer, or somebody else, saves a draft; its revision's number."""
        snapshot = self.snapshot(ordinal)
        return statuses.save_status(
            snapshot_id=snapshot.pk,
            by=by or self.officer,
            text=text,
            category=category,
            base_revision=snapshot.revision,
        ).number

    def submit(self, ordinal: int = 1, *, text: str = "Done.") -> int:
        """The officer saves and submits; the revision's number."""
        number = self.save(ordinal, text=text)
        snapshot = self.snapshot(ordinal)
        return statuses.submit_status(
            snapshot_id=snapshot.pk, by=self.officer, base_revision=number
        ).number

    def clear(self, ordinal: int = 1) -> int:
        """The officer submits and the secretariat clears; the revision's number."""
        number = self.submit(ordinal)
        snapshot = self.snapshot(ordinal)
        return statuses.clear_status(
            snapshot_id=snapshot.pk, by=self.secretary, base_revision=number
        ).number

    def clear_all(self) -> None:
        for ordinal in self.round.snapshots.values_list("ordinal", flat=True):
            self.clear(ordinal)

    def close(self) -> None:
        """The secretariat closes the round, in which nothing was reported."""
        ids = self.round.snapshots.values_list("pk", flat=True)
        close_round(round_id=self.round.pk, by=self.secretary, not_reported=list(ids))

    def address(self, ordinal: int = 1, piece: str = "") -> str:
        """Where a status is written: “/rounds/1/statuses/1/”."""
        return f"/rounds/{self.round.pk}/statuses/{ordinal}/{piece}"

    def client(self, user: User | None = None, *, csrf: bool = False) -> Client:
        """The browser of the officer, or of somebody else."""
        client = Client(enforce_csrf_checks=csrf)
        client.force_login(user or self.officer)
        return client

    def post(self, action: str, ordinal: int = 1, *, client: Client | None = None, **data: object):  # type: ignore[no-untyped-def]
        """Send the form of a status, by the officer unless with another ``client``."""
        fields: dict[str, object] = {"base_revision": 0, "action": action} | data
        return (client or self.client()).post(self.address(ordinal), fields)


def set_scene(*, issues: int = 1, elements: int = 2) -> Scene:
    """A scene with a status for each pair of elements, as in the closed round."""
    earlier = make_report(issues=issues, elements=elements)
    return _open(earlier.version, earlier)


def set_scene_apart(elements: int = 3, *, earlier: bool = True) -> Scene:
    """A scene with one issue, whose elements have a status and a time-frame each, and a deadline.

    ``earlier`` says whether there is a closed round, with ``EARLIER`` reported on each element.
    """
    version = make_version()
    issue = make_issue(make_part(version))
    group = make_group(issue)
    frames = ("By end 2001", "Continuously", "Completed by April 2000")
    made = [
        make_element(group, time_frame=make_time_frame(issue, frames[number % 3]))
        for number in range(elements)
    ]
    before = None
    if earlier:
        before = make_round(version)
        for element in made:
            make_status(before, [element], text=EARLIER, category=Category.IN_PROGRESS)
        close(before)
    scene = _open(version, before)
    scene.round.reports_due_on = date(2001, 1, 31)
    scene.round.save()
    return scene


def _open(version: PlanVersion, earlier: ReportingRound | None) -> Scene:
    unit = make_unit()
    unit.elements.set(version.elements.all())
    secretary = make_user("ines", Role.SECRETARIAT)
    officer = make_user("olga", Role.OFFICER, units=[unit])
    for person in (secretary, officer):
        person.email = f"{person.username}@example.org"
        person.save()
    return Scene(
        round=open_round(version=version, by=secretary, as_at=NEXT),
        unit=unit,
        officer=officer,
        secretary=secretary,
        earlier=earlier,
    )


def text_of(answer: HttpResponse) -> str:
    """What is read on the page that was answered."""
    return pages.text_of(answer.content)


def field_of(answer: HttpResponse) -> str:
    """What stands in the narrative's field."""
    form = answer.context["form"]  # type: ignore[attr-defined]
    return str(form["text"].value())

"""Scenes that tests of the services play in: an open round, and people in their parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import User

from plans.models import ReportingRound, Role, StatusSnapshot, Unit
from plans.rounds.services.opening import open_round
from plans.statuses.services import workflow as statuses
from tests.factories import make_report, make_unit, make_user

NEXT = date(2001, 2, 28)


@dataclass
class Scene:
    """A closed round as at 31 August 2000 and an open one after it, with a status for each pair
    of elements. The officer is a member of ``unit``, which answers for everything."""

    earlier: ReportingRound
    round: ReportingRound
    unit: Unit
    officer: User
    keeper: User

    def snapshot(self, ordinal: int = 1) -> StatusSnapshot:
        """The status of that place, read anew."""
        return self.round.snapshots.select_related("round__version").get(ordinal=ordinal)

    def save(self, ordinal: int = 1, *, text: str = "Done.", category: str = "completed") -> int:
        """The officer saves a draft; its revision's number."""
        snapshot = self.snapshot(ordinal)
        return statuses.save_status(
            snapshot_id=snapshot.pk,
            by=self.officer,
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
            snapshot_id=snapshot.pk, by=self.keeper, base_revision=number
        ).number

    def clear_all(self) -> None:
        for ordinal in self.round.snapshots.values_list("ordinal", flat=True):
            self.clear(ordinal)


def set_scene(*, issues: int = 1, elements: int = 2) -> Scene:
    earlier = make_report(issues=issues, elements=elements)
    unit = make_unit()
    unit.elements.set(earlier.version.elements.all())
    keeper = make_user("keeper", Role.SECRETARIAT)
    officer = make_user("olga", Role.OFFICER, units=[unit])
    for person in (keeper, officer):
        person.email = f"{person.username}@example.org"
        person.save()
    return Scene(
        earlier=earlier,
        round=open_round(version=earlier.version, by=keeper, as_at=NEXT),
        unit=unit,
        officer=officer,
        keeper=keeper,
    )

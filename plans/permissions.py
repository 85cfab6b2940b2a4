"""Who may see and do what: predicates on a person and an object, and the same as querysets.

The table of rights:

- plan versions that are published, closed rounds and their downloads: everybody, or everybody
  who is signed in when the instance is not public;
- an open round's drafts and submitted texts: officers for the elements that they answer for,
  the secretariat and administrators for all;
- editing a status: the same people; in a closed round only a status that was reopened for a
  unit, by that unit's officers, the secretariat and administrators;
- an open round's rows of a unit as a file, out and back: officers for their own units, the
  secretariat and administrators for all;
- clearing, returning, opening, closing and reopening: the secretariat and administrators;
- versions that are not published, the plan's wording, units and people: administrators.

An officer answers for the elements assigned to a unit of theirs, and for those assigned to none.
What a person may not see does not exist for them; callers answer 404, not 403.

A person's roles and units are read once for each user object, which lives as long as a request.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeAlias

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet

from plans.models import PlanVersion, ReportingRound, Role, StatusCover, StatusSnapshot, Unit
from plans.models.rounds import ReportingRoundQuerySet, StatusSnapshotQuerySet

Person: TypeAlias = User | AnonymousUser

_ROLE_NAMES = frozenset(role.value for role in Role)


def cache_roles(user: User, *, groups: Collection[str], units: Collection[int]) -> None:
    """Give ``user`` the group names and unit keys that were read elsewhere, for many at once."""
    user._tracker_roles = _roles_of(user, groups)  # type: ignore[attr-defined]
    user._tracker_unit_ids = frozenset(units)  # type: ignore[attr-defined]


def _roles_of(user: User, groups: Collection[str]) -> frozenset[Role]:
    names = set(groups) & _ROLE_NAMES
    if user.is_superuser:
        names.add(Role.ADMINISTRATOR.value)
    return frozenset(Role(name) for name in names)


def roles(user: Person) -> frozenset[Role]:
    """The roles that ``user`` has. Costs one query for each user object, the first time.

    A superuser is an administrator. Nobody who is anonymous or deactivated has a role.
    """
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    found: frozenset[Role] | None = getattr(user, "_tracker_roles", None)
    if found is None:
        found = _roles_of(user, user.groups.values_list("name", flat=True))
        user._tracker_roles = found  # type: ignore[attr-defined]
    return found


def unit_ids(user: Person) -> frozenset[int]:
    """Primary keys of the units that ``user`` is a member of; one query for each user object."""
    if not user.is_authenticated:
        return frozenset()
    found: frozenset[int] | None = getattr(user, "_tracker_unit_ids", None)
    if found is None:
        # Of the table of members alone: neither the units nor their order is asked for.
        members = Unit.members.through.objects.filter(user=user.pk)
        found = frozenset(members.values_list("unit", flat=True))
        user._tracker_unit_ids = found  # type: ignore[attr-defined]
    return found


def is_officer(user: Person) -> bool:
    return Role.OFFICER in roles(user)


def is_administrator(user: Person) -> bool:
    return Role.ADMINISTRATOR in roles(user)


def is_secretariat(user: Person) -> bool:
    """Whether ``user`` does the secretariat's work: the secretariat and administrators."""
    return not roles(user).isdisjoint((Role.SECRETARIAT, Role.ADMINISTRATOR))


def can_report(user: Person) -> bool:
    """Whether ``user`` takes any part in an open round: everybody but readers."""
    return bool(roles(user))


def can_read(user: Person) -> bool:
    """Whether ``user`` may read what is public: everybody, unless sign-in comes first."""
    return bool(settings.TRACKER_PUBLIC) or (user.is_authenticated and user.is_active)


def can_see_version(user: Person, version: PlanVersion) -> bool:
    """Whether a plan version exists for ``user``."""
    if not can_read(user):
        return False
    return version.published or is_administrator(user)


def can_see_round(user: Person, round_: ReportingRound) -> bool:
    """Whether a round exists for ``user``. Reads ``round_.version``.

    An officer for whom an open round exists sees in it only what ``can_see_status`` allows.
    """
    return can_see_round_of(user, published=round_.version.published, closed=round_.is_closed)


def can_see_round_of(user: Person, *, published: bool, closed: bool) -> bool:
    """``can_see_round`` for whoever knows just these two things of a round and its version."""
    if not can_read(user) or not (published or is_administrator(user)):
        return False
    return closed or can_report(user)


def answers_for(user: Person, element_units: Collection[int]) -> bool:
    """Whether an officer answers for an element assigned to the units of these primary keys."""
    return is_officer(user) and (not element_units or not unit_ids(user).isdisjoint(element_units))


def can_see_status(
    user: Person, round_: ReportingRound, covered_units: Collection[Collection[int]]
) -> bool:
    """Whether ``user`` may read the text of a status of ``round_``.

    ``covered_units`` holds, for every element that the status covers, the primary keys of its
    units. One element that the officer answers for is enough, because its cell is that text.
    """
    if not can_see_round(user, round_):
        return False
    if round_.is_closed or is_secretariat(user):
        return True
    return any(answers_for(user, units) for units in covered_units)


def can_edit_status(
    user: Person, round_: ReportingRound, covered_units: Collection[Collection[int]]
) -> bool:
    """Whether ``user`` may write and submit a status; never in a closed round."""
    return not round_.is_closed and can_see_status(user, round_, covered_units)


def can_edit_snapshot(
    user: Person, snapshot: StatusSnapshot, covered_units: Collection[Collection[int]]
) -> bool:
    """Whether ``user`` may write and submit this very status. Reads its round and version.

    In an open round as ``can_edit_status``. In a closed one only a status that was reopened for
    a unit may be written: by that unit's officers, the secretariat and administrators.
    """
    round_ = snapshot.round
    if not round_.is_closed:
        return can_edit_status(user, round_, covered_units)
    unit = snapshot.reopened_for_id
    if unit is None or not can_see_round(user, round_):
        return False
    return is_secretariat(user) or (is_officer(user) and unit in unit_ids(user))


def can_exchange_files(user: Person, round_: ReportingRound, unit_id: int) -> bool:
    """Whether ``user`` may take the rows of a unit out of a round as a file, and bring them back.

    The secretariat and administrators for every unit, officers for those that they are members of.
    What they may then write is asked status by status.
    """
    if not can_see_round(user, round_):
        return False
    return is_secretariat(user) or (is_officer(user) and unit_id in unit_ids(user))


def can_see_history(user: Person, covered_units: Collection[Collection[int]]) -> bool:
    """Whether ``user`` may see who wrote a status, and what stood there before it was cleared.

    The secretariat and administrators, and officers who answer for one of its elements. Whether
    the status itself exists for them is asked before.
    """
    return is_secretariat(user) or any(answers_for(user, units) for units in covered_units)


def can_manage_round(user: Person, round_: ReportingRound) -> bool:
    """Whether ``user`` may clear and return statuses, edit the cover, close and reopen."""
    return is_secretariat(user) and can_see_version(user, round_.version)


def can_open_round(user: Person, version: PlanVersion) -> bool:
    """Whether ``user`` may open a round of ``version``."""
    return is_secretariat(user) and can_see_version(user, version)


def can_seed(user: Person) -> bool:
    """Whether ``user`` may seed versions and edit the plan's wording, units and people."""
    return is_administrator(user)


def visible_versions(user: Person) -> QuerySet[PlanVersion]:
    """The versions for which ``can_see_version`` holds."""
    versions = PlanVersion.objects.all()
    if not can_read(user):
        return versions.none()
    return versions if is_administrator(user) else versions.filter(published=True)


def visible_rounds(user: Person) -> ReportingRoundQuerySet:
    """The rounds for which ``can_see_round`` holds."""
    rounds = ReportingRound.objects.all()
    if not can_read(user):
        return rounds.none()
    if not is_administrator(user):
        rounds = rounds.filter(version__published=True)
    return rounds if can_report(user) else rounds.filter(state=ReportingRound.State.CLOSED)


def writable_statuses(user: Person) -> StatusSnapshotQuerySet:
    """The statuses for which ``can_edit_snapshot`` holds: of open rounds, and reopened ones."""
    open_, closed = ReportingRound.State.OPEN, ReportingRound.State.CLOSED
    statuses = StatusSnapshot.objects.filter(
        Q(round__state=open_) | Q(round__state=closed, reopened_for__isnull=False),
        round__in=visible_rounds(user),
    )
    if is_secretariat(user):
        return statuses
    if not is_officer(user):
        return statuses.none()
    own = Unit.objects.filter(members=user.pk)
    answered = StatusCover.objects.filter(
        Q(element__units__isnull=True) | Q(element__units__in=own)
    )
    return statuses.filter(
        Q(round__state=open_, pk__in=answered.values("snapshot"))
        | Q(round__state=closed, reopened_for__in=own)
    )

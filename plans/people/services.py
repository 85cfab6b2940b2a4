"""Units, their members and elements, and the roles of people; and the audit of all changes.

Each change is for administrators, and is logged with what was added and what was taken away. A
change to what is so already writes and logs nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import Q, TextChoices
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans import permissions
from plans.models import ActionElement, AuditEntry, PlanVersion, Role, Unit
from plans.web.refusals import InvalidError, NotAllowedError

MAX_UNIT_NAME = 200
_MAX_SLUG = 60


class Assigning(TextChoices):
    """What is done with the units that are chosen."""

    ADD = "add", gettext_lazy("add these units")
    REMOVE = "remove", gettext_lazy("take these units away")
    REPLACE = "replace", gettext_lazy("let only these units answer")


def create_unit(*, name: str, by: User) -> Unit:
    """Make a unit, whose short name is made from ``name``. Raises NotAllowedError, InvalidError."""
    _check(by)
    with transaction.atomic():
        clean = _unit_name(name)
        unit = Unit.objects.create(name=clean, slug=_free_slug(clean))
        AuditEntry.objects.create(
            action=AuditEntry.Action.UNIT_NAMED, actor=by, unit=unit, subject=clean
        )
        return unit


def rename_unit(*, unit_id: int, name: str, by: User) -> Unit:
    """Give a unit another name; its short name, which stands in addresses, stays.

    Raises NotAllowedError and InvalidError.
    """
    _check(by)
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        clean = _unit_name(name, but=unit)
        if clean != unit.name:
            subject = f"{unit.name} → {clean}"
            unit.name = clean
            unit.save(update_fields=["name"])
            AuditEntry.objects.create(
                action=AuditEntry.Action.UNIT_NAMED, actor=by, unit=unit, subject=subject
            )
        return unit


def set_members(*, unit_id: int, user_ids: Collection[int], by: User) -> Unit:
    """Make exactly these people the members of a unit. Raises NotAllowedError."""
    _check(by)
    with transaction.atomic():
        unit = Unit.objects.select_for_update().get(pk=unit_id)
        before = {user.pk: user.get_username() for user in unit.members.all()}
        after = {user.pk: user.get_username() for user in User.objects.filter(pk__in=user_ids)}
        changes = _changes(before, after)
        if changes:
            unit.members.set(after)
            AuditEntry.objects.create(
                action=AuditEntry.Action.MEMBERS_CHANGED, actor=by, unit=unit, subject=changes
            )
        return unit


def set_units_of(*, user_id: int, unit_ids: Collection[int], by: User) -> User:
    """Make a person a member of exactly these units; one entry for each that changes.

    Raises NotAllowedError.
    """
    _check(by)
    with transaction.atomic():
        user = User.objects.select_for_update().get(pk=user_id)
        before = set(user.units.values_list("pk", flat=True))
        wanted = set(unit_ids)
        # Locked in the order of their keys, as whoever sets a unit's members does.
        for unit in Unit.objects.select_for_update().filter(pk__in=before ^ wanted).order_by("pk"):
            joins = unit.pk in wanted
            (unit.members.add if joins else unit.members.remove)(user)
            AuditEntry.objects.create(
                action=AuditEntry.Action.MEMBERS_CHANGED,
                actor=by,
                unit=unit,
                subject=f"{'+' if joins else '−'}{user.get_username()}",
            )
        return user


def set_roles(*, user_id: int, roles: Collection[Role], by: User) -> User:
    """Give a person exactly these roles; administrators may also enter Django's admin.

    Raises NotAllowedError, and InvalidError when nobody would be left to administrate.
    """
    _check(by)
    with transaction.atomic():
        # Everybody who changes roles waits here: two administrators cannot demote each other.
        groups = {
            group.name: group
            for group in Group.objects.select_for_update().filter(name__in=Role.values)
        }
        user = User.objects.select_for_update().get(pk=user_id)
        held = set(user.groups.filter(name__in=Role.values).values_list("name", flat=True))
        wanted = {role.value for role in roles}
        changes = _changes({name: name for name in held}, {name: name for name in wanted})
        if not changes:
            return user
        if Role.ADMINISTRATOR.value in held - wanted and not _administrators(but=user):
            raise InvalidError(
                _("%(name)s is the last administrator. Make somebody else one first.")
                % {"name": user.get_username()},
                field="roles",
            )
        user.groups.remove(*(groups[name] for name in held - wanted))
        user.groups.add(*(groups[name] for name in wanted - held))
        user.is_staff = user.is_superuser or Role.ADMINISTRATOR.value in wanted
        user.save(update_fields=["is_staff"])
        AuditEntry.objects.create(
            action=AuditEntry.Action.ROLES_CHANGED,
            actor=by,
            subject=f"{user.get_username()}: {changes}",
        )
        return user


def set_person(
    *, user_id: int, roles: Collection[Role], unit_ids: Collection[int], by: User
) -> User:
    """``set_roles`` and ``set_units_of`` at once: both or neither."""
    with transaction.atomic():
        set_roles(user_id=user_id, roles=roles, by=by)
        return set_units_of(user_id=user_id, unit_ids=unit_ids, by=by)


def assign_elements(
    *,
    version: PlanVersion,
    element_ids: Collection[int],
    unit_ids: Collection[int],
    how: Assigning,
    by: User,
) -> int:
    """Assign elements of ``version`` to units, in bulk; how many elements changed.

    ``REPLACE`` with no unit leaves the elements to everybody. Ids that are not of ``version`` are
    passed over. One entry for each unit that gained or lost elements. Raises NotAllowedError, and
    InvalidError when there is nothing to do it with.
    """
    _check(by)
    if not element_ids:
        raise InvalidError(_("Choose the elements first."), field="elements")
    if not unit_ids and how is not Assigning.REPLACE:
        raise InvalidError(_("Choose a unit first."), field="units")
    through = ActionElement.units.through
    with transaction.atomic():
        PlanVersion.objects.select_for_update().get(pk=version.pk)
        order = dict(
            version.elements.order_by("issue__ordinal", "ordinal").values_list("pk", "reference")
        )
        wanted_elements = set(element_ids) & order.keys()
        wanted_units = set(Unit.objects.filter(pk__in=unit_ids).values_list("pk", flat=True))
        held = {
            (element, unit)
            for element, unit in through.objects.filter(actionelement__version=version).values_list(
                "actionelement_id", "unit_id"
            )
            if element in wanted_elements
        }
        asked = {(element, unit) for element in wanted_elements for unit in wanted_units}
        gained = set() if how is Assigning.REMOVE else asked - held
        lost = {
            Assigning.ADD: set(),
            Assigning.REMOVE: asked & held,
            Assigning.REPLACE: held - asked,
        }[how]
        through.objects.bulk_create(
            (through(actionelement_id=element, unit_id=unit) for element, unit in sorted(gained)),
            batch_size=500,
        )
        for unit in {unit for _element, unit in lost}:
            _unassign(unit, [element for element, of in lost if of == unit])
        _log_assigned(by, list(order.items()), gained, lost)
        return len({element for element, _unit in gained | lost})


def _unassign(unit_id: int, element_ids: list[int]) -> None:
    through = ActionElement.units.through
    # In pieces: a statement of SQLite holds a limited number of values.
    for start in range(0, len(element_ids), 500):
        piece = element_ids[start : start + 500]
        through.objects.filter(unit=unit_id, actionelement__in=piece).delete()


def _log_assigned(
    by: User,
    order: list[tuple[int, str]],
    gained: set[tuple[int, int]],
    lost: set[tuple[int, int]],
) -> None:
    concerned = {unit for _element, unit in gained | lost}
    for unit in Unit.objects.filter(pk__in=concerned).order_by("name", "slug"):
        parts = []
        for sign, pairs in (("+", gained), ("−", lost)):
            elements = {element for element, of in pairs if of == unit.pk}
            if elements:
                parts.append(sign + _runs(order, elements))
        AuditEntry.objects.create(
            action=AuditEntry.Action.UNITS_ASSIGNED, actor=by, unit=unit, subject="; ".join(parts)
        )


def _runs(order: Iterable[tuple[int, str]], chosen: set[int]) -> str:
    """The references of ``chosen``, those that follow each other as one: “I.1.1–I.1.4, II.2.1”."""
    runs: list[list[str]] = []
    follows = False
    for pk, reference in order:
        if pk not in chosen:
            follows = False
            continue
        if follows:
            runs[-1].append(reference)
        else:
            runs.append([reference])
        follows = True
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def _check(by: User) -> None:
    if not permissions.can_seed(by):
        raise NotAllowedError(_("Only administrators keep units and people."))


def _administrators(*, but: User) -> bool:
    """Whether somebody else, or ``but`` as a superuser, remains who may administrate."""
    others = User.objects.filter(is_active=True).filter(
        Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR.value)
    )
    return but.is_superuser or others.exclude(pk=but.pk).exists()


def _changes(
    before: dict[int, str] | dict[str, str], after: dict[int, str] | dict[str, str]
) -> str:
    """What was added and taken away, in short: “+anna, −bert”; "" when nothing was."""
    old, new = set(before.values()), set(after.values())
    return ", ".join(
        [*(f"+{name}" for name in sorted(new - old)), *(f"−{name}" for name in sorted(old - new))]
    )


def _unit_name(name: str, *, but: Unit | None = None) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise InvalidError(_("Give the unit a name."), field="name")
    if len(clean) > MAX_UNIT_NAME:
        raise InvalidError(
            _("The name has %(count)d characters; at most %(max)d can be kept.")
            % {"count": len(clean), "max": MAX_UNIT_NAME},
            field="name",
        )
    others = Unit.objects.filter(name__iexact=clean)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise InvalidError(_("There is a unit of this name already."), field="name")
    return clean


def _free_slug(name: str) -> str:
    base = slugify(name)[:_MAX_SLUG].strip("-") or "unit"
    slug, number = base, 1
    while Unit.objects.filter(slug=slug).exists():
        number += 1
        ending = f"-{number}"
        slug = base[: _MAX_SLUG - len(ending)].rstrip("-") + ending
    return slug

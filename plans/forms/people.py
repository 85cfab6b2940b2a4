"""Forms about units and people. They check the shape; the services check rights and sense."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from plans.models import Role, Unit
from plans.services.people import MAX_UNIT_NAME, Assigning


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People to choose from, by ``person_in_words``."""

    def label_from_instance(self, obj: Any) -> str:
        return person_in_words(obj)


class KeysField(forms.Field):
    """Any number of primary keys; which of them exist is the caller's to look up."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> set[int]:
        found = set()
        for key in value or ():
            if not (key.isascii() and key.isdigit() and len(key) < 19):
                raise forms.ValidationError(_("Choose from what the page offers."))
            found.add(int(key))
        return found


class UnitNameForm(forms.Form):
    """The name of a unit, new or not."""

    name = forms.CharField(label=_("Name"), max_length=MAX_UNIT_NAME)


class MembersForm(forms.Form):
    """Who is in a unit."""

    members = PeopleField(
        label=_("Members"),
        queryset=User.objects.order_by("username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PersonForm(forms.Form):
    """A person's roles and units."""

    roles = forms.TypedMultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        coerce=Role,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    units = forms.ModelMultipleChoiceField(
        label=_("Units"),
        queryset=Unit.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AssignForm(forms.Form):
    """Which elements are given to which units, and how.

    Elements are chosen one by one, by issue, or as all that the page's filters found.
    """

    units = forms.ModelMultipleChoiceField(
        label=_("Units"),
        queryset=Unit.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    how = forms.TypedChoiceField(
        label=_("What to do"),
        choices=[
            (Assigning.ADD.value, _("add these units")),
            (Assigning.REMOVE.value, _("take these units away")),
            (Assigning.REPLACE.value, _("let only these units answer")),
        ],
        coerce=Assigning,
        initial=Assigning.ADD.value,
        widget=forms.RadioSelect,
    )
    all = forms.BooleanField(required=False)
    issue = KeysField(required=False)
    element = KeysField(required=False)


def person_in_words(person: User) -> str:
    """The account's name, the person's own, and whether they may sign in."""
    words = person.get_username()
    if person.get_full_name():
        words += f" – {person.get_full_name()}"
    if not person.is_active:
        words += f" ({_('may not sign in')})"
    return words

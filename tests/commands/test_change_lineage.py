"""``manage.py change_lineage``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plans.models import AuditEntry, Lineage, PlanVersion, Role
from tests.factories import make_user
from tests.seeding.matching_cases import make_linked

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> PlanVersion:
    make_user("ada", Role.ADMINISTRATOR)
    return make_linked()


def run(version: PlanVersion, *arguments: str) -> str:
    out = StringIO()
    call_command("change_lineage", version.plan.slug, version.slug, *arguments, stdout=out)
    return out.getvalue()


def links() -> list[str]:
    return sorted(str(one) for one in Lineage.objects.all() if "I.2.2" in str(one))


def test_what_became_of_an_element_is_said_anew_with_a_reason(version: PlanVersion) -> None:
    said = run(version, "--earlier", "I.2.2", "--later", "I.2.2", "--reason", "Only reworded.")

    assert said == "I.2.2 → I.2.2: reworded, in the name of ada\n"
    assert links() == ["I.2.2 → I.2.2 (reworded)"]
    assert AuditEntry.objects.get().reason == "Only reworded."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--earlier", "IX.9", "--later", "I.2.2", "--reason", "So."), "IX.9"),
        (("--earlier", "I.2.2", "--later", "I.2.2", "--reason", " "), "why"),
        (("--later", "I.2.2", "--reason", "So.", "--by", "nobody"), "--by nobody"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(
    version: PlanVersion, arguments: tuple[str, ...], sentence: str
) -> None:
    before = links()

    with pytest.raises(CommandError, match=sentence):
        run(version, *arguments)

    assert (links(), AuditEntry.objects.count()) == (before, 0)

"""``manage.py change_lineage``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plans.models import AuditEntry, Lineage, PlanVersion, Role
from tests.factories import make_user
from tests.lineage import link
from tests.plans.services.seeding.matching_cases import AFTER, make_base

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> PlanVersion:
    """A version with its lineage: I.2.2 was dropped, and a new I.2.2 came."""
    before = make_base()
    after = make_base(AFTER, slug="gb282-tc-3")
    after.based_on = before
    after.save(update_fields=["based_on"])
    link(after)
    make_user("ada", Role.ADMINISTRATOR)
    return after


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
        (("--earlier", "I.2.2", "--later", "I.2.2", "--reason", " "), "Say why, in a few words"),
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

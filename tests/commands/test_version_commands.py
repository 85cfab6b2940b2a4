"""``manage.py publish_version`` and ``manage.py take_back_version``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plans.models import AuditEntry, PlanVersion, Role
from plans.seeding.services import commit, drafts
from tests.factories import make_user
from tests.seeding.cases import Seeding, begin

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeding() -> Seeding:
    """A draft of which a version without statuses was made: plan work, version first."""
    seeding = begin()
    head = {"plan_slug": "work", "version_slug": "first"}
    drafts.set_head(**seeding.known, head=head, with_round=False)
    commit.commit_draft(**seeding.known, anomalies_seen=True)
    return seeding


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, "work", "first", *arguments, stdout=out)
    return out.getvalue()


def test_a_version_is_published(seeding: Seeding) -> None:
    assert run("publish_version") == "work first is published.\n"
    assert PlanVersion.objects.get().published
    with pytest.raises(CommandError, match="This version is published already"):
        run("publish_version")


def test_a_version_is_taken_back_with_a_reason(seeding: Seeding) -> None:
    assert run("take_back_version", "--reason", "A heading was lost.") == (
        f"work first is taken back; its document plan.txt is draft {seeding.pk} again.\n"
    )
    assert (seeding.draft.state, PlanVersion.objects.exists()) == ("draft", False)
    assert AuditEntry.objects.latest("pk").reason == "A heading was lost."


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--reason", " "), "Say why, in a few words."),
        (("--reason", "So.", "--by", "olga"), "Only administrators seed versions."),
        (("--reason", "So.", "--by", "nobody"), "--by nobody: there is no active account"),
    ],
)
def test_what_is_refused_changes_nothing(
    seeding: Seeding, arguments: tuple[str, ...], sentence: str
) -> None:
    make_user("olga", Role.OFFICER)
    with pytest.raises(CommandError, match=sentence):
        run("take_back_version", *arguments)
    assert PlanVersion.objects.count() == 1

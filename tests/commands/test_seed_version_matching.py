"""``manage.py seed_version`` with decisions on what became of the elements before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from plans.catalogue.queries import lineage
from plans.models import Lineage, PlanVersion, Role, SeedDraft
from plans.reading.matching import read_stated
from plans.seeding.queries import drafts
from tests.commands.test_seed_version import refusal, run
from tests.factories import make_user
from tests.seeding.cases import forget_readings
from tests.seeding.matching_cases import PROPOSED, document, make_base

pytestmark = pytest.mark.django_db

AFTER = ("--plan", "technical-cooperation", "--base", "gb276-tc-2", "--slug", "gb282-tc-3")


@pytest.fixture(autouse=True)
def base() -> PlanVersion:
    make_user("ada", Role.ADMINISTRATOR)
    version = make_base()
    assert version.plan.slug == AFTER[1]
    return version


@pytest.fixture
def plan(tmp_path: Path) -> str:
    path = tmp_path / "plan.txt"
    path.write_text(document(), encoding="utf-8")
    return str(path)


def links() -> list[str]:
    return [str(link) for link in Lineage.objects.order_by("pk")]


def test_what_is_proposed_is_written_edited_and_decided(plan: str, tmp_path: Path) -> None:
    path = tmp_path / "became.toml"
    status, said = refusal(plan, *AFTER, "--dry-run", "--write-matching", str(path))
    assert (status, "is not decided yet in 6 places" in said) == (1, True)
    text = path.read_text(encoding="utf-8")
    assert [(one.kind, one.earlier, one.later) for one in read_stated(text)] == PROPOSED
    whole, new = text.split('[[became]]\nkind = "new"')
    assert "I.2.2" in new
    others = whole[: whole.index('[[became]]\nkind = "dropped"')]
    edited = "[[became]]\nearlier = ['I.2.2']\nlater = ['I.2.2']\nreason = 'It took its place.'\n"
    path.write_text(others + edited, encoding="utf-8")

    assert "Made technical-cooperation gb282-tc-3" in run(plan, *AFTER, "--matching", str(path))

    assert links() == [
        "I.1.1 → I.1.1 (reworded)",
        "I.1.2 → I.1.2 (split)",
        "I.1.2 → I.1.3 (split)",
        "I.1.3 → I.1.4 (moved)",
        "I.2.1 → I.2.1 (same)",
        "I.2.2 → I.2.2 (reworded)",
    ]
    assert Lineage.objects.latest("pk").reason == "It took its place."


def test_what_the_file_leaves_open_is_accepted_as_it_is_proposed(plan: str, tmp_path: Path) -> None:
    path = tmp_path / "became.toml"
    path.write_text("[[became]]\nearlier = ['I.1.3']\nreason = 'No donor is left.'\n")
    run(plan, *AFTER, "--matching", str(path), "--accept", "all")
    assert "I.1.3 → – (dropped)" in links()
    assert "– → I.1.4 (new)" in links()


def test_what_is_left_undecided_is_named_with_what_mends_it(plan: str) -> None:
    status, said = refusal(plan, *AFTER, "--accept", "same")
    assert status == 1
    assert "is not decided yet in 5 places" in said
    assert "Fix it with --matching or --accept." in said


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\xff", ": 'utf-8' codec can't decode byte 0xff"),
        (b"[[became]]\nlater = 1", ": decision 1: 'later' is a list of references"),
        (
            b"[[became]]\nlater = ['I.9.9']\nreason = 'r'",
            ": decision 1 (– → I.9.9): The new version has no element I.9.9.",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_named(
    plan: str, tmp_path: Path, content: bytes, complaint: str
) -> None:
    path = tmp_path / "became.toml"
    path.write_bytes(content)
    status, said = refusal(plan, *AFTER, "--matching", str(path))
    assert (status, f"{path}{complaint}" in said) == (2, True), said
    assert not SeedDraft.objects.exists()


@pytest.mark.parametrize("option", ["--matching", "--write-matching"])
def test_without_a_version_before_there_is_nothing_to_decide(
    plan: str, tmp_path: Path, option: str
) -> None:
    path = tmp_path / "became.toml"
    path.write_text("")
    status, said = refusal(plan, *AFTER[:2], option, str(path))
    assert (status, said.endswith(f"{option} needs --base, the version before")) == (2, True)


def test_what_cannot_be_written_is_named(plan: str, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "became.toml"
    status, said = refusal(plan, *AFTER, "--write-matching", str(path))
    assert (status, f"{path}: No such file" in said) == (2, True), said


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("more", [(), ("--language", "fr"), ("--title", "A title")])
def test_what_takes_long_is_done_while_others_may_write(
    plan: str, more: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction of SQLite that may write keeps everybody else from writing."""
    done: list[tuple[str, bool]] = []

    def watched(module: Any, name: str) -> None:
        function = getattr(module, name)

        def watching(*args: Any, **kwargs: Any) -> Any:
            done.append((name, connection.in_atomic_block))
            return function(*args, **kwargs)

        monkeypatch.setattr(module, name, watching)

    watched(drafts, "read_source")
    watched(lineage, "match")
    forget_readings()

    assert "Made technical-cooperation" in run(plan, *AFTER, "--accept", "all", *more)

    assert set(done) == {("read_source", False), ("match", False)}

"""``manage.py seed_version``: what the pages of seeding do, from the shell."""

from __future__ import annotations

import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from plans.models import (
    AuditEntry,
    Lineage,
    Plan,
    PlanVersion,
    ReportingRound,
    Role,
    SeedDraft,
    SourceDocument,
)
from tests.factories import make_user
from tests.reading.bad_files import BAD_FILES, EMPTY, ODD_TEXTS
from tests.seeding.cases import TEXT

pytestmark = pytest.mark.django_db

SOURCE = Path("fixtures/sources/gb279-progress-report.txt")
CORRECTIONS = Path("fixtures/corrections/gb279-progress-report.toml")


@pytest.fixture(autouse=True)
def _administrator() -> None:
    make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def document(tmp_path: Path) -> str:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("seed_version", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def refusal(*arguments: str) -> tuple[int, str]:
    """The exit status, and all that was said."""
    out = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("seed_version", *arguments, stdout=out, stderr=out)
    return error.value.returncode, f"{out.getvalue()}{error.value}"


def test_a_version_is_made_of_a_document(document: str) -> None:
    said = run(document, "--plan", "work", "--title", "A plan", "--symbol", "GB.282/TC/1")
    assert "Part I – Work: 2 issues, 3 elements (0 missing in the source), 3 time-frames" in said
    assert "Status as at 1 May 2001: a closed reporting round with its record" in said
    assert "Made work gb282-tc-1; it is not published yet." in said
    version = PlanVersion.objects.get()
    assert (version.plan.title, version.symbol, version.published) == (
        "A plan",
        "GB.282/TC/1",
        False,
    )


def test_the_real_document_is_seeded_with_its_corrections_and_published() -> None:
    said = run(
        *(str(SOURCE), "--plan", "technical-cooperation", "--corrections", str(CORRECTIONS)),
        *("--odd-is-fine", "--publish"),
    )
    assert "Made technical-cooperation gb276-tc-2; it is published." in said
    assert PlanVersion.objects.get().elements.count() == 78


def test_what_will_be_made_is_told_as_on_the_page(document: str) -> None:
    run(
        document,
        "--plan",
        "decent-work",
        "--slug",
        "first",
        "--session",
        "280th Session",
        "--publish",
    )
    said = run(
        *(document, "--plan", "decent-work", "--base", "first", "--symbol", "GB.282/TC/1"),
        *("--date", "2001-11", "--round-symbol", "GB.283/TC/1", "--round-symbol-inferred"),
        *("--accept", "all", "--dry-run", "--verbosity", "0"),
    )
    assert said.splitlines() == [
        "decent-work gb282-tc-1, GB.282/TC/1:",
        "  plan: plan",
        "  date: 2001-11",
        "  language: English",
        "  based on: plan",
        "  address: /plans/decent-work/gb282-tc-1/",
        "  statuses: Status as at 1 May 2001: a closed reporting round with its record, "
        "GB.283/TC/1 (inferred)",
        "  Part I – Work: 2 issues, 3 elements (0 missing in the source), 3 time-frames",
        "  rows: plan versions 1, Parts 1, issues 2, time-frames 3, element groups 2, "
        "action elements 3, reporting rounds 1, status snapshots 3, "
        "elements covered by statuses 3, status revisions 3, records 1, "
        "links to the version before 3",
        "A dry run: nothing was made.",
    ]


def test_what_only_the_name_of_the_file_tells_is_said(document: str) -> None:
    said = run(document, "--plan", "work", "--dry-run")
    assert "  plan: plan, new" in said
    assert "The title is taken from the name of the file; say it with --title." in said
    assert "The symbol is taken from the name of the file; say it with --symbol." in said


def test_a_dry_run_makes_nothing(document: str) -> None:
    assert run(document, "--plan", "work", "--dry-run").endswith("nothing was made.\n")
    for model in (Plan, SeedDraft, SourceDocument):
        assert not model.objects.exists()


def test_the_same_document_again_matches_every_element(document: str) -> None:
    run(document, "--plan", "work", "--slug", "first", "--publish")
    said = run(
        document, "--plan", "work", "--base", "first", "--slug", "second", "--accept", "same"
    )
    assert "Made work second" in said
    assert list(Lineage.objects.values_list("kind", flat=True)) == ["same"] * 3


def test_what_became_of_the_elements_has_to_be_decided(document: str) -> None:
    run(document, "--plan", "work", "--slug", "first")
    status, said = refusal(document, "--plan", "work", "--base", "first", "--slug", "second")
    assert status == 1
    assert "What became of the elements is not decided yet in 3 places" in said
    assert (PlanVersion.objects.count(), SeedDraft.objects.count()) == (1, 1)


def test_the_statuses_can_be_left_out(document: str) -> None:
    run(document, "--plan", "work", "--without-statuses")
    assert not ReportingRound.objects.exists()


def test_odd_places_are_listed_and_nothing_is_made_before_they_are_looked_at(
    tmp_path: Path,
) -> None:
    path = tmp_path / "plan.txt"
    path.write_text(TEXT.replace("2. Advice", "1. Advice"), encoding="utf-8")
    status, said = refusal(str(path), "--plan", "work")
    assert (status, "the number of I.1 stands twice" in said) == (1, True)
    assert not SeedDraft.objects.exists()
    assert "Made work plan" in run(str(path), "--plan", "work", "--odd-is-fine")


def test_words_without_a_place_stand_in_the_way() -> None:
    status, said = refusal(str(SOURCE), "--plan", "work", "--odd-is-fine")
    assert status == 1
    assert "Line 112: “As necessary” has no place in the plan." in said
    assert said.endswith("things stand in the way; nothing was made")
    assert not Plan.objects.exists()


@pytest.mark.parametrize("what", BAD_FILES)
def test_what_is_no_document_is_refused(tmp_path: Path, what: str) -> None:
    name, content, complaint = BAD_FILES[what]
    path = tmp_path / name
    path.write_bytes(content())
    status, said = refusal(str(path), "--plan", "work")
    assert (status, complaint in said) == (2, True)
    assert (SourceDocument.objects.count(), AuditEntry.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("size", "complaint"),
    [(0, EMPTY), (100_000_000, "the file is larger than 20 MB;")],
)
def test_a_file_of_no_size_or_far_too_much_is_refused(
    tmp_path: Path, size: int, complaint: str
) -> None:
    path = tmp_path / "plan.docx"
    path.write_bytes(b"PK"[:size])
    os.truncate(path, size)
    status, said = refusal(str(path), "--plan", "work")
    assert (status, complaint in said) == (2, True)
    assert not SourceDocument.objects.exists()


@pytest.mark.parametrize("what", ODD_TEXTS)
def test_what_is_odd_is_named_and_nothing_is_made(tmp_path: Path, what: str) -> None:
    text, complaint = ODD_TEXTS[what]
    path = tmp_path / "plan.txt"
    path.write_text(text, encoding="utf-8")
    status, said = refusal(str(path), "--plan", "work")
    assert (status, complaint in said) == (1, True)
    assert (Plan.objects.count(), SourceDocument.objects.count()) == (0, 0)


def test_how_far_it_is_stands_on_standard_error(document: str) -> None:
    out, error = StringIO(), StringIO()
    call_command("seed_version", document, "--plan", "work", stdout=out, stderr=error)
    assert error.getvalue().splitlines()[:9] == [
        f"reading plan.txt, {len(TEXT.encode())} bytes",
        "lines read: 6 of 6",
        "blocks classified: 17 of 17",
        "action elements found: 3 of 3",
        "words placed: 51 of 51",
        "checking what will be made",
        "plans: 1 of 1",
        "plan versions: 1 of 1",
        "Parts: 1 of 1",
    ]
    assert "1 of 1" not in out.getvalue()


def test_how_far_it_is_can_be_left_out(document: str) -> None:
    error = StringIO()
    call_command(
        *("seed_version", document, "--plan", "work"), verbosity=0, stdout=error, stderr=error
    )
    assert "of 1" not in error.getvalue()


def test_files_that_cannot_be_read_are_named(document: str, tmp_path: Path) -> None:
    assert refusal("nowhere.txt", "--plan", "w") == (2, "nowhere.txt: No such file or directory")
    path = tmp_path / "bad.toml"
    path.write_text("colour = 1")
    status, said = refusal(document, "--plan", "w", "--corrections", str(path))
    assert (status, said) == (2, f"{path}: unknown section 'colour'")


def test_a_version_before_that_there_is_not_is_named(document: str) -> None:
    wanted = [document, "--plan", "w", "--base", "x", "--verbosity", "0"]
    assert refusal(*wanted)[1] == "--base x: there is no plan w"
    run(document, "--plan", "w", "--slug", "first")
    assert refusal(*wanted)[1] == "w has no version x; there is first"


def test_only_an_administrator_seeds(document: str) -> None:
    make_user("olga", Role.OFFICER)
    status, said = refusal(document, "--plan", "w", "--by", "olga")
    assert (status, "Only administrators seed versions." in said) == (1, True)

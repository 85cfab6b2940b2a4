"""``manage.py seed_version`` with a sheet whose headings do not tell what its columns hold."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from plans.models import Plan, PlanVersion, ReportingRound, Role, SeedDraft
from plans.seeding.queries.fixtures import version_fixture
from plans.seeding.services import commit, drafts
from tests.commands.test_seed_version import refusal, run
from tests.factories import make_user
from tests.seeding.test_columns_page import said, workbook

pytestmark = pytest.mark.django_db

COLUMNS = "A=issue-number,B=issue-title,C=element,D=time-frame,E=status"
FINE = "--odd-is-fine"


@pytest.fixture(autouse=True)
def _administrator() -> None:
    make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook(extra=True))
    return str(path)


def elements() -> list[tuple[str, str]]:
    return list(PlanVersion.objects.get().elements.values_list("reference", "text"))


def test_the_columns_are_named_on_the_command_line(sheet: str) -> None:
    given = ("--columns", COLUMNS, "--sheet", "Plan", "--as-at", "2001-05-01")
    run(sheet, "--plan", "work", *given, FINE)
    assert elements() == [
        ("1.1.1", "Better standards will be made."),
        ("1.1.2", "More advice will be given."),
        ("1.2.1", "Talks will be held."),
    ]
    assert SeedDraft.objects.get().mapping["sheet"] == "Plan"


def test_the_columns_are_named_in_the_corrections_file(sheet: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(
        "[document]\nwith_round = false\n[columns]\nsheet = 'Plan'\nheader = 1\n"
        "B = 'title of the issue'\nC = 'action element'\n",
        encoding="utf-8",
    )
    run(sheet, "--plan", "work", "--corrections", str(path), FINE)
    assert [text for _reference, text in elements()] == [
        "Better standards will be made.",
        "More advice will be given.",
        "Talks will be held.",
    ]
    assert not ReportingRound.objects.exists()


def test_columns_of_the_command_line_go_before_those_of_the_file(
    sheet: str, tmp_path: Path
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text("[columns]\nsheet = 'Notes'\nA = 'element'\nB = 'issue-title'\n")
    given = ("--columns", "B=issue-title,C=element", "--sheet", "Plan")
    run(sheet, "--plan", "work", "--corrections", str(path), *given, FINE)
    assert len(elements()) == 3


def test_a_sheet_alone_is_read_by_its_headings(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("a,b\nNo,Issue,Action\n1,One,first.\n", encoding="utf-8")
    run(str(path), "--plan", "work", "--header", "2", FINE)
    assert elements() == [("1.1.1", "first.")]


def test_the_columns_are_listed_when_nobody_has_said_what_they_hold(sheet: str) -> None:
    status, message = refusal(sheet, "--plan", "work")
    assert status == 2
    assert message.endswith(
        "say which column holds what: the headings of the columns do not tell; say it with "
        "--columns"
    )
    assert "  B   Who" in message
    assert "Its sheets: Notes, Plan" in message
    assert not SeedDraft.objects.exists()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (("--columns", "A"), "--columns: 'A' says nothing; write A=issue-number,C=element"),
        (("--columns", "A=part,a=status"), "--columns: column A is named twice"),
        (("--columns", "1=part"), "--columns: '1' is no column; write its letter, such as A or"),
        (("--columns", "A=colour"), "--columns: 'colour' is nothing that a column holds; use one"),
        (("--columns", "A=part"), "say which column holds the action elements, and which the"),
        (
            ("--columns", "A=element,B=element"),
            "columns A and B are both said to be “action element”; choose one",
        ),
        (("--sheet", "Nowhere"), "--sheet, --header: the workbook has no sheet 'Nowhere'"),
        (("--header", "99"), "--sheet, --header: sheet Notes, row 99: no headings of columns"),
        (
            ("--sheet", "Plan", "--columns", "B=issue-title,J=element"),
            "the sheet has no column J; its last is E",
        ),
    ],
)
def test_columns_that_cannot_be_are_refused_with_their_place(
    sheet: str, given: tuple[str, ...], complaint: str
) -> None:
    status, message = refusal(sheet, "--plan", "work", *given)
    assert (status, complaint in message) == (2, True), message
    assert not Plan.objects.exists()


def test_a_text_has_no_columns_to_be_named(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_text("Part I\n\nIssues\tElements\tTime\n1. One\t<ul> • a.\t2001")
    status, message = refusal(str(path), "--plan", "w", "--columns", "A=element,B=issue-title")
    assert status == 2
    assert message.endswith("[columns]: the document is no sheet with columns to be named.")


def test_what_is_downloaded_from_the_page_makes_the_same_version(
    client: Client, tmp_path: Path
) -> None:
    """Seeded on the page, its document and its corrections file make the same from the shell."""
    client.force_login(make_user("bob", Role.ADMINISTRATOR))
    content = workbook(extra=True)
    client.post("/seed/", {"place": "new", "document": SimpleUploadedFile("plan.xlsx", content)})
    draft = SeedDraft.objects.get()
    here = f"/seed/{draft.pk}/"
    client.post(f"{here}columns/", said())
    head = {"plan_title": "A plan", "plan_slug": "work", "version_symbol": "GB.282/TC/1"}
    by = draft.made_by
    assert by is not None
    drafts.set_head(draft_id=draft.pk, by=by, base_revision=1, head=head, with_round=False)
    files = {name: client.get(f"{here}{name}").content for name in ("document", "corrections.toml")}
    for name, found in files.items():
        (tmp_path / name).write_bytes(found)
    (tmp_path / "document").rename(tmp_path / "plan.xlsx")
    with transaction.atomic():
        commit.commit_draft(draft_id=draft.pk, by=by, base_revision=2, anomalies_seen=True)
        on_the_page = version_fixture(PlanVersion.objects.get())
        transaction.set_rollback(True)

    run(
        *(str(tmp_path / "plan.xlsx"), "--plan", "work", FINE),
        *("--corrections", str(tmp_path / "corrections.toml")),
    )

    assert version_fixture(PlanVersion.objects.get()) == on_the_page

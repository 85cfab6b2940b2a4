"""The upload of a unit's file, and the page on which it is looked at and applied."""

from __future__ import annotations

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from plans.models import ReturnedFile, Role
from plans.unit_files import reading
from plans.web.refusals import RoundClosedError
from tests.factories import make_unit, make_user
from tests.pages import text_of
from tests.reading.test_office import with_parts
from tests.scenes import Scene, set_scene, set_scene_apart
from tests.unit_files.files import edited_sheet, filled_in, sent_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return set_scene(elements=4)


@pytest.fixture
def secretariat(scene: Scene, client: Client) -> Client:
    client.force_login(scene.secretary)
    return client


def page(scene: Scene | Scene, file: ReturnedFile | None = None) -> str:
    return f"/rounds/{scene.round.pk}/returned/" + (f"{file.pk}/" if file else "")


def upload(client: Client, scene: Scene | Scene, content: bytes, name: str = "unit.xlsx"):  # type: ignore[no-untyped-def]
    return client.post(page(scene), {"file": SimpleUploadedFile(name, content)})


def answered(scene: Scene) -> bytes:
    answers = {1: ("completed", ["Issued."]), 2: ("continuing", ["Going on."])}
    return filled_in(sent_to(scene.round, scene.unit), "xlsx", answers)


def uploaded(client: Client, scene: Scene, content: bytes | None = None) -> ReturnedFile:
    answer = upload(client, scene, content or answered(scene))
    assert answer.status_code == 302, text_of(answer.content)
    return ReturnedFile.objects.get()


def faults(answer: HttpResponse) -> tuple[str, ...]:
    assert answer.status_code == 422
    found: tuple[str, ...] = answer.context["faults"]  # type: ignore[attr-defined]
    assert all(fault in text_of(answer.content) for fault in found)
    return found


def test_an_upload_leads_to_what_it_would_change_and_applies_nothing(
    scene: Scene, secretariat: Client
) -> None:
    answer = upload(secretariat, scene, answered(scene))

    file = ReturnedFile.objects.get()
    assert answer.headers["Location"] == page(scene, file)
    assert [scene.snapshot(n).revision for n in (1, 2)] == [0, 0]
    shown = secretariat.get(page(scene, file))
    assert [row.state for row in shown.context["review"].rows] == ["changed", "changed"]
    assert shown.context["ticked"] == {1, 2}


def test_ticked_rows_are_saved_and_the_unit_is_told(
    scene: Scene, secretariat: Client, django_capture_on_commit_callbacks
) -> None:  # type: ignore[no-untyped-def]
    file = uploaded(secretariat, scene)

    with django_capture_on_commit_callbacks(execute=True):
        answer = secretariat.post(
            page(scene, file), {"row": ["2:0"], "action": "save"}, follow=True
        )

    said = text_of(answer.content)
    assert "1 status was saved as a draft from “unit.xlsx”." in said
    assert "Evaluation is told by e-mail." in said
    assert [scene.snapshot(n).text for n in (1, 2)] == ["", "Going on."]
    assert [letter.to for letter in mail.outbox] == [["olga@example.org"]]


def test_the_secretariat_hears_when_nobody_of_the_unit_can_be_told(
    scene: Scene, secretariat: Client
) -> None:
    scene.officer.email = ""
    scene.officer.save(update_fields=["email"])
    file = uploaded(secretariat, scene)

    answer = secretariat.post(page(scene, file), {"row": ["2:0"], "action": "save"}, follow=True)

    said = text_of(answer.content)
    assert "Nobody of Evaluation has an e-mail address here: tell them what you entered." in said


def test_submitting_hands_the_ticked_rows_in(scene: Scene, secretariat: Client) -> None:
    file = uploaded(secretariat, scene)

    answer = secretariat.post(
        page(scene, file), {"row": ["1:0", "2:0"], "action": "submit"}, follow=True
    )

    assert "2 statuses were submitted from “unit.xlsx”." in text_of(answer.content)
    assert [scene.snapshot(n).state for n in (1, 2)] == ["submitted", "submitted"]


def test_a_row_that_became_stale_comes_back_as_a_conflict_and_nothing_is_applied(
    scene: Scene, secretariat: Client
) -> None:
    file = uploaded(secretariat, scene)
    scene.save(1, text="A colleague's words.")

    answer = secretariat.post(page(scene, file), {"row": ["1:0", "2:0"], "action": "save"})

    assert answer.status_code == 409
    assert {row.ordinal: str(row.state) for row in answer.context["review"].rows} == {
        1: "conflict",
        2: "changed",
    }
    # What is seen for the first time is not ticked; the person's other choices stay.
    assert answer.context["ticked"] == {2}
    said = text_of(answer.content)
    assert "I.1.1–I.1.2 : Somebody else saved this status while you were writing." in said
    assert "A colleague's words." in said
    assert [scene.snapshot(n).text for n in (1, 2)] == ["A colleague's words.", ""]


def test_what_is_incomplete_is_said_beside_its_row(scene: Scene, secretariat: Client) -> None:
    content = filled_in(sent_to(scene.round, scene.unit), "xlsx", {1: ("", ["No category."])})
    file = uploaded(secretariat, scene, content)

    answer = secretariat.post(page(scene, file), {"row": ["1:0"], "action": "submit"})

    assert answer.status_code == 422
    assert "I.1.1–I.1.2 : Choose the progress." in text_of(answer.content)
    assert answer.context["ticked"] == {1}


def test_nothing_ticked_is_said_and_nothing_applied(scene: Scene, secretariat: Client) -> None:
    file = uploaded(secretariat, scene)

    answer = secretariat.post(page(scene, file), {"action": "save"})

    assert answer.status_code == 422
    assert "Choose one row at least." in text_of(answer.content)
    assert answer.context["ticked"] == set()


def test_a_file_waits_and_is_found_again_until_it_is_thrown_away(
    scene: Scene, secretariat: Client
) -> None:
    file = uploaded(secretariat, scene)

    assert [found.pk for found in secretariat.get(page(scene)).context["pending"]] == [file.pk]
    answer = secretariat.post(page(scene, file), {"action": "discard"}, follow=True)

    assert "“unit.xlsx” was discarded." in text_of(answer.content)
    assert answer.context["pending"] == []
    assert secretariat.get(page(scene, file)).status_code == 404


def test_a_file_that_was_applied_is_listed_and_cannot_be_applied_again(
    scene: Scene, secretariat: Client
) -> None:
    file = uploaded(secretariat, scene)
    secretariat.post(page(scene, file), {"row": ["2:0"], "action": "save"})

    answer = secretariat.post(page(scene, file), {"row": ["1:0"], "action": "save"}, follow=True)

    assert "“unit.xlsx” has been applied already." in text_of(answer.content)
    assert [found.pk for found in answer.context["applied"]] == [file.pk]
    assert scene.snapshot(1).revision == 0


def test_hostile_words_are_shown_as_they_stand(scene: Scene, secretariat: Client) -> None:
    content = filled_in(
        sent_to(scene.round, scene.unit),
        "xlsx",
        {1: ("completed", ["<script>alert(1)</script>"])},
    )
    file = uploaded(secretariat, scene, content)

    shown = secretariat.get(page(scene, file)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown


def test_words_in_cells_to_be_read_are_shown_and_not_taken_over(
    scene: Scene, secretariat: Client
) -> None:
    content = edited_sheet(
        sent_to(scene.round, scene.unit),
        lambda sheet: sheet.cell(9, 3, "Completed by May 2001"),
    )
    file = uploaded(secretariat, scene, content)

    (row,) = secretariat.get(page(scene, file)).context["review"].overwritten

    cell = row.overwritten["Time-frame"]
    assert (row.ordinal, cell.sent, cell.found) == (
        1,
        "Completed by April 2000",
        "Completed by May 2001",
    )


# Who may


def test_another_units_officer_and_a_reader_find_no_file(scene: Scene, secretariat: Client) -> None:
    file = uploaded(secretariat, scene)
    people = [make_user("otto", Role.OFFICER, units=[make_unit("training")]), make_user("rita")]

    for person in people:
        client = Client()
        client.force_login(person)
        address = page(scene, file)
        assert client.get(address).status_code == 404
        assert client.post(address, {"row": ["1:0"], "action": "save"}).status_code == 404
    assert scene.snapshot().revision == 0


def test_another_units_officer_sees_that_no_row_is_theirs_and_no_file_of_others(
    scene: Scene, secretariat: Client
) -> None:
    uploaded(secretariat, scene)
    client = Client()
    client.force_login(make_user("otto", Role.OFFICER, units=[make_unit("training")]))

    answer = client.get(page(scene))

    assert (answer.context["units"], answer.context["pending"]) == ([], [])
    assert faults(upload(client, scene, answered(scene))) == (
        "The file holds the rows of another unit (evaluation), for which you do not report.",
    )


def test_an_officer_applies_a_file_of_the_own_unit_as_an_own_save(
    scene: Scene, client: Client
) -> None:
    client.force_login(scene.officer)
    file = uploaded(client, scene)

    answer = client.post(page(scene, file), {"row": ["1:0"], "action": "save"}, follow=True)

    assert "told by e-mail" not in text_of(answer.content)
    revision = scene.snapshot().revisions.get()
    assert (revision.by, revision.on_behalf_of) == (scene.officer, None)


def test_a_file_is_not_found_under_another_round(scene: Scene, secretariat: Client) -> None:
    file = uploaded(secretariat, scene)

    assert secretariat.get(f"/rounds/{scene.earlier.pk}/returned/{file.pk}/").status_code == 404


# Bad files


def test_no_file_and_two_files_are_refused(scene: Scene, secretariat: Client) -> None:
    content = sent_to(scene.round, scene.unit)
    two = [SimpleUploadedFile("a.xlsx", content), SimpleUploadedFile("b.xlsx", content)]

    none = secretariat.post(page(scene), {})
    both = secretariat.post(page(scene), {"file": two})

    assert (none.status_code, both.status_code) == (422, 422)
    assert "Choose the file that came back." in text_of(none.content)
    assert "Upload one file at a time." in text_of(both.content)
    assert not ReturnedFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Part I\n", "This is neither a .docx nor an .xlsx file, whatever its name says."),
        (b"PK\x03\x04", "This is no .xlsx file, whatever its name says."),
        (
            bytes.fromhex("d0cf11e0a1b11ae1"),
            "The file has an old office format; save it as .xlsx.",
        ),
    ],
)
def test_what_is_no_office_file_is_refused(
    scene: Scene, secretariat: Client, content: bytes, said: str
) -> None:
    assert faults(upload(secretariat, scene, content)) == (said,)


def test_an_empty_file_is_refused(scene: Scene, secretariat: Client) -> None:
    assert faults(upload(secretariat, scene, b"")) == ("The file is empty.",)


def test_a_macro_is_refused(scene: Scene, secretariat: Client) -> None:
    content = with_parts(sent_to(scene.round, scene.unit), {"xl/vbaProject.bin": b"Sub A()"})

    assert faults(upload(secretariat, scene, content)) == (
        "The file holds macros (xl/vbaProject.bin); save it as .xlsx.",
    )


def test_a_file_that_is_too_large_is_not_even_read(
    scene: Scene, secretariat: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plans.unit_files.views.MAX_BYTES", 1_000_000)

    answer = upload(secretariat, scene, b"PK" + b"\0" * 1_000_000)

    assert answer.status_code == 422
    assert "The file is larger than 1 MB; the rows of a unit take far less." in text_of(
        answer.content
    )
    assert reading.MAX_BYTES == 5_000_000


def test_every_fault_is_told_at_once_with_its_place(scene: Scene, secretariat: Client) -> None:
    def spoil(sheet) -> None:  # type: ignore[no-untyped-def]
        sheet["F9"] = "done"
        sheet["G9"] = "=1+1"
        sheet["A10"] = "I.1.3\nX.9"

    content = edited_sheet(sent_to(scene.round, scene.unit), spoil)

    assert faults(upload(secretariat, scene, content)) == (
        "Row 9, column G (“Status”): the cell holds no text but a number, a date or a formula, or "
        "is merged with another. Type its words as text.",
        "Row 9, column F (“How far has it come?”): “done” is not in the list. Choose one of: not "
        "started, in progress, continuing, completed, postponed.",
        "Row 10, column A (“Elements”): there is no element X.9 in this plan. Put back the "
        "references that stood there: I.1.3, I.1.4.",
    )


def test_in_a_closed_round_nothing_can_be_uploaded_and_what_waits_is_not_lost() -> None:
    case = set_scene_apart()
    client = case.client(case.secretary)
    content = sent_to(case.round, case.unit)
    upload(client, case, content)
    case.close()

    answer = upload(client, case, content)

    assert answer.status_code == 409
    assert isinstance(answer.context["refusal"], RoundClosedError)
    file = ReturnedFile.objects.get()
    shown = client.get(page(case, file))
    assert "This round was closed in the meantime" in text_of(shown.content)


# Costs


@pytest.mark.parametrize("rows", [1, 3, 30])
def test_the_review_costs_the_same_queries_however_many_rows_there_are(
    rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = set_scene_apart(elements=rows)
    client = case.client(case.secretary)
    answers = {number: ("completed", ["Issued."]) for number in range(1, rows + 1)}
    content = filled_in(sent_to(case.round, case.unit), "xlsx", answers)
    case.post("save", text="A colleague's.", category="continuing")
    upload(client, case, content)

    with django_assert_num_queries(10):
        answer = client.get(page(case, ReturnedFile.objects.get()))

    states = [str(row.state) for row in answer.context["review"].rows]
    assert states == ["conflict", *["changed"] * (rows - 1)]


@pytest.mark.parametrize("files", [1, 3, 30])
def test_the_list_of_files_costs_the_same_queries_however_many_wait(
    files: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    case = set_scene_apart()
    client = case.client(case.secretary)
    content = sent_to(case.round, case.unit)
    for number in range(files):
        upload(client, case, with_parts(content, {f"docProps/{number}.xml": b"<a/>"}))

    with django_assert_num_queries(7):
        answer = client.get(page(case))

    assert len(answer.context["pending"]) == files

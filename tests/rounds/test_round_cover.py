"""The cover of a round."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from plans.models import ReportingRound
from tests.pages import text_of
from tests.rounds.rounds_cases import COVER, address, cover_of
from tests.scenes import Scene

pytestmark = pytest.mark.django_db


# The cover


def test_the_cover_is_saved_as_it_was_sent(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(address(scene, "cover/"), cover_of(scene) | {"save": "1"})

    round_ = ReportingRound.objects.get(pk=scene.round.pk)
    assert answer.headers["Location"] == address(scene, "cover/")
    assert round_.paragraphs == [
        {"number": "1", "text": "The Committee asked for a report.¹"},
        {"number": "2", "text": "It is found in the appendix."},
    ]
    assert round_.footnotes == [{"mark": "¹", "text": "GB.276/TC/2."}]
    assert (round_.symbol, round_.symbol_inferred, round_.reports_due_on) == (
        "GB.280/TC/2",
        True,
        date(2001, 1, 31),
    )


def test_the_preview_is_what_the_report_will_print_and_saves_nothing(
    scene: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(address(scene, "cover/"), COVER | {"preview": "1"})

    page = answer.content.decode()
    assert '<p class="report-agenda">SECOND ITEM ON THE AGENDA</p>' in page
    assert '<h2 class="report-title">Progress report</h2>' in page
    assert '<span class="paragraph-number">2.</span> It is found in the appendix.' in page
    assert ReportingRound.objects.get(pk=scene.round.pk).agenda_item == ""


def test_markup_in_the_cover_is_printed_as_typed(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(
        address(scene, "cover/"), COVER | {"preview": "1", "title": "<script>x</script>"}
    )

    assert "<script>x</script>" not in answer.content.decode()
    assert "&lt;script&gt;x&lt;/script&gt;" in answer.content.decode()


def rows_after(secretariat: Client, scene: Scene, command: str) -> list[tuple[str, str]]:
    answer = secretariat.post(address(scene, "cover/"), COVER | {"row": command})
    formset = answer.context["forms"].paragraphs
    return [(row["number"].value(), row["text"].value()) for row in formset]


FIRST, SECOND = "The Committee asked for a report.¹", "It is found in the appendix."


@pytest.mark.parametrize(
    ("command", "rows"),
    [
        ("paragraphs:add", [("1", FIRST), ("2", SECOND), ("3", "")]),
        ("paragraphs:up:1", [("1", SECOND), ("2", FIRST)]),
        ("paragraphs:down:0", [("1", SECOND), ("2", FIRST)]),
        ("paragraphs:remove:0", [("2", SECOND)]),
        ("paragraphs:up:0", [("1", FIRST), ("2", SECOND)]),
        ("paragraphs:remove:7", [("1", FIRST), ("2", SECOND)]),
        ("nonsense", [("1", FIRST), ("2", SECOND)]),
    ],
)
def test_rows_of_the_cover_are_added_moved_and_removed_without_scripts(
    command: str, rows: list[tuple[str, str]], scene: Scene, secretariat: Client
) -> None:
    assert rows_after(secretariat, scene, command) == rows


def test_a_cover_that_cannot_be_taken_is_given_back_with_the_reason(
    scene: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(address(scene, "cover/"), COVER | {"symbol": "x" * 61})

    assert answer.status_code == 422
    assert "Document symbol: Ensure this value has at most 60 characters" in text_of(answer.content)
    assert FIRST in answer.content.decode()


def test_a_form_without_its_rows_is_refused_and_nothing_is_lost(
    scene: Scene, secretariat: Client
) -> None:
    secretariat.post(address(scene, "cover/"), cover_of(scene))

    answer = secretariat.post(address(scene, "cover/"), {"title": "Only a title"})

    assert answer.status_code == 422
    assert ReportingRound.objects.get(pk=scene.round.pk).title == "Progress report"


def test_control_characters_and_overrides_are_left_out_of_the_cover(
    scene: Scene, secretariat: Client
) -> None:
    secretariat.post(
        address(scene, "cover/"), cover_of(scene) | {"title": "Progress\u202e re\x07port"}
    )

    assert ReportingRound.objects.get(pk=scene.round.pk).title == "Progress report"


def test_a_cover_that_somebody_saved_in_between_is_not_overwritten(
    scene: Scene, secretariat: Client
) -> None:
    mine = cover_of(scene) | {"title": "My title"}
    secretariat.post(address(scene, "cover/"), cover_of(scene) | {"title": "Their title"})

    answer = secretariat.post(address(scene, "cover/"), mine)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert ReportingRound.objects.get(pk=scene.round.pk).title == "Their title"
    assert '<h2 class="report-title">Their title</h2>' in page
    assert "My title</textarea>" in page


def test_after_seeing_what_was_saved_in_between_a_person_may_save(
    scene: Scene, secretariat: Client
) -> None:
    mine = cover_of(scene) | {"title": "My title"}
    secretariat.post(address(scene, "cover/"), cover_of(scene) | {"title": "Their title"})
    base = secretariat.post(address(scene, "cover/"), mine).context["base"]

    secretariat.post(address(scene, "cover/"), mine | {"base": base})

    assert ReportingRound.objects.get(pk=scene.round.pk).title == "My title"


def test_the_cover_of_a_closed_round_is_refused_and_given_back(
    scene: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(f"/rounds/{scene.earlier.pk}/cover/", COVER)

    assert answer.status_code == 409
    assert "The round as at 31 August 2000 is closed" in text_of(answer.content)
    assert FIRST in answer.content.decode()

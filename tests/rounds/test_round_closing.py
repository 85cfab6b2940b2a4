"""Grouping and closing a round."""

from __future__ import annotations

import pytest
from django.test import Client

from plans.models import Record
from plans.web.refusals import RoundClosedError
from tests.pages import text_of, texts_at
from tests.rounds.rounds_cases import address
from tests.scenes import Scene

pytestmark = pytest.mark.django_db


# Grouping


def test_statuses_are_joined_on_the_page(scene: Scene, secretariat: Client) -> None:
    chosen = [scene.snapshot(1).pk, scene.snapshot(2).pk]

    secretariat.post(address(scene, "grouping/"), {"action": "join", "join": chosen})

    assert scene.round.snapshots.count() == 2
    assert scene.snapshot(1).elements.count() == 5


def test_elements_are_split_off_on_the_page(scene: Scene, secretariat: Client) -> None:
    snapshot = scene.snapshot(2)
    last = snapshot.elements.order_by("ordinal").last()
    assert last is not None

    secretariat.post(address(scene, "grouping/"), {"split": snapshot.pk, "element": last.pk})

    assert list(scene.snapshot(4).elements.values_list("reference", flat=True)) == ["I.1(a).2"]


def test_a_grouping_that_cannot_be_is_refused_with_the_choice_kept(
    scene: Scene, secretariat: Client
) -> None:
    pk = scene.snapshot(1).pk

    answer = secretariat.post(address(scene, "grouping/"), {"action": "join", "join": pk})

    assert answer.status_code == 422
    assert "Choose two statuses at least." in text_of(answer.content)
    assert texts_at(answer.content, f'//input[@name="join"][@value="{pk}"][@checked]')


def test_a_status_of_another_round_is_not_touched(scene: Scene, secretariat: Client) -> None:
    other = scene.earlier.snapshots.first()
    assert other is not None

    answer = secretariat.post(address(scene, "grouping/"), {"split": other.pk, "element": "1"})

    assert answer.status_code == 422
    assert "There is no such status in this round." in text_of(answer.content)


# Closing


def test_the_page_of_closing_lists_every_gap(scene: Scene, secretariat: Client) -> None:
    scene.clear(1)
    scene.submit(2)

    page = text_of(secretariat.get(address(scene, "close/")).content)

    assert "2 gaps" in page
    assert "I.1(a).1, I.1(a).2 Waits for clearance." in page
    assert "II.1.1 Nothing has been reported." in page


def test_a_round_closes_with_what_was_said_to_be_not_reported(
    scene: Scene, secretariat: Client
) -> None:
    scene.clear(1)
    chosen = [scene.snapshot(2).pk, scene.snapshot(3).pk]

    answer = secretariat.post(address(scene, "close/"), {"not_reported": chosen}, follow=True)

    record = Record.objects.get(round=scene.round)
    assert f"Its record has the SHA-256 {record.sha256}." in text_of(answer.content)
    assert scene.snapshot(3).category == "not_reported"


def test_nothing_changes_while_a_gap_is_left(scene: Scene, secretariat: Client) -> None:
    scene.clear(1)
    chosen = scene.snapshot(2).pk

    answer = secretariat.post(address(scene, "close/"), {"not_reported": [chosen]})

    assert answer.status_code == 422
    assert "1 gap" in text_of(answer.content)
    assert f'value="{chosen}" checked' in answer.content.decode()
    assert scene.snapshot(2).state == "draft"


def test_what_was_submitted_in_the_meantime_is_not_called_not_reported(
    scene: Scene, secretariat: Client
) -> None:
    scene.clear(1)
    scene.clear(2)
    scene.submit(3)

    answer = secretariat.post(address(scene, "close/"), {"not_reported": [scene.snapshot(3).pk]})

    assert answer.status_code == 422
    assert (scene.snapshot(3).state, scene.snapshot(3).text) == ("submitted", "Done.")


def test_a_closed_round_is_not_closed_again(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(f"/rounds/{scene.earlier.pk}/close/")

    assert answer.status_code == 409
    assert isinstance(answer.context["refusal"], RoundClosedError)
    assert scene.earlier.records.count() == 1


@pytest.mark.parametrize(
    ("text", "warned"), [("Done – “as agreed”.", False), ("Готово.", False), ("已完成", True)]
)
def test_the_page_of_closing_says_which_words_the_pdf_cannot_hold(
    scene: Scene, secretariat: Client, text: str, warned: bool
) -> None:
    scene.submit(2, text=text)

    page = text_of(secretariat.get(address(scene, "close/")).content)

    assert (
        "its PDF cannot be made: the status of I.1(a).1: the fonts of the PDF do not have" in page
    ) == warned


def test_the_page_of_closing_says_what_the_cover_lacks_and_leads_to_it(
    scene: Scene, secretariat: Client
) -> None:
    content = secretariat.get(address(scene, "close/")).content

    assert (
        "The cover lacks: document symbol, session, agenda item, numbered paragraphs, place and "
        "date. A closed round is printed with the cover that it had when it was closed. "
        "Write the cover"
    ) in text_of(content)
    assert f'<a href="{address(scene, "cover/")}">Write the cover</a>' in content.decode()


def test_what_is_warned_of_does_not_stand_in_the_way_and_is_not_called_nothing(
    scene: Scene, secretariat: Client
) -> None:
    for ordinal in range(1, scene.round.snapshots.count() + 1):
        scene.clear(ordinal)
    page = text_of(secretariat.get(address(scene, "close/")).content)
    assert "Every status is cleared." in page
    assert "Nothing is missing." not in page

    assert secretariat.post(address(scene, "close/")).status_code == 302

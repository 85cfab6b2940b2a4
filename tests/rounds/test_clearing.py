"""Clearing: one text after the other, several at once, and what happens when two meet."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from plans.models import StatusSnapshot
from plans.statuses.services import workflow as statuses
from tests.pages import text_of
from tests.scenes import Scene, set_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    """Three statuses, of which the first two in the plan's order are submitted."""
    scene = set_scene(issues=3)
    scene.submit(1, text="First text.\n\n• one;\n• two.")
    scene.submit(2, text="Second text.")
    return scene


@pytest.fixture
def secretariat(scene: Scene, client: Client) -> Client:
    """The browser of the secretariat."""
    client.force_login(scene.secretary)
    return client


def address(scene: Scene, ordinal: int | None = None) -> str:
    queue = f"/rounds/{scene.round.pk}/clearing/"
    return queue if ordinal is None else f"{queue}{ordinal}/"


def sent(scene: Scene, ordinal: int = 1, **fields: object) -> dict[str, object]:
    """The form of that status as it stands, with ``fields`` in place of its own."""
    snapshot = scene.snapshot(ordinal)
    return {
        "action": "clear",
        "text": snapshot.text,
        "category": snapshot.category,
        "base_revision": snapshot.revision,
    } | fields


# One after the other


def test_the_page_says_which_of_how_many_texts_it_shows(scene: Scene, secretariat: Client) -> None:
    page = text_of(secretariat.get(address(scene, 2)).content)

    assert "2 of 2 waiting for clearance I.1(a).1–I.1(a).2 submitted" in page


def test_the_page_leads_to_the_texts_before_and_after(scene: Scene, secretariat: Client) -> None:
    scene.submit(3)

    page = secretariat.get(address(scene, 2)).content.decode()

    assert f'rel="prev" href="{address(scene, 1)}"' in page
    assert f'rel="next" href="{address(scene, 3)}"' in page


def test_the_page_shows_the_elements_with_time_frame_and_rule_and_the_report_before(
    scene: Scene, secretariat: Client
) -> None:
    page = text_of(secretariat.get(address(scene, 1)).content)

    assert (
        "I.1.1 Element I.1.1 will be carried out. Completed by April 2000 – Due by 30 April 2000."
        in page
    )
    assert "In the report before As at 31 August 2000 · in progress Status 1 in one paragraph." in (
        page
    )


def test_a_text_is_cleared_as_it_stands_and_the_next_one_comes(
    scene: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(address(scene, 1), sent(scene))

    assert answer.headers["Location"] == address(scene, 2)
    assert (scene.snapshot(1).state, scene.snapshot(1).text) == (
        "cleared",
        "First text.\n\n• one;\n• two.",
    )


def test_after_the_last_text_comes_the_first_that_waits(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(address(scene, 2), sent(scene, 2))

    assert answer.headers["Location"] == address(scene, 1)


def test_after_the_only_text_comes_the_queue(scene: Scene, secretariat: Client) -> None:
    secretariat.post(address(scene, 1), sent(scene, 1))

    answer = secretariat.post(address(scene, 2), sent(scene, 2))

    assert answer.headers["Location"] == address(scene)


def test_an_edited_text_is_cleared_and_what_was_submitted_is_kept(
    scene: Scene, secretariat: Client
) -> None:
    secretariat.post(address(scene, 1), sent(scene, text="First text.\n\n- one;\n- three."))

    assert list(scene.snapshot(1).revisions.order_by("number").values_list("action", "text"))[
        -2:
    ] == [
        ("submitted", "First text.\n\n• one;\n• two."),
        ("cleared", "First text.\n\n• one;\n• three."),
    ]


def test_the_difference_between_submitted_and_cleared_is_shown_word_by_word(
    scene: Scene, secretariat: Client
) -> None:
    secretariat.post(address(scene, 1), sent(scene, text="First text.\n\n- one;\n- three."))

    page = text_of(secretariat.get(address(scene, 1)).content)

    assert (
        "1 word removed, 1 word added First text. • one; • "
        "[removed: two. end of removed] [added: three. end of added]" in page
    )


def test_a_text_cleared_without_an_edit_is_said_to_be_so(scene: Scene, secretariat: Client) -> None:
    secretariat.post(address(scene, 1), sent(scene))

    page = text_of(secretariat.get(address(scene, 1)).content)

    assert "Cleared as it was submitted, word for word." in page


def test_a_reaffirmation_is_cleared_as_one(scene: Scene, secretariat: Client) -> None:
    pk = scene.snapshot(3).pk
    statuses.reaffirm_status(snapshot_id=pk, by=scene.officer, base_revision=0)

    page = text_of(secretariat.get(address(scene, 3)).content)
    secretariat.post(address(scene, 3), sent(scene, 3))

    assert "The unit says: no change since the last report." in page
    assert (scene.snapshot(3).state, scene.snapshot(3).text) == ("cleared", "")
    assert scene.snapshot(3).reaffirms is not None


def test_clearing_does_not_change_when_the_text_was_entered(
    scene: Scene, secretariat: Client
) -> None:
    entered = scene.snapshot(1).entered_at

    secretariat.post(address(scene, 1), sent(scene, text="Edited."))

    assert scene.snapshot(1).entered_at == entered
    assert scene.snapshot(1).cleared_at is not None


# Returning


def test_a_text_is_returned_with_a_comment_and_its_officer_is_told(
    scene: Scene,
    secretariat: Client,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secretariat.post(
            address(scene, 1), {"action": "return", "comment": "By when?", "base_revision": 2}
        )

    assert scene.snapshot(1).state == "returned"
    (letter,) = mail.outbox
    assert letter.to == ["olga@example.org"]
    assert "By when?" in str(letter.body)


def test_the_secretariat_hears_when_nobody_can_be_told_of_a_return(
    scene: Scene, secretariat: Client
) -> None:
    User.objects.update(email="")

    answer = secretariat.post(
        address(scene, 1),
        {"action": "return", "comment": "By when?", "base_revision": 2},
        follow=True,
    )

    assert "Nobody who answers for it has an e-mail address here: tell them." in text_of(
        answer.content
    )


def test_a_text_is_not_returned_without_a_comment(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(
        address(scene, 1), {"action": "return", "comment": " ", "base_revision": 2}
    )

    assert answer.status_code == 422
    assert "Say in a comment what should be changed." in text_of(answer.content)
    assert scene.snapshot(1).state == "submitted"


def test_a_cleared_text_can_still_be_returned(scene: Scene, secretariat: Client) -> None:
    secretariat.post(address(scene, 1), sent(scene))

    secretariat.post(address(scene, 1), {"action": "return", "comment": "Oh.", "base_revision": 3})

    assert scene.snapshot(1).state == "returned"


# Two at once


def overtake(scene: Scene) -> None:
    """The officer takes the first text back, changes it and submits it again."""
    snapshot = scene.snapshot(1)
    statuses.withdraw_status(
        snapshot_id=snapshot.pk, by=scene.officer, base_revision=snapshot.revision
    )
    scene.submit(1, text="First text, mended.")


def test_a_text_that_changed_in_between_is_not_cleared_and_both_texts_are_shown(
    scene: Scene, secretariat: Client
) -> None:
    form = sent(scene, text="First text, edited.")
    overtake(scene)

    answer = secretariat.post(address(scene, 1), form)

    page = text_of(answer.content)
    assert answer.status_code == 409
    assert (scene.snapshot(1).state, scene.snapshot(1).text) == (
        "submitted",
        "First text, mended.",
    )
    assert "[removed: mended. end of removed] [added: edited. end of added]" in page
    assert "First text, edited.</textarea>" in answer.content.decode()


def test_the_merge_starts_from_the_newest_revision(scene: Scene, secretariat: Client) -> None:
    form = sent(scene, text="First text, edited.")
    overtake(scene)

    answer = secretariat.post(address(scene, 1), form)

    assert answer.context["form"].initial == {
        "text": "First text, mended.",
        "category": "completed",
        "base_revision": 5,
    }


def test_an_edit_of_a_text_that_was_withdrawn_is_given_back(
    scene: Scene, secretariat: Client
) -> None:
    form = sent(scene, text="First text, edited.")
    statuses.withdraw_status(snapshot_id=scene.snapshot(1).pk, by=scene.officer, base_revision=2)

    answer = secretariat.post(address(scene, 1), form)

    assert answer.status_code == 409
    assert "First text, edited.</textarea>" in answer.content.decode()


@pytest.mark.parametrize("base", ["", "x", "-1", "99999999999999999999"])
def test_a_forged_revision_changes_nothing_and_the_text_is_given_back(
    base: str, scene: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(address(scene, 1), sent(scene, text="Edited.", base_revision=base))

    assert answer.status_code == 422
    assert "It cannot be told from which revision you started." in text_of(answer.content)
    assert "Edited.</textarea>" in answer.content.decode()


def test_a_revision_of_the_future_is_a_conflict(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(address(scene, 1), sent(scene, base_revision=7))

    assert answer.status_code == 409


# Bad input


def test_a_text_of_a_megabyte_is_refused_and_given_back(scene: Scene, secretariat: Client) -> None:
    text = "word " * 200_000

    answer = secretariat.post(address(scene, 1), sent(scene, text=text))

    assert answer.status_code == 422
    assert "at most 20000 can be saved" in text_of(answer.content)
    assert text in answer.content.decode()


def test_markup_and_control_characters_do_no_harm(scene: Scene, secretariat: Client) -> None:
    secretariat.post(address(scene, 1), sent(scene, text="<script>x</script>\x00\u202e done"))

    assert scene.snapshot(1).text == "<script>x</script> done"
    assert "<script>x</script>" not in secretariat.get(address(scene, 1)).content.decode()


def test_a_category_that_is_none_is_refused(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(address(scene, 1), sent(scene, category="splendid"))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["category"]


def test_an_empty_text_is_not_cleared(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(address(scene, 1), sent(scene, text=" "))

    assert answer.status_code == 422
    assert "There is nothing to clear: the status is empty." in text_of(answer.content)


def test_a_status_of_a_closed_round_is_not_cleared_and_the_text_is_given_back(
    scene: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(
        f"/rounds/{scene.earlier.pk}/clearing/1/",
        {"action": "clear", "text": "Mine.", "category": "completed", "base_revision": 1},
    )

    assert answer.status_code == 409
    assert "is closed; nothing in it can be changed" in text_of(answer.content)
    assert "Mine.</textarea>" in answer.content.decode()


def test_an_officer_clears_nothing(scene: Scene, client: Client) -> None:
    client.force_login(scene.officer)

    answer = client.post(address(scene, 1), sent(scene))

    assert answer.status_code == 404
    assert scene.snapshot(1).state == "submitted"


def test_what_was_typed_without_a_session_is_given_back(scene: Scene, client: Client) -> None:
    answer = client.post(address(scene, 1), sent(scene, text="Typed for an hour."))

    assert answer.status_code == 401
    assert "Typed for an hour." in answer.content.decode()


# Several at once


def boxes(scene: Scene, *ordinals: int) -> list[str]:
    return [f"{scene.snapshot(n).pk}:{scene.snapshot(n).revision}" for n in ordinals]


def states(scene: Scene) -> list[str]:
    found = StatusSnapshot.objects.filter(round=scene.round).order_by("ordinal")
    return list(found.values_list("state", flat=True))


def test_the_chosen_texts_are_cleared_at_once(scene: Scene, secretariat: Client) -> None:
    answer = secretariat.post(address(scene), {"status": boxes(scene, 1, 2)}, follow=True)

    assert "2 statuses are cleared." in text_of(answer.content)
    assert states(scene) == ["cleared", "cleared", "draft"]


def test_a_text_that_changed_since_the_page_was_opened_is_left(
    scene: Scene, secretariat: Client
) -> None:
    chosen = boxes(scene, 1, 2)
    overtake(scene)

    answer = secretariat.post(address(scene), {"status": chosen}, follow=True)

    page = text_of(answer.content)
    assert "1 status is cleared. 1 was left: it changed since you opened the page." in page
    assert states(scene) == ["submitted", "cleared", "draft"]


@pytest.mark.parametrize("chosen", [[], ["x"], ["1"], ["99999999999999999999:1"]])
def test_nothing_is_cleared_when_nothing_was_chosen(
    chosen: list[str], scene: Scene, secretariat: Client
) -> None:
    answer = secretariat.post(address(scene), {"status": chosen})

    assert answer.status_code == 422
    assert "Choose one status at least." in text_of(answer.content)


def test_the_boxes_can_all_be_ticked_without_scripts(scene: Scene, secretariat: Client) -> None:
    page = secretariat.get(f"{address(scene)}?choose=all").content.decode()

    assert page.count(" checked") == 2


def test_what_was_cleared_with_an_edit_is_marked_in_the_list(
    scene: Scene, secretariat: Client
) -> None:
    secretariat.post(address(scene, 1), sent(scene, text="Edited."))
    secretariat.post(address(scene, 2), sent(scene, 2))

    queue = secretariat.get(address(scene)).context["queue"]

    assert [(cleared.found.subject, cleared.edited) for cleared in queue.cleared] == [
        ("I.1.1–II.1.2", True),
        ("I.1(a).1–I.1(a).2", False),
    ]


# Costs


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_the_queue_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    for ordinal in scene.round.snapshots.values_list("ordinal", flat=True):
        scene.submit(ordinal)
    client.force_login(scene.secretary)

    with django_assert_num_queries(7):
        client.get(address(scene))


@pytest.mark.parametrize("elements", [1, 3, 30])
def test_a_text_costs_the_same_queries_for_any_number_of_elements(
    elements: int, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scene = set_scene(elements=elements)
    for ordinal in scene.round.snapshots.values_list("ordinal", flat=True):
        scene.submit(ordinal)
    client.force_login(scene.secretary)

    with django_assert_num_queries(9):
        client.get(address(scene, 1))

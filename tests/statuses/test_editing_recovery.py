"""No word is lost: two people at once, closed tabs, ended sessions."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import Settings

from plans.models import StatusRevision, WorkingCopy
from plans.statuses.services import autosave as drafts
from plans.statuses.services import workflow as statuses
from tests.scenes import TYPED, Scene, field_of, text_of

pytestmark = pytest.mark.django_db


# Somebody else was there in between


def test_a_save_from_an_older_revision_shows_both_texts_and_overwrites_nothing(
    case: Scene,
) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    answer = case.post("save", text=TYPED, category="completed", base_revision=0)
    said = text_of(answer)

    assert answer.status_code == 409
    assert "A colleague wrote this." in said
    assert answer.context["mine"] == TYPED
    assert case.snapshot().text == "A colleague wrote this."


def test_the_merge_starts_from_the_newest_revision(case: Scene) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    answer = case.post("save", text=TYPED, category="completed", base_revision=0)
    form = answer.context["form"]

    assert (form["text"].value(), form["category"].value(), form["base_revision"].value()) == (
        "A colleague wrote this.",
        "continuing",
        1,
    )


def test_the_merge_can_start_from_ones_own_text_instead(case: Scene) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    answer = case.post("mine", text=TYPED, category="completed", base_revision=1)
    form = answer.context["form"]

    assert (form["text"].value(), form["category"].value(), form["base_revision"].value()) == (
        TYPED,
        "completed",
        1,
    )


def test_the_text_that_came_second_is_kept_as_a_working_copy(case: Scene) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    case.post("save", text=TYPED, category="completed", base_revision=0)
    copy = WorkingCopy.objects.get()

    assert (copy.user, copy.text, copy.category, copy.base_revision) == (
        case.officer,
        TYPED,
        "completed",
        0,
    )


def test_the_merged_text_is_saved_and_the_working_copy_goes(case: Scene) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    case.post("save", text=TYPED, category="completed", base_revision=0)
    case.post("save", text="Both.", category="completed", base_revision=1)

    assert (case.snapshot().text, case.snapshot().revision) == ("Both.", 2)
    assert WorkingCopy.objects.count() == 0


def test_a_text_for_a_status_that_was_submitted_in_between_is_given_back(case: Scene) -> None:
    snapshot = case.snapshot()
    statuses.save_status(
        snapshot_id=snapshot.pk,
        by=case.secretary,
        text="Theirs.",
        category="completed",
        base_revision=0,
        submit=True,
    )
    answer = case.post("save", text=TYPED, base_revision=0)

    assert (answer.status_code, answer.context["mine"]) == (409, TYPED)
    assert "This status is submitted" in text_of(answer)
    assert WorkingCopy.objects.get().text == TYPED


def test_an_old_click_on_no_change_is_refused_with_the_newest_text_in_the_field(
    case: Scene,
) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    answer = case.post("reaffirm", base_revision=0)

    assert (answer.status_code, field_of(answer)) == (409, "A colleague wrote this.")


# What is typed is kept


def test_a_working_copy_is_in_the_field_with_a_note(case: Scene) -> None:
    case.client().post(
        case.address(1, "kept/"), {"text": TYPED, "category": "completed", "base_revision": 0}
    )
    answer = case.client().get(case.address())
    at = timezone.localtime(WorkingCopy.objects.get().saved_at)

    assert field_of(answer) == TYPED
    assert f"Your unsaved text of {at:%H:%M}" in text_of(answer)


def test_a_working_copy_is_shown_to_nobody_else(case: Scene) -> None:
    case.client().post(case.address(1, "kept/"), {"text": TYPED, "base_revision": 0})
    answer = case.client(case.secretary).get(case.address())

    assert (field_of(answer), "unsaved text" in text_of(answer)) == ("", False)


def test_a_working_copy_is_no_revision_and_is_not_in_the_report(case: Scene) -> None:
    case.client().post(case.address(1, "kept/"), {"text": TYPED, "base_revision": 0})

    assert (case.snapshot().revision, StatusRevision.objects.filter(text=TYPED).count()) == (0, 0)


def test_a_working_copy_can_be_thrown_away(case: Scene) -> None:
    case.client().post(case.address(1, "kept/"), {"text": TYPED, "base_revision": 0})
    case.post("discard")

    assert field_of(case.client().get(case.address())) == ""


def test_choosing_no_change_keeps_what_was_typed(case: Scene) -> None:
    case.client().post(case.address(1, "kept/"), {"text": TYPED, "base_revision": 0})
    case.post("reaffirm")

    assert WorkingCopy.objects.get().text == TYPED


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"text": "x" * 20_001}, 422, "The text has 20001 characters; at most 20000 can be saved."),
        ({"base_revision": "seven"}, 422, "There is no such revision of this status."),
        ({"base_revision": "7"}, 422, "There is no such revision of this status."),
        ({"category": "finished"}, 422, "Choose the progress from the list."),
    ],
)
def test_what_cannot_be_kept_is_answered_with_a_sentence(
    fields: dict[str, str], code: int, message: str, case: Scene
) -> None:
    answer = case.client().post(
        case.address(1, "kept/"), {"text": "x", "base_revision": "0"} | fields
    )

    assert (answer.status_code, message in answer.json()["message"]) == (code, True)


def test_keeping_tells_when_somebody_else_has_saved_in_the_meantime(case: Scene) -> None:
    case.save(text="A colleague wrote this.", category="continuing", by=case.secretary)
    answer = case.client().post(case.address(1, "kept/"), {"text": TYPED, "base_revision": 0})

    assert (answer.status_code, answer.json()["newer"]) == (200, True)


def test_without_a_session_keeping_says_to_sign_in(case: Scene) -> None:
    client = case.client()
    client.logout()
    answer = client.post(case.address(1, "kept/"), {"text": TYPED, "base_revision": 0})

    assert (answer.status_code, "sign in" in answer.json()["message"]) == (401, True)


# Presence


def test_people_see_who_else_has_the_status_open(case: Scene) -> None:
    case.client(case.secretary).get(case.address())

    assert "ines has this status open too." in text_of(case.client().get(case.address()))
    answer = case.client().post(case.address(1, "presence/"))
    assert "ines has this status open too." in text_of(answer)


def test_nobody_is_told_of_their_own_presence(case: Scene) -> None:
    case.client().get(case.address())

    assert drafts.others_present(snapshot_id=case.snapshot().pk, but=case.officer) == []
    assert "open too" not in text_of(case.client().get(case.address()))


# The session ended


def test_a_text_posted_without_a_session_survives_the_sign_in(case: Scene) -> None:
    client = case.client()
    client.logout()
    answer = case.post("save", client=client, text=TYPED, category="completed", next="/x/")
    sealed = answer.context["sealed"]
    signed_in = client.post(
        "/sign-in/",
        {
            "username": "olga",
            "password": "correct horse battery staple",
            "next": answer.context["next"],
            "sealed_input": sealed,
        },
    )
    page = client.get(signed_in["Location"])

    assert answer.status_code == 401
    assert signed_in["Location"] == f"{case.address()}?next=%2Fx%2F"
    assert (field_of(page), page.context["form"]["category"].value()) == (TYPED, "completed")


def test_a_wrong_password_does_not_lose_the_text(case: Scene) -> None:
    client = case.client()
    client.logout()
    sealed = case.post("save", client=client, text=TYPED).context["sealed"]
    answer = client.post(
        "/sign-in/", {"username": "olga", "password": "wrong", "sealed_input": sealed}
    )

    assert (answer.context["sealed"], answer.context["typed"]) == (sealed, TYPED)


def test_signing_in_with_a_text_is_throttled_and_gives_the_text_back(case: Scene) -> None:
    client = case.client()
    client.logout()
    sealed = case.post("save", client=client, text=TYPED).context["sealed"]
    fields = {"username": "olga", "password": "wrong", "sealed_input": sealed}
    codes = [client.post("/sign-in/", fields).status_code for _attempt in range(5)]
    answer = client.post("/sign-in/", fields)

    assert (codes[0], answer.status_code) == (200, 429)
    assert "in French." in text_of(answer)


def test_a_sealed_text_that_was_tampered_with_is_not_taken(case: Scene) -> None:
    client = case.client()
    client.logout()
    sealed = case.post("save", client=client, text=TYPED).context["sealed"]
    client.post(
        "/sign-in/",
        {
            "username": "olga",
            "password": "correct horse battery staple",
            "sealed_input": sealed[:-1] + ("a" if sealed[-1] != "a" else "b"),
        },
    )

    assert WorkingCopy.objects.count() == 0


def test_somebody_else_who_signs_in_is_given_the_text_to_copy(case: Scene) -> None:
    client = case.client()
    client.logout()
    sealed = case.post("save", client=client, text=TYPED).context["sealed"]
    answer = client.post(
        "/sign-in/",
        {
            "username": case.outsider.username,
            "password": "correct horse battery staple",
            "sealed_input": sealed,
        },
    )

    assert (answer.status_code, "in French." in text_of(answer)) == (409, True)


def test_a_text_too_long_to_carry_is_given_back_on_the_sign_in_page(case: Scene) -> None:
    client = case.client()
    client.logout()
    text = "word " * 5000
    answer = case.post("save", client=client, text=text)

    assert (answer.status_code, answer.context["sealed"]) == (401, "")
    assert answer.context["typed"] == text


def test_an_instance_that_is_not_public_does_not_lose_the_text_either(
    case: Scene, settings: Settings
) -> None:
    settings.TRACKER_PUBLIC = False
    client = case.client()
    client.logout()
    answer = case.post("save", client=client, text=TYPED)

    assert (answer.status_code, answer.context["typed"]) == (401, TYPED)


def test_opening_the_page_without_a_session_leads_to_sign_in_and_back(case: Scene) -> None:
    client = case.client()
    client.logout()

    assert client.get(case.address())["Location"] == f"/sign-in/?next={case.address()}"

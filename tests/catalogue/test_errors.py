"""Pages for what went wrong, and signing in and out."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.views.defaults import bad_request, permission_denied, server_error

from tests.aside import unpublish
from tests.factories import PASSWORD, make_report, make_user

pytestmark = pytest.mark.django_db


def test_an_address_outside_the_site_is_a_404_with_a_way_to_the_plans(client: Client) -> None:
    answer = client.get("/no/such/page/")

    page = answer.content.decode()
    assert (
        answer.status_code,
        "There is no page at this address." in page,
        "<code>/no/such/page/</code>" in page,
        '<a class="button" href="/">All plans</a>' in page,
    ) == (404, True, True, True)


def test_a_404_below_a_plan_that_a_person_may_not_see_does_not_lead_to_it(client: Client) -> None:
    version = make_report().version
    unpublish(version)

    page = client.get("/plans/technical-cooperation/gb276-tc-2/nothing/").content.decode()

    assert "Back to" not in page


def test_markup_in_an_unknown_address_is_shown_as_text(client: Client) -> None:
    page = client.get("/<script>x</script>/").content.decode()

    assert ("<script>" in page, "&lt;script&gt;x" in page) == (False, True)


def test_the_403_page_tells_somebody_anonymous_to_sign_in(rf: RequestFactory) -> None:
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/somewhere/")
    request.user = AnonymousUser()

    answer = permission_denied(request, PermissionError())

    assert (answer.status_code, "/sign-in/?next=%2Fsomewhere%2F" in answer.content.decode()) == (
        403,
        True,
    )


def test_the_403_page_tells_somebody_signed_in_who_they_are(rf: RequestFactory) -> None:
    request = rf.get("/somewhere/")
    request.user = make_user("reader")

    page = permission_denied(request, PermissionError()).content.decode()

    assert "You are signed in as reader, who has no right to this." in page


def test_the_500_page_is_rendered_without_the_database_or_a_person(rf: RequestFactory) -> None:
    answer = server_error(rf.get("/"))

    assert (answer.status_code, "Something went wrong" in answer.content.decode()) == (500, True)


def test_the_400_page_says_that_nothing_was_changed(rf: RequestFactory) -> None:
    answer = bad_request(rf.get("/"), ValueError())

    assert (answer.status_code, "Nothing was changed." in answer.content.decode()) == (400, True)


def test_the_429_page_says_that_signing_in_is_shut_for_a_while() -> None:
    assert "Too many attempts to sign in" in render_to_string("429.html")


def test_the_page_for_a_refused_form_says_how_to_go_on() -> None:
    assert "load the page again" in render_to_string("403_csrf.html")


def test_the_sign_in_page_links_its_error_to_the_field(client: Client) -> None:
    page = client.post(
        reverse("sign_in"), {"username": "nobody", "password": "wrong"}
    ).content.decode()

    assert ("You are not signed in yet" in page, '<a href="#id_username">' in page) == (True, True)


def test_signing_in_leads_back_to_where_one_was_going(client: Client) -> None:
    make_user()

    answer = client.post(
        reverse("sign_in"),
        {"username": "reader", "password": PASSWORD, "next": "/plans/technical-cooperation/"},
    )

    assert (answer.status_code, answer["Location"]) == (302, "/plans/technical-cooperation/")


def test_signing_in_never_leads_to_another_site(client: Client) -> None:
    make_user()

    answer = client.post(
        reverse("sign_in"),
        {"username": "reader", "password": PASSWORD, "next": "https://example.org/"},
    )

    assert answer["Location"] == "/"


def test_signing_out_says_so(client: Client) -> None:
    client.force_login(make_user())

    page = client.post(reverse("sign_out")).content.decode()

    assert "You are signed out" in page


def test_an_address_of_a_report_is_not_taken_for_a_reference() -> None:
    names = [
        resolve(f"/plans/p/v/{rest}").view_name
        for rest in ("report/2000-08-31/", "report/2000-08-31.json", "I.1(a).2/", "reporting/")
    ]

    assert names == ["plans:report", "plans:report_file", "plans:item", "plans:item"]

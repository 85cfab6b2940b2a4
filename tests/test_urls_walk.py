"""A walk over the URL map: who gets which answer, at every address.

A new view fails here until it has a row in the tables below. So nobody can add one without saying
who may see it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import pytest
from django.conf import LazySettings
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from plans.models import Role
from tests.addresses import OURS, POSTED, Address, Places, make_places
from tests.factories import (
    make_user,
)
from tracker.addresses import CACHE_TABLE

pytestmark = pytest.mark.django_db

PEOPLE = ("anonymous", "reader", "officer", "secretariat", "administrator")
# A page that sends the visitor to sign in.
SIGN_IN = 302

# The short list of what is open to everybody, even where sign-in comes first.
ALWAYS_OPEN = {"healthz", "sign_in", "sign_out", "set_language", "plans:report_schema"}

# What published plans and closed rounds show, to everybody unless sign-in comes first.
PUBLIC = {
    "plans:index",
    "plans:plan",
    "plans:version",
    "plans:version_changes",
    "plans:report",
    "plans:report_file",
    "plans:compare",
    "plans:comparison",
    "plans:comparison_file",
    "plans:item",
    "plans:plan_calendar",
    "plans:plan_feed",
    "plans:unit_calendar",
}

# What somebody in a role may see and others may not: the answer to each of PEOPLE. A page for a
# person who is signed in and may not have it does not exist (404), but for the work list, of which
# everybody may know (403).
Answers: TypeAlias = tuple[int, int, int, int, int]
REPORTERS: Answers = (SIGN_IN, 404, 200, 200, 200)
SECRETARIAT: Answers = (SIGN_IN, 404, 404, 200, 200)
ADMINISTRATORS: Answers = (SIGN_IN, 404, 404, 404, 200)
PROTECTED: dict[str, Answers] = {
    "plans:worklist": (SIGN_IN, 403, 200, 200, 200),
    "plans:worklist_go_on": (SIGN_IN, 403, 302, 302, 302),
    "plans:status": REPORTERS,
    "plans:status_history": REPORTERS,
    # The officer here is a member of no unit.
    "plans:unit_files": SECRETARIAT,
    "plans:unit_rows": SECRETARIAT,
    "plans:returned_file": SECRETARIAT,
    "plans:rounds": SECRETARIAT,
    "plans:round_open": SECRETARIAT,
    "plans:round": SECRETARIAT,
    "plans:round_cover": SECRETARIAT,
    "plans:round_grouping": SECRETARIAT,
    "plans:clearing": SECRETARIAT,
    "plans:clearing_status": SECRETARIAT,
    "plans:round_close": SECRETARIAT,
    "plans:round_reopen": SECRETARIAT,
    "plans:audit": SECRETARIAT,
    "plans:audit_csv": SECRETARIAT,
    # Its own asker may see it as well.
    "plans:job": ADMINISTRATORS,
    "plans:assign": ADMINISTRATORS,
    "plans:units": ADMINISTRATORS,
    "plans:unit": ADMINISTRATORS,
    "plans:people": ADMINISTRATORS,
    "plans:person": ADMINISTRATORS,
    "plans:corrigendum": ADMINISTRATORS,
    "plans:seed": ADMINISTRATORS,
    "plans:version_fixture": ADMINISTRATORS,
    # There is none as .json, which is what the walk asks for.
    "plans:seed_template": (SIGN_IN, 404, 404, 404, 404),
    "plans:seed_draft": ADMINISTRATORS,
    "plans:seed_head": ADMINISTRATORS,
    # A text has no columns to be named.
    "plans:seed_columns": (SIGN_IN, 404, 404, 404, 302),
    "plans:seed_commit": ADMINISTRATORS,
    # A draft of which no version was made yet cannot be published.
    "plans:seed_publish": (SIGN_IN, 404, 404, 404, 302),
    "plans:seed_take_back": (SIGN_IN, 404, 404, 404, 302),
    "plans:seed_discard": ADMINISTRATORS,
    "plans:seed_document": ADMINISTRATORS,
    "plans:seed_corrections": ADMINISTRATORS,
    "plans:seed_review": ADMINISTRATORS,
    "plans:seed_matching": ADMINISTRATORS,
    "plans:seed_decisions": ADMINISTRATORS,
    # There is no such row any more, which leads back to the list.
    "plans:seed_matching_change": (SIGN_IN, 404, 404, 404, 302),
    "plans:status_inline": REPORTERS,
    # Asked by scripts, which cannot follow a visitor to the sign-in page.
    # Here nothing was sent along that could be kept (422).
    "plans:status_autosave": (401, 404, 422, 422, 422),
    "plans:status_preview": (401, 404, 200, 200, 200),
    "plans:status_presence": (401, 404, 200, 200, 200),
}

# Answers to GET that are not 200, of views that are open.
OTHER_ANSWERS = {
    "sign_out": 405,
    "set_language": 302,
}


KNOWN = ALWAYS_OPEN | PUBLIC | set(PROTECTED)


@pytest.fixture
def places() -> Places:
    return make_places()


@pytest.fixture(params=PEOPLE)
def person(request: pytest.FixtureRequest, client: Client) -> str:
    """Each of PEOPLE in turn; ``client`` is theirs."""
    name: str = request.param
    if name != "anonymous":
        client.force_login(make_user(name, None if name == "reader" else Role(name)))
    return name


def test_every_view_says_who_may_see_it() -> None:
    assert {address.name for address in OURS} == KNOWN


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.name)
def test_each_person_gets_the_answer_that_is_theirs(
    client: Client, person: str, places: Places, address: Address
) -> None:
    expected = OTHER_ANSWERS.get(address.name, 200)
    if address.name in PROTECTED:
        expected = PROTECTED[address.name][PEOPLE.index(person)]

    assert address.ask(client, places).status_code == expected


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.name)
def test_where_sign_in_comes_first_a_stranger_is_sent_there(
    client: Client, settings: LazySettings, places: Places, address: Address
) -> None:
    settings.TRACKER_PUBLIC = False

    answer = address.ask(client, places)

    refused = PROTECTED.get(address.name, REPORTERS)[0]
    if address.name in ALWAYS_OPEN:
        assert answer.status_code == OTHER_ANSWERS.get(address.name, 200)
    elif refused != SIGN_IN:
        assert answer.status_code == refused
    else:
        expected = f"{reverse('sign_in')}?next={address.path(places)}"
        assert (answer.status_code, answer.headers["Location"]) == (SIGN_IN, expected)


@pytest.mark.parametrize("address", OURS, ids=lambda address: address.name)
def test_where_sign_in_comes_first_who_is_signed_in_is_let_in(
    client: Client, settings: LazySettings, places: Places, address: Address
) -> None:
    settings.TRACKER_PUBLIC = False
    client.force_login(make_user("reader"))
    expected = OTHER_ANSWERS.get(address.name, 200)
    if address.name in PROTECTED:
        expected = PROTECTED[address.name][PEOPLE.index("reader")]

    assert address.ask(client, places).status_code == expected


def test_reading_writes_nothing_to_the_shared_cache(
    client: Client, person: str, places: Places
) -> None:
    # What this process has kept would spare a view its work, and so what it might write.
    caches["pages"].clear()
    asked = [address for address in OURS if address.name not in POSTED]
    with CaptureQueriesContext(connection) as queries:
        for address in asked:
            address.ask(client, places)

    statements = [query["sql"] for query in queries]
    assert len(statements) > len(asked)
    assert [sql for sql in statements if CACHE_TABLE in sql and not sql.startswith("SELECT")] == []


# -- Django's admin ------------------------------------------------------------------------------


def admin_paths(resolver: URLResolver, before: str) -> Iterator[str]:
    """An address for each entry below the admin, with made-up keys."""
    for entry in resolver.url_patterns:
        here = before + re.sub(r"<[^>]+>", "1", str(entry.pattern))
        if isinstance(entry, URLResolver):
            yield from admin_paths(entry, here)
        elif isinstance(entry.pattern, RegexPattern):
            yield before + ("plans/" if "app_label" in str(entry.pattern) else "anything")
        else:
            yield here


def admin_resolver() -> URLResolver:
    return next(
        entry
        for entry in get_resolver().url_patterns
        if isinstance(entry, URLResolver) and entry.namespace == "admin"
    )


def test_the_admin_is_open_to_administrators_alone(client: Client, person: str) -> None:
    if person == "administrator":
        assert client.get("/admin/").status_code == 200
        return
    paths = list(admin_paths(admin_resolver(), "/admin/"))

    let_in = [path for path in paths if client.get(path).status_code != SIGN_IN]

    assert len(paths) > 50
    assert let_in == ["/admin/login/"]

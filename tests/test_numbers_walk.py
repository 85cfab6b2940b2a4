"""A walk over every address and every form with numbers that nobody should send.

Whatever the number, the answer is a page or a refusal, never an error of the server, and what is
refused changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from lxml import html

from plans.models import Job, Presence, ReportingRound, Role, StatusSnapshot, WorkingCopy
from plans.seeding.forms.review import FORMS
from tests.addresses import OURS, POSTED, Address, Places, make_places
from tests.factories import make_status, make_user
from tests.seeding.cases import begin

pytestmark = pytest.mark.django_db

UNREADABLE = "9" * 5_000
NUMBERS = {
    "above an integer column": "2147483648",
    "above 64 bits": "9" * 20,
    "above what Python reads": UNREADABLE,
    "negative": "-1",
    "full width": "\uff11\uff12\uff13",
    "NUL": "1\0",
}


@pytest.fixture
def places() -> Places:
    """Places of which the one at ``draft`` is a status that is still written."""
    places = make_places()
    round_ = ReportingRound.objects.get(pk=places["round_id"])
    make_status(round_, [], state=StatusSnapshot.State.DRAFT)
    sheet = "Issue,Action,When,Where it is\n1. Standards,Write them.,May 2000,Written.\n"
    return places | {
        "closed": ReportingRound.objects.get(as_at=places["as_at"]).pk,
        "draft": round_.snapshots.count(),
        "object_id": places["pk"],
        "sheet": begin(sheet, name="plan.csv", admin=make_user("eva", Role.ADMINISTRATOR)).pk,
    }


@dataclass
class Visitor:
    """Somebody signed in whose requests leave nothing behind."""

    key: str

    @contextmanager
    def client(self) -> Iterator[Client]:
        """A client without a past; what its requests write is taken back."""
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = self.key
        with transaction.atomic():
            point = transaction.savepoint()
            yield client
            transaction.savepoint_rollback(point)


@pytest.fixture(params=[Role.ADMINISTRATOR, Role.OFFICER])
def visitor(request: pytest.FixtureRequest, places: Places) -> Visitor:
    role: Role = request.param
    return sign_in(role)


def sign_in(role: Role) -> Visitor:
    client = Client()
    client.force_login(make_user("visitor", role))
    return Visitor(client.cookies[settings.SESSION_COOKIE_NAME].value)


# -- Addresses ------------------------------------------------------------------------------------

_ARGUMENT = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")
# What the admin's addresses name besides.
ADMIN_PLACES: Places = {"content_type_id": 1, "id": 1}


def routes(resolver: URLResolver, before: str = "/") -> Iterator[str]:
    """Every route of the site, but for those of Django's that are regular expressions."""
    for entry in resolver.url_patterns:
        if isinstance(entry.pattern, RoutePattern):
            here = before + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield here
            else:
                yield from routes(entry, here)


def test_no_address_ends_in_an_error(places: Places) -> None:
    visitor = sign_in(Role.ADMINISTRATOR)
    arguments = [
        (route, argument)
        for route in routes(get_resolver())
        for argument in _ARGUMENT.finditer(route)
    ]
    assert len([1 for _route, argument in arguments if argument["converter"] == "number"]) > 30
    assert not [route for route, argument in arguments if argument["converter"] == "int"]

    def filled(route: str) -> str:
        return _ARGUMENT.sub(lambda found: str((places | ADMIN_PLACES)[found["name"]]), route)

    for route, argument in arguments:
        for number in NUMBERS.values():
            path = (
                filled(route[: argument.start()]) + quote(number) + filled(route[argument.end() :])
            )
            for method in ("get", "post"):
                with visitor.client() as client:
                    code = getattr(client, method)(path).status_code
                assert code == 404 if argument["converter"] == "number" else code < 500, path


# -- Forms and queries ----------------------------------------------------------------------------

# Forms of every page, which are not the page's own.
EVERYWHERE = {"/sign-out/", "/language/"}
# Fields in which any number is a good text.
TEXTS = {"text", "search", "email", "password", "textarea"}
# What says who is at work or how far a job is is written whatever is sent.
NOT_CONTENT = {Session, Presence, Job, WorkingCopy}


@dataclass(frozen=True)
class Field:
    """A field of a form: its name, what it sends unless touched, and the kind of its control."""

    name: str
    value: str
    kind: str

    @property
    def is_text(self) -> bool:
        return self.kind in TEXTS

    @property
    def is_number(self) -> bool:
        return self.kind == "link" or re.search("[0-9]", self.value) is not None

    @property
    def numbers(self) -> Iterable[str]:
        """What to try. Choices are compared as texts, unless they are rows of the database."""
        if self.value.isdecimal() or self.kind in {"link", "button", "hidden", "number"}:
            return NUMBERS.values()
        return [NUMBERS["above 64 bits"], UNREADABLE] if self.is_number else [UNREADABLE]

    @property
    def is_refused(self) -> bool:
        """Whether no bad number may do what the form does: the field holds a number or a choice."""
        if self.is_text or (self.kind, self.value) == ("button", "1"):
            return False
        # Django takes what it can of the counts of a form set, and leaves the rest out.
        counts = self.name.endswith("_FORMS")
        return (self.is_number or self.kind in {"radio", "select"}) and not counts


@dataclass(frozen=True)
class Sending:
    """A form, or the query of a link, with what it sends."""

    method: str
    path: str
    fields: tuple[Field, ...]
    sent: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, str], ...] = ()

    def ask(self, client: Client) -> HttpResponse:
        data: dict[str, list[str]] = {}
        for name, value in self.sent:
            data.setdefault(name, []).append(value)
        method = client.post if self.method == "POST" else client.get
        return cast(HttpResponse, method(self.path, data))

    def with_value(self, name: str, value: str) -> Sending:
        """The same with one value for that name, in place of all that it had."""
        others = [(key, old) for key, old in self.sent if key != name]
        return replace(self, sent=(*others, (name, value)))

    def bad(self) -> Iterator[tuple[Field, Sending]]:
        """Each field that is no text in turn with a bad number, or with it for its own numbers."""
        for field in self.fields:
            if field.is_text:
                continue
            for number in field.numbers:
                yield field, self.with_value(field.name, number)
                with_it = re.sub("[0-9]+", lambda _: number, field.value)  # noqa: B023
                if with_it not in (number, field.value):
                    yield field, self.with_value(field.name, with_it)

    def texts(self) -> Iterator[Sending]:
        """Bad numbers in every field for text, and one with each button."""
        for number in NUMBERS.values():
            yield self.with_texts(number)
        for name, value in self.buttons:
            yield self.with_texts(UNREADABLE).with_value(name, value)

    def with_texts(self, number: str) -> Sending:
        filled = self
        for field in self.fields:
            if field.is_text:
                filled = filled.with_value(field.name, number)
        return filled


def sendings(path: str, page: Any) -> Iterator[Sending]:
    """The forms of a page, and the queries of its links to itself."""
    for form in page.forms:
        action = urlsplit(form.get("action") or path)
        if action.path in EVERYWHERE:
            continue
        yield form_of(form, form.method, action.geturl())
    if "?" in path:
        return
    queries: dict[str, Field] = {"page": Field("page", "1", "link")}
    for element in page.iter("a"):
        link = urlsplit(element.get("href", ""))
        if link.path in ("", path):
            queries |= {name: Field(name, value, "link") for name, value in parse_qsl(link.query)}
    fields = tuple(queries.values())
    yield Sending("GET", path, fields, ())


def form_of(form: Any, method: str, path: str) -> Sending:
    fields: dict[str, Field] = {}
    buttons = {}
    for control in form.iter("input", "select", "textarea", "button"):
        name, kind = control.get("name"), control.get("type", control.tag)
        if not name or name == "csrfmiddlewaretoken":
            continue
        value = control.get("value") or ""
        if control.tag == "button":
            kind = "button"
            buttons[re.sub("[0-9]+", "0", f"{name} {value}")] = (name, value)
        alike = re.sub("[0-9]+", "0", f"{name} {value if kind == 'button' else ''}")
        fields.setdefault(alike, Field(name, value, kind))
    sent = [(name, value) for name, value in form.form_values() if name != "csrfmiddlewaretoken"]
    return Sending(method, path, tuple(fields.values()), tuple(sent), tuple(buttons.values()))


def paths(address: Address, places: Places) -> Iterator[str]:
    """Where the pages of that address are: of the places, and of others that show other forms."""
    others: list[Places] = [{}, {"ordinal": places["draft"]}, {"round_id": places["closed"]}]
    for other in [*others, {"draft_id": places["sheet"]}]:
        if set(other) <= set(address.arguments):
            yield address.path(places | other)
    if address.name == "plans:seed_review":
        for operation in FORMS:
            yield f"{address.path(places)}?block=p1.r1.c2.b2&op={operation}"


def content() -> dict[type, list[tuple[Any, ...]]]:
    """Every row of every table that pages change."""
    return {
        model: sorted(model._base_manager.values_list(), key=str)
        for model in apps.get_models()
        if model not in NOT_CONTENT
    }


# Pages of Django's admin with forms: signing in, a list with its filters, an account.
ADMINS_OWN = [
    Address("admin:login", ()),
    Address("admin:plans_actionelement_changelist", ()),
    Address("admin:auth_user_changelist", ()),
    Address("admin:auth_user_change", ("object_id",)),
]


@pytest.mark.parametrize("address", [*OURS, *ADMINS_OWN], ids=lambda address: address.name)
def test_no_form_or_query_ends_in_an_error(
    places: Places, visitor: Visitor, address: Address
) -> None:
    before, known = content(), set[Sending]()
    for path in paths(address, places):
        with visitor.client() as client:
            answer = client.post(path) if address.name in POSTED else client.get(path)
        if "text/html" in answer.headers.get("Content-Type", "") and answer.content.strip():
            known |= set(sendings(path, html.fromstring(answer.content)))
    for sending in known:
        for field, bad in sending.bad():
            with visitor.client() as client, CaptureQueriesContext(connection) as queries:
                assert bad.ask(client).status_code < 500, bad
                if field.is_refused and not all(map(reads, queries)):
                    assert content() == before, (field, bad)
        for typed in sending.texts():
            with visitor.client() as client:
                assert typed.ask(client).status_code < 500, typed


def reads(query: dict[str, str]) -> bool:
    return query["sql"].startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK"))

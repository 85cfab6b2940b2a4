"""The published schema of reports."""

from __future__ import annotations

import json

from django.conf import LazySettings
from django.test import Client

from plans.reports.writers.json import SCHEMA_FILE

ADDRESS = "/schemas/tracker.report-1.json"


def test_the_schema_is_served_as_it_is_kept(client: Client) -> None:
    answer = client.get(ADDRESS)

    assert (answer.status_code, answer["Content-Type"], answer.content) == (
        200,
        "application/schema+json",
        SCHEMA_FILE.read_bytes(),
    )
    assert json.loads(answer.content)["title"] == "tracker.report/1"


def test_everybody_may_keep_it_for_a_day_and_then_ask_again(client: Client) -> None:
    first = client.get(ADDRESS)

    again = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})

    directives = {part.strip() for part in first["Cache-Control"].split(",")}
    assert (directives, again.status_code, again.content) == ({"public", "max-age=86400"}, 304, b"")


def test_pages_of_other_sites_may_read_it(client: Client) -> None:
    assert client.get(ADDRESS)["Access-Control-Allow-Origin"] == "*"


def test_it_is_open_where_sign_in_comes_first(client: Client, settings: LazySettings) -> None:
    settings.TRACKER_PUBLIC = False

    assert client.get(ADDRESS).status_code == 200


def test_nobody_keeps_a_session_because_of_it(client: Client) -> None:
    answer = client.get(ADDRESS)

    assert (answer.cookies.output(), "Cookie" in answer["Vary"]) == ("", False)

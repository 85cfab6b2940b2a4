"""The address that a supervisor asks."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_it_says_ok_when_the_database_answers(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.django_db
def test_it_stays_open_when_everything_else_asks_for_sign_in(
    client: Client, settings: LazySettings
) -> None:
    settings.TRACKER_PUBLIC = False

    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.django_db
def test_it_says_503_and_nothing_more_when_the_database_does_not(client: Client) -> None:
    with patch.object(connection, "cursor", side_effect=OperationalError("secret details")):
        answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (503, b"the database does not answer\n")


@pytest.mark.django_db
def test_no_cache_keeps_its_answer(client: Client) -> None:
    assert "no-store" in client.get("/healthz").headers["Cache-Control"]

"""The table of the shared cache."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from tracker.addresses import CACHE_TABLE


@pytest.mark.django_db(transaction=True)
def test_migrate_makes_the_table_and_takes_it_back() -> None:
    call_command("migrate", "tracker", "zero", verbosity=0)
    try:
        assert CACHE_TABLE not in connection.introspection.table_names()
    finally:
        call_command("migrate", "tracker", verbosity=0)

    cache.set("name", ["value"])
    assert cache.get("name") == ["value"]
    cache.clear()

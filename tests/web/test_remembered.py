"""Results that take long are made once, and those that were asked for last are kept."""

from __future__ import annotations

import pytest

from plans.reading.progress import Step, Steps
from plans.web.caching import LRUCache


def test_what_is_remembered_takes_no_steps_and_the_oldest_is_forgotten() -> None:
    made: list[str] = []

    def make(key: str, content: str = "") -> Steps[str]:
        yield Step("row read", 1, 1)
        made.append(f"{key}{content}")
        return key.upper()

    remembered: LRUCache[str, str] = LRUCache(make, most=2)
    assert list(remembered.steps("a", content="!")) == [Step("row read", 1, 1)]
    assert (list(remembered.steps("a")), remembered("a")) == ([], "A")
    assert [remembered(key) for key in ("b", "a", "c", "a", "b")] == ["B", "A", "C", "A", "B"]
    assert made == ["a!", "b", "c", "b"]


def test_what_fails_or_is_given_up_is_not_remembered() -> None:
    tries: list[str] = []

    def make(key: str) -> Steps[str]:
        tries.append(key)
        yield Step("row read", 1, 1)
        raise ValueError(key)

    remembered: LRUCache[str, str] = LRUCache(make, most=2)
    given_up = remembered.steps("a")
    next(given_up)
    given_up.close()
    with pytest.raises(ValueError, match="a"):
        remembered("a")
    assert tries == ["a", "a"]

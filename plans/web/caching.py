"""Who may keep an answer made of closed rounds, how long, and how it is known to be the same."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from plans.reading.progress import Steps, to_the_end

# -- What tells one release of the program from another, for what is kept of its pages and  -------


# -- Results that take long, remembered for as long as others do not take their place -------------


_Key = TypeVar("_Key", bound=Hashable)
_Result = TypeVar("_Result")


class LRUCache(Generic[_Key, _Result]):
    """What ``make`` makes of a key, in steps. The ``most`` that were asked for last are kept.

    What is remembered takes no steps. Safe with threads; two that ask at once both do the work.
    """

    def __init__(self, make: Callable[..., Steps[_Result]], *, most: int) -> None:
        self._make = make
        self._most = most
        self._kept: OrderedDict[_Key, _Result] = OrderedDict()
        self._lock = Lock()

    def steps(self, key: _Key, **known: Any) -> Steps[_Result]:
        """The result for ``key``. ``known`` helps to make it, and what comes of it is the same
        without. Given up, or ended by an error, it is not remembered."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        result = yield from self._make(key, **known)
        with self._lock:
            self._kept[key] = result
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return result

    def __call__(self, key: _Key) -> _Result:
        """The result for ``key``, at once."""
        return to_the_end(self.steps(key))

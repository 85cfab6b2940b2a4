"""A cache, in the memory of the process, of results that take long to work out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from plans.reading.progress import Steps, to_the_end

_Key = TypeVar("_Key", bound=Hashable)
_Result = TypeVar("_Result")


class LRUCache(Generic[_Key, _Result]):
    """Results of ``make`` by their keys; the ``most`` that were used last are kept.

    ``make`` works in steps; a result that is kept takes none. Threads may share it: two that ask
    for the same key at once both do the work.
    """

    def __init__(self, make: Callable[..., Steps[_Result]], *, most: int) -> None:
        self._make = make
        self._most = most
        self._kept: OrderedDict[_Key, _Result] = OrderedDict()
        self._lock = Lock()

    def steps(self, key: _Key, **known: Any) -> Steps[_Result]:
        """The result for ``key``, in steps. ``known`` is passed to ``make`` and may not change the
        result. What is abandoned, or ends with an error, is not kept."""
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

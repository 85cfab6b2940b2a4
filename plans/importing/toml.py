"""TOML that people write and upload, read with limits. Pure."""

from __future__ import annotations

import re
import tomllib
from typing import Any

# The files here nest three deep: a section, a list of its tables, a list of texts.
_DEEPEST = 8
# The library takes a time that grows with the square of the parts of a key.
_LONGEST_KEY = 50
_PART = r"""(?:[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![A-Za-z0-9_-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_LONGEST_KEY}}}")


def read_toml(text: str) -> dict[str, Any]:
    """The data of a file.

    Raises ValueError, whose sentence says why, for what is no TOML, and for what nests deeper or
    has longer keys or numbers than any file that is asked for.
    """
    if _LONG_KEY.search(text):
        raise ValueError(f"a key in it has more than {_LONGEST_KEY} parts")
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise ValueError("it nests too deep") from None
    _check_depth(data)
    return data


def _check_depth(data: dict[str, Any]) -> None:
    level: list[Any] = [data]
    for _depth in range(_DEEPEST):
        level = [
            value
            for holder in level
            for value in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(value, dict | list)
        ]
    if level:
        raise ValueError("it nests too deep")

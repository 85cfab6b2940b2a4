"""What matching two versions costs as the plan grows, as ratios of CPU time for one element."""

from __future__ import annotations

import time

from plans.reading.matching import VersionElement, match

SIZES = (625, 1250, 2500, 5000)
# Made-up words; their mixture decides how many elements share the rare ones.
_WORDS = tuple(f"{head}{tail}" for head in "bdfglmnprst" for tail in ("ale", "ino", "ure", "ost"))


def growth() -> list[str]:
    """Two versions of growing size, against the smallest; then with every element reworded."""
    lines = [f"CPU time for one element matched, at {SIZES[0]} × … elements, against the first:"]
    for name, every in (("one in seven reworded", 7), ("every element reworded", 1)):
        each = [_cpu(size, every) / size for size in SIZES]
        ratios = "  ".join(
            f"{size}: {cost / each[0]:.2f}" for size, cost in zip(SIZES, each, strict=True)
        )
        lines.append(f"  {name:<24} {ratios}")
    return lines


def _cpu(size: int, every: int) -> float:
    earlier, later = _version(size), _next_version(_version(size), every)
    least = float("inf")
    for _ in range(3):
        start = time.process_time()
        match(earlier, later)
        least = min(least, time.process_time() - start)
    return least


def _version(size: int) -> list[VersionElement]:
    found = []
    for place in range(size):
        issue = f"I.{place // 10 + 1}"
        words = " ".join(_WORDS[(place * 7 + step * step * 3) % len(_WORDS)] for step in range(18))
        found.append(
            VersionElement(f"{issue}.{place % 10 + 1}", issue, f"Issue {issue}", f"{words} {place}")
        )
    return found


def _next_version(elements: list[VersionElement], every: int) -> list[VersionElement]:
    """One element in 33 is gone, and one in ``every`` has four words changed."""
    found = []
    for place, element in enumerate(elements):
        words = element.text.split()
        if place % every == 0:
            words[2:14:3] = ["other", "words", "stand", "here"]
        if place % 33:
            found.append(
                VersionElement(
                    element.reference, element.issue, element.issue_title, " ".join(words)
                )
            )
    return found

"""The PDF of the real report beside the one that WeasyPrint prints of its HTML page.

``python -m benchmarks.printing FILE``, a file with the record's content, measures in a process of
its own: both take turns in one run, and each writes once before it counts.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.server import ROOT

_ROUNDS = 5


def printing(record: Path) -> Iterator[str]:
    """Lines that set the two side by side, or one that says why that cannot be done here."""
    missing = _missing()
    if missing:
        yield f"NOT MEASURED: WeasyPrint printing the page, because {missing}."
        return
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks.printing", record],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(run.stdout)
    own, other = found["own"], found["WeasyPrint"]
    yield f"The PDF of the real report, in turns with WeasyPrint {found['version']}:"
    yield f"  {'':<38} {'CPU':>8} {'elapsed':>9} {'CPU s':>8} {'pages':>6} {'KB':>6}"
    for name, it in (
        ("the report’s PDF, tagged, to be kept", own),
        ("the HTML page printed by WeasyPrint", other),
    ):
        yield (
            f"  {name:<38} {it['cpu'] / own['cpu']:7.1f}× {it['wall'] / own['wall']:8.1f}× "
            f"{it['cpu'] / _ROUNDS:8.2f} {it['pages']:6} {it['size'] / 1024:6.0f}"
        )


def _missing() -> str:
    """Why WeasyPrint cannot print here; "" when it can."""
    try:
        import_module("weasyprint")
    except ImportError:
        return "it is not installed (requirements/bench.lock)"
    except OSError as error:
        return f"a library of the system is missing ({' '.join(str(error).split())[:90]})"
    return ""


def main(arguments: list[str]) -> int:
    """Measure, and print what was found as JSON."""
    import time

    from pypdf import PdfReader

    from benchmarks.writing import cpu_seconds
    from plans.reports.canonical import from_record, sha256_of
    from plans.reports.writers import FORMATS

    content = Path(arguments[0]).read_text(encoding="utf-8")
    table = from_record(content, sha256_of(content))
    weasyprint = import_module("weasyprint")
    html = FORMATS["html"]
    styles = tuple((ROOT / "static" / name).read_text() for name in html.stylesheets)
    page = html.write(table, styles=styles).decode()
    kinds: dict[str, Callable[[], bytes]] = {
        "own": lambda: FORMATS["pdf"].write(table),
        "WeasyPrint": lambda: weasyprint.HTML(string=page, base_url=str(ROOT)).write_pdf(),
    }
    found: dict[str, object] = {"version": weasyprint.__version__}
    used = {name: [0.0, 0.0] for name in kinds}
    files = {name: write() for name, write in kinds.items()}
    for _ in range(_ROUNDS):
        for name, write in kinds.items():
            cpu, wall = cpu_seconds(), time.perf_counter()
            write()
            used[name][0] += cpu_seconds() - cpu
            used[name][1] += time.perf_counter() - wall
    for name, file in files.items():
        pages = len(PdfReader(io.BytesIO(file)).pages)
        cpu, wall = used[name]
        found[name] = {"cpu": cpu, "wall": wall, "pages": pages, "size": len(file)}
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

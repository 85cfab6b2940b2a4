"""A closed round gives the same bytes on every machine and every day.

``real_report.sha256`` holds the hash of each file of the real report, as ``sha256sum`` writes and
checks them. They stay until a writer, a template or the lock of the libraries is changed; whoever
meant to change the files writes the hashes anew, from the project's folder:

    manage.py export_report technical-cooperation --all var/golden
    (cd var/golden && sha256sum *.csv *.docx *.json *.pdf *.xlsx *.xml) \\
        > tests/plans/reports/real_report.sha256

The HTML is not among them, because it carries the site's style sheets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from django.core.management import call_command

from plans.reports.writers import FORMATS
from tests.reports.printed import real_report

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("real_report.sha256")

# Prints the hash of the real report in each format, twice, written with another clock.
_WRITE = """
import datetime, json, os, time
from hashlib import sha256

# A report holds days of the class that there was when the shape of reports was declared.
import plans.reports.table

moment = float(os.environ["MOMENT"])
gmtime, localtime = time.gmtime, time.localtime
time.time = lambda: moment
time.time_ns = lambda: int(moment * 10**9)
time.gmtime = lambda seconds=None: gmtime(moment if seconds is None else seconds)
time.localtime = lambda seconds=None: localtime(moment if seconds is None else seconds)

class Moment(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(moment, tz)
    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(moment, datetime.UTC).replace(tzinfo=None)
    today = now

class Day(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(moment)

datetime.datetime, datetime.date = Moment, Day

from plans.reports.writers import FORMATS
from tests.reports.printed import real_report

assert datetime.datetime.now().year == datetime.date.today().year == gmtime(moment).tm_year
print(json.dumps([
    {name: sha256(format_.write(real_report())).hexdigest() for name, format_ in FORMATS.items()}
    for _ in "ab"
]))
"""


def hashes() -> dict[str, str]:
    """The hash of the real report in each format, as this process writes it."""
    return {
        name: sha256(format_.write(real_report())).hexdigest() for name, format_ in FORMATS.items()
    }


def golden() -> dict[str, str]:
    """The hashes that are kept, by the name of the file."""
    lines = (line.split("  ") for line in GOLDEN.read_text(encoding="ascii").splitlines())
    return {name: digest for digest, name in lines}


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C", "MOMENT": "347155200"},
        {
            "PYTHONHASHSEED": "2",
            "TZ": "Pacific/Apia",
            "LC_ALL": "fr_FR.UTF-8",
            "MOMENT": "2000000000",
            "SOURCE_DATE_EPOCH": "315532800",
        },
        {
            "PYTHONHASHSEED": "random",
            "TZ": "America/St_Johns",
            "LANG": "tr_TR.UTF-8",
            "LANGUAGE": "tr",
            "PYTHONUTF8": "0",
            "MOMENT": "951827696",
            "SOURCE_DATE_EPOCH": "4102444799",
        },
    ],
    ids=lambda surroundings: surroundings["TZ"],
)
def test_every_process_writes_the_same_bytes_wherever_and_whenever_it_runs(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    inherited = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", _WRITE],
        cwd=tmp_path,
        env={**inherited, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **surroundings},
        capture_output=True,
        text=True,
        check=True,
    )
    first, second = json.loads(done.stdout)
    assert first == second == hashes()


def test_the_real_report_s_files_are_those_that_were_looked_at() -> None:
    head = real_report()
    assert golden() == {
        format_.file_name(head.plan.slug, head.version.slug, head.round.as_at): digest
        for format_, digest in zip(FORMATS.values(), hashes().values(), strict=True)
        if format_.name != "html"
    }, "the files have changed; if that was meant, renew the hashes as this module's text says"


@pytest.mark.django_db
def test_the_command_writes_the_same_files_from_the_database(tmp_path: Path) -> None:
    call_command("loaddata", "technical-cooperation", verbosity=0)
    call_command("export_report", "technical-cooperation", "--all", str(tmp_path / "out"))
    found = {
        path.name: sha256(path.read_bytes()).hexdigest()
        for path in (tmp_path / "out").iterdir()
        if path.suffix != ".html"
    }
    assert found == golden()


def test_another_word_gives_other_bytes_in_every_format() -> None:
    part = real_report().parts[0]
    element = replace(part.elements[0], text="another policy statement;")
    part = replace(part, elements=(element, *part.elements[1:]))
    other = replace(real_report(), parts=(part, *real_report().parts[1:]))
    mine = hashes()
    same = [n for n in FORMATS if sha256(FORMATS[n].write(other)).hexdigest() == mine[n]]
    assert same == []

"""``manage.py export_report``."""

from __future__ import annotations

import io
import os
import stat
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import OutputWrapper
from pytest_django import DjangoAssertNumQueries, Settings

from plans.exports.queries import build_from_database, report_table
from plans.exports.services import write
from plans.models import ReportingRound
from plans.reports.writers import FORMATS
from tests.factories import (
    close,
    make_plan,
    make_report,
    make_round,
    make_status,
    make_version,
)
from tests.reports.templates import house_template

pytestmark = pytest.mark.django_db

PLAN = "technical-cooperation"


def export(*args: str) -> bytes:
    """What the command writes to standard output."""
    raw = io.BytesIO()
    stdout = io.TextIOWrapper(raw, encoding="ascii")
    call_command("export_report", *args, stdout=OutputWrapper(stdout))
    stdout.flush()
    return raw.getvalue()


def refused(*args: str) -> str:
    with pytest.raises(CommandError) as caught:
        export(*args)
    assert caught.value.returncode == 1
    message = str(caught.value)
    assert "\n" not in message
    return message


def written(round_: ReportingRound, name: str) -> bytes:
    return FORMATS[name].write(report_table(round_))


@pytest.mark.parametrize("name", ["json", "csv", "docx", "xlsx", "akn"])
def test_standard_output_gets_the_bytes_of_the_format(name: str) -> None:
    round_ = make_report()
    assert export(PLAN, "--format", name) == written(round_, name)


def test_a_text_stream_gets_the_text() -> None:
    round_ = make_report()
    stream = io.StringIO()
    call_command("export_report", PLAN, "--format", "json", stdout=stream)
    assert stream.getvalue() == written(round_, "json").decode()


def test_a_text_stream_is_refused_for_a_format_that_is_no_text() -> None:
    make_report()
    with pytest.raises(CommandError, match=r"^this format is no text; name a file with --output$"):
        call_command("export_report", PLAN, "--format", "xlsx", stdout=io.StringIO())


def test_html_stands_alone_with_the_site_s_style_sheets_inside(
    settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "css").mkdir()
    for name in ("variables", "report"):
        (tmp_path / "css" / f"{name}.css").write_text(f".{name} {{}}", encoding="utf-8")
    settings.STATICFILES_DIRS = [tmp_path]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    round_ = make_report()
    styles = (".variables {}", ".report {}")
    expected = FORMATS["html"].write(report_table(round_), styles=styles)
    assert export(PLAN, "--format", "html") == expected


def test_the_style_sheets_that_html_wants_are_in_the_installation() -> None:
    make_report()
    assert b"\n.report .visually-hidden {" in export(PLAN, "--format", "html")


def test_the_newest_published_version_and_its_newest_closed_round_are_taken() -> None:
    older = make_version(slug="older", dated_on=date(1998, 1, 1))
    make_round(older, as_at=date(2005, 1, 1), closed=True)
    newer = make_version(slug="newer", dated_on=date(1999, 1, 1))
    make_round(newer, as_at=date(2000, 1, 1), closed=True)
    newest = make_round(newer, as_at=date(2001, 1, 1), closed=True)
    make_round(newer, as_at=date(2002, 1, 1))
    make_version(slug="draft", dated_on=date(2010, 1, 1), published=False)
    assert export(PLAN, "--format", "json") == written(newest, "json")


def test_version_and_date_name_another_round() -> None:
    older = make_version(slug="older", dated_on=date(1998, 1, 1))
    wanted = make_round(older, as_at=date(2000, 1, 1), closed=True)
    make_round(older, as_at=date(2001, 1, 1), closed=True)
    make_round(make_version(slug="newer"), closed=True)
    found = export(PLAN, "--version", "older", "--as-at", "2000-01-01", "--format", "json")
    assert found == written(wanted, "json")


def test_an_open_round_is_exported_when_none_is_closed_and_is_said_to_be_open() -> None:
    round_ = make_report(closed=False)
    expected = FORMATS["csv"].write(build_from_database(round_))
    stderr = io.StringIO()
    raw = io.BytesIO()
    stdout = OutputWrapper(io.TextIOWrapper(raw))
    call_command("export_report", PLAN, "--format", "csv", stdout=stdout, stderr=stderr)
    assert raw.getvalue() == expected
    assert stderr.getvalue() == "Note: the round as at 2000-08-31 is open; its texts are drafts.\n"


def test_a_file_is_written_for_whoever_the_mask_allows(tmp_path: Path) -> None:
    round_ = make_report()
    target = tmp_path / "report.csv"
    mask = os.umask(0o027)
    try:
        assert export(PLAN, "--format", "csv", "--output", str(target)) == b""
    finally:
        os.umask(mask)
    assert target.read_bytes() == written(round_, "csv")
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["report.csv"]


def test_a_file_is_replaced_through_a_symbolic_link(tmp_path: Path) -> None:
    round_ = make_report()
    target, link = tmp_path / "report.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    link.symlink_to(target)
    export(PLAN, "--format", "json", "--output", str(link))
    assert link.is_symlink()
    assert target.read_bytes() == written(round_, "json")


def test_a_device_is_written_to_and_not_replaced() -> None:
    make_report()
    assert export(PLAN, "--format", "json", "--output", os.devnull) == b""
    assert Path(os.devnull).is_char_device()


def test_when_the_report_cannot_be_made_the_old_file_stays(tmp_path: Path) -> None:
    round_ = make_round(make_version())
    ReportingRound.objects.filter(pk=round_.pk).update(state=ReportingRound.State.CLOSED)
    target = tmp_path / "report.json"
    target.write_bytes(b"old")
    message = refused(PLAN, "--format", "json", "--output", str(target))
    assert message.startswith("the round as at 2000-08-31: the closed round ")
    assert target.read_bytes() == b"old"


def test_an_unknown_plan_is_named_with_those_that_are_known() -> None:
    make_report()
    assert refused("nope", "--format", "csv") == f"no plan nope; there is {PLAN}"


def test_without_any_plan_the_message_says_so() -> None:
    assert refused("nope", "--format", "csv") == "no plan nope; there is none yet"


def test_an_unknown_version_is_named_with_those_that_are_known() -> None:
    make_report()
    expected = f"{PLAN} has no version v9; there is gb276-tc-2"
    assert refused(PLAN, "--version", "v9", "--format", "csv") == expected


def test_an_unknown_round_is_named_with_those_that_are_known() -> None:
    make_report()
    expected = f"{PLAN} gb276-tc-2 has no round as at 2001-01-01; there is 2000-08-31"
    assert refused(PLAN, "--as-at", "2001-01-01", "--format", "csv") == expected


def test_a_version_without_rounds_is_refused() -> None:
    make_plan()
    expected = f"{PLAN} gb276-tc-2 has no round; there is none yet"
    assert refused(PLAN, "--format", "csv") == expected


def test_a_date_that_no_calendar_has_is_refused() -> None:
    assert refused(PLAN, "--as-at", "2000-02-30", "--format", "csv").startswith(
        "--as-at 2000-02-30: "
    )


def test_an_unknown_format_is_named_with_those_that_are_known() -> None:
    expected = f"--format exe: no such format; choose one of {','.join(FORMATS)}"
    assert refused(PLAN, "--format", "exe") == expected


def test_a_folder_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    make_report()
    target = tmp_path / "nowhere" / "report.csv"
    expected = f"cannot write {target}: No such file or directory"
    assert refused(PLAN, "--format", "csv", "--output", str(target)) == expected


def test_a_folder_is_no_file_to_write(tmp_path: Path) -> None:
    make_report()
    expected = f"cannot write {tmp_path}: Is a directory"
    assert refused(PLAN, "--format", "csv", "--output", str(tmp_path)) == expected


# -- Every format at once --------------------------------------------------------------------------

STEM = "technical-cooperation-gb276-tc-2-2000-08-31"


def export_all(folder: Path, *args: str) -> tuple[str, str]:
    """What the command says on standard output and on standard error."""
    stdout, stderr = io.StringIO(), io.StringIO()
    call_command("export_report", PLAN, "--all", str(folder), *args, stdout=stdout, stderr=stderr)
    return stdout.getvalue(), stderr.getvalue()


def test_every_format_is_written_under_the_name_that_the_site_gives_it(tmp_path: Path) -> None:
    round_ = make_report()
    folder = tmp_path / "reports"
    said, _ = export_all(folder)
    found = {path.name: path.read_bytes() for path in folder.iterdir()}
    table = report_table(round_)
    assert found == {
        f"{STEM}.{format_.extension}": write(format_, table) for format_ in FORMATS.values()
    }
    assert said.splitlines() == [
        str(folder / f"{STEM}.{format_.extension}") for format_ in FORMATS.values()
    ]


def test_how_far_it_is_stands_on_standard_error(tmp_path: Path) -> None:
    make_report()
    _, progress = export_all(tmp_path)
    assert progress == (
        "1 of 7: HTML\n2 of 7: JSON\n3 of 7: CSV\n4 of 7: PDF\n5 of 7: DOCX\n6 of 7: XLSX\n"
        "7 of 7: Akoma Ntoso\n"
    )


def test_the_report_is_read_once_for_all_formats(
    tmp_path: Path, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_report()
    with django_assert_num_queries(4):
        export(PLAN, "--format", "json")
    with django_assert_num_queries(4):
        export_all(tmp_path)


def test_files_of_an_earlier_time_are_replaced_and_others_stay(tmp_path: Path) -> None:
    round_ = make_report()
    (tmp_path / f"{STEM}.json").write_bytes(b"old")
    (tmp_path / "mine.txt").write_bytes(b"mine")
    export_all(tmp_path)
    assert (tmp_path / f"{STEM}.json").read_bytes() == written(round_, "json")
    assert (tmp_path / "mine.txt").read_bytes() == b"mine"
    assert len(list(tmp_path.iterdir())) == 1 + len(FORMATS)


def test_when_one_format_cannot_be_written_none_is(tmp_path: Path) -> None:
    version = make_plan()
    round_ = make_round(version)
    make_status(round_, version.elements.all(), text="Work on 漢 goes on.")
    close(round_)
    folder = tmp_path / "reports"
    message = refused(PLAN, "--all", str(folder))
    assert message.startswith("the round as at 2000-08-31, as PDF: the status of I.1.1: ")
    assert message.endswith("“漢” (U+6F22)")
    assert not folder.exists()


def test_when_one_file_cannot_be_replaced_none_is(tmp_path: Path) -> None:
    make_report()
    (tmp_path / f"{STEM}.xml").mkdir()
    (tmp_path / f"{STEM}.html").write_bytes(b"old")
    message = refused(PLAN, "--all", str(tmp_path))
    assert message == f"cannot write {tmp_path / STEM}.xml: Is a directory"
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"{STEM}.html", f"{STEM}.xml"]
    assert (tmp_path / f"{STEM}.html").read_bytes() == b"old"


def test_a_folder_whose_own_folder_is_missing_is_refused(tmp_path: Path) -> None:
    make_report()
    folder = tmp_path / "nowhere" / "reports"
    message = refused(PLAN, "--all", str(folder))
    assert message == f"cannot write {folder}: No such file or directory"


def test_a_file_is_no_folder_to_write_into(tmp_path: Path) -> None:
    make_report()
    target = tmp_path / "reports"
    target.write_bytes(b"mine")
    assert refused(PLAN, "--all", str(target)) == f"cannot write {target}: File exists"
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (
            ("--all", "reports", "--format", "csv"),
            "--format names one format and --all takes every one; leave one of them",
        ),
        (
            ("--all", "reports", "--output", "report.csv"),
            "--output names one file; with --all the files have their own names",
        ),
        (
            (),
            f"say what to write: --format with one of {','.join(FORMATS)}, or --all with a folder",
        ),
    ],
)
def test_what_to_write_is_said_in_one_way(args: tuple[str, ...], message: str) -> None:
    assert refused(PLAN, *args) == message


# -- The template of the Word document -------------------------------------------------------------


def test_the_word_document_is_made_from_the_site_s_template(
    settings: Settings, tmp_path: Path
) -> None:
    round_ = make_report()
    path = tmp_path / "house.docx"
    path.write_bytes(house_template())
    settings.TRACKER_DOCX_TEMPLATE = path
    expected = FORMATS["docx"].write(report_table(round_), template=house_template())
    assert export(PLAN, "--format", "docx") == expected != written(round_, "docx")


def test_a_template_that_is_gone_is_an_error(settings: Settings, tmp_path: Path) -> None:
    make_report()
    settings.TRACKER_DOCX_TEMPLATE = tmp_path / "gone.docx"
    assert refused(PLAN, "--format", "docx") == (
        "the round as at 2000-08-31, as DOCX: the template of TRACKER_DOCX_TEMPLATE cannot be "
        "read: No such file or directory"
    )


def test_help_explains_the_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        call_command("export_report", "--help")
    assert caught.value.code == 0
    shown = capsys.readouterr().out
    assert (
        "  manage.py export_report technical-cooperation --format html --output report.html\n"
        in (shown)
    )
    assert "the version of the plan, such as gb276-tc-2" in shown
    assert "Show program's version number" not in shown

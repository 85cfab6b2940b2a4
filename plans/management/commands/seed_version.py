"""``manage.py seed_version``: from a document to a plan version, as the pages of seeding do it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser
from django.db import transaction

from plans.catalogue.queries.lineage import proposals
from plans.management.arguments import (
    BAD_INPUT,
    PlanCommand,
    add_person,
    corrections_in,
    person_named,
    read_bytes,
    version_named,
    write_text,
)
from plans.models import Plan, PlanVersion, SeedDraft
from plans.reading.corrections import CorrectionError, Corrections
from plans.reading.heads import language_of
from plans.reading.matching import MatchingFileError, Stated, read_stated
from plans.reading.pipeline import NO_CORRECTIONS
from plans.reading.progress import Progress
from plans.reading.readers import Columns, MappingNeededError, columns_of
from plans.reading.readers.mapping import ColumnMapping, letter_of, mapping_of_section, name_of
from plans.reading.source_table import SourceError
from plans.seeding.queries.drafts import (
    classified_document,
    corrections_of,
    document_section,
    parsed,
)
from plans.seeding.queries.matching import decisions_file, sides_of
from plans.seeding.services.commit import DryRun, dry_run, make_version, prepare_commit, row_label
from plans.seeding.services.drafts import (
    check_seeder,
    checked,
    read_draft,
    replace_steps,
    set_head,
    start_draft,
)
from plans.seeding.services.matching import (
    Alike,
    accept_alike,
    matching_for,
    replace_decisions,
)
from plans.seeding.services.publish import publish_version
from plans.seeding.tasks import COMMIT_STAGES
from plans.templatetags.seeding_tags import language_name
from plans.text.slugs import slug_of
from plans.web.refusals import InvalidError, RefusedError

# -- Arguments ------------------------------------------------------------------------------------
# Each function raises CommandError, which names the file or the option, with ``BAD_INPUT``.

HEAD = {
    "title": "plan_title",
    "symbol": "version_symbol",
    "slug": "version_slug",
    "session": "version_session",
    "date": "version_date",
    "language": "language",
    "as_at": "as_at",
    "round_symbol": "round_symbol",
    "round_session": "round_session",
}
EPILOG = """\
examples:
  manage.py seed_version plan.docx --plan technical-cooperation --base gb276-tc-2 \\
      --symbol GB.282/TC/1 --session "282nd Session" --date 2001-11 --accept all --dry-run
  manage.py seed_version report.txt --plan technical-cooperation --corrections report.toml
  manage.py seed_version plan.xlsx --plan technical-cooperation \\
      --columns A=issue-number,B=issue-title,C=element,D=time-frame
  manage.py seed_version plan.docx --plan technical-cooperation --base gb276-tc-2 \\
      --dry-run --write-matching became.toml      then edit became.toml, and
  manage.py seed_version plan.docx --plan technical-cooperation --base gb276-tc-2 \\
      --matching became.toml

Nothing is kept unless all of it is: when something stands in the way, it is listed and the exit
status is 1; when a file or an option says what cannot be, it is 2. Nothing is ever asked for.
"""


def add_arguments(parser: CommandParser) -> None:
    """All arguments of ``seed_version``."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the document")
    parser.add_argument(
        "--plan", required=True, help="the plan; one that there is not is made under this name"
    )
    parser.add_argument(
        "--base", metavar="VERSION", default="", help="the version of the plan before it"
    )
    parser.add_argument(
        "--corrections",
        type=Path,
        metavar="FILE",
        help="what a person decided (TOML), as the pages of the document let it be downloaded",
    )
    _add_columns(parser)
    _add_head(parser)
    _add_matching(parser)
    parser.add_argument(
        "--odd-is-fine",
        action="store_true",
        help="say that you have looked at the odd places, which are listed",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would be made, and make nothing"
    )
    parser.add_argument("--publish", action="store_true", help="publish the version as well")
    add_person(parser)


def _add_columns(parser: CommandParser) -> None:
    columns = parser.add_argument_group(
        "columns of a sheet", "needed where its headings do not tell; they are listed then"
    )
    columns.add_argument(
        "--columns",
        metavar="A=WHAT,B=WHAT",
        default="",
        help="what the columns hold, in the words of the page: A=issue-number,C=element; a "
        "column that is not named counts as page furniture",
    )
    columns.add_argument("--sheet", default="", help="the sheet of the workbook")
    columns.add_argument(
        "--header", type=int, metavar="ROW", help="the number of the row with the headings"
    )


def _add_head(parser: CommandParser) -> None:
    head = parser.add_argument_group("what the document does not print about itself")
    head.add_argument("--title", default="", help="the title of a plan that is made")
    head.add_argument("--symbol", default="", help="the symbol of the document")
    head.add_argument(
        "--slug",
        default="",
        help="the short name of the version; made from its symbol unless said",
    )
    head.add_argument("--session", default="", help="the session that adopted it")
    head.add_argument("--date", default="", help="its date: 1999, 1999-11 or 1999-11-17")
    head.add_argument("--language", default="", help="its language: en, fr or es")
    head.add_argument(
        "--as-at", metavar="DATE", default="", help="the day that its statuses describe"
    )
    head.add_argument(
        "--round-symbol", metavar="S", default="", help="the symbol of the progress report"
    )
    head.add_argument(
        "--round-symbol-inferred",
        action="store_true",
        help="that symbol is inferred, not printed in the document",
    )
    head.add_argument(
        "--round-session", metavar="S", default="", help="the session of the progress report"
    )
    head.add_argument(
        "--without-statuses", action="store_true", help="make no round of its status column"
    )


def _add_matching(parser: CommandParser) -> None:
    matching = parser.add_argument_group("what became of the elements of the version before")
    matching.add_argument(
        "--matching", type=Path, metavar="FILE", help="what a person decided of them (TOML)"
    )
    matching.add_argument(
        "--accept",
        choices=[alike.value for alike in Alike],
        default="",
        help="accept what is proposed about the others: those that stayed the same, also "
        "those that were only renumbered, or all",
    )
    matching.add_argument(
        "--write-matching",
        type=Path,
        metavar="FILE",
        help="write what is decided, and proposed of the others, to be edited for --matching",
    )


def stated_mapping(options: dict[str, Any], content: bytes) -> ColumnMapping | None:
    """What the columns hold, as far as the command line says it; as on the page, what it leaves
    open is told by the headings of the sheet and row that it names."""
    sheet, header = options["sheet"], options["header"]
    try:
        if options["columns"]:
            return replace(
                mapping_of_section(_columns(options["columns"])), sheet=sheet, header=header
            )
        if sheet or header is not None:
            return columns_of(content, sheet=sheet, header=header).mapping
    except SourceError as error:
        option = "--columns" if options["columns"] else "--sheet, --header"
        raise CommandError(f"{option}: {error}", returncode=BAD_INPUT) from error
    return None


def _columns(text: str) -> dict[str, str]:
    """The ``[columns]`` section that is written as A=issue-number,C=element."""
    section: dict[str, str] = {}
    for item in text.split(","):
        letter, equals, what = (piece.strip() for piece in item.partition("="))
        if not equals:
            raise SourceError(f"{item.strip()!r} says nothing; write A=issue-number,C=element")
        if letter.upper() in section:
            raise SourceError(f"column {letter.upper()} is named twice")
        section[letter.upper()] = what
    return section


def decisions_in(path: Path | None) -> tuple[Stated, ...] | None:
    if path is None:
        return None
    try:
        return read_stated(read_bytes(path).decode("utf-8-sig"))
    except (MatchingFileError, UnicodeDecodeError) as error:
        raise CommandError(f"{path}: {error}", returncode=BAD_INPUT) from error


# -- Output ---------------------------------------------------------------------------------------

# What mends a thing that stands in the way, by the page on which it is mended.
_MENDED_WITH: Mapping[str, str] = {
    "columns": "--columns",
    "head": "--symbol, --slug, --as-at and the other options of the head",
    "review": "--corrections",
    "matching": "--matching or --accept",
}


def column_lines(columns: Columns) -> Iterator[str]:
    """The columns of a sheet, each with its heading, what it is told to hold, and a sample."""
    row = columns.mapping.header
    place = f"sheet {columns.sheet}, row {row}" if columns.sheet else f"row {row}"
    yield f"The headings in {place}:"
    for column in columns.columns:
        field = f" = {name_of(column.field)}" if column.field else ""
        sample = f"   such as “{column.samples[0][:40]}”" if column.samples else ""
        yield f"  {letter_of(column.index)}{field}   {column.heading or '–'}{sample}"
    if len(columns.sheets) > 1:
        yield f"Its sheets: {', '.join(columns.sheets)}"


def dry_run_lines(draft: SeedDraft, run: DryRun) -> Iterator[str]:
    """What will be made, as the page says it."""
    yield from _version_lines(draft, run)
    for part in run.parts:
        title = f" – {part.title}" if part.title else ""
        yield (
            f"  Part {part.number}{title}: {part.issues} issues, {part.elements} elements "
            f"({part.missing} missing in the source), {part.time_frames} time-frames"
        )
    rows = ", ".join(f"{row_label(name)} {count}" for name, count in run.counts.items())
    yield f"  rows: {rows}"
    if run.accepted:
        yield f"  odd places accepted as they are: {len(run.accepted)}"


def objection_lines(run: DryRun) -> Iterator[str]:
    """What is odd in the document, and what stands in the way and what mends it."""
    for anomaly in run.anomalies:
        yield f"odd: {anomaly}"
    for blocker in run.blockers:
        place = f" ({blocker.place})" if blocker.place else ""
        yield f"in the way: {blocker.message}{place} Fix it with {_MENDED_WITH[blocker.step]}."


def _version_lines(draft: SeedDraft, run: DryRun) -> Iterator[str]:
    head = run.head
    yield f"{head.plan_slug} {head.version_slug}, {head.version_symbol}:"
    facts = {
        "plan": head.plan_title + (", new" if run.makes_plan else ""),
        "session": head.version_session,
        "date": head.version_date,
        "language": language_name(head.language),
        "based on": draft.base.symbol if draft.base else "",
        "address": f"/plans/{head.plan_slug}/{head.version_slug}/",
        "statuses": _statuses_line(run),
    }
    yield from (f"  {name}: {what}" for name, what in facts.items() if what)
    if run.makes_plan and run.title_from_file:
        yield "  The title is taken from the name of the file; say it with --title."
    if not draft.head.get("version_symbol"):
        yield "  The symbol is taken from the name of the file; say it with --symbol."


def _statuses_line(run: DryRun) -> str:
    if not run.makes_round:
        left_out = "left out; they stay in the document only"
        return left_out if run.statuses_left_out else "the document has none"
    inferred = " (inferred)" if run.head.round_symbol_inferred else ""
    symbol = f", {run.head.round_symbol}{inferred}" if run.head.round_symbol else ""
    return f"{run.round_label}: a closed reporting round with its record{symbol}"


Tell: TypeAlias = Callable[[str], None]


class Command(PlanCommand):
    """``manage.py seed_version FILE --plan PLAN``; see its ``--help``."""

    help = (
        "Make a plan version of a document: text of the Governing Body dialect, HTML, .docx,\n"
        ".xlsx or .csv. Its kind is told from its content. It is not published unless you say."
    )
    epilog = EPILOG

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *args: object, **options: Any) -> None:
        """Make the version. Raises CommandError, and keeps nothing, when it is refused."""
        by = person_named(options["by"])
        content = read_bytes(options["file"])
        given = options["corrections"]
        corrections = corrections_in(given) if given is not None else None
        stated = decisions_in(options["matching"])
        tell = self._progress if options["verbosity"] else _silent
        with _refusals_of(options["file"]):
            check_seeder(by)
        tell(f"reading {options['file'].name}, {len(content):,} bytes")
        _work_ahead(options, by, content, corrections, tell)
        with _refusals_of(options["file"]), transaction.atomic():
            draft = self._draft(options, by, content, corrections, tell)
            self._match(options, by, draft, stated, tell)
            draft = _anew(draft)
            tell("checking what will be made")
            run = dry_run(draft, checked(draft, corrections_of(draft)))
            for line in dry_run_lines(draft, run):
                self.stdout.write(line)
            for line in objection_lines(run):
                self.stderr.write(line)
            self._check(run, odd_is_fine=options["odd_is_fine"] or options["dry_run"])
            if options["dry_run"]:
                transaction.set_rollback(True)
                self.stdout.write("A dry run: nothing was made.")
                return
            prepared = prepare_commit(
                draft_id=draft.pk, by=by, base_revision=draft.revision, anomalies_seen=True
            )
            version = make_version(prepared, progress=_progress(tell))
            if options["publish"]:
                publish_version(version_id=version.pk, by=by)
        state = "published" if options["publish"] else "not published yet"
        self.stdout.write(f"Made {version.plan.slug} {version.slug}; it is {state}.")

    def _progress(self, what: str) -> None:
        """How far it is, on standard error, not in the colour of errors."""
        self.stderr.write(what, self.style.HTTP_INFO)

    def _draft(
        self,
        options: dict[str, Any],
        by: User,
        content: bytes,
        corrections: Corrections | None,
        tell: Tell,
    ) -> SeedDraft:
        """The draft with all in it that the command line says, but what became of elements."""
        plan = Plan.objects.filter(slug=options["plan"]).first()
        base = _base(plan, options)
        name = options["file"].name
        with _refusals_of(options["file"], BAD_INPUT):
            draft = start_draft(by=by, name=name, content=content, plan=plan, base=base)
        mapping = stated_mapping(options, content)
        if corrections is not None or mapping is not None:
            stated = corrections or NO_CORRECTIONS
            if mapping is not None:
                stated = replace(stated, columns=mapping)
            where = options["corrections"] if corrections else options["file"]
            with _refusals_of(where, BAD_INPUT):
                draft = replace_steps(
                    draft_id=draft.pk, by=by, base_revision=draft.revision, corrections=stated
                )
        elif draft.has_columns:
            self._check_columns(draft, options, content)
        with _refusals_of(options["file"], BAD_INPUT):
            return _described(draft, options, by, plan)

    def _check_columns(self, draft: SeedDraft, options: dict[str, Any], content: bytes) -> None:
        """Raise CommandError when nobody has said what the columns hold; list them then."""
        try:
            classified_document(draft, language=options["language"] or language_of(draft.head))
        except MappingNeededError as error:
            for line in column_lines(columns_of(content)):
                self.stderr.write(line)
            raise CommandError(
                f"{options['file']}: {error}; say it with --columns", returncode=BAD_INPUT
            ) from error

    def _match(
        self,
        options: dict[str, Any],
        by: User,
        draft: SeedDraft,
        stated: tuple[Stated, ...] | None,
        tell: Tell,
    ) -> None:
        """Decide what became of the elements of the version before, as far as it is said."""
        asked = next((name for name in ("matching", "write_matching") if options[name]), "")
        if draft.base is None:
            if asked:
                option = f"--{asked.replace('_', '-')}"
                raise CommandError(f"{option} needs --base, the version before", returncode=2)
            return
        tell(f"matching with {draft.base.slug}")
        # What takes time is cached by the services below.
        matching_for(draft, progress=_progress(tell))
        if stated is not None:
            with _refusals_of(options["matching"], BAD_INPUT):
                replace_decisions(
                    draft_id=draft.pk, by=by, base_revision=draft.revision, stated=stated
                )
        if options["accept"]:
            _accept(draft.pk, by, Alike(options["accept"]))
        if options["write_matching"]:
            text = decisions_file(matching_for(_anew(draft)), proposed=True)
            write_text(options["write_matching"], text)

    def _check(self, run: DryRun, *, odd_is_fine: bool) -> None:
        if run.blockers:
            things = (
                "1 thing stands" if len(run.blockers) == 1 else f"{len(run.blockers)} things stand"
            )
            raise CommandError(f"{things} in the way; nothing was made")
        if run.anomalies and not odd_is_fine:
            raise CommandError(
                f"{len(run.anomalies)} odd places; look at them and say --odd-is-fine, or fix "
                "them with --corrections. Nothing was made"
            )


@contextmanager
def _refusals_of(what: Path, status: int = 1) -> Iterator[None]:
    """Turn a refusal into an error that names the file which is to blame."""
    try:
        yield
    except RefusedError as refusal:
        raise CommandError(f"{what}: {refusal}", returncode=status) from refusal


def _work_ahead(
    options: dict[str, Any],
    by: User,
    content: bytes,
    corrections: Corrections | None,
    tell: Tell,
) -> None:
    """Read and match, which is cached: nobody who writes should wait for that.

    Raises CommandError for a document that cannot be read. What else is wrong is told when its
    turn comes.
    """
    plan = Plan.objects.filter(slug=options["plan"]).first()
    base = _base(plan, options)
    name = options["file"].name
    with _refusals_of(options["file"], BAD_INPUT):
        draft = read_draft(
            by=by, name=name, content=content, plan=plan, base=base, progress=_progress(tell)
        )
    mapping = stated_mapping(options, content)
    stated = corrections or NO_CORRECTIONS
    columns = mapping or stated.columns
    draft.mapping = columns.as_data() if columns else {}
    language = options["language"] or stated.document.get("language")
    head = draft.head | ({"language": language} if language else {})
    with suppress(CorrectionError, SourceError):
        stated = replace(stated, document=document_section(head))
        read = parsed(draft, corrections=stated, progress=_progress(tell))
        if base is not None:
            proposals(*sides_of(base, read.outline), progress=_progress(tell))


def _base(plan: Plan | None, options: dict[str, Any]) -> PlanVersion | None:
    if not options["base"]:
        return None
    if plan is None:
        raise CommandError(f"--base {options['base']}: there is no plan {options['plan']}")
    return version_named(plan.slug, options["base"])


def _described(draft: SeedDraft, options: dict[str, Any], by: User, plan: Plan | None) -> SeedDraft:
    """The draft with what the options say that the document does not print."""
    stated: dict[str, Any] = {key: options[name] for name, key in HEAD.items() if options[name]}
    if options["round_symbol_inferred"]:
        stated["round_symbol_inferred"] = True
    if plan is None:
        stated["plan_slug"] = options["plan"]
    if options["symbol"] and "version_slug" not in draft.head:
        stated.setdefault("version_slug", slug_of(options["symbol"]))
    with_round = False if options["without_statuses"] else None
    if stated.items() <= draft.head.items() and with_round is None:
        return draft
    try:
        return set_head(
            draft_id=draft.pk,
            by=by,
            base_revision=draft.revision,
            head=draft.head | stated,
            with_round=with_round,
        )
    except InvalidError as refusal:
        message = str(refusal)
        for name, key in HEAD.items():
            if options[name]:
                option = name.replace("_", "-")
                message = message.replace(f"[document] {key}:", f"--{option}:")
        raise InvalidError(message) from refusal


def _anew(draft: SeedDraft) -> SeedDraft:
    """The draft as it is kept now."""
    return SeedDraft.objects.select_related("document", "plan", "base").get(pk=draft.pk)


def _silent(_what: str) -> None:
    """Tell nothing, as ``--verbosity 0`` wants it."""


def _progress(tell: Tell) -> Progress:
    """What tells how far the work is, a line for each report."""

    def report(stage: str, done: int, total: int) -> None:
        tell(f"{COMMIT_STAGES[stage]}: {done:,} of {total:,}")

    return report


def _accept(draft_id: int, by: User, most: Alike) -> None:
    """Accept what is proposed, as far as ``most``."""
    steps = (Alike.SAME, Alike.RENUMBERED) if most is Alike.RENUMBERED else (most,)
    for alike in steps:
        revision = SeedDraft.objects.values_list("revision", flat=True).get(pk=draft_id)
        # There may be nothing of one sort; what is left undecided is named later.
        with suppress(InvalidError):
            accept_alike(draft_id=draft_id, by=by, base_revision=revision, alike=alike)

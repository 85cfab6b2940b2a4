"""Seeding a version: uploading its document, the columns of a sheet, and the draft."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from plans import permissions
from plans.models import Job, Plan, SeedDraft
from plans.reading.corrections import CorrectionError, read_corrections
from plans.reading.pipeline import Parsed
from plans.reading.readers import Columns, columns_of
from plans.reading.readers.mapping import mapping_from
from plans.reading.source_table import SourceError
from plans.reading.template import csv_template, xlsx_template
from plans.seeding.forms.drafts import (
    NEW_PLAN,
    ColumnsForm,
    CorrectionsForm,
    HeadForm,
    SheetForm,
    UploadForm,
)
from plans.seeding.queries.drafts import content_of, corrections_file, drafts_in_work, takes_long
from plans.seeding.queries.fixtures import version_fixture
from plans.seeding.services import drafts
from plans.seeding.views.common import (
    TOML,
    administrator_required,
    base_revision,
    conflict,
    download,
    draft_or_404,
    reading_of,
    refused_job,
    sentence,
    waiting,
)
from plans.web.forms import LARGEST, parse_int
from plans.web.refusals import INVALID, InvalidError, RefusedError, StaleDraftError
from plans.web.shortcuts import current_user, version_or_404

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def seed_list(request: HttpRequest) -> HttpResponse:
    """The drafts of versions, and the upload that begins another; a job reads a long document.

    ``?refused=`` names a job that could not: the form is shown as it was, with the reason.
    """
    plans = Plan.objects.all()
    versions = permissions.visible_versions(request.user).order_by("plan", "-dated_on", "-slug")
    code = 200
    refused = refused_job(request, "seed_upload")
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES, plans=plans, versions=versions)
        code = INVALID
        if form.is_valid():
            try:
                return _uploaded(request, form)
            except RefusedError as refusal:
                form.add_error("document", sentence(refusal))
                code = refusal.status_code
    else:
        place = _place_of(refused) if refused else request.GET.get("after", "")
        form = UploadForm(place=place, plans=plans, versions=versions)
    return render(
        request,
        "seeding/list.html",
        {
            "form": form,
            "drafts": drafts_in_work(request.user),
            "refusal": sentence(refused.failure_message) if refused else "",
        },
        status=code,
    )


def _uploaded(request: HttpRequest, form: UploadForm) -> HttpResponse:
    plan, base = form.cleaned_data["place"]
    file = form.cleaned_data["document"]
    upload = {
        "by": current_user(request),
        "name": file.name,
        "content": file.read(),
        "plan": plan,
        "base": base,
    }
    if takes_long(file.size):
        return redirect("plans:job", drafts.request_upload(**upload).pk)
    draft = drafts.start_draft(**upload)
    messages.success(request, _("The document is kept as a draft. Go through the steps below."))
    return redirect("plans:seed_draft", draft.pk)


def _place_of(job: Job) -> str:
    """What was chosen in the form that asked for the job."""
    if job.arguments["base"]:
        return f"version:{job.arguments['base']}"
    return f"plan:{job.arguments['plan']}" if job.arguments["plan"] else NEW_PLAN


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, draft_id: int) -> HttpResponse:
    """A draft: how its document reads, and what is still to be done; takes a corrections file."""
    draft = draft_or_404(request, draft_id)
    form = CorrectionsForm()
    code = 200
    if request.method == "POST":
        form = CorrectionsForm(request.POST, request.FILES)
        code = INVALID
        if form.is_valid():
            try:
                messages.success(request, _replaced(request, draft, form))
            except StaleDraftError as refusal:
                return conflict(request, draft, refusal)
            except (RefusedError, CorrectionError) as refusal:
                form.add_error("corrections", sentence(refusal))
            else:
                return redirect("plans:seed_draft", draft_id)
    if wait := waiting(request, draft):
        return wait
    parsed, problem = reading_of(draft)
    return render(
        request,
        "seeding/draft.html",
        {
            "draft": draft,
            "parsed": parsed,
            "problem": problem,
            "odd": _odd(parsed),
            "elements": sum(1 for _element in parsed.outline.elements()) if parsed else 0,
            "form": form,
        },
        status=code,
    )


def _odd(parsed: Parsed | None) -> int:
    """How many anomalies a person should look at."""
    return sum(anomaly.is_open for anomaly in parsed.outline.anomalies) if parsed else 0


def _replaced(request: HttpRequest, draft: SeedDraft, form: CorrectionsForm) -> str:
    """Put the uploaded corrections in force. A sentence that says what was done."""
    content = form.cleaned_data["corrections"].read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidError(_("This is no corrections file: it is not UTF-8 text.")) from error
    changed = drafts.replace_steps(
        draft_id=draft.pk,
        by=current_user(request),
        base_revision=base_revision(request),
        corrections=read_corrections(text),
    )
    return ngettext(
        "%(count)d correction from the file is in force.",
        "%(count)d corrections from the file are in force.",
        changed.position,
    ) % {"count": changed.position}


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def head(request: HttpRequest, draft_id: int) -> HttpResponse:
    """What the document does not print about itself."""
    draft = draft_or_404(request, draft_id)
    if wait := waiting(request, draft):
        return wait
    parsed, problem = reading_of(draft)
    if parsed is None:
        messages.error(request, problem)
        return redirect("plans:seed_draft", draft_id)
    form = HeadForm(draft=draft, parsed=parsed)
    code, base = 200, draft.revision
    if request.method == "POST":
        form = HeadForm(request.POST, draft=draft, parsed=parsed)
        code = INVALID
        if form.is_valid():
            try:
                drafts.set_head(
                    draft_id=draft_id,
                    by=current_user(request),
                    base_revision=base_revision(request),
                    head=form.head(),
                    with_round=form.cleaned_data.get("with_round"),
                )
            except StaleDraftError as refusal:
                # The form stays as it was filled in; saving it again is then deliberate.
                form.add_error(None, str(refusal))
                code = refusal.status_code
            except RefusedError as refusal:
                form.add_error(None, str(refusal))
                code, base = refusal.status_code, base_revision(request)
            else:
                messages.success(request, _("What you said about the document is saved."))
                return redirect("plans:seed_draft", draft_id)
        else:
            base = base_revision(request)
    return render(
        request,
        "seeding/head.html",
        {"draft": draft, "form": form, "base": base},
        status=code,
    )


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Give a draft up, after asking."""
    draft = draft_or_404(request, draft_id)
    if request.method == "POST":
        try:
            drafts.discard(
                draft_id=draft_id, by=current_user(request), base_revision=base_revision(request)
            )
        except RefusedError as refusal:
            return conflict(request, draft, refusal)
        messages.success(request, _("The draft is discarded. Its document is kept."))
        return redirect("plans:seed")
    return render(request, "seeding/discard.html", {"draft": draft})


@administrator_required
@require_safe
def document(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The document as it was uploaded, byte for byte, to be saved and never shown in place."""
    draft = draft_or_404(request, draft_id)
    content = content_of(draft.document.sha256)
    return download(content, "application/octet-stream", draft.file_name)


@administrator_required
@require_safe
def corrections(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The corrections file of a draft, which ``parse_plan`` and ``seed_version`` take."""
    draft = draft_or_404(request, draft_id)
    text = corrections_file(draft)
    stem = draft.file_name.rpartition(".")[0] or draft.file_name
    return download(text.encode(), TOML, f"{stem}.toml")


@administrator_required
@require_safe
def fixture(request: HttpRequest, plan: str, version: str) -> HttpResponse:
    """The fixture of a version, which ``loaddata`` takes."""
    found = version_or_404(request, plan, version)
    text = version_fixture(found)
    return download(text.encode(), "application/json", f"{plan}-{version}.json")


@administrator_required
@require_safe
def template(request: HttpRequest, extension: str) -> HttpResponse:
    """A sheet to be filled in, whose headings the tracker knows."""
    if extension == "xlsx":
        return download(xlsx_template(), _XLSX, "plan-template.xlsx")
    if extension == "csv":
        return download(csv_template(), "text/csv; charset=utf-8", "plan-template.csv")
    raise Http404(_("There is a template as .xlsx and as .csv."))


# -- Columns of a sheet ---------------------------------------------------------------------------


@administrator_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: HttpRequest, draft_id: int) -> HttpResponse:
    """The columns of a draft's sheet, and what each holds."""
    draft = draft_or_404(request, draft_id)
    if not draft.has_columns:
        messages.info(request, _("The document is a text, not a sheet with columns to be named."))
        return redirect("plans:seed_draft", draft_id)
    try:
        shown = _shown(draft, request.POST if request.method == "POST" else request.GET)
    except SourceError as error:
        messages.error(request, sentence(error))
        return redirect("plans:seed_columns", draft_id)
    form = ColumnsForm(columns=shown)
    code = 200
    if request.method == "POST":
        form = ColumnsForm(request.POST, columns=shown)
        code = INVALID
        if form.is_valid():
            try:
                mapping = form.mapping()
                mapping.check()
                drafts.set_mapping(
                    draft_id=draft_id,
                    by=current_user(request),
                    base_revision=base_revision(request),
                    mapping=mapping.as_data(),
                )
            except StaleDraftError as refusal:
                return conflict(request, draft, refusal)
            except RefusedError as refusal:
                form.add_error(None, str(refusal))
                code = refusal.status_code
            except SourceError as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("The columns are named, and the sheet is read."))
                return redirect("plans:seed_draft", draft_id)
    return render(
        request,
        "seeding/columns.html",
        {"draft": draft, "form": form, "which": SheetForm(columns=shown), "shown": shown},
        status=code,
    )


def _shown(draft: SeedDraft, asked: QueryDict) -> Columns:
    """The columns of the sheet that the address asks for; without one, as they were named last.

    Raises SourceError for a sheet or a row of headings that there is not.
    """
    row = asked.get("header", "")
    # What is no number is a row that no sheet has.
    header = (parse_int(row) or LARGEST) if row else None
    content = content_of(draft.document.sha256)
    if "sheet" in asked or header is not None or not draft.mapping:
        return columns_of(content, sheet=asked.get("sheet", ""), header=header)
    mapping = mapping_from(draft.mapping)
    found = columns_of(content, sheet=mapping.sheet, header=mapping.header)
    mapped = tuple(
        replace(column, field=mapping.fields.get(column.index)) for column in found.columns
    )
    return replace(found, columns=mapped, mapping=mapping)

"""The step of seeding on which a person says which column of a sheet holds what."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plans.forms.seed_columns import ColumnsForm, SheetForm
from plans.importing.blocks import SourceError
from plans.importing.readers import Columns, columns_of
from plans.importing.readers.mapping import mapping_from
from plans.models import SeedDraft
from plans.selectors.seeding import content_of
from plans.services.errors import RefusedError, StaleDraftError
from plans.services.seeding import drafts
from plans.views.keepers import INVALID, code_of
from plans.views.seeders import base_revision, conflict, draft_or_404, seeders_only, sentence
from plans.views.who import signed_in

_LONGEST_ROW_NUMBER = 7


@seeders_only
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
                    by=signed_in(request),
                    base_revision=base_revision(request),
                    mapping=mapping.as_data(),
                )
            except StaleDraftError as refusal:
                return conflict(request, draft, refusal)
            except RefusedError as refusal:
                form.add_error(None, str(refusal))
                code = code_of(refusal)
            except SourceError as error:
                form.add_error(None, sentence(error))
            else:
                messages.success(request, _("The columns are named, and the sheet is read."))
                return redirect("plans:seed_draft", draft_id)
    return render(
        request,
        "plans/seed_columns.html",
        {"draft": draft, "form": form, "which": SheetForm(columns=shown), "shown": shown},
        status=code,
    )


def _shown(draft: SeedDraft, asked: QueryDict) -> Columns:
    """The columns of the sheet that the address asks for; without one, as they were named last.

    Raises SourceError for a sheet or a row of headings that there is not.
    """
    row = asked.get("header", "")
    header = int(row) if row.isdecimal() and len(row) <= _LONGEST_ROW_NUMBER else None
    content = content_of(draft.document.sha256)
    if "sheet" in asked or header is not None or not draft.mapping:
        return columns_of(content, sheet=asked.get("sheet", ""), header=header)
    said = mapping_from(draft.mapping)
    found = columns_of(content, sheet=said.sheet, header=said.header)
    as_said = tuple(
        replace(column, field=said.fields.get(column.index)) for column in found.columns
    )
    return replace(found, columns=as_said, mapping=said)

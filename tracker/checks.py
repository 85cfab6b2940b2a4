"""System checks of this project; Django runs them at start and in ``manage.py check``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


@register(Tags.files)
def docx_template_fits(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """tracker.E002: the template of the Word documents must be one, with all its styles."""
    path = settings.TRACKER_DOCX_TEMPLATE
    if path is None:
        return []
    # Only who sets a template pays for the libraries that look into it.
    from plans.reading.readers.office import OfficeKind, check_office_file
    from plans.reading.source_table import SourceError
    from plans.reports.writers.docx_template import TemplateError, check_template

    try:
        check_template(check_office_file(path.read_bytes(), OfficeKind.DOCX))
    except OSError as error:
        complaint = f"it cannot be read ({error.strerror or error})"
    except (SourceError, TemplateError) as error:
        complaint = str(error)
    else:
        return []
    return [
        Error(
            f"TRACKER_DOCX_TEMPLATE: {path}: {complaint}.",
            hint="Begin with a copy of plans/reports/writers/report.docx, and change its styles; "
            "or unset the variable.",
            id="tracker.E002",
        )
    ]


@register(Tags.security)
def debug_stays_at_home(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """tracker.E001: DEBUG shows settings and code, so it may serve this machine only."""
    elsewhere = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK - {"testserver"})
    if not settings.DEBUG or not elsewhere:
        return []
    return [
        Error(
            f"DEBUG is on while the site answers to {', '.join(elsewhere)}.",
            hint="Unset DEBUG, or leave ALLOWED_HOSTS to this machine.",
            id="tracker.E001",
        )
    ]


@register(Tags.security, deploy=True)
def public_names_need_tls(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """tracker.W001: a site with a name of its own should be reached by HTTPS."""
    elsewhere = sorted(set(settings.ALLOWED_HOSTS) - LOOPBACK)
    if settings.TRACKER_TLS or not elsewhere:
        return []
    return [
        Warning(
            f"The site answers to {', '.join(elsewhere)} without TLS: passwords travel readable.",
            hint="Put a TLS proxy before it and set TRACKER_TLS=1.",
            id="tracker.W001",
        )
    ]


@register()
def files_can_be_kept(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """tracker.W002: files that are made should have a folder to be kept in."""
    folder: Path = settings.TRACKER_FILES
    # The folder is made when there is something to keep; until then its parents must allow that.
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK):
        return []
    return [
        Warning(
            f"No files can be kept in {folder}: {nearest} is no folder that may be written to.",
            hint="Name another folder in TRACKER_FILES; without one no long file can be made.",
            id="tracker.W002",
        )
    ]

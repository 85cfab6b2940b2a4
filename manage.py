#!/usr/bin/env python
"""The project's command line."""

import os
import sys


def main() -> None:
    """Run one management command with the settings of the tracker.

    Wrong settings end it with exit status 2 and one line that names the variable.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    try:
        from django.conf import settings
        from django.core.management import execute_from_command_line

        from tracker.env import ConfigurationError
    except ModuleNotFoundError as error:
        sys.exit(f"{error.name} is not installed here; run this with .venv/bin/python")
    try:
        # Django itself would carry on with some commands and hide why the settings failed.
        settings.INSTALLED_APPS  # noqa: B018
        execute_from_command_line(sys.argv)
    except ConfigurationError as error:
        print(f"configuration error: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()

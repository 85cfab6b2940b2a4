"""The WSGI application."""

import os
import sys

from tracker.env import ConfigurationError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")

from django.core.wsgi import get_wsgi_application

try:
    application = get_wsgi_application()
except ConfigurationError as error:
    # One line instead of a traceback: whoever reads it has a variable to mend, not code. Status 3
    # tells gunicorn that starting the worker again is of no use.
    print(f"configuration error: {error}", file=sys.stderr)
    sys.exit(3)

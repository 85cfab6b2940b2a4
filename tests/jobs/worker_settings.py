"""The settings of what a test starts beside it: those of the site, on the database of the test."""

import os

from tests.jobs import MODULES
from tracker.settings import *  # noqa: F403
from tracker.settings import DATABASES, STORAGES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
JOB_MODULES = MODULES
JOB_BEAT_SECONDS = 0.3
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

"""The tracker's own settings, except that no answer is kept: every page is rendered afresh."""

from tracker.settings import *  # noqa: F403

TRACKER_FILES_SIZE = 0
_NONE = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
CACHES = {"default": _NONE, "pages": _NONE}

"""The project as an application: it brings the system checks."""

from django.apps import AppConfig


class TrackerConfig(AppConfig):
    """Settings, addresses and server of the tracker."""

    name = "tracker"

    def ready(self) -> None:
        from tracker import checks  # noqa: F401  (importing registers them)

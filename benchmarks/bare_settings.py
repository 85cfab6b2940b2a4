"""Settings of the yardstick: Django with one view, and no middleware, no database, no template."""

SECRET_KEY = "a-yardstick-keeps-no-secrets-" + "0123456789" * 3
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "benchmarks.bare_urls"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
DATABASES: dict[str, dict[str, str]] = {}
USE_TZ = True

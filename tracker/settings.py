"""Django's settings, read from the environment (docs/configuration.md lists every variable).

Importing this module raises :class:`tracker.env.ConfigurationError` when a variable says something
that cannot be meant. What is not asked for is the safe choice: DEBUG off, this machine's own names
only, an embedded database under ``var/``.
"""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from tracker.env import ConfigurationError, Env
from tracker.secret import SecretKeyError, check_secret_key, kept_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent

_env = Env(os.environ, BASE_DIR)


def _secret_key(database: dict[str, Any]) -> str:
    given = _env.text("SECRET_KEY")
    try:
        if given:
            return check_secret_key(given)
        if database["ENGINE"] == "django.db.backends.sqlite3":
            file: Path = database["NAME"]
            return kept_secret_key(file.with_name(f"{file.name}.secret-key"))
    except SecretKeyError as error:
        raise ConfigurationError("SECRET_KEY", str(error)) from error
    raise ConfigurationError(
        "SECRET_KEY", "it is required with this database; give it 50 random characters or more"
    )


# -- The site ------------------------------------------------------------------------------------

DEBUG = _env.flag("DEBUG", default=False)
ALLOWED_HOSTS = _env.hosts("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"), any_allowed=DEBUG)
CSRF_TRUSTED_ORIGINS = _env.origins("CSRF_TRUSTED_ORIGINS")

# Whether published plans and closed rounds may be read without signing in.
TRACKER_PUBLIC = _env.flag("TRACKER_PUBLIC", default=True)
# Whether people reach the site by HTTPS, through a proxy that sets X-Forwarded-Proto.
TRACKER_TLS = _env.flag("TRACKER_TLS", default=False)
# Where people reach the site, for the links in e-mails; without it they name the page instead.
TRACKER_ADDRESS = _env.own_address("TRACKER_ADDRESS")
# How many proxies, each adding to X-Forwarded-For, stand before the site.
TRACKER_PROXIES = _env.integer("TRACKER_PROXIES", default=0, least=0, most=10)

# The template of the Word documents; without it the one that comes with the program.
TRACKER_DOCX_TEMPLATE = _env.file("TRACKER_DOCX_TEMPLATE")

DATABASES = {"default": _env.database("DATABASE_URL", "sqlite:///var/db.sqlite3")}
SECRET_KEY = _secret_key(DATABASES["default"])
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "tracker",
    "plans",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "axes",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.middleware.BodyLimitMiddleware",
    "tracker.middleware.SignInFirstMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last: it answers in place of a view that was asked to sign somebody in too often.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

# -- Languages and time --------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = _env.time_zone("TIME_ZONE", "UTC")

# -- Long work and kept files --------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# The modules in which features register what does their jobs.
JOB_MODULES = ["plans.jobs.tasks", "plans.exports.tasks", "plans.seeding.tasks"]
# How often a job under way says that it lives, and workers look for those that do not any more.
JOB_BEAT_SECONDS = 2.0

# Where files are kept, once written, and how many megabytes of them; 0: none longer than an hour.
_database = DATABASES["default"]
_beside = _database["NAME"].parent if "sqlite3" in _database["ENGINE"] else BASE_DIR / "var"
TRACKER_FILES = BASE_DIR / _env.text("TRACKER_FILES", str(_beside / "files"))
MEDIA_ROOT = TRACKER_FILES
TRACKER_FILES_SIZE = _env.integer("TRACKER_FILES_SIZE", default=1000, least=0, most=1_000_000)
# What long work that runs in a process of its own may take: seconds, and megabytes of memory.
TRACKER_EXPORT_SECONDS = _env.integer("TRACKER_EXPORT_SECONDS", default=300, least=10, most=86_400)
TRACKER_EXPORT_MEMORY = _env.integer(
    "TRACKER_EXPORT_MEMORY", default=4096, least=256, most=1_000_000
)

# -- Caches --------------------------------------------------------------------------------------

CACHES = {
    # What all processes must agree on, such as counts that limit a rate. Shared by them, and never
    # so full that an entry goes before its time. Reading a page writes nothing here.
    "default": _env.cache("CACHE_URL", "database:"),
    # Pages of closed rounds that each process keeps in memory. One of a plan with thousands of
    # elements has some megabytes, and there are some for every two rounds and kind of change.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 60},
    },
}

# -- Static files --------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / _env.text("STATIC_ROOT", "var/static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # For the owner's eyes only: some are made of drafts.
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Only the hashed names are ever linked to; the plain ones need not be served a second time.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# -- What is sent --------------------------------------------------------------------------------

# The largest document that is read has 20 MB; around it stands a form. Of a form's own fields
# Django takes 2.5 MB, and files above that size wait on disk, not in memory.
MAX_BODY_BYTES = 22_000_000

# -- People --------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"

# Five failures for one name from one address shut sign-in for that pair for a quarter of an hour:
# enough to stop guessing, and nobody can shut out a colleague from elsewhere.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "429.html"
AXES_CLIENT_IP_CALLABLE = "tracker.clients.client_address"
AXES_USERNAME_CALLABLE = "tracker.clients.attempted_username"
# Successful sign-ins are no business of the throttle.
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False

# -- What browsers are told ----------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Says why, and gives back what was typed.
CSRF_FAILURE_VIEW = "plans.web.recovery.csrf_failure"

# All of this would lock people out of a site that is reached by plain HTTP, and the header would
# be believed from anybody: it holds only where the operator says that a TLS proxy stands before.
if TRACKER_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
# Entry in the browsers' built-in HSTS lists cannot be taken back quickly; the owner of the domain
# decides on it, not this program.
SILENCED_SYSTEM_CHECKS = ["security.W021"]

# -- Mail ----------------------------------------------------------------------------------------

_email = _env.email("EMAIL_URL", "console:")
EMAIL_BACKEND = _email.backend
EMAIL_HOST = _email.host
EMAIL_PORT = _email.port
EMAIL_HOST_USER = _email.user
EMAIL_HOST_PASSWORD = _email.password
EMAIL_USE_TLS = _email.use_tls
EMAIL_USE_SSL = _email.use_ssl
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = _env.email_address("DEFAULT_FROM_EMAIL", "tracker@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- Logging -------------------------------------------------------------------------------------

LOG_LEVEL = _env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    # Django's own handlers mail the administrators or speak only in DEBUG; here everything goes to
    # standard error, where whoever runs the server collects it.
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "plans": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
        # It warns at every HEAD request that it leaves out the body, which is what HEAD is.
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "tracker": {"handlers": ["stderr"], "level": LOG_LEVEL, "propagate": False},
    },
}

"""Settings, read from the environment; a missing secret stops the start.

Without ``DATABASE_URL`` the running demonstration of this checkout is used, so that
``manage.py`` commands find it by themselves.
"""

import os
from datetime import date
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

from conamus.standalone.discovery import running_environment, why_absent

BASE_DIR = Path(__file__).resolve().parent.parent
if "DATABASE_URL" not in os.environ:
    os.environ.update(running_environment(BASE_DIR))
env = environ.Env()
if "DATABASE_URL" not in os.environ:
    raise ImproperlyConfigured(
        why_absent(BASE_DIR)
        or "DATABASE_URL manque : lancez « make demo », ou donnez l’environnement (.env.example)."
    )

DEMO_MODE = env.bool("DEMO_MODE", default=False)
#: Whether the demonstration also loads its year of care, some minutes of work in the background.
DEMO_CARE_YEAR = env.bool("DEMO_CARE_YEAR", default=True)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
FIELD_KEY = env("FIELD_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))
#: What a demonstration that is not whole yet says at the foot of its pages; no file: nothing.
DEMO_NOTICE = VAR_DIR / "demo-notice.txt"
METRICS_TOKEN = env("METRICS_TOKEN", default="")
_fixed_day = env("BUSINESS_DATE", default="2025-06-30" if DEMO_MODE else "")
BUSINESS_DATE = date.fromisoformat(_fixed_day) if _fixed_day else None

INSTALLED_APPS = [
    "federations",
    "membership",
    "claims",
    "intermutuality",
    "prudential",
    "conamus.portal",
    "conamus.pages",
    "conamus.exports",
    "conamus.charts",
    "conamus.cases",
    "conamus.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "django_tables2",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "import_export",
    "django_prometheus",
]

MIDDLEWARE = [
    "conamus.pages.requests.RequestIdMiddleware",
    "conamus.health.HealthMiddleware",
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "federations.sessions.SealedSessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "federations.accounts.SessionActivityMiddleware",
    "federations.tenancy.middleware.ScopeMiddleware",
    "conamus.pages.errors.DomainErrorMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "conamus.urls"
WSGI_APPLICATION = "conamus.wsgi.application"
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
                "conamus.pages.context.page_frame",
            ],
        },
    }
]


_LIVELINESS = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}


def _database(variable: str) -> dict:
    """Read one connection; server-side cursors stay off for poolers in transaction mode."""
    options = env.db_url(variable, engine="django.db.backends.postgresql")
    # A server that is unreachable, or a network that went silent, is an error within a minute,
    # for jobs too; how long a server that says nothing is waited for is in database_patience.py.
    told = options.setdefault("OPTIONS", {})
    for name, value in _LIVELINESS.items():
        told.setdefault(name, value)
    options.update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True, DISABLE_SERVER_SIDE_CURSORS=True)
    return options


# ``default`` is the application's role. The others exist only where they are given:
# ``owner`` runs migrations, ``loader`` bypasses row-level security for bulk loads.
DATABASES = {"default": _database("DATABASE_URL")}
for _alias, _variable in (("owner", "OWNER_DATABASE_URL"), ("loader", "LOADER_DATABASE_URL")):
    if _variable in os.environ:
        DATABASES[_alias] = _database(_variable)
        DATABASES[_alias]["TEST"] = {"MIRROR": "default"}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits of the sign-in live in the database: they hold when Redis is down.
CACHES = {
    "default": {
        "BACKEND": "conamus.plain_cache.PlainDatabaseCache",
        "LOCATION": "conamus_cache",
    }
}

AUTH_USER_MODEL = "federations.User"
AUTHENTICATION_BACKENDS = ["federations.accounts.ActiveRoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "federations.accounts.ClosedAccountAdapter"
MFA_ADAPTER = "federations.accounts.EncryptedMFAAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_FORMS = {
    "login": "federations.forms.sign_in.SignInForm",
    "reset_password": "federations.forms.sign_in.ForgottenPasswordForm",
}
# The links of federations/services/reset_mails.py: an account's, whatever addresses are noted.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
# The page answers alike for every address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
# Wrong passwords are counted by federations/sign_in_limits.py; these are floods and codes.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "5/5m/key"}
# Limits per address believe the reverse proxy's header, as many proxies deep as there are.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Checks of rights that one person may ask in so many minutes: a full waiting room, no fishing.
# `migrate` tells the database, which counts.
RIGHTS_CHECKS_MOST = env.int("RIGHTS_CHECKS_MOST", default=60)
RIGHTS_CHECKS_MINUTES = 5
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {"authenticate": "federations.forms.sign_in.CodeForm"}
# A manager gave the address; who had a link sent to it before verifying it may still activate.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Conamus"
# A telephone half a minute off still gets in.
MFA_TOTP_TOLERANCE = 1
# Names of roles, with or without spaces between; federations/checks.py refuses one that is none.
MFA_REQUIRED_ROLES = [
    name.strip() for name in env.list("MFA_REQUIRED_ROLES", default=[]) if name.strip()
]
SESSION_ENGINE = "federations.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "conamus.pages.errors.csrf_failure"

# TLS is on unless the demonstration (plain HTTP on the loopback) is.
HTTPS = env.bool("HTTPS", default=not DEMO_MODE)
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "manifest-src": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
#: Beyond, an upload goes to disk; in a container, to a volume rather than to its memory.
FILE_UPLOAD_TEMP_DIR = env("UPLOADS_DIR", default="") or None
FILE_UPLOAD_HANDLERS = [
    "conamus.uploads.SignedInUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
ANONYMOUS_UPLOAD_MAX_SIZE = 12 * 1024 * 1024
#: What telephones make; kept much smaller (federations/services/pictures.py).
PICTURE_MAX_BYTES = 10 * 1024 * 1024

LANGUAGE_CODE = "fr"
# One language until the catalogues of Kirundi and English are written: a page is never
# half in another.
LANGUAGES = [("fr", "Français")]
TIME_ZONE = "Africa/Bujumbura"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "pages/table.html"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Conamus <noreply@localhost>")

# Text messages to households (membership/sms): none are sent unless a provider is named.
SMS = {
    "provider": env("SMS_PROVIDER", default="console" if DEMO_MODE else "none"),
    "url": env("SMS_HTTP_URL", default=""),
    "token": env("SMS_HTTP_TOKEN", default=""),
    "sender": env("SMS_HTTP_SENDER", default=""),
    "phone_field": env("SMS_HTTP_PHONE_FIELD", default="to"),
    "text_field": env("SMS_HTTP_TEXT_FIELD", default="text"),
    "sender_field": env("SMS_HTTP_SENDER_FIELD", default="from"),
    "reference_field": env("SMS_HTTP_REFERENCE_FIELD", default="id"),
    "timeout_seconds": env.float("SMS_TIMEOUT_SECONDS", default=10.0),
    "may_be_private": env.bool("SMS_ALLOW_PRIVATE", default=False),
}

CELERY_BROKER_URL = env("REDIS_URL")
CELERY_TASK_DEFAULT_QUEUE = env("CELERY_QUEUE", default="conamus")
CELERY_RESULT_BACKEND = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# With the broker away a request gives up after a second: the dispatcher publishes later.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 1,
    "connect_retries_timeout": 1,
    "interval_start": 0.2,
    "interval_step": 0.2,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "dispatch-jobs": {"task": "federations.tasks.dispatch_due_jobs", "schedule": 10.0},
    "publish-outbox": {"task": "federations.tasks.publish_outbox", "schedule": 10.0},
    "remove-old-files": {"task": "federations.tasks.remove_old_files", "schedule": 3600.0},
    "check-waiting-claims": {"task": "claims.tasks.check_waiting_claims", "schedule": 3600.0},
    "make-claims-final": {"task": "claims.tasks.make_claims_final", "schedule": 3600.0},
    "raise-facility-signals": {
        "task": "claims.tasks.raise_facility_signals",
        "schedule": 21_600.0,
    },
    "raise-later-signals": {
        "task": "claims.tasks.raise_later_signals",
        "schedule": 21_600.0,
    },
    "recount-care": {"task": "claims.tasks.recount_care", "schedule": 86_400.0},
    "count-open-rights": {"task": "membership.tasks.count_open_rights", "schedule": 3600.0},
    "release-figures": {"task": "prudential.tasks.release_figures", "schedule": 3600.0},
}
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)
#: A yearly report of 25 pages is printed in seconds; one that takes minutes holds a worker.
REPORT_PRINT_SECONDS = 300.0

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

PROMETHEUS_EXPORT_MIGRATIONS = False
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "conamus.pages.requests.JsonFormatter"}},
    "filters": {"request": {"()": "conamus.pages.requests.RequestIdFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "filters": ["request"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.server": {"handlers": ["console"], "propagate": False},
        # A line for each page laid out and each font read says nothing that the job does not.
        "weasyprint.progress": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []

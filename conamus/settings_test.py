"""Settings of the tests: the same application, quicker password hashes, mail in memory."""

from datetime import date

from conamus.settings import *  # noqa: F403

DEMO_MODE = True
DEBUG = False
BUSINESS_DATE = date(2025, 6, 30)
HTTPS = False
SECURE_SSL_REDIRECT = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SECURE_HSTS_SECONDS = 0
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
# A connection is kept: each test rolls back on it, as pooled connections do.
for _options in DATABASES.values():  # noqa: F405
    _options.update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=False)

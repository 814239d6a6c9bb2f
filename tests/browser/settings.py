"""Settings of the site before the browser: the demonstration's own, entire.

Only the passwords' hasher is that of the other tests, which wrote the demonstration's
sign-ins: with another, each first sign-in would write its password anew.
"""

from conamus.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

"""The long tests before a browser stand on the same running site as the short ones."""

from tests.browser.conftest import (  # noqa: F401 (fixtures)
    browser,
    open_page,
    sessions,
    sign_in_as,
    site,
    watch,
)

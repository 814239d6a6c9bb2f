"""Pages that wait hold up neither `/readyz` nor the other pages."""

import http.client
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from tests import databases
from tests.browser.site import Site

#: More than the site has processes; fewer than one of them has threads.
STUCK_PAGES = 8
SECONDS = 3


def _get(site: Site, path: str, cookie: str = "") -> tuple[int, float]:
    """Return the status and how long it took."""
    begun = time.monotonic()
    link = http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=40)
    try:
        link.request("GET", path, headers={"Cookie": cookie})
        return link.getresponse().status, time.monotonic() - begun
    finally:
        link.close()


def _database_of(site: Site) -> str:
    return urlsplit(site.environment["DATABASE_URL"]).path.lstrip("/")


def test_stuck_pages_do_not_make_readiness_wait(sign_in_as: Callable, site: Site) -> None:
    page = sign_in_as("federation_manager", "TWITEHO")
    session = next(one for one in page.context.cookies() if one["name"] == "sessionid")
    cookie = f"sessionid={session['value']}"
    statuses: list[int] = []

    def look() -> None:
        statuses.append(_get(site, "/menages/", cookie)[0])

    waiting = [threading.Thread(target=look) for _ in range(STUCK_PAGES)]
    with databases.superuser(_database_of(site)) as cursor:
        cursor.execute("BEGIN; LOCK TABLE membership_household IN ACCESS EXCLUSIVE MODE")
        for thread in waiting:
            thread.start()
        time.sleep(2)
        answers = [_get(site, "/readyz") for _ in range(6)]
        others = _get(site, "/unites/", cookie)
        assert statuses == []
        cursor.execute("ROLLBACK")
    for thread in waiting:
        thread.join()
    assert {status for status, _ in answers} == {200}
    assert max(took for _, took in answers) < SECONDS
    assert others[0] == 200
    assert others[1] < SECONDS
    assert statuses == [200] * STUCK_PAGES

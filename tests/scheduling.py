"""Which parallel worker runs which test: a file stays together, the browser's files too.

What is costly is then built once: a file's own fixtures, and the running site that all
the browser tests look at. They begin first, being the longest chain; then those that mostly
wait for processes and clocks, beside which others work.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

BROWSER = "tests/browser/"
FIRST = (BROWSER, "tests/standalone/")


class SharedSiteScheduling(LoadFileScheduling):
    """Hands out whole files, and all the browser's files as if they were one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return BROWSER if file.startswith(BROWSER) else file


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put those that begin first before all others; pytest-django puts the browser's last."""
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    return next((n for n, name in enumerate(FIRST) if item.nodeid.startswith(name)), len(FIRST))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SharedSiteScheduling:
    """Deal the tests out to the workers."""
    return SharedSiteScheduling(config, log)

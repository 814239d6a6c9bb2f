"""Pages as their readers meet them: signed in, with their queries and bytes counted."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.measure import table_queries
from bench.signing import signed_in_as
from federations.models import User


@dataclass(frozen=True)
class Answer:
    """What a page answered, and what it cost."""

    response: HttpResponse
    queries: list[str]

    @property
    def text(self) -> str:
        """The page's HTML."""
        return self.response.content.decode()

    @property
    def compressed(self) -> int:
        """Its bytes on the wire."""
        return len(gzip.compress(self.response.content))


@pytest.fixture
def demo_client(demo_network: None) -> Callable[[str], Client]:
    """Return a function that signs a user of the demonstration in."""

    def signed_in(username: str) -> Client:
        return signed_in_as(User.objects.get(username=username))

    return signed_in


@pytest.fixture
def read_page() -> Callable[[Client, str], Answer]:
    """Return a function that opens a page and counts what it asks of the database."""

    def read(client: Client, path: str) -> Answer:
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(path)
        return Answer(response, table_queries(q["sql"] for q in captured.captured_queries))

    return read

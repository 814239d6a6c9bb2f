"""``/readyz`` answers in time whatever the database does: silent, frozen, empty, or well."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.world import World

SECONDS = 6


@pytest.fixture
def silent_server() -> Iterator[int]:
    """A server that lets everybody in and says nothing, as a frozen PostgreSQL does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _ask() -> tuple[int, dict[str, object], float]:
    begun = time.monotonic()
    answer = Client().get("/readyz")
    return answer.status_code, json.loads(answer.content), time.monotonic() - begun


def test_a_silent_database_is_said_in_time(
    silent_server: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", str(silent_server))
    status, said, took = _ask()
    assert status == 503
    assert str(said["database"]).startswith("ne répond pas")
    assert said["data"] == "inconnu"
    assert said["broker"] == "ok"
    assert took < SECONDS


def test_a_silent_database_and_a_silent_broker_are_said_in_time(
    silent_server: int, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", str(silent_server))
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent_server}/0"
    status, said, took = _ask()
    assert status == 503
    assert str(said["broker"]).startswith("ne répond pas")
    assert took < SECONDS


def test_a_table_that_somebody_holds_is_said_in_time(own_database: World) -> None:
    """The question is asked on another connection than the one that holds the table."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE conamus_test_witness")
        cursor.execute("LOCK TABLE federations_federation IN ACCESS EXCLUSIVE MODE")
        status, said, took = _ask()
    assert status == 503
    assert str(said["database"]).startswith("ne répond pas")
    assert took < SECONDS
    assert _ask()[0] == 200


def test_it_is_red_while_the_data_are_not_in(own_database: World) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE conamus_test_witness")
        cursor.execute("UPDATE federations_federation SET loaded_at = NULL")
    status, said, _took = _ask()
    assert status == 503
    assert said["data"] == "les données ne sont pas chargées"


def test_every_connection_of_the_application_gives_up() -> None:
    assert connection.settings_dict["OPTIONS"]["connect_timeout"] == 5

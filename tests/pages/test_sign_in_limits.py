"""Wrong passwords: what is slowed down, and who beside goes on signing in."""

import base64
import pickle
from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection, connections
from django.test import Client

from federations import sign_in_limits
from federations.rules.sign_in import LIMITS
from federations.sessions import sealed
from federations.sign_in_limits import count_guess, counts_of
from tests.world import PASSWORD, World

WRONG = "faux-mot-de-passe"
OFFICE, ELSEWHERE = "41.79.10.1", "41.79.10.2"


def _try(username: str, password: str = WRONG, address: str = OFFICE) -> Client:
    client = Client(REMOTE_ADDR=address)
    client.page = client.post("/compte/login/", {"login": username, "password": password})
    return client


def _is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that moves the limits' clock on."""
    shift = [0.0]
    real = sign_in_limits.time.time

    def move(seconds: float) -> None:
        shift[0] += seconds

    monkeypatch.setattr(sign_in_limits.time, "time", lambda: real() + shift[0])
    return move


def test_ten_wrong_passwords_do_not_lock_the_office(world: World) -> None:
    for username in ("amina", "agnes", "albert"):
        for _ in range(4):
            _try(username)
    assert _is_in(_try("arthur", PASSWORD))


def test_the_wait_is_told_grows_and_ends(world: World, later: Callable) -> None:
    for _ in range(5):
        _try("amina")
    stopped = _try("amina", PASSWORD)
    assert not _is_in(stopped)
    assert "Réessayez dans 30 secondes." in stopped.page.content.decode()
    later(31)
    _try("amina")
    assert "Réessayez dans 1 minute." in _try("amina", PASSWORD).page.content.decode()
    later(61)
    assert _is_in(_try("amina", PASSWORD))


def test_who_waits_does_not_wait_longer_for_trying(world: World, later: Callable) -> None:
    for _ in range(15):
        _try("amina")
    later(31)
    assert _is_in(_try("amina", PASSWORD))


def test_the_holder_signs_in_from_elsewhere_meanwhile(world: World) -> None:
    for _ in range(10):
        _try("amina")
    assert _is_in(_try("AMINA", PASSWORD, address=ELSEWHERE))


def test_a_guess_spread_over_addresses_is_slowed_too(world: World) -> None:
    for rank in range(LIMITS["account"].free):
        _try("amina", address=f"41.79.11.{rank}")
    assert "Réessayez dans" in _try("amina", PASSWORD, ELSEWHERE).page.content.decode()


def test_names_tried_one_after_the_other_are_stopped_by_address(world: World) -> None:
    for rank in range(LIMITS["address"].free):
        _try(f"nom{rank}")
    assert "Réessayez dans" in _try("amina", PASSWORD).page.content.decode()
    assert _is_in(_try("amina", PASSWORD, ELSEWHERE))


def test_an_unknown_name_is_answered_like_a_known_one(world: World) -> None:
    for _ in range(5):
        _try("personne")
    assert "Réessayez dans 30 secondes." in _try("personne").page.content.decode()


def test_a_right_password_forgets_the_wrong_ones(world: World) -> None:
    for _ in range(4):
        _try("amina")
    assert _is_in(_try("amina", PASSWORD))
    for _ in range(4):
        _try("amina")
    assert _is_in(_try("amina", PASSWORD))


def test_guesses_at_once_are_each_counted(own_database: World) -> None:
    counts, start, waits = counts_of("amina", OFFICE), Barrier(8), []

    def guess() -> None:
        start.wait()
        waits.append(count_guess(counts))
        connections.close_all()

    threads = [Thread(target=guess) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(wait > 0 for wait in waits) == [False] * 5 + [True] * 3


def test_the_cache_runs_nothing_that_its_table_holds(world: World) -> None:
    """A row written by a stranger names a class: it is as if it were not there."""
    cache.set("x", [1.5, "deux"])
    assert cache.get("x") == [1.5, "deux"]
    foreign = base64.b64encode(pickle.dumps(Client)).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE conamus_cache SET value = %s", [foreign])
    assert cache.get("x") is None


def test_a_session_read_in_the_table_opens_nothing(sign_in) -> None:
    amina = sign_in("amina")
    key = Session.objects.latest("expire_date").pk
    thief = Client()
    thief.cookies["sessionid"] = key
    assert thief.get("/unites/").status_code == 302
    thief.cookies["sessionid"] = f"{key}:{'A' * 43}"
    assert thief.get("/unites/").status_code == 302
    thief.cookies["sessionid"] = sealed(key)
    assert thief.get("/unites/").status_code == 200
    assert amina.get("/unites/").status_code == 200


def test_a_session_copied_into_anothers_row_opens_nothing(
    sign_in, behind_the_wall: Callable
) -> None:
    clerk, manager = sign_in("agnes"), sign_in("amina")
    rows = {client: client.session.session_key for client in (clerk, manager)}
    stolen = Session.objects.get(pk=rows[manager]).session_data
    with behind_the_wall():
        assert Session.objects.filter(pk=rows[clerk]).update(session_data=stolen) == 1
    assert clerk.get("/personnes/")["Location"].startswith("/compte/login/")
    assert manager.get("/personnes/").status_code == 200

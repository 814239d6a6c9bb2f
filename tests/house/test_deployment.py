"""What a deployment relies on: checks, headers, health, and pages when the database is away."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings

from conamus.settings import MIDDLEWARE
from federations.checks import check_mfa_roles
from tests.world import PASSWORD, World

BASE = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DEMO_MODE": "0",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "conamus.example.org",
    "SECRET_KEY": "kuramba-igihe-kirekire-cane-0123456789-abcdefghijklmnop",
    "DJANGO_SETTINGS_MODULE": "conamus.settings",
}


def _manage(*arguments: str, **changes: str) -> subprocess.CompletedProcess:
    environment = {**os.environ, **PRODUCTION, **changes}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # the browser tests' own
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean() -> None:
    done = _manage("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


def test_roles_that_must_sign_in_with_a_second_factor_are_read_with_spaces() -> None:
    names = "confederation_manager, federation_manager ,"
    told = "from django.conf import settings; print(settings.MFA_REQUIRED_ROLES)"
    done = _manage("shell", "--verbosity=0", "-c", told, MFA_REQUIRED_ROLES=names)
    assert ast.literal_eval(done.stdout.strip()) == ["confederation_manager", "federation_manager"]


def test_a_role_that_is_none_is_refused_before_anything_starts() -> None:
    """Its people would sign in with a password alone, and nothing would say so."""
    done = _manage("check", MFA_REQUIRED_ROLES="auditor, federation_manger")
    assert done.returncode != 0
    assert "« federation_manger » n’est pas un rôle" in done.stderr
    assert "« auditor »" not in done.stderr


@pytest.mark.parametrize("name", ["system", "Gestionnaire", " auditor"])
def test_nor_is_what_nobody_signs_in_as(name: str) -> None:
    with override_settings(MFA_REQUIRED_ROLES=["auditor", name]):
        [error] = check_mfa_roles()
    assert f"« {name} »" in error.msg


@pytest.mark.parametrize("secret", ["SECRET_KEY", "FIELD_KEY", "REDIS_URL"])
def test_it_refuses_to_start_without_a_secret(secret: str) -> None:
    environment = {**os.environ, **PRODUCTION}
    environment.pop(secret)
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert secret in done.stderr


def test_demo_users_exist_in_demo_mode_only() -> None:
    done = _manage("load_demo")
    assert done.returncode == 1
    assert "démonstration" in done.stderr


def test_models_have_their_migrations() -> None:
    done = _manage("makemigrations", "--check", "--dry-run", DEMO_MODE="1")
    assert done.returncode == 0, done.stdout


def test_every_answer_carries_its_headers(db: None) -> None:
    answer = Client().get("/compte/login/")
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert len(answer["X-Request-ID"]) == 32


def test_a_page_with_persons_is_kept_in_no_cache(world: World, sign_in) -> None:
    answer = sign_in("amina").get("/menages/")
    assert "no-store" in answer["Cache-Control"]


def test_healthz_asks_nothing_and_readyz_names_each_part(world: World) -> None:
    assert Client().get("/healthz").content == b"ok"
    answer = Client().get("/readyz")
    assert json.loads(answer.content) == {
        "ready": True,
        "database": "ok",
        "broker": "ok",
        "data": "ok",
    }


@override_settings(CELERY_BROKER_URL="redis://127.0.0.1:1/0")
def test_readyz_is_red_without_the_broker(world: World) -> None:
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "ne répond pas" in json.loads(answer.content)["broker"]


def test_metrics_answer_only_the_bearer_of_the_token(db: None) -> None:
    with override_settings(METRICS_TOKEN="secret"):
        assert Client().get("/metrics").status_code == 404
        wrong = Client().get("/metrics", headers={"Authorization": "Bearer autre"})
        assert wrong.status_code == 404
        answer = Client().get("/metrics", headers={"Authorization": "Bearer secret"})
        assert b"django_http_requests_total" in answer.content
    with override_settings(METRICS_TOKEN=""):
        assert Client().get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@contextmanager
def without_database() -> Iterator[None]:
    """Have the application look for a database that is not there."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = "base_qui_n_existe_pas"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = name


def test_without_the_database_pages_say_so(own_database: World) -> None:
    client = Client(raise_request_exception=False)
    client.post("/compte/login/", {"login": "amina", "password": PASSWORD})
    with without_database():
        page = client.get("/menages/")
        ready = client.get("/readyz")
    assert page.status_code == 503
    assert "base de données" in page.content.decode()
    assert ready.status_code == 503
    assert "ne répond pas" in json.loads(ready.content)["database"]


@pytest.mark.parametrize("path", ["/compte/login/", "/compte/password/reset/"])
def test_without_the_database_the_door_says_so_before_anything_is_typed(
    own_database: World, path: str
) -> None:
    client = Client(raise_request_exception=False)
    with without_database():
        page = client.get(path)
    assert page.status_code == 503
    assert "La base de données ne répond pas" in page.content.decode()
    assert client.get(path).status_code == 200


def test_the_tests_run_the_middleware_of_the_application() -> None:
    assert settings.MIDDLEWARE == MIDDLEWARE


#: Read by `settings.py` and left to itself in production: development, or one machine's layout.
_NOT_FOR_PRODUCTION = {
    "BUSINESS_DATE",
    "CELERY_QUEUE",
    "DEMO_CARE_YEAR",
    "HTTPS",
    "JOB_LEASE_SECONDS",
    "LOADER_DATABASE_URL",
    "OWNER_DATABASE_URL",
    "BACKUP_DATABASE_URL",
    "SUPERUSER_DATABASE_URL",
    # Where compose mounts the web's own volume.
    "UPLOADS_DIR",
    "VAR_DIR",
}


def test_production_hands_on_every_setting_that_deploying_may_change() -> None:
    """A name in .env that compose does not pass would look safe and do nothing."""
    read = set(
        re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', Path("conamus/settings.py").read_text())
    )
    passed = yaml.safe_load(Path("docker-compose.yml").read_text())["x-environment"]
    assert "MFA_REQUIRED_ROLES" in read
    assert read - set(passed) - _NOT_FOR_PRODUCTION == set()

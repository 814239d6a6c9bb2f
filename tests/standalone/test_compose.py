"""What is shipped to production: whole, without a default secret, with the same roles."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from conamus.standalone import backup, database
from conamus.standalone.prepare import PANGO_PACKAGES

from .conftest import BASE_DIR

COMPOSE = BASE_DIR / "docker-compose.yml"
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|EMAIL_URL")
ONE_SHOT = {"migrate", "backup"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]


def example_names() -> set[str]:
    lines = (BASE_DIR / ".env.example").read_text(encoding="utf-8").splitlines()
    return {line.partition("=")[0] for line in lines if re.match(r"[A-Z_]+=", line)}


def test_the_whole_application_is_there(services: dict[str, Any]) -> None:
    expected = {"proxy", "web", "worker", "beat", "migrate", "backup", "postgres", "valkey"}
    assert set(services) == expected


def test_every_lasting_service_is_watched_and_restarted(services: dict[str, Any]) -> None:
    for name in set(services) - ONE_SHOT:
        assert services[name]["restart"] == "unless-stopped", name
        assert services[name]["healthcheck"]["test"], name
    for name in ONE_SHOT:
        assert services[name]["restart"] == "no", name


def test_the_application_cannot_write_its_own_files(services: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat", "migrate", "backup", "proxy", "valkey"):
        assert services[name]["read_only"] is True, name
        assert services[name]["cap_drop"] == ["ALL"], name


def test_no_secret_has_a_default() -> None:
    references = re.findall(r"(?<!\$)\$\{([A-Z_]+)([^}]*)\}", COMPOSE.read_text(encoding="utf-8"))
    assert {name for name, _ in references if SECRET.search(name)} >= {
        "SECRET_KEY",
        "FIELD_KEY",
        "BACKUP_KEY",
        "POSTGRES_PASSWORD",
        "REDIS_PASSWORD",
    }
    optional = {name for name, rule in references if not rule.startswith(":?")}
    # Text messages are off until a provider is named: their variables may be absent.
    messages = {name for name in optional if name.startswith("SMS_")}
    assert optional - messages == {
        "CONAMUS_VERSION",
        "LOG_LEVEL",
        "MFA_REQUIRED_ROLES",
        "RIGHTS_CHECKS_MOST",
    }


def test_no_secret_is_written_in_the_files(services: dict[str, Any]) -> None:
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if SECRET.search(variable) or variable.endswith("_URL"):
                assert "${" in value, f"{name}: {variable}"
    example = (BASE_DIR / ".env.example").read_text(encoding="utf-8")
    for line in example.splitlines():
        assert not re.match(r"[A-Z_]+=.+", line), line


def test_the_example_lists_what_is_required() -> None:
    required = set(re.findall(r"\$\{([A-Z_]+):\?", COMPOSE.read_text(encoding="utf-8")))
    assert required == example_names()


def test_each_role_is_where_it_is_needed_only(services: dict[str, Any]) -> None:
    holders = {
        variable: {name for name, one in services.items() if variable in one.get("environment", {})}
        for variable in (*database.VARIABLES, "SUPERUSER_DATABASE_URL")
    }
    assert holders == {
        "DATABASE_URL": {"web", "worker", "beat", "migrate"},
        "OWNER_DATABASE_URL": {"migrate"},
        "LOADER_DATABASE_URL": {"migrate"},
        "BACKUP_DATABASE_URL": {"backup"},
        "SUPERUSER_DATABASE_URL": {"backup"},
    }


def test_only_the_proxy_is_reached_from_outside(services: dict[str, Any]) -> None:
    assert [name for name, one in services.items() if "ports" in one] == ["proxy"]
    for name in ("postgres", "valkey"):
        assert services[name]["networks"] == ["inside"]


def test_files_that_are_mounted_exist(services: dict[str, Any]) -> None:
    sources = [
        volume.partition(":")[0] for one in services.values() for volume in one.get("volumes", ())
    ]
    files = [source for source in sources if source.startswith("./")]
    assert len(files) == 4
    assert all((BASE_DIR / source).is_file() for source in files)


def test_the_image_holds_what_weasyprint_needs() -> None:
    dockerfile = (BASE_DIR / "Dockerfile").read_text(encoding="utf-8")
    assert all(package in dockerfile for package in PANGO_PACKAGES)
    assert "--require-hashes" in dockerfile
    assert re.search(r"^USER conamus$", dockerfile, re.MULTILINE)


def test_docker_itself_accepts_the_file() -> None:
    """Where the compose plugin is: it resolves with every variable, and refuses without one."""
    values = dict.fromkeys(example_names(), "x")
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **values}
    command = compose_command()
    if command is None:
        # The plugin is no part of the machine: what it would refuse first is checked above.
        assert yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["volumes"]
        return
    config = [*command, "-f", str(COMPOSE), "config", "--quiet"]
    done = subprocess.run(config, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    environment.pop("SECRET_KEY")
    done = subprocess.run(config, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr


def compose_command() -> list[str] | None:
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run([*command, "version"], capture_output=True, check=False)
            if asked.returncode == 0:
                return command
    return None


def test_the_database_script_sets_every_password(tmp_path: Path) -> None:
    """The image's script is run as the image runs it, on the cluster of the tests."""
    script = (BASE_DIR / "deploy/postgres/20-database.sql").read_text(encoding="utf-8")
    roles = set(re.findall(r"ALTER ROLE (\w+) PASSWORD", script))
    assert roles == set(database.LOGINS)
    link_environment = backup.connection_environment(os.environ["SUPERUSER_DATABASE_URL"])
    psql = shutil.which("psql") or str(Path(os.environ["POSTGRES_BINARIES"]) / "psql")
    harmless = tmp_path / "script.sql"
    renamed = re.sub(r"CREATE DATABASE.*", "", script)
    harmless.write_text(f"BEGIN;\n{renamed}\nROLLBACK;\n", encoding="utf-8")
    passwords = {f"{role}_PASSWORD": "p4ss" for role in ("OWNER", "APP", "LOADER", "BACKUP")}
    done = subprocess.run(
        [psql, "-v", "ON_ERROR_STOP=1", "-X", "-f", str(harmless)],
        env={**link_environment, **passwords},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("ALTER ROLE") == 4

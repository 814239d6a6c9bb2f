"""``make demo``: the whole application on this machine, and ``make reset``.

Services, migrations, demonstration network, web server, Celery worker and beat, in that order,
under one supervisor. The steps that prepare the data are skipped when neither the code nor the
cluster has changed since they last succeeded, so a second start takes a few seconds.
"""

from __future__ import annotations

import fcntl
import hashlib
import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg2

from . import postgres
from .accounts import fallback_home, service_account, service_home
from .console import Refusal, say
from .database import connected
from .discovery import environment_file, lock_file, prepared_file, running_demo, var_dir
from .ports import require_free_port, wanted_port
from .processes import Interrupted, Running, Supervisor, catch_signals
from .secrets_file import write_private
from .services import start_services
from .space import require_space, space_needed

BASE_DIR = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 90
#: How long a step may say nothing of itself before it is said to be at work.
PATIENCE_SECONDS = 20.0
#: How long a step that has ended is given to have its last words read.
STEP_WORDS_SECONDS = 5.0
# A process that ends is started again, so many times in so long; then the demonstration stops.
RESTARTS = 3
RESTARTS_SECONDS = 600.0
RESTART_PAUSE = 1.0
#: How long a database that was killed may take to be back, whatever it had under way.
DATABASE_SECONDS = 300.0
KEPT_BY_RESET = {"backup.key", "backups", "run"}
SOURCE_FOLDERS = (
    "conamus", "federations", "membership", "claims", "intermutuality", "prudential", "static",
)  # fmt: skip


def take_lock(var: Path) -> int:
    """Take the lock of this checkout's demonstration, once a killed one has ended."""
    path = lock_file(var)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + 30
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            demo = running_demo(var)
            if demo:
                raise Refusal(
                    f"une démonstration tourne déjà depuis ce dossier, sur {demo['address']} : "
                    f"arrêtez-la d’abord (Ctrl-C dans son terminal, ou « kill {demo['pid']} »)."
                ) from None
            if time.monotonic() > deadline:
                raise Refusal(
                    "une exécution précédente n’en finit pas de s’arrêter : réessayez."
                ) from None
            time.sleep(0.1)
        else:
            return handle


def application_environment(port: int) -> dict[str, str]:
    """Return what the demonstration sets beside the services' addresses."""
    return {
        "DEMO_MODE": "1",
        "DEBUG": "0",
        "ALLOWED_HOSTS": os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost"),
        "DJANGO_SETTINGS_MODULE": "conamus.settings",
        "PYTHONUNBUFFERED": "1",
        "PORT": str(port),
    }


# --- preparing the data ---------------------------------------------------------------------


def _sources() -> Iterator[Path]:
    for folder in SOURCE_FOLDERS:
        yield from (BASE_DIR / folder).rglob("*")
    yield BASE_DIR / "requirements.txt"


def sources_mark(superuser_url: str) -> str:
    """Return what identifies the code, its data and the cluster they were loaded into."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        if path.is_file() and "__pycache__" not in path.parts:
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    with connected(superuser_url) as link, link.cursor() as cursor:
        cursor.execute("SELECT system_identifier FROM pg_control_system()")
        digest.update(str(cursor.fetchone()).encode())
    return digest.hexdigest()


def prepare_data(supervisor: Supervisor, var: Path, environment: Mapping[str, str]) -> None:
    """Migrate, load the network and collect the static files, unless nothing has changed."""
    superuser_url = environment.get("SUPERUSER_DATABASE_URL")
    mark_file = prepared_file(var)
    mark = sources_mark(superuser_url) if superuser_url else ""
    if mark and mark_file.exists() and mark_file.read_text(encoding="utf-8") == mark:
        return
    mark_file.unlink(missing_ok=True)
    steps = {
        "Mise à jour des tables…": ("migrate", "--database=owner", "--noinput", "--progress"),
        "Chargement du réseau de démonstration…": ("load_demo",),
        "Préparation des fichiers statiques…": ("collectstatic", "--noinput", "--verbosity=0"),
    }
    for sentence, arguments in steps.items():
        say(sentence)
        command = [sys.executable, "manage.py", *arguments]
        if run_step(supervisor, arguments[0], command, env=dict(environment), cwd=BASE_DIR) != 0:
            raise Refusal(f"l’étape « {arguments[0]} » a échoué : voir le message ci-dessus.")
    write_private(mark_file, mark)


def run_step(supervisor: Supervisor, name: str, command: Sequence[str], **options: Any) -> int:
    """Run a step and return its status; its words pass by us, who may have no reader any more."""
    step = supervisor.start(name, command, stdout=subprocess.PIPE, **options)
    # A daemon: whoever stops us in the middle waits for no word.
    told = Thread(target=_say_all, args=(step.output_lines(),), daemon=True)
    told.start()
    status = supervisor.wait(step, tell=Patience())
    told.join(STEP_WORDS_SECONDS)
    return status


def _say_all(lines: Iterable[str]) -> None:
    for line in lines:
        say(line.rstrip("\n"))


class Patience:
    """Says now and then that a step is at work: silence is not its end."""

    def __init__(self) -> None:
        self._next = PATIENCE_SECONDS

    def __call__(self, seconds: float) -> None:
        """Hear how long it has been."""
        if seconds >= self._next:
            say(f"  … au travail depuis {seconds:.0f} s")
            self._next += PATIENCE_SECONDS


# --- the application's processes -------------------------------------------------------------


def start_application(
    supervisor: Supervisor, var: Path, environment: Mapping[str, str], port: int
) -> Running:
    """Start web server, worker and beat; return the web server."""
    logs, run = var / "log", var / "run"
    for left in run.glob("beat-schedule*"):
        left.unlink()
    options: dict[str, Any] = {"env": dict(environment), "cwd": BASE_DIR}
    web = [
        *("-m", "gunicorn", "conamus.wsgi", "--workers=2", f"--bind=127.0.0.1:{port}"),
        *("--config=python:conamus.web_server", "--graceful-timeout=5", "--preload"),
    ]
    worker = [
        *("-m", "celery", "-A", "conamus", "worker", "--concurrency=2", "--loglevel=INFO"),
        *("--without-gossip", "--without-mingle"),
    ]
    beat = [
        *("-m", "celery", "-A", "conamus", "beat", "--loglevel=INFO", "--pidfile="),
        f"--schedule={run / 'beat-schedule'}",
    ]
    server = supervisor.start("web", [sys.executable, *web], log=logs / "web.log", **options)
    for name, command in {"worker": worker, "beat": beat}.items():
        # A cold shutdown: an interrupted job is a row that is retried, nobody waits for it.
        supervisor.start(
            name,
            [sys.executable, *command],
            log=logs / f"{name}.log",
            stop_signal=signal.SIGQUIT if name == "worker" else signal.SIGTERM,
            **options,
        )
    return server


def _readyz(port: int) -> int:
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        link.request("GET", "/readyz")
        return link.getresponse().status
    except OSError:
        return 0
    finally:
        link.close()


def check_alive(supervisor: Supervisor) -> None:
    """Refuse to go on without one of the processes, showing its last words."""
    supervisor.check_caller()
    ended = supervisor.ended()
    if ended is not None:
        raise Refusal(f"« {ended.name} » s’est arrêté ({ended.log}) :\n{ended.last_words()}")


def keep_running(
    supervisor: Supervisor, restarts: dict[str, list[float]], answers: Callable[[], bool]
) -> None:
    """Start again what ended, with a word on the console; refuse when it keeps ending.

    ``answers`` tells whether the database does: what ends while it does not is not counted.
    """
    supervisor.check_caller()
    ended = supervisor.ended()
    if ended is None:
        return
    if ended.name == postgres.NAME or answers():
        _count_restart(ended, restarts)
        time.sleep(RESTART_PAUSE)
        supervisor.restart(ended)
    if not answers():
        _wait_for_database(supervisor, answers)


def _count_restart(ended: Running, restarts: dict[str, list[float]]) -> None:
    """Say that it is started again, and how many times it was; Refusal after too many."""
    now = time.monotonic()
    recent = [moment for moment in restarts.get(ended.name, []) if now - moment < RESTARTS_SECONDS]
    if len(recent) >= RESTARTS:
        raise Refusal(
            f"« {ended.name} » s’arrête sans cesse : la démonstration s’arrête "
            f"({ended.log}) :\n{ended.last_words()}"
        )
    restarts[ended.name] = [*recent, now]
    say(
        f"« {ended.name} » s’est arrêté, il est relancé ({len(recent) + 1} sur {RESTARTS} ; "
        f"journal : {ended.log})."
    )


def _wait_for_database(supervisor: Supervisor, answers: Callable[[], bool]) -> None:
    """Wait until the database is back, then start what ended for want of it.

    One that was killed recovers for a while, and does not start before its last processes ended.
    """
    say("La base de données ne répond pas encore : Conamus l’attend.")
    deadline = time.monotonic() + DATABASE_SECONDS
    while not answers():
        supervisor.check_caller()
        if time.monotonic() > deadline:
            raise Refusal(f"la base de données n’est pas revenue en {DATABASE_SECONDS:.0f} s.")
        time.sleep(RESTART_PAUSE)
        _restart_ended(supervisor, {postgres.NAME})
    _restart_ended(supervisor, {one.name for one in supervisor.running})


def _restart_ended(supervisor: Supervisor, names: Collection[str]) -> None:
    for one in list(supervisor.running):
        if one.name in names and one.process.poll() is not None:
            supervisor.restart(one)


def database_answers(url: str) -> bool:
    """Tell whether the database lets somebody in."""
    try:
        psycopg2.connect(url, connect_timeout=5).close()
    except psycopg2.OperationalError:
        return False
    return True


def wait_until_ready(supervisor: Supervisor, web: Running, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    status = 0
    while time.monotonic() < deadline:
        check_alive(supervisor)
        status = _readyz(port)
        if status == http.client.OK:
            return
        time.sleep(0.05 if status == 0 else 0.5)
    raise Refusal(f"/readyz répond {status} au lieu de 200 ({web.log}) :\n{web.last_words()}")


# --- commands ---------------------------------------------------------------------------------


def _publish(var: Path, address: str, environment: Mapping[str, str]) -> None:
    facts = {"pid": os.getpid(), "address": address, "environment": dict(environment)}
    write_private(environment_file(var), json.dumps(facts, indent=1))


def keep_previous_logs(logs: Path) -> None:
    """Start with empty logs, the last run's being kept once."""
    for log in logs.glob("*.log"):
        log.replace(log.with_suffix(".previous"))


def _serve(supervisor: Supervisor, var: Path, port: int) -> None:
    address = f"http://127.0.0.1:{port}/"
    _publish(var, address, {})
    require_free_port(port)
    require_space(var, space_needed(var))
    keep_previous_logs(var / "log")
    say("Démarrage de PostgreSQL et de Valkey…")
    environment = start_services(supervisor, var) | application_environment(port)
    _publish(var, address, environment)
    everything = {**os.environ, **environment}
    prepare_data(supervisor, var, everything)
    say("Démarrage de l’application…")
    web = start_application(supervisor, var, everything, port)
    wait_until_ready(supervisor, web, port)
    logins = os.path.relpath(var / "demo-logins.json", BASE_DIR)
    say(
        f"Conamus est prêt : {address} — identifiants de démonstration : {logins} "
        "(Ctrl-C arrête tout)"
    )
    if not everything.get("EMAIL_URL"):
        log = os.path.relpath(var / "log" / "worker.log", BASE_DIR)
        say(f"Les courriels ne partent pas : ils sont écrits dans {log}.")
    restarts: dict[str, list[float]] = {}
    answers = partial(database_answers, everything["DATABASE_URL"])
    while True:
        keep_running(supervisor, restarts, answers)
        time.sleep(0.3)


def demo() -> int:
    """Run the demonstration until it is asked to stop."""
    catch_signals()
    port = wanted_port()
    var = var_dir(BASE_DIR).resolve()
    lock = take_lock(var)
    try:
        with Supervisor(inherited=[lock]) as supervisor:
            _serve(supervisor, var, port)
    except Interrupted:
        say("Conamus est arrêté.")
    finally:
        environment_file(var).unlink(missing_ok=True)
    return 0


def reset() -> int:
    """Forget the demonstration's data; encrypted backups and their key stay."""
    var = var_dir(BASE_DIR).resolve()
    if var.exists():
        os.close(_stopped(var))
        for path in var.iterdir():
            if path.name not in KEPT_BY_RESET:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in (var / "run").iterdir():
            if path != lock_file(var):
                path.unlink()
        shutil.rmtree(fallback_home(var), ignore_errors=True)
    say("Les données de démonstration sont effacées ; « make demo » repart de zéro.")
    return 0


def _stopped(var: Path) -> int:
    """Take the lock and stop what a killed run may have left."""
    lock = take_lock(var)
    data = service_home(var) / "postgres"
    if data.exists():
        postgres.clear_stale(data, service_account(data))
    return lock

"""What a bare machine lacks, put in place: virtual environment, locked packages, Pango, a browser.

Runs with the system's Python and the standard library only. What can be installed without
asking (root on Debian and Ubuntu) is; elsewhere the exact command to run is said and the start
is refused. Packages are installed from the hashed locks, and only when a lock has changed.
"""

from __future__ import annotations

import ctypes
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from .console import Refusal, failure, say
from .processes import Supervisor
from .space import INSTALL_MB, on_one_disk, require_space, space_needed

BASE_DIR = Path(__file__).resolve().parent.parent.parent
VENV = BASE_DIR / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
RUNTIME_LOCK = BASE_DIR / "requirements.txt"
DEV_LOCK = BASE_DIR / "requirements-dev.txt"
OLDEST_PYTHON = (3, 11)

PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
PANGO_LIBRARIES = {
    "linux": ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
    "darwin": ("libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz-subset.dylib"),
}
HOMEBREW_LIBRARIES = ("/opt/homebrew/lib", "/usr/local/lib")
# Chromium without a window comes first: the same pages for two thirds of the processor's time.
BROWSER_PACKAGES = ("chromium-headless-shell", "chromium")
BROWSERS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def require_python() -> None:
    """Go on with a recent enough Python, or say which one is needed."""
    if sys.version_info >= OLDEST_PYTHON:
        return
    for minor in range(14, 10, -1):
        newer = shutil.which(f"python3.{minor}")
        if newer:
            os.execv(newer, [newer, "-m", "conamus.standalone", *sys.argv[1:]])  # noqa: S606
    raise Refusal(
        f"Python 3.11 ou plus récent est nécessaire, celui-ci est le {sys.version.split()[0]} ; "
        "indiquez-en un autre avec « make demo PYTHON=/chemin/vers/python3 »."
    )


def can_use_apt() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_install(supervisor: Supervisor, packages: Sequence[str]) -> bool:
    """Install Debian packages, with fresh lists if the known ones do not do."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", *packages]
    quiet: dict[str, Any] = {
        "env": environment,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    if supervisor.run("apt-get", install, **quiet) == 0:
        return True
    supervisor.run("apt-get", ["apt-get", "update"], **quiet)
    again = supervisor.start(
        "apt-get", install, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    last_lines = deque(again.output_lines(), maxlen=6)
    if supervisor.wait(again) == 0:
        return True
    say("".join(last_lines))
    return False


# --- virtual environment -----------------------------------------------------------------


def _venv_works() -> bool:
    if not VENV_PYTHON.exists():
        return False
    command = [str(VENV_PYTHON), "-c", "import pip"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def create_venv(supervisor: Supervisor) -> None:
    """Create ``.venv``, again if its Python has gone, with apt's help where Debian split it."""
    if _venv_works():
        return
    say("Création de l’environnement Python (.venv)…")
    version = f"python3.{sys.version_info.minor}-venv"
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL}
    if supervisor.run("venv", command, **quiet) == 0:
        return
    if can_use_apt() and apt_install(supervisor, [version]):
        status = supervisor.run("venv", command, **quiet)
        if status == 0:
            return
    raise Refusal(
        "l’environnement Python n’a pas pu être créé ; sur Debian ou Ubuntu : "
        f"sudo apt-get install {version}"
    )


def lock_mark(lock: Path) -> str:
    """Return what an installed lock is recognised by: its content and the Python it serves."""
    content = hashlib.sha256(lock.read_bytes()).hexdigest()
    return f"{content} {sys.version_info.major}.{sys.version_info.minor}"


def count_packages(lock: Path) -> int:
    return len(re.findall(r"(?m)^[A-Za-z0-9][^\s=]*==", lock.read_text(encoding="utf-8")))


def _mark_file(lock: Path) -> Path:
    return VENV / f".{lock.stem}.installed"


def is_installed(lock: Path) -> bool:
    """Tell whether the environment holds the lock as it is now."""
    file = _mark_file(lock)
    return file.exists() and file.read_text(encoding="utf-8") == lock_mark(lock)


def install_lock(supervisor: Supervisor, lock: Path) -> None:
    """Install a hashed lock unless it is the one installed already."""
    if is_installed(lock):
        return
    total = count_packages(lock)
    say(f"Installation de {total} paquets verrouillés ({lock.name})…")
    command = [str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes", "--progress-bar=off"]
    service = supervisor.start(
        "pip",
        [*command, "--no-input", "-r", str(lock)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    last_lines = _show_progress(service.output_lines(), total)
    if supervisor.wait(service) != 0:
        if not list(VENV.glob(".*.installed")):
            # Never whole, it serves nobody, and may be what fills the disk.
            shutil.rmtree(VENV, ignore_errors=True)
        words = "".join(last_lines)
        raise failure("l’installation des paquets a échoué (réseau ?)", words, BASE_DIR)
    _mark_file(lock).write_text(lock_mark(lock), encoding="utf-8")


def _show_progress(lines: Iterable[str], total: int) -> deque[str]:
    """Count the packages that pip announces; return its last lines."""
    last_lines: deque[str] = deque(maxlen=6)
    seen = 0
    for line in lines:
        last_lines.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            if seen % 20 == 0:
                say(f"  {seen} sur {total}")
        elif line.startswith("Installing collected packages"):
            say("  téléchargés ; mise en place…")
    return last_lines


# --- Pango and the browser -----------------------------------------------------------------


def _loads(library: str) -> bool:
    folders = ("", *(f"{folder}/" for folder in HOMEBREW_LIBRARIES if sys.platform == "darwin"))
    for folder in folders:
        try:
            ctypes.CDLL(f"{folder}{library}")
        except OSError:
            continue
        return True
    return False


def missing_libraries(libraries: Sequence[str]) -> list[str]:
    return [library for library in libraries if not _loads(library)]


def pango_advice() -> str:
    """Return the sentence that says which command installs Pango here."""
    if sys.platform == "darwin":
        command = "brew install pango"
    elif shutil.which("apt-get"):
        command = f"sudo apt-get install {' '.join(PANGO_PACKAGES)}"
    else:
        command = "installez le paquet « pango » de votre système (Pango ≥ 1.44)"
    return f"il manque Pango, qui compose les documents PDF ; à lancer : {command}"


def ensure_pango(supervisor: Supervisor, libraries: Sequence[str] | None = None) -> None:
    """Install Pango where it may be, else refuse with the command to run."""
    needed = PANGO_LIBRARIES.get(sys.platform, ()) if libraries is None else libraries
    if sys.platform == "darwin":
        folders = ":".join(HOMEBREW_LIBRARIES)
        os.environ.setdefault("DYLD_FALLBACK_LIBRARY_PATH", folders)
    if not missing_libraries(needed):
        return
    if can_use_apt():
        say("Installation de Pango…")
        apt_install(supervisor, PANGO_PACKAGES)
    if missing_libraries(needed):
        raise Refusal(pango_advice())


def find_browser() -> str | None:
    """Return a Chrome or Chromium that runs, ``CONAMUS_CHROME`` first.

    Ubuntu's package may be a mere pointer to a snap: what cannot say its version is no browser.
    """
    for name in (os.environ.get("CONAMUS_CHROME", ""), *BROWSERS):
        found = shutil.which(name) if name else None
        if found and _says_its_version(found):
            return found
    return None


def _says_its_version(program: str) -> bool:
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def ensure_browser(supervisor: Supervisor) -> str:
    """Return the browser of the tests, installed first where it may be."""
    found = find_browser()
    if found is None and can_use_apt():
        say("Installation de Chromium pour les essais…")
        any(apt_install(supervisor, [package]) for package in BROWSER_PACKAGES)
        found = find_browser()
    if found is None:
        raise Refusal(
            "les essais demandent Chrome ou Chromium : installez-le (Debian : sudo apt-get install "
            "chromium-headless-shell ; Ubuntu : chromium ; macOS : brew install --cask "
            "google-chrome) ou donnez son chemin dans CONAMUS_CHROME."
        )
    return found


def missing_test_packages() -> list[str]:
    """Name the packages of what the tests stand on and the barest Debian lacks.

    They look at processes with ``ps``; the browser's driver is linked with libatomic.
    """
    missing = [] if shutil.which("ps") else ["procps"]
    if sys.platform == "linux" and missing_libraries(["libatomic.so.1"]):
        missing.append("libatomic1")
    return missing


def ensure_test_packages(supervisor: Supervisor) -> None:
    """Install what the tests stand on where it may be, else refuse with the command to run."""
    if missing_test_packages() and can_use_apt():
        apt_install(supervisor, missing_test_packages())
    missing = missing_test_packages()
    if missing:
        raise Refusal(
            f"il manque de quoi mener les essais ; à lancer : sudo apt-get install "
            f"{' '.join(missing)}"
        )


# --- the whole ----------------------------------------------------------------------------


def require_space_to_start(var: Path) -> None:
    """Refuse a demonstration that would fill the disk before anything is installed for it."""
    to_install = 0 if is_installed(RUNTIME_LOCK) else INSTALL_MB
    on_it = to_install if on_one_disk(var, BASE_DIR) else 0
    require_space(var, space_needed(var) + on_it)


def prepare(supervisor: Supervisor, *, pango: bool, tests: bool) -> None:
    """Put in place what a command needs; two at once wait for each other.

    Space and Pango come first: where they lack, that is said before the long downloads.
    """
    locks = [RUNTIME_LOCK, *([DEV_LOCK] if tests else [])]
    if not all(map(is_installed, locks)):
        require_space(BASE_DIR, INSTALL_MB)
    with (BASE_DIR / ".prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if pango:
            ensure_pango(supervisor)
        create_venv(supervisor)
        for packages in locks:
            install_lock(supervisor, packages)
        if tests:
            ensure_test_packages(supervisor)
            os.environ["CONAMUS_CHROME"] = ensure_browser(supervisor)

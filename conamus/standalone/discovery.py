"""How ``manage.py`` finds the running demonstration of its checkout.

The demonstration writes its environment to ``var/run/environment.json`` (mode 600) and holds
a lock beside it for as long as it lives, so a file left by a killed run is never believed.
"""

from __future__ import annotations

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from .watchdog import is_alive


def var_dir(base_dir: Path) -> Path:
    """Return the folder of everything that is written: ``VAR_DIR`` or ``var``."""
    return Path(os.environ.get("VAR_DIR") or base_dir / "var")


def environment_file(var: Path) -> Path:
    return var / "run" / "environment.json"


def lock_file(var: Path) -> Path:
    return var / "run" / "demo.lock"


def prepared_file(var: Path) -> Path:
    """Return where it is noted what the data were prepared from."""
    return var / "run" / "prepared"


def is_locked(path: Path) -> bool:
    """Tell whether another process holds the lock."""
    try:
        with path.open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def running_demo(var: Path) -> dict[str, Any]:
    """Return what the running demonstration says of itself, or nothing if there is none."""
    try:
        facts = json.loads(environment_file(var).read_text(encoding="utf-8"))
        alive = is_alive(int(facts["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return facts if alive and is_locked(lock_file(var)) else {}


def running_environment(base_dir: Path) -> dict[str, str]:
    """Return the environment of the running demonstration of this checkout, or ``{}``."""
    environment = running_demo(var_dir(base_dir)).get("environment", {})
    return {str(name): str(value) for name, value in environment.items()}


def why_absent(base_dir: Path) -> str:
    """Say why the demonstration of this checkout cannot be used yet; nothing if there is none."""
    var = var_dir(base_dir)
    if not is_locked(lock_file(var)):
        return ""
    if running_demo(var):
        return "la démonstration démarre : recommencez dans quelques secondes."
    return (
        "la démonstration précédente a été interrompue et finit de s’arrêter : attendez quelques "
        "secondes, puis lancez « make demo »."
    )

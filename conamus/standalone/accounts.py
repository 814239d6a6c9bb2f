"""Which system account the services run under, and where it can reach their files.

PostgreSQL refuses to run as root. Root therefore hands the services to the owner of existing
data, else to ``nobody``, and places them where that account can go: the checkout's ``var``, or
a folder of the system when a parent (``/root`` for instance) is closed to it. Binaries that
the account cannot read are copied beside the data.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .console import Refusal


@dataclass(frozen=True)
class Account:
    """The account of the services; ``None`` stands for the one who runs the command."""

    uid: int | None = None
    gid: int | None = None

    def popen_options(self) -> dict[str, Any]:
        """Return what makes ``Popen`` run as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can(self, test: str, path: Path) -> bool:
        """Ask the system itself, as this account (``test -r``, ``-x``): modes, ACL, mounts."""
        command = ["/bin/sh", "-c", f'test {test} "$1"', "sh", str(path)]
        return subprocess.run(command, cwd="/", **self.popen_options(), check=False).returncode == 0

    def give(self, path: Path) -> None:
        """Make this account the owner of one file or folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def service_account(data: Path) -> Account:
    """Return the account for a data folder, which may not exist yet."""
    if os.geteuid() != 0:
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise Refusal(
                f"{data} appartient à un autre utilisateur : relancez sous son compte, "
                "ou repartez de zéro avec lui (« make reset »)."
            )
        return Account()
    if data.exists() and data.stat().st_uid != 0:
        status = data.stat()
        return Account(status.st_uid, status.st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def fallback_home(var: Path) -> Path:
    """Return the folder used when the checkout is closed to the services' account."""
    mark = hashlib.sha256(str(var.resolve()).encode()).hexdigest()[:12]
    parent = Path("/var/lib") if Path("/var/lib").is_dir() else Path("/var/tmp")  # noqa: S108
    return parent / f"conamus-{mark}"


def service_home(var: Path) -> Path:
    """Return the folder that holds the services' data, reachable by their account."""
    var.mkdir(parents=True, exist_ok=True)
    account = service_account(var / "postgres")
    if account.can("-x", var):
        return var
    home = fallback_home(var)
    home.mkdir(mode=0o755, exist_ok=True)
    if home.is_symlink() or home.stat().st_uid != os.geteuid():
        raise Refusal(f"{home} existe et n’est pas à nous : supprimez-le, puis relancez.")
    return home


def owned_folder(path: Path, account: Account) -> Path:
    """Create a private folder of the account."""
    path.mkdir(mode=0o700, exist_ok=True)
    account.give(path)
    return path


def _let_all_read(path: Path) -> None:
    """Open a copy to every reader; its owner stays the only one who can change it."""
    if not path.is_symlink():
        mode = path.stat().st_mode
        path.chmod(mode | (0o555 if mode & 0o100 else 0o444))


def readable_copy(package: Path, probe: Path, version: str, home: Path, account: Account) -> Path:
    """Return a wheel's folder, or a copy of it under ``home`` if the account cannot run ``probe``.

    The folder's neighbour ``<name>.libs`` is copied with it: wheels keep libraries there.
    """
    if account.can("-x", probe) and account.can("-r", probe):
        return package
    copies = home / "binaries" / version
    if not (copies / package.name).exists():
        shutil.rmtree(copies, ignore_errors=True)
        copies.mkdir(parents=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copies / libraries.name)
        shutil.copytree(package, copies / "partial")
        for path in (copies.parent, copies, *copies.rglob("*")):
            _let_all_read(path)
        (copies / "partial").rename(copies / package.name)
    return copies / package.name

"""``make backup`` and ``make restore``: where the addresses, the key and the files come from.

Addresses come from the environment, else from the running demonstration. The key comes from
``BACKUP_KEY``, else from ``var/backup.key``, drawn at the first backup; whoever loses it loses
the backups.
"""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from pathlib import Path

from . import backup as dumps
from .console import Refusal, say
from .discovery import prepared_file, running_environment, var_dir
from .processes import Interrupted, catch_signals
from .sealed import key_mark, parse_key
from .secrets_file import write_private

BASE_DIR = Path(__file__).resolve().parent.parent.parent


def _address(variable: str) -> str:
    """Return an address of the environment or of the running demonstration."""
    if variable not in os.environ:
        os.environ.update(running_environment(BASE_DIR))
    if variable not in os.environ:
        raise Refusal(f"{variable} manque : donnez-le, ou lancez d’abord « make demo ».")
    return os.environ[variable]


def backup_key(var: Path, *, draw: bool) -> bytes:
    """Return the key of the backups, drawing it the first time if that is allowed."""
    if os.environ.get("BACKUP_KEY"):
        return parse_key(os.environ["BACKUP_KEY"])
    kept = var / "backup.key"
    if not kept.exists():
        if not draw:
            raise Refusal(f"la clé manque : donnez BACKUP_KEY, ou remettez le fichier {kept}.")
        var.mkdir(parents=True, exist_ok=True)
        write_private(kept, base64.urlsafe_b64encode(os.urandom(32)).decode() + "\n")
        say(f"Clé de sauvegarde créée : {kept}. Gardez-en une copie ailleurs.")
    return parse_key(kept.read_text(encoding="ascii"))


def backup() -> int:
    """Write an encrypted backup to ``FILE``, by default into ``var/backups``."""
    catch_signals()
    url = _address("BACKUP_DATABASE_URL")
    var = var_dir(BASE_DIR).resolve()
    key = backup_key(var, draw=True)
    name = f"conamus-{datetime.now(UTC):%Y%m%d-%H%M%S}.backup"
    target = Path(os.environ.get("FILE") or var / "backups" / name)
    target.parent.mkdir(parents=True, exist_ok=True)
    say("Sauvegarde en cours…")
    try:
        counts = dumps.dump(url, key, target, var)
    except Interrupted:
        raise Refusal("la sauvegarde a été interrompue : aucun fichier n’est écrit.") from None
    size = target.stat().st_size / 1e6
    say(
        f"Sauvegarde écrite : {target} ({size:.1f} Mo, {len(counts)} tables, "
        f"{sum(counts.values())} lignes, clé {key_mark(key)})."
    )
    return 0


def _wanted_file() -> Path:
    """Return the backup that ``FILE`` names."""
    name = os.environ.get("FILE")
    if not name:
        raise Refusal("quel fichier ? « make restore FILE=var/backups/….backup ».")
    source = Path(name)
    if not source.exists():
        raise Refusal(f"le fichier {source} n’existe pas.")
    if not source.is_file():
        raise Refusal(f"{source} n’est pas un fichier.")
    if not os.access(source, os.R_OK):
        raise Refusal(f"{source} n’est pas lisible par l’utilisateur qui restaure.")
    return source


def restore() -> int:
    """Restore ``FILE``: beside with ``INTO``, else in place of the present data."""
    catch_signals()
    source = _wanted_file()
    superuser_url = _address("SUPERUSER_DATABASE_URL")
    var = var_dir(BASE_DIR).resolve()
    key = backup_key(var, draw=False)
    into, force = os.environ.get("INTO", ""), os.environ.get("FORCE") == "1"
    say("Restauration et contrôle en cours…")
    try:
        done = dumps.restore(superuser_url, key, source, var, into=into, force=force)
    except Interrupted:
        raise Refusal("la restauration a été interrompue : rien n’est changé.") from None
    if not into:
        # Other data than those that the next start takes for prepared.
        prepared_file(var).unlink(missing_ok=True)
    say(f"Restauré dans « {done.database} » : {done.tables} tables, {done.rows} lignes, conformes.")
    if done.set_aside:
        say(f"Les données précédentes sont gardées dans la base « {done.set_aside} ».")
    return 0

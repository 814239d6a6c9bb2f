"""The secrets of one embedded environment, drawn once and kept in a file of mode 600."""

from __future__ import annotations

import base64
import json
import os
import secrets
from pathlib import Path

ROLES = ("owner", "app", "loader", "backup")


def draw() -> dict[str, str]:
    """Draw every password and key that an environment needs."""
    passwords = {f"{role}_password": secrets.token_urlsafe(24) for role in ROLES}
    return {
        **passwords,
        "superuser_password": secrets.token_urlsafe(24),
        "redis_password": secrets.token_urlsafe(24),
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEY": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "METRICS_TOKEN": secrets.token_urlsafe(24),
    }


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    partial = path.with_name(f"{path.name}.partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as output:
        output.write(content)
    partial.replace(path)


def load_or_draw(path: Path) -> dict[str, str]:
    """Return the secrets kept in ``path``, drawing what is missing."""
    known: dict[str, str] = {}
    if path.exists():
        known = json.loads(path.read_text(encoding="utf-8"))
    values = {**draw(), **known}
    if values != known:
        write_private(path, json.dumps(values, indent=1))
    return values

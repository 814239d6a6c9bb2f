"""The port of the demonstration: which one is wanted, and whether it is free.

Asked before anything is installed, and again before anything is started.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

from .console import Refusal
from .discovery import is_locked, lock_file


def wanted_port() -> int:
    """Return the port of ``PORT``, 8000 if it is not given."""
    value = os.environ.get("PORT") or "8000"
    if not value.isdigit() or not 0 < int(value) < 65536:
        raise Refusal(f"PORT={value} n’est pas un numéro de port (de 1 à 65535).")
    return int(value)


def require_free_port(port: int) -> None:
    """Refuse a port that another program holds, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refusal(
                f"le port {port} est réservé à l’administrateur : choisissez-en un autre."
            ) from None
        except OSError:
            raise Refusal(
                f"le port {port} est déjà utilisé : choisissez-en un autre, par exemple "
                f"« make demo PORT={port + 80 if port < 65000 else 8080} »."
            ) from None


def check_port_early(var: Path) -> None:
    """Refuse a port in use before the installation.

    While a demonstration of this checkout runs, or ends, the port may be its own: whoever
    takes the lock says so, or waits.
    """
    port = wanted_port()
    if not is_locked(lock_file(var)):
        require_free_port(port)

"""How much room a command takes on the disk, asked for before anything is downloaded or written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .console import Refusal
from .discovery import prepared_file

#: The environment with every package of the locks, and what pip unpacks beside it.
INSTALL_MB = 1000
#: What a first start fills: the network, its year of care, and what PostgreSQL keeps beside them
#: while they are loaded; what a later one needs to run at all.
SPACE_MB = 5000
SPACE_AGAIN_MB = 500


def space_needed(var: Path) -> int:
    """Return the megabytes that must be free: the data of an earlier start are there already."""
    return SPACE_AGAIN_MB if prepared_file(var).exists() else SPACE_MB


def require_space(place: Path, megabytes: int) -> None:
    """Refuse to start what would fill the disk halfway through.

    ``CONAMUS_MIN_FREE_MB`` replaces the amount asked for. ``place`` need not be there yet.
    """
    told = os.environ.get("CONAMUS_MIN_FREE_MB", str(megabytes))
    if not (told.isascii() and told.isdigit()):
        raise Refusal(f"CONAMUS_MIN_FREE_MB est un nombre de mégaoctets, et non « {told} ».")
    needed = int(told)
    free = shutil.disk_usage(_there(place)).free // 1_000_000
    if free < needed:
        raise Refusal(
            f"il reste {free} Mo sur le disque qui porte {place}, il en faut {needed} : "
            "libérez de la place, puis relancez."
        )


def on_one_disk(one: Path, other: Path) -> bool:
    """Tell whether what is written in two folders fills the same disk."""
    return _there(one).stat().st_dev == _there(other).stat().st_dev


def _there(place: Path) -> Path:
    """Return the folder itself, or the one that it would be made in."""
    return next(folder for folder in (place, *place.parents) if folder.exists())

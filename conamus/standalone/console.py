"""What an operator reads: one French sentence per fact, and a refusal that stops cleanly.

``Refusal`` is raised wherever the operator can act on the cause; the command line prints its
sentence, without a traceback, and exits with status 1.
"""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import TextIO


class Refusal(Exception):
    """A cause the operator can act on, said in one French sentence."""


def say(sentence: str) -> None:
    """Print one step at once, even into a pipe; who reads no more stops nothing."""
    _print(sentence, sys.stdout)


def refuse(error: Exception) -> int:
    """Print why the command stops and return its exit status."""
    _print(f"Conamus : {error}", sys.stderr)
    return 1


def _print(sentence: str, stream: TextIO) -> None:
    try:
        print(sentence, file=stream, flush=True)
    except BrokenPipeError:
        # What follows, what waits in the buffer and the children's own words go nowhere.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def no_space(place: Path) -> Refusal:
    return Refusal(
        f"il n’y a plus de place sur le disque qui porte {place} : libérez-en, puis relancez."
    )


def failure(what: str, words: str, place: Path) -> Refusal:
    """Say why a program failed: a full disk by its name, anything else in its own last words."""
    if "No space left on device" in words:
        return no_space(place)
    last_lines = "\n".join(words.strip().splitlines()[-5:])
    return Refusal(f"{what} :\n{last_lines}")


def is_no_space(error: OSError) -> bool:
    return error.errno in (errno.ENOSPC, errno.EDQUOT)

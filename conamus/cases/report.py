"""A folder's cases checked one by one, told in French line by line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conamus.cases.checking import check_case
from conamus.cases.facts import BadCase
from conamus.cases.files import Case, find_files, read_file
from conamus.kernel.figures import format_integer


@dataclass(slots=True)
class Tally:
    """How many cases agreed, differed, or could not be understood (files included)."""

    right: int = 0
    wrong: int = 0
    unreadable: int = 0

    @property
    def is_good(self) -> bool:
        """Tell whether there was something to check and all of it agreed."""
        return self.right > 0 and not self.wrong and not self.unreadable

    def __str__(self) -> str:
        total = format_integer(self.right + self.wrong)
        return f"Cas vérifiés : {total}. Écarts : {self.wrong}. Illisibles : {self.unreadable}."


def check_folder(place: Path, say: Callable[[str], object]) -> Tally:
    """Check every case of a folder or file and say each result; BadCase when there is none."""
    tally = Tally()
    for path in find_files(place):
        _check_file(path, say, tally)
    say(str(tally))
    return tally


def _check_file(path: Path, say: Callable[[str], object], tally: Tally) -> None:
    try:
        file = read_file(path)
    except BadCase as error:
        tally.unreadable += 1
        say(f"{path}\n  ILLISIBLE : {error}")
        return
    say(f"{path} : {file.title}")
    for case in file.cases:
        _check_one(case, say, tally)


def _check_one(case: Case, say: Callable[[str], object], tally: Tally) -> None:
    try:
        gaps = check_case(case)
    except BadCase as error:
        tally.unreadable += 1
        say(f"  ILLISIBLE  {case.title}\n      {error}")
        return
    if not gaps:
        tally.right += 1
        say(f"  conforme   {case.title}")
        return
    tally.wrong += 1
    say(f"  ÉCART      {case.title}")
    for gap in gaps:
        say(f"      {gap.name} : attendu {gap.expected} ; obtenu {gap.got}")

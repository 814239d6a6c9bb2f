"""Names of Burundi, combined at random: a Kirundi family name and a given name.

In Burundi each person has a family name of their own, children included, so a household's
members do not share one. The lists (`name_lists/`) hold common names only; no real person is
meant.
"""

from pathlib import Path

from conamus.kernel.text import search_key, sort_key

LISTS = Path(__file__).resolve().parent / "name_lists"

#: A name with its sort and search keys: folding each once spares half a million foldings.
FoldedName = tuple[str, str, str]


def folded(names: tuple[str, ...]) -> tuple[FoldedName, ...]:
    """Return each name with its keys.

    >>> folded(("Désiré",))
    (('Désiré', 'desire', 'desire'),)
    """
    return tuple((name, sort_key(name), search_key(name)) for name in names)


def _read(name: str) -> tuple[str, ...]:
    return tuple((LISTS / f"{name}.txt").read_text(encoding="utf-8").split())


FAMILY_NAMES = _read("family")
GIVEN_NAMES = {"M": _read("given_male"), "F": _read("given_female")}

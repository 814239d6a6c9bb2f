"""How the rows of an import are searched: folded lines of text, one for each row of a part.

A row is found by the beginnings of its words, in any order: numbers, names, references. A part's
lines are folded at once, so that a national register is searched without a table of its own.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from membership.rules.imports.outcomes import Line
from membership.rules.imports.sheet import Sheet

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "’": "'", "ʼ": "'"})
_SEARCHED = (
    "number", "former_number", "household_key", "person_number", "family_name", "given_name",
    "phone", "household_phone", "identity_paper", "cam", "reference", "paper_receipt",
    "payer_phone",
)  # fmt: skip
_END = ord("\n")
#: Letters small, digits and ends of lines kept, all else a blank.
_FOLD = (
    bytes(
        ord(char.lower()) if (char := chr(code)).isalnum() or code == _END else ord(" ")
        for code in range(128)
    )
    + b" " * 128
)


def fold_lines(text: str) -> bytes:
    """Fold a text line by line.

    >>> fold_lines("UMU-0010001 N’DAYI Éric\\nK-17/2019")
    b'umu 0010001 n dayi eric\\nk 17 2019'
    """
    if not text.isascii():
        # Few lines have an accent: the others are spared the slow part.
        text = "\n".join([line if line.isascii() else _bare(line) for line in text.split("\n")])
    return text.encode("ascii", "ignore").translate(_FOLD)


def _bare(line: str) -> str:
    return unicodedata.normalize("NFKD", line.translate(_LIGATURES))


def searched_text(sheet: Sheet, lines: Iterable[Line]) -> bytes:
    """Return the folded lines of a part's rows, each after a blank."""
    places = [sheet.places[name] for name in _SEARCHED if name in sheet.places]
    told = (
        " ".join([cells[at] for at in places if at < len(cells) and cells[at]])
        for _, cells in lines
    )
    flat = [f" {text}" if text.isprintable() else _flat(text) for text in told]
    return fold_lines("\n".join(flat))


def _flat(text: str) -> str:
    return " " + " ".join(text.split())


def searched_words(query: str) -> list[bytes]:
    """Return the words of a query, the longest first.

    >>> searched_words("Éric, N’dayishimiye")
    [b'dayishimiye', b'eric', b'n']
    """
    words = set(fold_lines(" ".join(query.split())).split())
    return sorted(words, key=lambda one: (-len(one), one))


def found_rows(text: bytes, words: Sequence[bytes]) -> Iterator[int]:
    """Return the ranks of the lines in which every word begins one.

    The rarest is looked for, the others checked: of a number's words one is in every line.

    >>> list(found_rows(b" umu 1 ndayi jean\\n umu 2 jean", [b"jean", b"nd"]))
    [0]
    """
    wanted = sorted((b" " + word for word in words), key=text.count)
    rank = start = 0
    at = text.find(wanted[0])
    while at >= 0:
        rank += text.count(b"\n", start, at)
        first = text.rfind(b"\n", 0, at) + 1
        end = text.find(b"\n", at)
        end = len(text) if end < 0 else end
        if all(text.find(word, first, end) >= 0 for word in wanted[1:]):
            yield rank
        start, at = end, text.find(wanted[0], end)

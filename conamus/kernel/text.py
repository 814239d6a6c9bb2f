"""French text made sortable and searchable without the database's help.

The embedded PostgreSQL has no ICU, so lists sort and search on columns computed
here: the same fold at every door, stored beside the name it was made from.
"""

import re
import unicodedata

#: What every key of the database can hold.
MOST_DIGITS = 18
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "Œ": "oe", "Æ": "ae", "’": "'", "ʼ": "'"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: What Unicode calls format characters (Cf): they turn a text round or part its words, unseen.
_FORMAT = re.compile(
    "[\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)
_SEPARATORS = re.compile(r"[^a-z0-9]+")
_LETTER = re.compile(r"[a-z]")
_NOT_IN_NAMES = frozenset('=<>{}[]|\\;:@#$%*/+_"!?&~^°§€£')
#: Blanks of every width, line ends included; not the control characters, which are refused.
_BLANKS = re.compile("[ \\t\\r\\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
#: Letters and signs that show nothing, beside those that Unicode calls format characters.
_UNSEEN = str.maketrans(dict.fromkeys("\u115f\u1160\u2800\u3164\uffa0"))


def sort_key(text: str) -> str:
    """Return the key that orders ``text`` as French does: no accent, no case.

    >>> sorted(["Éric", "Zoé", "emile"], key=sort_key)
    ['emile', 'Éric', 'Zoé']
    """
    decomposed = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.lower().split())


def search_key(text: str) -> str:
    """Return the fold in which names are searched: words of a–z and digits only.

    >>> search_key("  Tugarukiramagara y'Imiryango ")
    'tugarukiramagara y imiryango'
    """
    return _SEPARATORS.sub(" ", sort_key(text)).strip()


def has_letter(text: str) -> bool:
    """Tell whether a name can be sorted and searched by a letter.

    >>> has_letter("Ndayishimiye"), has_letter("123"), has_letter("…")
    (True, False, False)
    """
    return bool(_LETTER.search(sort_key(text)))


def sign_in_name(text: str) -> str:
    """Return the first digit or sign that no person's name has; empty: there is none.

    >>> sign_in_name("N’Dayi-Keza J. (Éric)"), sign_in_name("K3za"), sign_in_name("Keza²")
    ('', '3', '²')
    >>> sign_in_name("=Keza"), sign_in_name("Keza@")
    ('=', '@')
    """
    return next((char for char in text if char.isnumeric() or char in _NOT_IN_NAMES), "")


def tidy(text: str, *, in_lines: bool = False) -> str:
    """Return a typed text as it is kept: composed letters, nothing unseen, single blanks.

    ``in_lines`` keeps the blanks and line ends of a text that has its own layout.

    >>> tidy("  Ren\\u0065\\u0301\\u200b  Mutoni\\u00a0"), tidy("\\u200b\\ufeff")
    ('Ren\u00e9 Mutoni', '')
    """
    composed = unicodedata.normalize("NFC", _FORMAT.sub("", text).translate(_UNSEEN))
    return composed if in_lines else _BLANKS.sub(" ", composed).strip(" ")


def read_number(text: str) -> int | None:
    """Return the whole number that is typed, or in an address; None: none, or longer than a key.

    Python refuses to read thousands of digits, and says so by a fault of ours.

    >>> read_number("2025"), read_number("-1"), read_number("²"), read_number("9" * 5000)
    (2025, None, None, None)
    """
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if is_number else None


def has_control_characters(text: str) -> bool:
    """Tell whether ``text`` holds what no page, sheet or document can show.

    >>> has_control_characters("deux\\nlignes"), has_control_characters("a\\x0bb")
    (False, True)
    """
    return bool(_CONTROL.search(text))


def has_unseen_characters(text: str) -> bool:
    """Tell whether ``text`` holds what nobody sees: control or format characters, empty letters.

    >>> has_unseen_characters("deux\\nlignes"), has_unseen_characters("Ress\\u200bources")
    (False, True)
    """
    if has_control_characters(text):
        return True
    return not text.isascii() and _FORMAT.sub("", text).translate(_UNSEEN) != text


def without_unseen_characters(text: str) -> str:
    """Return ``text`` without what nobody sees: control and format characters.

    >>> without_unseen_characters("Je\\u200ban\\x0b, \\u202aUMU-1001\\u202c")
    'Jean, UMU-1001'
    """
    return _CONTROL.sub("", text if text.isascii() else _FORMAT.sub("", text))


def prefix_range(prefix: str) -> tuple[str, str]:
    """Return the half-open range of keys that begin with ``prefix`` (already folded).

    Comparison operators are leakproof, LIKE is not: under row-level security only
    a range can use the index.

    >>> prefix_range("nda")
    ('nda', 'nda\\U0010ffff')
    """
    return prefix, prefix + "\U0010ffff"

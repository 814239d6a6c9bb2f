"""Short text messages: what a telephone shows of a text, how long it is, what a model says.

A message is one text of at most 160 characters of the GSM 03.38 alphabet (3GPP TS 23.038): a
single character outside of it would cut the limit to 70. That alphabet has é, è, à and ù but
neither ê, ç nor the typographic apostrophe, so a text is first written with what it has. A model
holds names in braces, which are filled in for each household.
"""

import re
import unicodedata
from collections.abc import Mapping

from conamus.kernel.errors import DomainError

#: Characters of one message.
LONGEST = 160
#: The country's code, before the eight digits of a number.
COUNTRY = "+257"
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
#: Each of these takes two places.
_EXTENDED = frozenset("^{}\\[~]|€")
_REPLACED = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "−": "-",
     "…": "...", "œ": "oe", "Œ": "OE", "\u00a0": " ", "\u202f": " ", "\t": " ", "\r": ""}
)  # fmt: skip
_MOBILE = re.compile(r"(?:29|6[1-9]|7[125-9])\d{6}")
_NAME = re.compile(r"\{([^{}]*)\}")


def is_mobile(phone: str) -> bool:
    """Tell whether eight digits are a mobile number, which can receive a text.

    >>> is_mobile("79123456"), is_mobile("22251010"), is_mobile("79123456 ")
    (True, False, False)
    """
    return _MOBILE.fullmatch(phone) is not None


def as_sent(text: str) -> str:
    """Return the text in the alphabet of messages; what has no like character is left out.

    >>> as_sent("L’été, fête à Ngozi : 30\\u202f000\\u00a0FBu, ça va ✓")
    "L'été, fete à Ngozi : 30 000 FBu, ca va"
    """
    kept = "".join(_nearest(char) for char in text.translate(_REPLACED))
    return re.sub(r"[ ]+", " ", kept).strip()


def _nearest(char: str) -> str:
    if char in _BASIC or char in _EXTENDED:
        return char
    bare = unicodedata.normalize("NFKD", char)
    return "".join(part for part in bare if part in _BASIC)


def length(text: str) -> int:
    """Return how many places a text of that alphabet takes.

    >>> length("Umuco"), length("10 €")
    (5, 5)
    """
    return sum(2 if char in _EXTENDED else 1 for char in text)


def names_in(model: str) -> list[str]:
    """Return the names in braces of a model, in their order.

    >>> names_in("Ménage {menage}, {reste} FBu, {menage}")
    ['menage', 'reste', 'menage']
    """
    return _NAME.findall(model)


def check_model(model: str, known: Mapping[str, str]) -> None:
    """Raise DomainError where a model is empty or holds a name that is not known."""
    if not as_sent(model):
        raise DomainError("Le texte est vide.", field="text")
    rest = _NAME.sub("", model)
    unknown = [name for name in names_in(model) if name not in known]
    if unknown or "{" in rest or "}" in rest:
        allowed = ", ".join(f"{{{name}}}" for name in known)
        wrong = f"« {{{unknown[0]}}} »" if unknown else "une accolade seule"
        raise DomainError(
            f"Le texte contient {wrong}, qui n’est pas compris. Noms possibles : {allowed}.",
            field="text",
        )


def filled(model: str, facts: Mapping[str, str]) -> str:
    """Return the message that a model makes for one household.

    >>> filled("Ménage {menage} : {reste}", {"menage": "UMU-1001", "reste": "5\\u202f000 FBu"})
    'Ménage UMU-1001 : 5 000 FBu'
    """
    return as_sent(_NAME.sub(lambda found: facts[found[1]], model))

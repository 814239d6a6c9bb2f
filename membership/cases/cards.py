"""« carte »: a card signed with a key of the cases, changed as asked, and verified.

The key is made from a number that everybody can read here: it signs cases and nothing else.
A case may instead bring a text and the public key that another program signed it with.
"""

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conamus.cases.facts import BadCase, Facts
from membership.rules.cards import (
    CardKey,
    CardPayload,
    CardVerdict,
    decode_card,
    encode_card,
    key_id_of,
)

_CASE_NUMBER = 20_250_101
_KEY = ec.derive_private_key(_CASE_NUMBER, ec.SECP256R1())
_OTHER_KEY = ec.derive_private_key(_CASE_NUMBER + 1, ec.SECP256R1())


def card(facts: Facts) -> dict[str, object]:
    """Verify a card: one signed here from its content, or a text brought by the case."""
    key = facts.part("clé")
    if facts.has("texte") and not facts.has("carte"):
        text, public = facts.text("texte"), key.text("publique")
    else:
        text, public = _signed(facts), _public_pem(_KEY.public_key())
    known = CardKey(
        key_id=key.text("nom", key_id_of(_KEY.public_key())),
        federation=key.text("fédération"),
        public_pem=public,
        revoked_on=key.optional_day("révoquée le"),
    )
    keys = {known.key_id: known} if key.flag("connue", default=True) else {}
    verdict = decode_card(text, keys, on=facts.day("le"), revoked=facts.texts("cartes révoquées"))
    return _said(verdict)


def _said(verdict: CardVerdict) -> dict[str, object]:
    payload = verdict.payload
    return {
        "état": verdict.status.label,
        "phrase": verdict.sentence,
        "ménage": payload and payload.household,
        "adhérent": payload and payload.head_name,
        "personnes": payload and payload.people,
        "carte n°": payload and payload.serial,
    }


def _signed(facts: Facts) -> str:
    """The text of the case's card, signed, with one character changed where it asks for it."""
    content = facts.part("carte")
    payload = CardPayload(
        federation=content.text("fédération"),
        household=content.text("ménage"),
        head_name=content.text("adhérent"),
        people=content.integer("personnes"),
        serial=content.text("n°"),
        issued_on=content.day("émise le"),
        expires_on=content.day("valable jusqu'au"),
        key_id=key_id_of(_KEY.public_key()),
    )
    key = _OTHER_KEY if facts.flag("signée par un autre", default=False) else _KEY
    return _changed(encode_card(payload, key), facts.optional_integer("caractère changé"))


def _changed(text: str, rank: int | None) -> str:
    if rank is None:
        return text
    if not 1 <= rank <= len(text):
        raise BadCase(f"La carte a {len(text)} caractères : pas de n° {rank}.")
    other = "0" if text[rank - 1] != "0" else "1"
    return text[: rank - 1] + other + text[rank:]


def _public_pem(key: ec.EllipticCurvePublicKey) -> str:
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

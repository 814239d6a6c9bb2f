"""A card's content, its text, and what verifying the text says.

Days are written as the token's seconds, at midnight in Bujumbura (UTC+2): ``exp`` is the
midnight that ends the last valid day. Claims outside the token's registry are private (numbers
under −65536). Nothing of a card is told before its signature is verified.
"""

import hashlib
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)

from conamus.kernel.errors import DomainError
from membership.rules.cards import base45, cbor, cose
from membership.rules.sentences import day

PREFIX = "CNM1:"
_ISSUER, _SUBJECT, _EXPIRY, _ISSUED, _TOKEN_ID = 1, 2, 4, 6, 7
_HEAD_NAME, _PEOPLE = -65537, -65538
_CLAIMS = {_ISSUER, _SUBJECT, _EXPIRY, _ISSUED, _TOKEN_ID, _HEAD_NAME, _PEOPLE}
_DAY_SECONDS = 86_400
_BUJUMBURA_SECONDS = 2 * 3_600
_EPOCH = date(1970, 1, 1)
#: Far above any card; beyond it a text or what it unpacks to is not looked at.
LONGEST_TEXT, _LARGEST_MESSAGE = 2_000, 1_500
_LONGEST_NAME = 125


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPayload:
    """What a card holds; ``expires_on`` is its last valid day."""

    federation: str
    household: str
    head_name: str
    people: int
    serial: str
    issued_on: date
    expires_on: date
    key_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardKey:
    """A federation's public key (PEM), by which its cards are verified."""

    key_id: str
    federation: str
    public_pem: str
    revoked_on: date | None = None


class CardStatus(StrEnum):
    """What the verification of a card's text says."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    FORGED = "forged"
    UNKNOWN_KEY = "unknown_key"
    UNREADABLE = "unreadable"

    @property
    def label(self) -> str:
        """The status in a few French words."""
        return _LABELS[self]


_LABELS = {
    CardStatus.VALID: "carte authentique",
    CardStatus.EXPIRED: "carte expirée",
    CardStatus.REVOKED: "carte révoquée",
    CardStatus.FORGED: "carte falsifiée",
    CardStatus.UNKNOWN_KEY: "clé inconnue",
    CardStatus.UNREADABLE: "ce n’est pas une carte",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardVerdict:
    """The verification's answer; ``payload`` only when the signature is good."""

    status: CardStatus
    sentence: str
    payload: CardPayload | None = None

    @property
    def is_authentic(self) -> bool:
        """Tell whether the card proves what it says today."""
        return self.status is CardStatus.VALID


def key_id_of(public_key: ec.EllipticCurvePublicKey) -> str:
    """Return the name of a key: sixteen hexadecimal digits of the hash of its public part."""
    der = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()[:16]


def encode_card(payload: CardPayload, private_key: ec.EllipticCurvePrivateKey) -> str:
    """Return the text of the QR code; DomainError for a content that cannot be a card's."""
    _check(payload)
    if not isinstance(private_key.curve, ec.SECP256R1):
        raise DomainError("La clé de signature n’est pas une clé ES256 (P-256).", field="key")
    message = cose.sign(_content(payload), payload.key_id, private_key)
    return PREFIX + base45.encode(zlib.compress(message, 9))


def decode_card(
    text: str,
    keys: Mapping[str, CardKey],
    *,
    on: date,
    revoked: Collection[str] = frozenset(),
) -> CardVerdict:
    """Verify a card's text on a day, with the known keys by name and the revoked serials."""
    try:
        signed = cose.read(_message(text))
    except ValueError:
        return _verdict(CardStatus.UNREADABLE, "Ce texte n’est pas celui d’une carte.")
    key = keys.get(signed.key_id)
    if key is None:
        return _verdict(
            CardStatus.UNKNOWN_KEY,
            "La clé qui a signé cette carte n’est pas connue ici : mettez les clés à jour.",
        )
    payload = _payload(signed) if signed.is_signed_by(_public_key(key)) else None
    if payload is None or payload.federation != key.federation:
        return _verdict(
            CardStatus.FORGED, "La signature n’est pas celle de la fédération : carte falsifiée."
        )
    return _judge(payload, key, on, revoked)


def signed_content(text: str) -> CardPayload:
    """Return what a card of one's own says, to print it again; its signature is not looked at."""
    payload = _payload(cose.read(_message(text)))
    if payload is None:
        raise ValueError("not a card")
    return payload


def _judge(payload: CardPayload, key: CardKey, on: date, revoked: Collection[str]) -> CardVerdict:
    """The signature is good: is the card still to be accepted?"""
    if key.revoked_on is not None and key.revoked_on <= on:
        sentence = f"La clé de cette carte a été révoquée le {day(key.revoked_on)}."
        return _verdict(CardStatus.REVOKED, sentence, payload)
    if payload.serial in revoked:
        sentence = f"La carte {payload.serial} a été révoquée."
        return _verdict(CardStatus.REVOKED, sentence, payload)
    if on > payload.expires_on:
        sentence = f"La carte n’est plus valable depuis le {day(payload.expires_on)}."
        return _verdict(CardStatus.EXPIRED, sentence, payload)
    sentence = (
        f"Carte authentique du ménage {payload.household}. Elle prouve l’identité ; les droits se "
        "vérifient à part."
    )
    return _verdict(CardStatus.VALID, sentence, payload)


def _verdict(status: CardStatus, sentence: str, payload: CardPayload | None = None) -> CardVerdict:
    return CardVerdict(status=status, sentence=sentence, payload=payload)


def _check(payload: CardPayload) -> None:
    for name in ("federation", "household", "head_name", "serial", "key_id"):
        value = getattr(payload, name)
        if not value.strip() or len(value) > _LONGEST_NAME:
            raise DomainError(f"La carte veut de 1 à {_LONGEST_NAME} caractères ici.", field=name)
    if payload.people < 1:
        raise DomainError("Un ménage a au moins une personne.", field="people")
    if payload.issued_on < _EPOCH:
        raise DomainError("La carte est émise avant 1970.", field="issued_on")
    if payload.expires_on < payload.issued_on:
        raise DomainError("La carte expire avant d’être émise.", field="expires_on")


def _content(payload: CardPayload) -> bytes:
    return cbor.dumps(
        {
            _ISSUER: payload.federation,
            _SUBJECT: payload.household,
            _EXPIRY: _seconds(payload.expires_on + timedelta(days=1)),
            _ISSUED: _seconds(payload.issued_on),
            _TOKEN_ID: payload.serial.encode(),
            _HEAD_NAME: payload.head_name,
            _PEOPLE: payload.people,
        }
    )


def _message(text: str) -> bytes:
    """The signed message in a text, as scanned or pasted; ValueError when there is none."""
    bare = text.strip().translate({ord(char): None for char in "\r\n\t"})
    if len(bare) > LONGEST_TEXT or not bare.startswith(PREFIX):
        raise ValueError("not a card")
    unpacker = zlib.decompressobj()
    try:
        message = unpacker.decompress(base45.decode(bare.removeprefix(PREFIX)), _LARGEST_MESSAGE)
    except zlib.error as error:
        raise ValueError("not packed") from error
    if not unpacker.eof or unpacker.unused_data:
        raise ValueError("cut short or too long")
    return message


def _payload(signed: cose.Signed) -> CardPayload | None:
    """The content of a message whose signature is good; None when it is not a card's."""
    try:
        claims = cbor.loads(signed.content)
        if not isinstance(claims, dict) or set(claims) != _CLAIMS:
            return None
        return CardPayload(
            federation=_text(claims[_ISSUER]),
            household=_text(claims[_SUBJECT]),
            head_name=_text(claims[_HEAD_NAME]),
            people=_integer(claims[_PEOPLE]),
            serial=_bytes(claims[_TOKEN_ID]).decode(),
            issued_on=_day(_integer(claims[_ISSUED])),
            expires_on=_day(_integer(claims[_EXPIRY])) - timedelta(days=1),
            key_id=signed.key_id,
        )
    except (ValueError, OverflowError):
        return None


def _text(value: cbor.Value) -> str:
    if not isinstance(value, str):
        raise ValueError("a text is needed")
    return value


def _bytes(value: cbor.Value) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError("bytes are needed")
    return value


def _integer(value: cbor.Value) -> int:
    if not isinstance(value, int):
        raise ValueError("an integer is needed")
    return value


def _seconds(midnight: date) -> int:
    """Seconds of the midnight in Bujumbura that begins a day."""
    return (midnight - _EPOCH).days * _DAY_SECONDS - _BUJUMBURA_SECONDS


def _day(seconds: int) -> date:
    days, rest = divmod(seconds + _BUJUMBURA_SECONDS, _DAY_SECONDS)
    if rest:
        raise ValueError("not a midnight")
    return _EPOCH + timedelta(days=days)


def _public_key(key: CardKey) -> ec.EllipticCurvePublicKey:
    public = load_pem_public_key(key.public_pem.encode())
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise TypeError(f"key {key.key_id} is not an elliptic curve's")
    return public

"""COSE_Sign1 (RFC 9052) with ES256 (RFC 9053), and nothing else of COSE.

The algorithm and the key's name are in the protected header; the unprotected one is empty.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from membership.rules.cards import cbor

_SIGN1_TAG = 18
_ALGORITHM, _KEY_ID = 1, 4
_ES256 = -7
_HALF = 32
#: Deterministic (RFC 6979): no signature depends on the quality of the random numbers of the day.
_SIGNING = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_VERIFYING = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class Signed:
    """A message as read: nothing of it is to be believed before ``is_signed_by``."""

    key_id: str
    protected: bytes
    content: bytes
    signature: bytes

    def is_signed_by(self, key: ec.EllipticCurvePublicKey) -> bool:
        """Tell whether the key's owner signed header and content."""
        r, s = (int.from_bytes(half, "big") for half in _halves(self.signature))
        try:
            key.verify(
                utils.encode_dss_signature(r, s), _to_sign(self.protected, self.content), _VERIFYING
            )
        except InvalidSignature:
            return False
        return True


def sign(content: bytes, key_id: str, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the signed message."""
    protected = cbor.dumps({_ALGORITHM: _ES256, _KEY_ID: key_id.encode()})
    r, s = utils.decode_dss_signature(key.sign(_to_sign(protected, content), _SIGNING))
    signature = r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")
    return cbor.dumps(cbor.Tagged(_SIGN1_TAG, [protected, {}, content, signature]))


def read(message: bytes) -> Signed:
    """Take a message apart; ValueError when it is not one of ours."""
    outer = cbor.loads(message)
    if not isinstance(outer, cbor.Tagged) or outer.tag != _SIGN1_TAG:
        raise ValueError("not a COSE_Sign1")
    if not isinstance(outer.value, list) or len(outer.value) != 4:
        raise ValueError("not four parts")
    protected, unprotected, content, signature = outer.value
    if unprotected != {} or not isinstance(protected, bytes) or not isinstance(content, bytes):
        raise ValueError("not the parts of a card")
    if not isinstance(signature, bytes) or len(signature) != 2 * _HALF:
        raise ValueError("not an ES256 signature")
    return Signed(_key_id(protected), protected, content, signature)


def _key_id(protected: bytes) -> str:
    header = cbor.loads(protected)
    if not isinstance(header, dict) or set(header) != {_ALGORITHM, _KEY_ID}:
        raise ValueError("not the header of a card")
    key_id = header[_KEY_ID]
    if header[_ALGORITHM] != _ES256 or not isinstance(key_id, bytes):
        raise ValueError("not ES256")
    return key_id.decode()


def _to_sign(protected: bytes, content: bytes) -> bytes:
    return cbor.dumps(["Signature1", protected, b"", content])


def _halves(signature: bytes) -> tuple[bytes, bytes]:
    return signature[:_HALF], signature[_HALF:]

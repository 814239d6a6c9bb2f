"""Household cards: what the QR code holds, how it is signed and how it is verified.

The text is « CNM1: » and the base45 (RFC 9285) of the zlib of a COSE_Sign1 (RFC 9052) with ES256,
whose content is a CBOR Web Token (RFC 8392): the chain of the European certificates, so any
reader of those can be taught it. It proves without a connection whose household a card is; it
never says that rights are open.
"""

from membership.rules.cards.card import (
    CardKey,
    CardPayload,
    CardStatus,
    CardVerdict,
    decode_card,
    encode_card,
    key_id_of,
    signed_content,
)

__all__ = [
    "CardKey",
    "CardPayload",
    "CardStatus",
    "CardVerdict",
    "decode_card",
    "encode_card",
    "key_id_of",
    "signed_content",
]

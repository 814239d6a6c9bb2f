"""Cards: every changed character is noticed, whatever is pasted gets an answer.

The card in tests/cases/cards/verification.yaml that an independent program signed shows the
chain from outside; here are the RFCs' own examples and the tampering.
"""

import zlib
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from conamus.kernel.errors import DomainError
from membership.rules.cards import (
    CardKey,
    CardPayload,
    CardStatus,
    base45,
    cbor,
    cose,
    decode_card,
    encode_card,
    key_id_of,
)
from membership.rules.cards.card import PREFIX

KEY = ec.derive_private_key(123_456_789, ec.SECP256R1())
PAYLOAD = CardPayload(
    federation="MUNASA",
    household="MUN-0010001",
    head_name="Ndayishimiye Éric",
    people=5,
    serial="C-2025-000012",
    issued_on=date(2025, 1, 5),
    expires_on=date(2029, 12, 31),
    key_id=key_id_of(KEY.public_key()),
)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
KEYS = {PAYLOAD.key_id: CardKey(key_id=PAYLOAD.key_id, federation="MUNASA", public_pem=PEM)}
TODAY = date(2025, 6, 30)
TEXT = encode_card(PAYLOAD, KEY)
NOT_A_CARD = {CardStatus.UNREADABLE, CardStatus.FORGED, CardStatus.UNKNOWN_KEY}


def _packed(message: bytes) -> str:
    return PREFIX + base45.encode(zlib.compress(message, 9))


def test_what_was_signed_is_what_is_read() -> None:
    verdict = decode_card(TEXT, KEYS, on=TODAY)
    assert verdict.status is CardStatus.VALID
    assert verdict.payload == PAYLOAD


@given(
    st.builds(
        CardPayload,
        federation=st.just("MUNASA"),
        household=st.text(min_size=1, max_size=20).filter(str.strip),
        head_name=st.text(min_size=1, max_size=125).filter(str.strip),
        people=st.integers(1, 10**6),
        serial=st.text(min_size=1, max_size=20).filter(str.strip),
        issued_on=st.dates(date(2020, 1, 1), date(2025, 6, 30)),
        expires_on=st.dates(date(2025, 6, 30), date(2060, 12, 31)),
        key_id=st.just(PAYLOAD.key_id),
    )
)
def test_any_content_is_read_back(payload: CardPayload) -> None:
    assert decode_card(encode_card(payload, KEY), KEYS, on=TODAY).payload == payload


def test_the_text_is_short_enough_for_a_small_code_and_fit_for_its_alphabet() -> None:
    assert len(TEXT) <= 311  # version 10 at level M, alphanumeric: 57 modules a side
    assert set(TEXT) <= set(base45.ALPHABET)


def test_each_character_changed_is_noticed() -> None:
    for rank, char in enumerate(TEXT):
        for other in {"0", "A", ":"} - {char}:
            verdict = decode_card(TEXT[:rank] + other + TEXT[rank + 1 :], KEYS, on=TODAY)
            assert verdict.status in NOT_A_CARD, (rank, other)
            assert verdict.payload is None


def test_each_bit_of_the_signed_message_changed_is_noticed() -> None:
    message = zlib.decompress(base45.decode(TEXT.removeprefix(PREFIX)))
    for place in range(len(message) * 8):
        changed = bytearray(message)
        changed[place // 8] ^= 1 << place % 8
        verdict = decode_card(_packed(bytes(changed)), KEYS, on=TODAY)
        assert verdict.status in NOT_A_CARD, place
        assert verdict.payload is None


def test_a_message_cut_or_lengthened_is_refused() -> None:
    message = zlib.decompress(base45.decode(TEXT.removeprefix(PREFIX)))
    for altered in (message[:-1], message + b"\x00", b"", message * 2):
        assert decode_card(_packed(altered), KEYS, on=TODAY).status is CardStatus.UNREADABLE
    assert decode_card(TEXT[:-3], KEYS, on=TODAY).status is CardStatus.UNREADABLE


def test_a_bomb_is_not_unpacked() -> None:
    bomb = _packed(b"\x00" * 5_000_000)
    assert len(bomb) > 2_000
    assert decode_card(bomb, KEYS, on=TODAY).status is CardStatus.UNREADABLE
    small = _packed(b"\x00" * 100_000)
    assert len(small) < 2_000
    assert decode_card(small, KEYS, on=TODAY).status is CardStatus.UNREADABLE


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {1: "MUNASA"},
        {1: "MUNASA", 2: "M", 4: 0, 6: 0, 7: b"s", -65537: "x", -65538: 5},
        {1: 5, 2: "M", 4: 1893448800, 6: 1736028000, 7: b"s", -65537: "x", -65538: 5},
        {1: "MUNASA", 2: "M", 4: 2**63, 6: 1736028000, 7: b"s", -65537: "x", -65538: 5},
        {1: "MUNASA", 2: "M", 4: 1893448800, 6: 1736028000, 7: b"\xff", -65537: "x", -65538: 5},
    ],
)
def test_a_signed_content_that_is_no_card_is_no_card(claims: cbor.Value) -> None:
    text = _packed(cose.sign(cbor.dumps(claims), PAYLOAD.key_id, KEY))
    assert decode_card(text, KEYS, on=TODAY).status is CardStatus.FORGED


def test_line_breaks_and_spaces_around_a_pasted_text_do_not_matter() -> None:
    pasted = "  " + TEXT[:80] + "\r\n" + TEXT[80:] + " \n"
    assert decode_card(pasted, KEYS, on=TODAY).is_authentic


@given(st.text(max_size=400) | st.text(alphabet=base45.ALPHABET, max_size=400).map(PREFIX.__add__))
def test_whatever_is_pasted_gets_an_answer(text: str) -> None:
    assert decode_card(text, KEYS, on=TODAY).status is CardStatus.UNREADABLE


@given(st.binary(max_size=200))
def test_whatever_is_packed_gets_an_answer(message: bytes) -> None:
    assert decode_card(_packed(message), KEYS, on=TODAY).status is CardStatus.UNREADABLE


def test_only_a_p256_key_signs() -> None:
    with pytest.raises(DomainError, match="P-256"):
        encode_card(PAYLOAD, ec.generate_private_key(ec.SECP384R1()))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("people", 0),
        ("head_name", ""),
        ("head_name", "x" * 126),
        ("serial", " "),
        ("issued_on", date(1969, 12, 31)),
        ("expires_on", date(2025, 1, 4)),
    ],
)
def test_a_content_that_cannot_be_a_card_s_is_refused(field: str, value: object) -> None:
    with pytest.raises(DomainError) as refused:
        encode_card(replace(PAYLOAD, **{field: value}), KEY)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"AB", "BB8"),
        (b"Hello!!", "%69 VD92EX0"),
        (b"base-45", "UJCLQE7W581"),
        (b"ietf!", "QED8WEX0"),
    ],
)
def test_base45_is_that_of_rfc_9285(data: bytes, text: str) -> None:
    assert base45.encode(data) == text
    assert base45.decode(text) == data


@pytest.mark.parametrize("text", ["GGX", "A", ":::", "ab", "0é0", "U:"])
def test_what_is_not_base45_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not base45"):
        base45.decode(text)


@given(st.binary(max_size=300))
def test_base45_gives_back_what_it_was_given(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "00"), (23, "17"), (24, "1818"), (1000, "1903e8"), (1000000, "1a000f4240"),
        (18446744073709551615, "1bffffffffffffffff"), (-1, "20"), (-1000, "3903e7"),
        (b"\x01\x02\x03\x04", "4401020304"), ("IETF", "6449455446"), ("ü", "62c3bc"),
        ([1, [2, 3], [4, 5]], "8301820203820405"), ({1: 2, 3: 4}, "a201020304"),
        ({"a": 1, "b": [2, 3]}, "a26161016162820203"), ({}, "a0"),
        (cbor.Tagged(1, 1363896240), "c11a514b67b0"),
    ],
)  # fmt: skip
def test_cbor_is_that_of_rfc_8949_appendix_a(value: cbor.Value, written: str) -> None:
    assert cbor.dumps(value).hex() == written
    assert cbor.loads(bytes.fromhex(written)) == value


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("1817", "shortest"), ("190017", "shortest"), ("5f42010243030405ff", "indefinite"),
        ("9fff", "indefinite"), ("bf61610161629f0203ffff", "indefinite"), ("f5", "not in a card"),
        ("f97e00", "not in a card"), ("a203040102", "out of order"), ("a201020103", "out of order"),
        ("a1810102", "out of order"), ("0000", "after the end"), ("1a00", "cut short"),
        ("", "cut short"), ("62ff", "cut short"), ("61ff", "invalid start byte"),
        ("8181818181818100", "too deep"),
    ],
)  # fmt: skip
def test_cbor_written_otherwise_is_refused(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        cbor.loads(bytes.fromhex(written))

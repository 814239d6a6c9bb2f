"""Base45 (RFC 9285): bytes in the characters that a QR code packs best."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {char: value for value, char in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Return the text of ``data``: three characters for two bytes, two for a last one.

    >>> encode(b"Hello!!"), encode(b"ietf!")
    ('%69 VD92EX0', 'QED8WEX0')
    """
    text = []
    for start in range(0, len(data), 2):
        chunk = data[start : start + 2]
        value = int.from_bytes(chunk, "big")
        for _ in range(len(chunk) + 1):
            value, digit = divmod(value, 45)
            text.append(ALPHABET[digit])
    return "".join(text)


def decode(text: str) -> bytes:
    """Return the bytes of ``text``; ValueError when it is not the text of any.

    >>> decode("QED8WEX0")
    b'ietf!'
    >>> decode("GGX")
    Traceback (most recent call last):
    ValueError: not base45
    """
    data = bytearray()
    for start in range(0, len(text), 3):
        digits = [_VALUES.get(char, -1) for char in text[start : start + 3]]
        value = sum(digit * 45**power for power, digit in enumerate(digits))
        size = len(digits) - 1
        if -1 in digits or size == 0 or value >= 256**size:
            raise ValueError("not base45")
        data += value.to_bytes(size, "big")
    return bytes(data)

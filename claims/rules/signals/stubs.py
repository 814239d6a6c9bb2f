"""« Souche »: a number outside the books issued to the facility, or used twice.

Entry refuses both; what a file or the take-on brought is found here. A federation that keeps no
book knows no range: nothing is said of its stubs but their double use.
"""

from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import day, other
from claims.rules.stubs import StubRange, parse_stub
from conamus.kernel.errors import DomainError


def find_outside(claim: SignalFacts) -> Told | None:
    """Return the stub that is of no book of its facility."""
    if not claim.has_books:
        return None
    holders = _holders(claim.stub, claim.books)
    if any(book.facility == claim.facility for book in holders):
        return None
    return {"stub": claim.stub, "is_elsewhere": bool(holders)}


def _holders(written: str, books: tuple[StubRange, ...]) -> list[StubRange]:
    try:
        stub = parse_stub(written)
    except DomainError:
        return []
    return [book for book in books if stub in book]


def say_outside(told: Told) -> str:
    """Say it."""
    if told["is_elsewhere"]:
        return f"La souche {told['stub']} est d’un carnet remis à une autre formation sanitaire."
    return f"La souche {told['stub']} n’est d’aucun carnet remis."


def find_twice(claim: SignalFacts) -> Told | None:
    """Return another attestation of the same stub."""
    twin = next((seen for seen in claim.seen if seen.is_same_stub), None)
    return other(twin) if twin else None


def say_twice(told: Told) -> str:
    """Say it."""
    return (
        f"La souche {told['stub']} a déjà servi le {day(told, 'on')} à {told['facility']} : un "
        "carnet ne donne chaque numéro qu’une fois."
    )


OUTSIDE = SignalRule("stub_outside", "Souche hors des carnets", 50, find_outside, say_outside)
TWICE = SignalRule("stub_twice", "Souche utilisée deux fois", 70, find_twice, say_twice)

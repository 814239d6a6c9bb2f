"""What a person should look at, in French."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from claims.rules.adjudication.decision import Flag, FlagCode
from claims.rules.sentences.figures import day, figure, francs

Facts = Mapping[str, str]


def flag_sentence(flag: Flag) -> str:
    """Say what to look at, with its line where it has one.

    >>> flag_sentence(Flag(FlagCode.UNPRICED, 2, {"act": "ECHO"}))
    'Ligne 2 : aucun prix convenu, pris au prix demandé.'
    """
    where = "" if flag.position is None else f"Ligne {flag.position} : "
    said = f"{where}{_FLAGS[flag.code](flag.facts)}."
    return said[0].upper() + said[1:]


def _price(facts: Facts) -> str:
    return f"prix demandé {francs(facts['asked'])}, prix convenu {francs(facts['agreed'])}"


def _undated(facts: Facts) -> str:
    end = day(facts["last_day"])
    return f"sans date dans un séjour qui dépasse la fin des droits ({end}), acceptée entière"


def _huge(facts: Facts) -> str:
    return f"quantité très grande ({figure(Fraction(facts['quantity']))})"


def _book_later(facts: Facts) -> str:
    return f"le carnet de la souche n’est remis que le {day(facts['issued_on'])}, après ces soins"


def _authorised_later(facts: Facts) -> str:
    return f"l’accord n’est donné que le {day(facts['given_on'])}, après ces soins"


def _above_stay(facts: Facts) -> str:
    asked = figure(Fraction(facts["quantity"]))
    return f"{asked} journées, plus que le séjour n’a de jours ({facts['days']})"


def _declared(what: str) -> Callable[[Facts], str]:
    def said(facts: Facts) -> str:
        return (
            f"{what} écrit sur l’attestation {francs(facts['declared'])}, "
            f"calculé {francs(facts['found'])}"
        )

    return said


_FLAGS: Mapping[FlagCode, Callable[[Facts], str]] = {
    FlagCode.UNPRICED: lambda facts: "aucun prix convenu, pris au prix demandé",
    FlagCode.PRICE_ABOVE: _price,
    FlagCode.FREE_CARE: lambda facts: f"soins gratuits facturés ({facts['payer']})",
    FlagCode.UNDATED: _undated,
    FlagCode.QUANTITY_HUGE: _huge,
    FlagCode.DAYS_ABOVE_STAY: _above_stay,
    FlagCode.BOOK_LATER: _book_later,
    FlagCode.AUTHORISED_LATER: _authorised_later,
    FlagCode.DECLARED_TOTAL: _declared("total"),
    FlagCode.DECLARED_PATIENT: _declared("montant du patient"),
    FlagCode.DECLARED_MUTUELLE: _declared("montant de la mutuelle"),
}

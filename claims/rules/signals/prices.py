"""« Prix au-dessus du tarif »: lines whose unit price is above the agreed one.

A price is cut down to the tariff anyway (`claims.rules.adjudication`); what is signalled is that
it was asked. A few percent are a rounding or an old price list: under ``LEEWAY`` nothing is said.
One line alone may be a slip of the pen: it is said from ``SLIP``, two lines from ``LEEWAY``.
"""

from fractions import Fraction

from claims.rules.facts import LineFacts
from claims.rules.signals.facts import SignalFacts, SignalRule, Told
from claims.rules.signals.words import francs, number, plural
from conamus.kernel.money import round_franc

LEEWAY, SLIP = Fraction(5, 100), Fraction(20, 100)


def find(claim: SignalFacts) -> Told | None:
    """Return how many lines are above, by how much, and the worst of them."""
    above = [
        (line, line.agreed_price_francs or 0)
        for line in claim.care.lines
        if _is_above(line, LEEWAY)
    ]
    if not above or (len(above) == 1 and not _is_above(above[0][0], SLIP)):
        return None
    excess = sum(
        round_franc((line.unit_price_francs - agreed) * line.quantity) for line, agreed in above
    )
    worst, agreed = max(above, key=lambda one: one[0].unit_price_francs - one[1])
    return {
        "lines": len(above),
        "excess": excess,
        "position": worst.position,
        "act": worst.act,
        "asked": worst.unit_price_francs,
        "agreed": agreed,
    }


def _is_above(line: LineFacts, percent: Fraction) -> bool:
    agreed = line.agreed_price_francs
    return agreed is not None and line.unit_price_francs > agreed * (1 + percent)


def sentence(told: Told) -> str:
    """Say it."""
    lines = plural(number(told, "lines"), "ligne")
    return (
        f"{lines} au-dessus du tarif, {francs(told, 'excess')} de trop ; la ligne "
        f"{told['position']} ({told['act']}) demande {francs(told, 'asked')} au lieu de "
        f"{francs(told, 'agreed')}."
    )


RULE = SignalRule("price", "Prix au-dessus du tarif", 40, find, sentence)

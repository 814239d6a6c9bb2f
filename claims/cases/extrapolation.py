"""« échantillon »: which claims a person sees, and what the sample says of the rest."""

from fractions import Fraction

from claims.cases.words import share
from claims.rules.extrapolation import extrapolate
from claims.rules.review import (
    ReviewFacts,
    ReviewTerms,
    needs_second_reader,
    rank,
    reasons_to_review,
)
from conamus.cases.facts import Facts


def sample(facts: Facts) -> dict[str, object]:
    """Say why a claim must be seen, or what a sample's errors say of the claims not read."""
    if facts.has("échantillon"):
        return _extrapolated(facts)
    terms = _terms(facts.part("réglages"))
    row = facts.part("attestation")
    signals = tuple(Fraction(one.rate("confirmés")) / 100 for one in row.rows("signaux"))
    claim = ReviewFacts(
        key=row.text("clé"),
        mutuelle_francs=row.integer("mutuelle"),
        flags=row.integer("points à regarder", 0),
        signals=signals,
    )
    reasons = reasons_to_review(claim, terms)
    return {
        "acceptée d'office": not reasons,
        "raisons": [why.label for why in reasons],
        "deux lecteurs": needs_second_reader(claim.mutuelle_francs, terms),
        "rang": rank(claim.mutuelle_francs, signals),
    }


def _terms(facts: Facts) -> ReviewTerms:
    return ReviewTerms(
        accepted_below_francs=facts.integer("acceptée d'office sous"),
        sample_rate=share(facts, "tirées au sort"),
        seed=facts.text("graine"),
        second_reader_francs=facts.optional_integer("deux lecteurs dès"),
    )


def _extrapolated(facts: Facts) -> dict[str, object]:
    errors: list[int] = []
    for row in facts.rows("échantillon"):
        errors += [row.integer("erreur")] * row.integer("attestations")
    found = extrapolate(
        errors,
        rest=facts.integer("autres attestations"),
        rest_francs=facts.integer("montant des autres"),
    )
    return {
        "lues": found.sampled,
        "erreur trouvée": found.found_francs,
        "erreur estimée": found.estimate_francs,
        "au moins": found.low_francs,
        "au plus": found.high_francs,
    }

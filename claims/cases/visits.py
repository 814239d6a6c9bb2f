"""« visite »: how many attestations are verified, and what a finding takes off; its states."""

from claims.cases.words import optional
from claims.rules.extrapolation import Stratum, extrapolate_strata
from claims.rules.facts import ReviewCut
from claims.rules.visit_sampling import SampleMethod, SamplePlan, sample_size, shares
from claims.rules.visits import (
    Verdict,
    VisitState,
    check_room,
    check_verdict,
    check_visit_move,
    cuts_of,
    may_recover,
    merge_cuts,
    read_lines,
)
from conamus.cases.facts import Facts, as_integer

_STATES = {state.label: state for state in VisitState}
_VERDICTS = {verdict.label: verdict for verdict in Verdict}


def visit(facts: Facts) -> dict[str, object]:
    """Answer the question that the case asks: a size, a finding, a move, an estimate."""
    if facts.has("constat"):
        return _found(facts)
    if facts.has("est"):
        return _moved(facts)
    if facts.has("strates"):
        return _estimated(facts)
    return _sized(facts)


def _sized(facts: Facts) -> dict[str, object]:
    plan = SamplePlan(
        method=SampleMethod.STRATIFIED,
        rate_percent=facts.optional_integer("taux"),
        confidence=facts.integer("confiance", 90),
        expected_percent=facts.integer("part attendue", 10),
        margin_percent=facts.integer("marge", 10),
        at_most=facts.integer("au plus", 200),
    )
    counts = [int(text) for text in facts.texts("par strate")]
    size = sample_size(facts.integer("attestations", sum(counts)), plan)
    return {"à vérifier": size, "parts": shares(size, counts) if counts else None}


def _found(facts: Facts) -> dict[str, object]:
    verdict = facts.choice("constat", _VERDICTS)
    lines, note = read_lines(facts.text("en cause", "")), facts.text("remarque", "")
    positions = range(1, facts.integer("lignes", 1) + 1)
    check_verdict(verdict, lines, note)
    cuts = cuts_of(verdict, lines, list(positions), note)
    if facts.has("encore accepté"):
        accepted = enumerate(facts.texts("encore accepté"), start=1)
        check_room(cuts, {n: as_integer(francs) or 0 for n, francs in accepted})
    before = cuts_of(Verdict.PRICE, read_lines(facts.text("déjà ôté", "")), [])
    return {"coupes": [_told(cut) for cut in merge_cuts(before, cuts)]}


def _told(cut: ReviewCut) -> str:
    return f"{cut.position} : {'tout' if cut.is_all else cut.francs}, {cut.reason}"


def _moved(facts: Facts) -> dict[str, object]:
    state, becomes = facts.choice("est", _STATES), optional(facts, "devient", _STATES)
    if becomes is not None:
        check_visit_move(state, becomes)
        return {"permis": True}
    due, on = facts.optional_day("réponse due"), facts.day("le")
    accepted = facts.flag("acceptée par elle-même", default=False)
    return {"peut récupérer": may_recover(state, due, on, is_accepted=accepted)}


def _estimated(facts: Facts) -> dict[str, object]:
    strata = []
    for row in facts.rows("strates"):
        errors = tuple(
            error.integer("erreur")
            for error in row.rows("vérifiées")
            for _ in range(error.integer("attestations"))
        )
        strata.append(Stratum(errors, row.integer("autres"), row.integer("montant des autres")))
    found = extrapolate_strata(strata)
    return {
        "erreur trouvée": found.found_francs,
        "erreur estimée": found.estimate_francs,
        "au moins": found.low_francs,
        "au plus": found.high_francs,
    }

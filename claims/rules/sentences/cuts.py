"""Why francs were taken off a line, in French, from the facts that the rule left on the cut."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from claims.rules.cuts import Cut, CutCode
from claims.rules.package import Scope
from claims.rules.sentences.figures import SCOPES, ages, counted, day, figure, francs, percent
from claims.rules.words import SEXES, Bearer, Family
from conamus.kernel.figures import format_francs

#: Refusals of the administrative check (``checks``) in a few words.
REFUSALS = {
    "duplicate": "déjà reçue : même personne, même jour, même formation sanitaire, même montant",
    "stub_used": "souche déjà utilisée",
    "stub_range": "souche hors des plages de la formation sanitaire",
    "end_before_start": "fin des soins avant leur début",
    "future": "soins datés dans le futur",
    "before_birth": "soins avant la naissance",
    "after_death": "soins après le décès",
    "no_agreement": "formation sanitaire sans convention ce jour-là",
}
_BORNE = {
    Bearer.PATIENT: "à la charge du patient",
    Bearer.FACILITY: "à la charge de la formation sanitaire",
    Bearer.OTHER_PAYER: "à la charge d’un autre payeur",
}
Facts = Mapping[str, str]


def cut_reason(
    cut: Cut, reasons: Mapping[str, str] | None = None, *, tells_illness: bool = False
) -> str:
    """Say why, without the amount; ``reasons`` words the reviewers' codes.

    ``tells_illness``: for who may read the reason for care. Others meet no exclusion's wording,
    which tells an illness, and no reviewer's own words: the standard reasons alone.

    >>> cut_reason(Cut(CutCode.COPAYMENT, 400, Bearer.PATIENT, {"share": "1/5"}))
    'ticket modérateur 20\\u202f%'
    """
    if cut.code is CutCode.REVIEW:
        return _review(cut.facts if tells_illness else {**cut.facts, "note": ""}, reasons or {})
    if cut.code is CutCode.EXCLUDED and not tells_illness:
        # One sentence for all exclusions: a difference would tell the chronic ones.
        return "soin exclu du paquet"
    return _REASONS[cut.code](cut.facts)


def cut_sentence(
    cut: Cut, reasons: Mapping[str, str] | None = None, *, tells_illness: bool = False
) -> str:
    """Say why, how much, and who bears it."""
    why = cut_reason(cut, reasons, tells_illness=tells_illness)
    return f"{why} : {format_francs(cut.francs)} {_BORNE[cut.bearer]}"


def _review(facts: Facts, reasons: Mapping[str, str]) -> str:
    reason = facts.get("reason", "")
    told = [reasons.get(reason, reason), facts.get("note", "")]
    if "kept" in facts:
        asked, kept = Fraction(facts["quantity"]), Fraction(facts["kept"])
        told.insert(0, f"{figure(kept)} au lieu de {figure(asked)}")
    said = ", ".join(word for word in told if word)
    return f"coupé à l’examen médical : {said}" if said else "coupé à l’examen médical"


def _refused(facts: Facts) -> str:
    codes = facts.get("refusals", "").split()
    return f"refusée au contrôle : {', '.join(REFUSALS.get(code, code) for code in codes)}"


def _late(facts: Facts) -> str:
    days, most = Fraction(facts["days"]), Fraction(facts["most"])
    return f"reçue {counted(days, 'jour')} après les soins, {figure(most)} au plus"


def _no_rights(facts: Facts) -> str:
    sentence = facts.get("sentence", "").rstrip(".")
    return (
        f"pas de droits le jour des soins : {sentence}"
        if sentence
        else ("pas de droits le jour des soins")
    )


def _after_rights(facts: Facts) -> str:
    end = f"après la fin des droits ({day(facts['last_day'])})"
    if "days" in facts:
        return f"{counted(Fraction(facts['days']), 'journée')} {end}"
    return f"donné le {day(facts['given_on'])}, {end}"


def _price(facts: Facts) -> str:
    return f"prix demandé {francs(facts['asked'])}, prix convenu {francs(facts['agreed'])}"


def _excluded(facts: Facts) -> str:
    if facts.get("wording"):
        return f"exclu du paquet : {facts['wording']}"
    return "maladie chronique, exclue du paquet" if facts.get("is_chronic") else "exclu du paquet"


def _condition(facts: Facts) -> str:
    if "sex" in facts:
        return f"réservé au sexe : {SEXES[facts['sex']]}"
    bounds = [int(facts[name]) if name in facts else None for name in ("age_from", "age_to")]
    return f"réservé à l’âge : {ages(*bounds)} (patient : {counted(Fraction(facts['age']), 'an')})"


def _waiting(facts: Facts) -> str:
    family = Family(facts["family"]).label
    wait = counted(Fraction(facts["days"]), "jour")
    return f"délai d’attente de {wait} ({family}) : couvert dès le {day(facts['opens_on'])}"


def _over_authorisation(facts: Facts) -> str:
    amount = facts.get("authorised", "")
    return f"au-delà de l’accord préalable{f' ({francs(amount)})' if amount else ''}"


def _quantity(facts: Facts) -> str:
    limit, used, asked = (Fraction(facts[name]) for name in ("limit", "used", "quantity"))
    over = (
        SCOPES[Scope(facts["scope"])]
        if facts["scope"]
        else (f"en {counted(Fraction(facts['days']), 'jour')}")
    )
    before = f", {figure(used)} déjà" if used else ""
    return f"au plus {figure(limit)} {over}{before}, {figure(asked)} demandé{'s' * (asked >= 2)}"


def _interval(facts: Facts) -> str:
    days = counted(Fraction(facts["days"]), "jour")
    return f"à moins de {days} des mêmes soins du {day(facts['other_on'])}"


def _other_payer(facts: Facts) -> str:
    return f"{facts['payer']} : {percent(Fraction(facts['share']))}"


def _deductible(facts: Facts) -> str:
    return f"franchise de {francs(facts['francs'])} {SCOPES[Scope(facts['scope'])]}"


def _copayment(facts: Facts) -> str:
    return f"ticket modérateur {percent(Fraction(facts['share']))}"


def _ceiling(facts: Facts) -> str:
    family = f" ({Family(facts['family']).label})" if "family" in facts else ""
    said = f"plafond de {francs(facts['ceiling'])} {SCOPES[Scope(facts['scope'])]}{family}"
    return said if facts["used"] == "0" else f"{said}, dont {francs(facts['used'])} déjà payés"


_REASONS: Mapping[CutCode, Callable[[Facts], str]] = {
    CutCode.REFUSED: _refused,
    CutCode.LATE: _late,
    CutCode.NO_RIGHTS: _no_rights,
    CutCode.AFTER_RIGHTS: _after_rights,
    CutCode.PRICE: _price,
    CutCode.UNPRICED: lambda facts: "aucun prix convenu pour cet acte",
    CutCode.EXCLUDED: _excluded,
    CutCode.CONDITION: _condition,
    CutCode.WAITING: _waiting,
    CutCode.NO_AUTHORISATION: lambda facts: "sans accord préalable",
    CutCode.NO_REFERRAL: lambda facts: "sans bon de référence",
    CutCode.QUANTITY: _quantity,
    CutCode.INTERVAL: _interval,
    CutCode.OVER_AUTHORISATION: _over_authorisation,
    CutCode.OTHER_PAYER: _other_payer,
    CutCode.DEDUCTIBLE: _deductible,
    CutCode.COPAYMENT: _copayment,
    CutCode.CEILING: _ceiling,
}

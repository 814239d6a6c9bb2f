"""« soins »: what a claim is owed, line by line, and why."""

from datetime import date, timedelta

from claims.cases.packages import read_package
from claims.cases.words import (
    FAMILIES,
    KINDS,
    LEVELS,
    OWNERSHIPS,
    SEXES,
    optional,
    quantity,
)
from claims.rules.adjudication import Adjudication, adjudicate
from claims.rules.facts import (
    Authorisation,
    CareFacts,
    EarlierCare,
    FacilityFacts,
    LineFacts,
    PatientFacts,
    ReviewCut,
    RightsFacts,
)
from claims.rules.sentences import cut_reason, flag_sentence
from claims.rules.sentences.figures import figure
from claims.rules.words import CareKind
from conamus.cases.facts import Facts
from conamus.kernel.periods import Period

_DAY = timedelta(days=1)


def care(facts: Facts) -> dict[str, object]:
    """Say what each side bears, on the whole and line by line."""
    decision = adjudicate(read_care(facts), read_package(facts.part("paquet")))
    return {**_totals(decision), **_lines(decision)}


def _totals(decision: Adjudication) -> dict[str, object]:
    return {
        "demandé": decision.asked_francs,
        "convenu": decision.agreed_francs,
        "couvert": decision.covered_francs,
        "mutuelle": decision.mutuelle_francs,
        "patient": decision.patient_francs,
        "formation sanitaire": decision.facility_francs,
        "autres payeurs": decision.other_payer_francs,
        "franchise": decision.deductible_francs,
        "ticket modérateur": decision.copayment_francs,
        "au-delà des plafonds": decision.ceiling_francs,
        "à regarder": [flag_sentence(flag) for flag in decision.flags],
        "pris sur les accords": [drawn.francs for drawn in decision.drawn],
    }


def _lines(decision: Adjudication) -> dict[str, object]:
    lines = decision.lines
    return {
        "mutuelle par ligne": [line.mutuelle_francs for line in lines],
        "patient par ligne": [line.patient_francs for line in lines],
        "quantités acceptées": [figure(line.quantity) for line in lines],
        "taux": [None if line.rate is None else figure(line.rate * 100) for line in lines],
        "pourquoi": [cut_reason(cut, tells_illness=True) for line in lines for cut in line.cuts],
        "coupes": [cut.francs for line in lines for cut in line.cuts],
    }


def read_care(facts: Facts) -> CareFacts:
    """Read an attestation with all that is known when it is decided."""
    starts_on = facts.day("du")
    ends_on = facts.day("au", starts_on)
    declared = facts.part("écrit au bas")
    return CareFacts(
        claim="cette attestation",
        kind=facts.choice("soins", KINDS, CareKind.OUTPATIENT),
        starts_on=starts_on,
        ends_on=ends_on,
        received_on=facts.day("reçue le", ends_on + 30 * _DAY),
        patient=_patient(facts.part("patient")),
        facility=_facility(facts.part("formation sanitaire")),
        rights=_rights(facts.part("droits")),
        lines=tuple(_line(row, rank) for rank, row in enumerate(facts.rows("lignes"), start=1)),
        episode=facts.text("épisode", ""),
        is_chronic=facts.flag("maladie chronique", default=False),
        is_maternity=facts.flag("maternité", default=False),
        has_referral=facts.flag("bon de référence", default=False),
        authorisations=tuple(map(_authorisation, facts.rows("accords"))),
        earlier=tuple(_earlier(row, starts_on) for row in facts.rows("déjà accepté")),
        review_cuts=tuple(map(_review_cut, facts.rows("coupes de l'examen"))),
        refusals=tuple(facts.texts("refus du contrôle")),
        book_issued_on=facts.optional_day("carnet remis le"),
        declared_total_francs=declared.optional_integer("total"),
        declared_patient_francs=declared.optional_integer("patient"),
        declared_mutuelle_francs=declared.optional_integer("mutuelle"),
    )


def _patient(facts: Facts) -> PatientFacts:
    return PatientFacts(
        birth_date=facts.day("naissance"),
        sex=facts.choice("sexe", SEXES),
        other_cover=facts.text("autre couverture", ""),
    )


def _facility(facts: Facts) -> FacilityFacts:
    return FacilityFacts(
        level=facts.choice("type", LEVELS), ownership=facts.choice("secteur", OWNERSHIPS)
    )


def _rights(facts: Facts) -> RightsFacts:
    return RightsFacts(
        periods=tuple(_days(row) for row in facts.rows("périodes")),
        since=facts.optional_day("ouverts depuis"),
        sentence=facts.text("phrase", ""),
    )


def _days(row: Facts) -> Period:
    last = row.optional_day("jusqu'au")
    return Period(row.day("du"), None if last is None else last + _DAY)


def _line(row: Facts, rank: int) -> LineFacts:
    """A line; its agreed price is the price asked unless another, or none, is given."""
    price = row.integer("prix")
    agreed = row.integer("prix convenu", price)
    is_unpriced = row.flag("sans prix convenu", default=False)
    return LineFacts(
        position=row.integer("n°", rank),
        act=row.text("acte", ""),
        family=row.choice("famille", FAMILIES),
        quantity=quantity(row, "quantité", 1),
        unit_price_francs=price,
        agreed_price_francs=None if is_unpriced else agreed,
        given_on=row.optional_day("le"),
    )


def _authorisation(row: Facts) -> Authorisation:
    return Authorisation(
        valid=_days(row),
        francs=row.optional_integer("montant"),
        family=optional(row, "famille", FAMILIES),
        act=row.text("acte") if row.has("acte") else None,
        given_on=row.optional_day("donné le"),
    )


def _earlier(row: Facts, starts_on: date) -> EarlierCare:
    return EarlierCare(
        is_same_person=not row.flag("autre membre du ménage", default=False),
        is_same_household=not row.flag("dans un autre ménage", default=False),
        claim="cette attestation" if row.flag("même attestation", default=False) else "une autre",
        episode=row.text("épisode", ""),
        act=row.text("acte", ""),
        family=row.choice("famille", FAMILIES),
        level=row.choice("type", LEVELS, "CDS"),
        ownership=row.choice("secteur", OWNERSHIPS, "public"),
        kind=row.choice("soins", KINDS, CareKind.OUTPATIENT),
        care_on=row.day("le", starts_on),
        quantity=quantity(row, "quantité", 1),
        mutuelle_francs=row.integer("mutuelle", 0),
        deductible_francs=row.integer("franchise", 0),
        admitted_on=row.optional_day("admis le"),
    )


def _review_cut(row: Facts) -> ReviewCut:
    return ReviewCut(
        position=row.integer("ligne"),
        reason=row.text("motif"),
        is_all=row.flag("tout", default=False),
        to_quantity=quantity(row, "quantité ramenée à") if row.has("quantité ramenée à") else None,
        francs=row.optional_integer("montant"),
        note=row.text("note", ""),
    )

"""« signaux »: what is unusual in an attestation; « pairs »: a facility's month against others."""

from claims.cases.adjudication import read_care
from claims.cases.packages import read_package
from claims.cases.words import KINDS, LEVELS, OWNERSHIPS
from claims.rules.adjudication import adjudicate
from claims.rules.signals import (
    BY_CODE,
    Backdated,
    CancelledReceipt,
    Hand,
    SeenCare,
    SignalFacts,
    signal_sentence,
    signals_of,
    weight_percent,
)
from claims.rules.signals import facilities as of_facilities
from claims.rules.signals.facilities import FacilityMonth, facility_signals_of
from claims.rules.stubs import StubRange
from claims.rules.words import CareKind
from conamus.cases.facts import Facts


def signals(facts: Facts) -> dict[str, object]:
    """Say which rules signal an attestation, and how; or what a rule weighs."""
    if facts.has("traités"):
        return _weight(facts)
    claim = _claim(facts)
    found = signals_of(claim)
    return {
        "signaux": [BY_CODE[raised.rule].label for raised in found],
        "pourquoi": [signal_sentence(raised.rule, raised.facts) for raised in found],
    }


def _weight(facts: Facts) -> dict[str, object]:
    percent = weight_percent(
        facts.integer("au départ"),
        confirmed=facts.integer("confirmés"),
        settled=facts.integer("traités"),
    )
    return {"poids": percent}


def _claim(facts: Facts) -> SignalFacts:
    care = read_care(facts)
    decision = adjudicate(care, read_package(facts.part("paquet")))
    name = facts.text("lieu", "CDS Mutoyi")
    return SignalFacts(
        care=care,
        decision=decision,
        stub=facts.text("souche", "KIN-000001"),
        facility=name,
        facility_name=name,
        district=facts.text("district", "Gitega"),
        asked_francs=decision.asked_francs,
        written_by=frozenset(filter(None, [facts.text("saisie par", "")])),
        died_on=facts.optional_day("décès"),
        seen=tuple(_seen(row, rank) for rank, row in enumerate(facts.rows("autour"), start=1)),
        books=tuple(_book(row) for row in facts.rows("carnets")),
        has_books=facts.has("carnets"),
        backdated=tuple(_backdated(row) for row in facts.rows("antidatées")),
        cancelled=tuple(_cancelled(row) for row in facts.rows("reçus annulés")),
        hands=tuple(Hand(row.text("quoi"), row.text("par")) for row in facts.rows("validations")),
    )


#: What makes care that of another record than the patient's.
_OTHERS = ("autre membre du ménage", "autre patient", "autre fiche fusionnée")


def _seen(row: Facts, rank: int) -> SeenCare:
    starts_on = row.day("du")
    return SeenCare(
        key=str(rank),
        stub=row.text("souche", f"AUT-{rank:06d}"),
        facility=row.text("formation sanitaire", "CDS Mutoyi"),
        facility_name=row.text("formation sanitaire", "CDS Mutoyi"),
        district=row.text("district", "Gitega"),
        kind=row.choice("soins", KINDS, CareKind.OUTPATIENT),
        starts_on=starts_on,
        ends_on=row.day("au", starts_on),
        asked_francs=row.integer("demandé", 1),
        is_same_person=not any(row.flag(name, default=False) for name in _OTHERS),
        is_same_household=not row.flag("autre patient", default=False),
        is_same_stub=row.flag("même souche", default=False),
        is_other_record=row.flag("autre fiche fusionnée", default=False),
    )


def _book(row: Facts) -> StubRange:
    return StubRange(
        row.text("remis à", "CDS Mutoyi"),
        row.text("préfixe", "KIN"),
        row.integer("premier"),
        row.integer("dernier"),
    )


#: What may be dated back, as the cases call it.
_BACKDATED = {
    "adhésion": "enrolment",
    "paiement": "payment",
    "entrée": "joined",
    "mariage": "marriage",
    "naissance": "birth",
    "correction": "corrected",
    "retour": "taken_back",
    "réintégration": "reinstated",
}


def _backdated(row: Facts) -> Backdated:
    what = row.choice("quoi", _BACKDATED, "enrolment")
    return Backdated(row.day("datée du"), row.day("inscrite le"), what)


def _cancelled(row: Facts) -> CancelledReceipt:
    return CancelledReceipt(row.day("reçu du"), row.day("annulé le"), row.integer("reste", 1))


def peers(facts: Facts) -> dict[str, object]:
    """Say which facilities of a month are far from their peers, and why."""
    months = [
        month
        for rank, row in enumerate(facts.rows("formations sanitaires"), start=1)
        for month in _months(row, rank)
    ]
    found = facility_signals_of(months)
    return {
        "signalées": [raised.facility for raised in found],
        "signaux": [of_facilities.BY_CODE[raised.rule].label for raised in found],
        "pourquoi": [signal_sentence(raised.rule, raised.facts) for raised in found],
    }


def _months(row: Facts, rank: int) -> list[FacilityMonth]:
    """One facility, or as many alike as ``nombre`` says."""
    count = row.integer("nombre", 1)
    name = row.text("nom", f"F{rank}")
    names = [name] if count == 1 else [f"{name} {n}" for n in range(1, count + 1)]
    cases, cost = row.integer("cas"), row.integer("coût par cas")
    spread = row.integer("écart d'un cas en %", 50)
    medicines = row.integer("médicaments pour 10 cas", 20)
    amounts = _amounts(row, cases, cost)
    return [
        FacilityMonth(
            facility=one,
            name=one,
            level=row.choice("type", LEVELS, "CDS"),
            ownership=row.choice("secteur", OWNERSHIPS, "public"),
            cases=cases,
            asked_francs=cases * cost,
            asked_squares=cases * cost**2 * (1 + (spread / 100) ** 2),
            medicines=cases * medicines // 10,
            medicine_squares=cases * (medicines / 10) ** 2 * 1.25,
            stays=row.integer("séjours", 0),
            last_days=row.integer("dans les derniers jours", cases // 10),
            amounts=amounts,
        )
        for one in names
    ]


def _amounts(row: Facts, cases: int, cost: int) -> tuple[int, ...]:
    """What each case asks, in the order of the stubs: round ones, ordinary ones, then the run."""
    kinds, rounds = row.integer("montants différents", 40), row.integer("montants ronds", 0)
    run, francs = row.integer("suite", 0), row.integer("montant de la suite", 0)
    between = row.integer("souches de la suite", run) - run
    ordinary = [cost // 1_000 * 1_000 + 1 + n % kinds for n in range(cases - rounds - run)]
    made = [*((1 + n) * of_facilities.ROUND_FRANCS for n in range(rounds)), *ordinary]
    stretch = [francs] * run
    for n in range(between):
        stretch.insert(2 * n % len(stretch) + 1, made.pop())
    return (*made, *stretch)

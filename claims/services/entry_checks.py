"""Whether an attestation may be entered: all that is wrong is told at once, each at its field.

The patient is found by the number on the card, in any federation; the stub must be of a book of
the facility and unused; the agreement must hold on the day of care. What a person should only
look at does not keep an attestation out: the rules find it again when it is decided.
"""

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from claims.rules.checks import DatedClaim, Finding, check_dates, check_lines
from claims.rules.entry import FIRST_CARE_YEAR, NewClaim, line_field, refused, written_figures
from claims.rules.facts import LineFacts
from claims.rules.stubs import Stub, parse_stub
from claims.rules.words import Family
from claims.selectors.entry import (
    EntryFacts,
    Question,
    Said,
    StubTaken,
    entry_facts,
    is_reason_of,
    said_by,
)
from claims.services.claim_moves import Parties
from claims.services.claim_rows import CheckedClaim
from conamus import clock
from conamus.kernel.errors import DomainError, Gathering, NotFound
from conamus.kernel.figures import format_date
from conamus.kernel.periods import month_of
from federations.rules.roles import Role
from federations.services.periods import closed_month, hold_months
from federations.tenancy.actor import Actor
from membership.rules.rights import read_query
from membership.selectors.patients import Patient, patients_numbered

#: Findings that say when somebody was born or died.
_OF_THE_PERSON = ("before_birth", "after_death")
#: What two papers of one stub may say otherwise of the same care, as a refusal names it.
_OTHERWISE = {
    "received_on": "un autre jour de réception",
    "has_referral": "une autre mention du référé",
    "episode": "un autre épisode de soins",
    "told_total_francs": "un autre total écrit",
    "told_mutuelle_francs": "une autre part de la mutuelle écrite",
    "told_patient_francs": "une autre part du patient écrite",
    "reason": "un autre motif",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """An entry that may be written, or the claim that it is already (``known``)."""

    claim: CheckedClaim
    known: StubTaken | None = None


def check_entry(
    actor: Actor, entry: NewClaim, *, own: int | None = None, kept_day: date | None = None
) -> Checked:
    """Return the entry with the records that it names, or raise all that is wrong with it.

    ``own``: the claim that is being changed or replaced, which is no obstacle to itself.
    ``kept_day``: the day of receipt of the one that is replaced, or was given back. A correction
    keeps it, though its month is closed since: its money moves today.
    """
    if actor.role is Role.FACILITY_USER and entry.facility_id != actor.facility_id:
        raise NotFound("Vous saisissez les attestations de votre formation sanitaire seulement.")
    gathering = Gathering()
    stub: Stub | None = None
    person: Patient | None = None
    with gathering.part():
        stub = parse_stub(entry.stub)
    with gathering.part():
        person = find_patient(entry.member, entry.starts_on)
    gathering.found.extend(_days_beyond(entry))
    gathering.found.extend(written_figures(entry))
    facts = _facts(entry, stub, person)
    processing = _processing(actor, facts, person)
    facts = facts.offered_by(processing)
    known = _same_care(entry, facts, processing, person, own)
    is_facility = actor.role is Role.FACILITY_USER
    gathering.found.extend(_care_findings(entry, facts, person, is_facility=is_facility))
    if known is None:
        gathering.found.extend(_stub_findings(entry, stub, facts, processing, own))
        if is_facility:
            gathering.found.extend(_book_findings(entry, facts, processing))
        gathering.found.extend(_place_findings(entry, facts, processing))
        gathering.found.extend(_likeness(entry, facts, own))
    else:
        gathering.found.extend(_otherwise(entry, known[1]))
    if entry.received_on != kept_day:
        with gathering.part():
            _require_open_month(actor, entry, processing, person)
    gathering.refuse()
    if known is not None:
        _require_same_reason(entry, facts, known[0])
    assert stub is not None and person is not None  # noqa: S101, PT018 (refused otherwise)
    return Checked(_checked(entry, stub, person, facts, processing), known[0] if known else None)


def find_patient(member: str, on: date) -> Patient:
    """Return the one person that a member's number leads to; DomainError at ``member``.

    ``on``: the day of care, which is of the federation whose member the person was then. It names
    nobody: who a number leads to is told by the rights check, which is counted.
    """
    if not any(char.isdigit() for char in member):
        raise DomainError("Tapez le numéro du membre, comme sur la carte.", field="member")
    query = read_query(member, birth_year=None, today=clock.today())
    found = patients_numbered(query, on)
    if query.phones and not any(one.number in query.codes for one in found):
        raise DomainError(
            "Un téléphone ne désigne pas un patient : tapez son numéro.", field="member"
        )
    exact = [one for one in found if one.number in query.codes] or found
    if not exact:
        raise DomainError("Personne n’a ce numéro : relisez-le sur la carte.", field="member")
    if len(exact) > 1:
        raise DomainError(
            "Ce numéro mène à plusieurs personnes : tapez en entier celui du patient, que donne "
            "« Vérifier les droits ».",
            field="member",
        )
    return exact[0]


def _days_beyond(entry: NewClaim) -> list[DomainError]:
    today = clock.today()
    found = []
    if entry.received_on > today:
        found.append(DomainError("L’attestation est reçue dans le futur.", field="received_on"))
    if entry.starts_on.year < FIRST_CARE_YEAR:
        sentence = f"Aucun soin n’est inscrit avant {FIRST_CARE_YEAR} : vérifiez la date."
        found.append(DomainError(sentence, field="starts_on"))
    return found


def _facts(entry: NewClaim, stub: Stub | None, person: Patient | None) -> EntryFacts:
    facts = entry_facts(
        Question(
            facility_id=entry.facility_id,
            stub=stub,
            on=entry.starts_on,
            home_id=person.tenant_id if person else 0,
            unit_id=person.unit_id if person else 0,
            household_id=person.household_id if person else 0,
            person_id=person.beneficiary_id if person else 0,
            acts=[line.act for line in entry.lines],
            reason=entry.reason,
            asked_francs=entry.asked_francs,
        )
    )
    if facts is None:
        raise DomainError("Cette formation sanitaire n’existe pas.", field="facility_id")
    return facts


def _processing(actor: Actor, facts: EntryFacts, person: Patient | None) -> int | None:
    """Who treats it: the centre's federation; for a facility, the one that issued the book."""
    if actor.role is not Role.FACILITY_USER:
        return actor.tenant_id
    issuers = [book.tenant_id for book in facts.books if book.facility_id == actor.facility_id]
    if person is not None and person.tenant_id in issuers:
        return person.tenant_id
    return issuers[0] if issuers else None


def _same_care(
    entry: NewClaim,
    facts: EntryFacts,
    processing: int | None,
    person: Patient | None,
    own: int | None,
) -> tuple[StubTaken, Said] | None:
    """Return the claim of this stub where its care is the same, and what it says."""
    use = _use_of(facts, processing, own)
    if use is None or person is None or own is not None:
        return None
    lines = tuple(
        (
            line.act.upper(),
            f"{line.quantity:.2f}",
            line.unit_price_francs,
            line.given_on.isoformat() if line.given_on else None,
        )
        for line in entry.lines
    )
    care: tuple[Any, ...] = (
        entry.facility_id,
        person.beneficiary_id,
        entry.care_kind.value,
        entry.starts_on.isoformat(),
        entry.ends_on.isoformat(),
        lines,
    )
    said = said_by(use)
    return (use, said) if said is not None and said.care == care else None


def _otherwise(entry: NewClaim, said: Said) -> list[DomainError]:
    """Refuse the same care with other words: sent again, it would be dropped and nobody told.

    Every door puts today where no day of receipt is told: that says nothing otherwise.
    """
    told = {name: getattr(entry, name) for name in said.words}
    told["received_on"] = entry.received_on.isoformat()
    if entry.received_on == clock.today():
        del told["received_on"]
    differing = [name for name, value in told.items() if value != said.words[name]]
    return [_said_otherwise(entry, differing)] if differing else []


def _require_same_reason(entry: NewClaim, facts: EntryFacts, known: StubTaken) -> None:
    """Refuse another reason for care; one that is not told replaces none.

    Asked once nothing else is refused: who is told « equal » so has it kept as a reading.
    """
    if facts.reason and not is_reason_of(known, facts.reason.id, entry.reason_note):
        raise _said_otherwise(entry, ["reason"])


def _said_otherwise(entry: NewClaim, differing: list[str]) -> DomainError:
    words = ", ".join(_OTHERWISE[name] for name in differing)
    return DomainError(
        f"La souche {entry.stub} est déjà saisie, avec {words} : ouvrez cette attestation pour la "
        "corriger ou la remplacer.",
        field="stub",
    )


def _use_of(facts: EntryFacts, processing: int | None, own: int | None) -> StubTaken | None:
    return next(
        (use for use in facts.uses if use.tenant_id == processing and use.claim_id != own), None
    )


def _care_findings(
    entry: NewClaim, facts: EntryFacts, person: Patient | None, *, is_facility: bool
) -> list[DomainError]:
    """What is wrong with the days, the lines, the acts, the reason."""
    found = list(_act_findings(entry, facts))
    dated = DatedClaim(
        kind=entry.care_kind,
        starts_on=entry.starts_on,
        ends_on=entry.ends_on,
        received_on=entry.received_on,
        birth_date=person.birth_date if person else date.min,
        died_on=person.died_on if person else None,
    )
    days = check_dates(dated, clock.today())
    found.extend(refused([_untold(day) for day in days] if is_facility else days))
    found.extend(refused(check_lines(_line_facts(entry, facts), dated)))
    if entry.reason and facts.reason is None:
        sentence = f"Le motif « {entry.reason} » n’est pas dans la liste : choisissez son code."
        found.append(DomainError(sentence, field="reason"))
    if not facts.has_package:
        found.append(
            DomainError(
                f"Aucun paquet de prestations n’est en vigueur le {format_date(entry.starts_on)} : "
                "vérifiez la date, ou faites adopter un paquet.",
                field="starts_on",
            )
        )
    return found


def _untold(finding: Finding) -> Finding:
    """The same without what a facility is told by the check of rights alone, or not at all."""
    if finding.code not in _OF_THE_PERSON:
        return finding
    sentence = "Cette date ne va pas avec la fiche de la personne : vérifiez le numéro et la date."
    return replace(finding, sentence=sentence)


def _line_facts(entry: NewClaim, facts: EntryFacts) -> list[LineFacts]:
    return [
        LineFacts(
            position=position,
            act=line.act,
            family=act.family if (act := facts.acts.get(line.act.upper())) else Family.CARE,
            quantity=Fraction(line.quantity),
            unit_price_francs=line.unit_price_francs,
            given_on=line.given_on,
        )
        for position, line in enumerate(entry.lines, start=1)
    ]


def _act_findings(entry: NewClaim, facts: EntryFacts) -> list[DomainError]:
    found = []
    for position, line in enumerate(entry.lines, start=1):
        act = facts.acts.get(line.act.upper())
        sentence = ""
        if act is None:
            sentence = f"l’acte « {line.act} » n’est pas dans le catalogue : cherchez son code."
        elif act.closed_on is not None and act.closed_on <= entry.starts_on:
            sentence = f"l’acte « {line.act} » est retiré depuis le {format_date(act.closed_on)}."
        if sentence:
            told = f"Ligne {position} : {sentence}"
            found.append(DomainError(told, field=line_field(position, "act")))
    return found


def _stub_findings(
    entry: NewClaim,
    stub: Stub | None,
    facts: EntryFacts,
    processing: int | None,
    own: int | None,
) -> list[DomainError]:
    """The stub is of a book of the facility that still serves, and is not used."""
    if stub is None:
        return []
    books = [book for book in facts.books if book.facility_id == entry.facility_id]
    ours = [book for book in books if book.tenant_id == processing]
    if not ours:
        sentence = (
            f"La souche {stub} n’est d’aucun carnet remis à {facts.facility} : relisez-la, ou "
            "faites inscrire le carnet."
        )
        return [DomainError(sentence, field="stub")]
    gone = [book.withdrawn_on for book in ours if book.withdrawn_on]
    if len(gone) == len(ours) and max(gone) <= entry.starts_on:
        sentence = f"Le carnet de la souche {stub} est retiré depuis le {format_date(max(gone))}."
        return [DomainError(sentence, field="stub")]
    use = _use_of(facts, processing, own)
    if use is not None:
        sentence = (
            f"La souche {stub} a déjà servi, pour d’autres soins : relisez le numéro, ou ouvrez "
            "cette attestation pour la corriger."
        )
        return [DomainError(sentence, field="stub")]
    return []


def _book_findings(entry: NewClaim, facts: EntryFacts, processing: int | None) -> list[DomainError]:
    """A facility writes no care on a stub that it had not been handed yet.

    From a centre it is entered as the paper says, and a person decides it.
    """
    ours = [book for book in facts.books if book.tenant_id == processing and not book.is_take_on]
    days = [book.issued_on for book in ours if book.facility_id == entry.facility_id]
    if not days or max(days) <= entry.starts_on:
        return []
    sentence = (
        f"Le carnet de cette souche vous est remis le {format_date(max(days))}, après ces soins : "
        "vérifiez la souche et la date."
    )
    return [DomainError(sentence, field="stub")]


def _place_findings(
    entry: NewClaim, facts: EntryFacts, processing: int | None
) -> list[DomainError]:
    """The facility is open and has an agreement that holds on the day of care."""
    if processing is None:
        return []
    day = format_date(entry.starts_on)
    closed = facts.facility_closed_on
    if closed is not None and closed <= entry.starts_on:
        sentence = f"{facts.facility} est fermée depuis le {format_date(closed)}."
        return [DomainError(sentence, field="facility_id")]
    running = [one for one in facts.agreements if one.tenant_id == processing]
    held = [one for one in running if one.is_for_patient]
    if not held:
        what_to_do = (
            "celle de ce jour est d’une autre mutuelle ; celle de la fédération vaudrait pour tous."
            if running
            else "vérifiez la date, ou faites inscrire la convention."
        )
        sentence = f"{facts.facility} n’a pas de convention le {day} pour ce patient : {what_to_do}"
        return [DomainError(sentence, field="facility_id")]
    if all(one.is_suspended for one in held):
        sentence = f"La convention de {facts.facility} est suspendue le {day}."
        return [DomainError(sentence, field="facility_id")]
    return []


def _likeness(entry: NewClaim, facts: EntryFacts, own: int | None) -> list[DomainError]:
    alike = [stub for pk, stub in facts.alike.items() if pk != own]
    if not alike or entry.is_distinct:
        return []
    sentence = (
        f"Même personne, même jour, même montant que la souche {alike[0]} : si ce sont bien deux "
        "attestations, cochez-le."
    )
    return [DomainError(sentence, field="is_distinct")]


def _require_open_month(
    actor: Actor, entry: NewClaim, processing: int | None, person: Patient | None
) -> None:
    """An attestation counts in the month in which it was received: that month is not closed.

    A month that is not over cannot be: nothing is asked for it, so never for a facility, whose
    attestations are received today. Whose books are asked is who treats it.
    """
    end = month_of(entry.received_on).end
    if end is None or end > clock.today() or processing is None:
        return
    units = [actor.unit_id] if actor.unit_id else []
    if person is not None and person.tenant_id == processing:
        units.append(person.unit_id)
    if hold_months(
        tenant_id=processing, days=[(unit, entry.received_on) for unit in units if unit]
    ):
        raise closed_month(entry.received_on, field="received_on")


def _checked(
    entry: NewClaim,
    stub: Stub,
    person: Patient,
    facts: EntryFacts,
    processing: int | None,
) -> CheckedClaim:
    assert processing is not None  # noqa: S101 (a stub of no book was refused)
    return CheckedClaim(
        entry=entry,
        parties=Parties(
            tenant_id=person.tenant_id,
            processing_id=processing,
            facility_id=entry.facility_id,
            care_year=entry.starts_on.year,
        ),
        household_id=person.household_id,
        beneficiary_id=person.beneficiary_id,
        person_id=person.person_id,
        unit_id=person.unit_id,
        stub=str(stub),
        act_ids={code: act.id for code, act in facts.acts.items()},
        reason_id=facts.reason.id if facts.reason else None,
    )

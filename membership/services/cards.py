"""Cards issued, replaced, revoked; verified for whoever holds one up.

A card proves who somebody is, with or without a connection; it never says that rights are open.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError, NotFound
from conamus.kernel.reasons import told_reason
from conamus.printing.pdf import PrintedDocument
from federations.models import Federation, Job, StoredFile, Unit
from federations.rules.roles import Permission
from federations.services.access import require
from federations.services.files import store_file
from federations.services.jobs import request_job_once
from federations.services.repetition import once
from federations.tenancy.actor import Actor
from federations.tenancy.scope import open_scope
from membership.documents.card_pictures import card_picture
from membership.documents.cards import MOST_PHOTOS, Picture, PrintedCard, print_cards
from membership.models import Beneficiary, Card, Household, SigningKey
from membership.rules.cards import (
    CardPayload,
    CardVerdict,
    decode_card,
    encode_card,
    signed_content,
)
from membership.selectors.cards import (
    BATCH_JOB,
    batch_cards,
    card_by_id,
    is_revoked,
    latest_card,
    network_keys,
    without_card,
)
from membership.selectors.households import units_with_households
from membership.services.card_keys import key_in_use, private_key_of
from membership.services.holding import hold_household, require_open

#: A card has room for the stickers of its own year and five more.
MORE_YEARS = 5
#: Letters and digits that nobody takes for one another.
_SERIAL_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_SERIAL_LENGTH = 10
BATCH = 200
#: What a card takes of the processor, measured: signing it, laying it out, writing it in the PDF.
SIGNING, LAYING_OUT, WRITING = 1, 20, 7
#: As many as are held whole in memory.
PHOTOS_AT_A_TIME = 20
PDF = "application/pdf"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class _Signer:
    """A federation about to sign: its code, its key."""

    federation: str
    row: SigningKey
    private: ec.EllipticCurvePrivateKey


@transaction.atomic
def issue_card(*, actor: Actor, household_id: int) -> Card:
    """Issue a household's card; the one it has already, if it has one."""
    require(actor, Permission.ISSUE_CARDS)
    household = hold_household(actor, household_id, None)
    known = latest_card(actor, household_id)
    if known is not None and not known.fault(clock.today()):
        return known
    return _issue(actor, _signer(actor), [household], batch_id=None)[0]


@transaction.atomic
def replace_card(*, actor: Actor, card_id: int, because: str, key: str = "") -> Card:
    """Revoke a card, lost or out of date, and issue its household another."""
    require(actor, Permission.ISSUE_CARDS)
    return once(
        tenant_id=actor.tenant_id,
        key=key,
        content=["replace_card", card_id, because],
        create=lambda: _replace(actor, card_id, because),
        find=lambda pk: card_by_id(actor, int(pk)),
    )


@transaction.atomic
def revoke_card(*, actor: Actor, card_id: int, because: str) -> Card:
    """Revoke a card that is lost or stolen."""
    require(actor, Permission.ISSUE_CARDS)
    card, _ = _hold_standing(actor, card_id)
    return _revoke(card, because)


def verify_card(*, actor: Actor, text: str) -> CardVerdict:
    """Verify what a card's QR code holds, whichever federation signed it."""
    require(actor, Permission.CHECK_RIGHTS)
    keys, today = network_keys(), clock.today()
    verdict = decode_card(text.strip(), keys, on=today)
    if verdict.payload is None or not is_revoked(verdict.payload.serial):
        return verdict
    return decode_card(text.strip(), keys, on=today, revoked={verdict.payload.serial})


@transaction.atomic
def request_card_batch(*, actor: Actor, unit_id: int, year: int, key: str = "") -> Job:
    """Ask for the cards of a unit's households enrolled for a year that have none."""
    require(actor, Permission.ISSUE_CARDS)
    unit = units_with_households(actor).filter(pk=unit_id).first()
    if unit is None:
        raise NotFound("Cette unité n’existe pas, ou n’est pas la vôtre.", field="unit")
    if not without_card(actor, unit_id=unit_id, year=year).exists():
        raise DomainError(
            f"Tous les ménages inscrits pour {year} ont leur carte : rien à imprimer.", field="unit"
        )
    parameters = {"unit_id": unit_id, "year": year}
    return request_job_once(
        actor=actor, kind=BATCH_JOB, title=f"Cartes : {unit.name}", parameters=parameters, key=key
    )


def issue_batch(
    *, actor: Actor, unit_id: int, year: int, batch_id: UUID, progress: Progress, source: str
) -> StoredFile:
    """Issue the cards, some at a time, then print the sheets; done twice, it prints the same."""
    with open_scope(actor, source=source):
        # What an earlier run has signed is printed with the rest.
        signed = len(batch_cards(actor, batch_id))
        count = signed + without_card(actor, unit_id=unit_id, year=year).count()
    total = count * (SIGNING + LAYING_OUT + WRITING)
    while True:
        with open_scope(actor, source=source):
            issued = _issue_some(actor, unit_id, year, batch_id)
        if not issued:
            break
        signed += issued
        progress(signed * SIGNING, max(total, signed), f"{signed} cartes signées sur {count}")
    with open_scope(actor, source=source):
        printed = printed_cards(actor, batch_cards(actor, batch_id))
        name = Unit.objects.get(pk=unit_id, tenant_id=actor.tenant_id).name
    if not printed:
        raise DomainError("Tous les ménages ont reçu leur carte entre-temps : rien à imprimer.")
    document = _print_watched(printed, progress)
    with open_scope(actor, source=source):
        return store_file(
            tenant_id=actor.tenant_id,
            name=f"cartes-{year}-{name}.pdf",
            content_type=PDF,
            content=document.content,
        )


def _print_watched(printed: Sequence[PrintedCard], progress: Progress) -> PrintedDocument:
    """Print, telling how many cards are laid out; the document is written in one go at the end."""
    count = len(printed)
    total = count * (SIGNING + LAYING_OUT + WRITING)

    def watch(done: int) -> None:
        step = (
            f"{done} cartes mises en page sur {count}" if done < count else "écriture du document"
        )
        progress(count * SIGNING + done * LAYING_OUT, total, step)

    return print_cards(printed, watch)


def printed_cards(actor: Actor, cards: Sequence[Card]) -> list[PrintedCard]:
    """Return what is printed of cards: in front what was signed, behind the people of today."""
    federation = Federation.objects.get(pk=actor.tenant_id)
    people = _people_of([card.household_id for card in cards], actor.tenant_id)
    photos = _photos(people, actor.tenant_id)
    return [
        PrintedCard(
            federation=federation.short_name,
            unit=card.household.unit.name,
            household=signed.household,
            head_name=signed.head_name,
            people_count=signed.people,
            serial=signed.serial,
            issued_on=signed.issued_on,
            expires_on=signed.expires_on,
            code=card.payload,
            people=tuple(
                (str(one), one.number.rsplit("-", 1)[-1], one.sex, one.birth_date.year)
                for one in people[card.household_id]
            ),
            photo=_photo_of(people[card.household_id][:1], photos),
            photos=tuple(
                (one.number.rsplit("-", 1)[-1], photos[one.photo_id])
                for one in people[card.household_id][1:]
                if one.photo_id in photos
            ),
        )
        for card, signed in ((card, signed_content(card.payload)) for card in cards)
    ]


def _issue_some(actor: Actor, unit_id: int, year: int, batch_id: UUID) -> int:
    require(actor, Permission.ISSUE_CARDS)
    waiting = without_card(actor, unit_id=unit_id, year=year).select_related("unit")
    # Somebody may be issuing one of these by hand at this moment: it is passed over.
    chosen = list(waiting.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    return len(_issue(actor, _signer(actor), chosen, batch_id=batch_id)) if chosen else 0


def _signer(actor: Actor) -> _Signer:
    row = key_in_use(actor)
    code = Federation.objects.get(pk=actor.tenant_id).code
    return _Signer(code, row, private_key_of(row))


def _issue(
    actor: Actor, signer: _Signer, households: Sequence[Household], *, batch_id: UUID | None
) -> list[Card]:
    people = _people_of([household.pk for household in households], actor.tenant_id)
    today = clock.today()
    _set_aside(actor, households, today)
    rows = [
        _card(actor, signer, household, people[household.pk], today, batch_id)
        for household in households
    ]
    return Card.objects.bulk_create(rows)


def _set_aside(actor: Actor, households: Sequence[Household], today: date) -> None:
    """Revoke what cards the households still have that are no good, with why."""
    left = Card.objects.select_related("key").filter(
        tenant_id=actor.tenant_id, household__in=households, revoked_on__isnull=True
    )
    faults = [(card, card.fault(today)) for card in left]
    for card, fault in faults:
        if fault:
            card.revoked_on, card.revoked_because = today, fault
    spoilt = [card for card, fault in faults if fault]
    Card.objects.bulk_update(spoilt, ["revoked_on", "revoked_because"])


def _card(
    actor: Actor,
    signer: _Signer,
    household: Household,
    people: Sequence[Beneficiary],
    today: date,
    batch_id: UUID | None,
) -> Card:
    require_open(household)
    if not people or people[0].relationship != Beneficiary.Relationship.HEAD:
        raise DomainError(f"Le ménage {household.number} n’a pas d’adhérent : pas de carte.")
    serial = "".join(secrets.choice(_SERIAL_LETTERS) for _ in range(_SERIAL_LENGTH))
    expires_on = date(today.year + MORE_YEARS, 12, 31)
    payload = CardPayload(
        federation=signer.federation,
        household=household.number,
        head_name=str(people[0]),
        people=len(people),
        serial=serial,
        issued_on=today,
        expires_on=expires_on,
        key_id=signer.row.key_id,
    )
    return Card(
        tenant_id=actor.tenant_id,
        household=household,
        serial=serial,
        key=signer.row,
        payload=encode_card(payload, signer.private),
        issued_on=today,
        expires_on=expires_on,
        issued_by=actor.name,
        batch_id=batch_id,
    )


def _replace(actor: Actor, card_id: int, because: str) -> Card:
    card, household = _hold_standing(actor, card_id)
    _revoke(card, because)
    return _issue(actor, _signer(actor), [household], batch_id=None)[0]


def _hold_standing(actor: Actor, card_id: int) -> tuple[Card, Household]:
    """Hold the household of a card that is not revoked; Conflict for one that is."""
    card = card_by_id(actor, card_id)
    household = hold_household(actor, card.household_id, None)
    card.refresh_from_db()
    if card.revoked_on is not None:
        raise Conflict("Cette carte est déjà révoquée : voyez celles du ménage.")
    return card, household


def _people_of(household_ids: Sequence[int], tenant_id: int) -> dict[int, list[Beneficiary]]:
    """Each household's present people, the head first, then by number."""
    found: dict[int, list[Beneficiary]] = {key: [] for key in household_ids}
    rows = Beneficiary.objects.filter(
        tenant_id=tenant_id, household_id__in=household_ids, left_on__isnull=True
    )
    for person in rows.order_by("number"):
        found[person.household_id].append(person)
    for people in found.values():
        people.sort(key=lambda one: one.relationship != Beneficiary.Relationship.HEAD)
    return found


def _photo_of(head: Sequence[Beneficiary], photos: Mapping[int, Picture]) -> Picture | None:
    """The head's own photo: the front bears the head's name, nobody else's face."""
    return next((photos[one.photo_id] for one in head if one.photo_id), None)


def _photos(people: dict[int, list[Beneficiary]], tenant_id: int) -> dict[int, Picture]:
    """The photos of those whom a card has room for, each as small as it is printed."""
    wanted = {
        one.photo_id
        for members in people.values()
        for one in [*members[:1], *[one for one in members[1:] if one.photo_id][:MOST_PHOTOS]]
        if one.photo_id
    }
    found: dict[int, Picture] = {}
    left = iter(sorted(wanted))
    while some := list(islice(left, PHOTOS_AT_A_TIME)):
        files = StoredFile.objects.filter(pk__in=some, tenant_id=tenant_id)
        for key, content in files.values_list("pk", "content"):
            found[key] = card_picture(bytes(content))
    return found


def _revoke(card: Card, because: str) -> Card:
    told = told_reason(because, most=200, missing="Dites pourquoi la carte est révoquée.")
    card.revoked_on, card.revoked_because = clock.today(), told
    card.save(update_fields=["revoked_on", "revoked_because"])
    return card

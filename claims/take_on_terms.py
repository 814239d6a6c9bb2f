"""Bringing in tariffs, agreements and stub books in circulation from a file."""

from typing import Any

from claims.models import Act, Agreement, StubBook, Tariff
from claims.rules.advances import MEAN_MONTHS, AdvanceClause
from claims.rules.words import LEVELS, OWNERSHIPS
from claims.selectors.agreements import running_on
from claims.selectors.catalogue import act_by_code
from claims.services.agreements import AgreementTerms, sign_agreement
from claims.services.stub_books import NewBook, issue_book
from claims.services.tariffs import NewTariff, change_tariff, set_tariff
from conamus.kernel.errors import DomainError
from federations.models import HealthFacility
from federations.rules.roles import Permission
from federations.rules.take_on import CellKind, Column, Outcome
from federations.services.take_on import ImportContext, Importer, Question
from federations.take_on.lookups import facility, open_unit, refuse_difference


def _facility_column(*, is_required: bool = True) -> Column:
    return Column(
        name="facility", heading="Code de la formation sanitaire", example="FS-EX01",
        is_required=is_required,
    )  # fmt: skip


def _facility(context: ImportContext, values: dict[str, Any]) -> HealthFacility | None:
    if not values["facility"]:
        return None
    return facility(context, values["facility"], field="facility")


def _act(context: ImportContext, values: dict[str, Any]) -> Act:
    act = act_by_code(context.actor.tenant_id, values["act"])
    if act is None:
        code = values["act"][:20]
        raise DomainError(f"aucun acte du catalogue n’a le code « {code} ».", field="act")
    return act


_FACILITY = Question(ask=_facility, needs=("facility",), answers="facility")
_TARIFF = (
    Column(name="act", heading="Code de l’acte", example="CODE1", is_required=True),
    _facility_column(is_required=False),
    Column(
        name="level", heading="Type", example="centre de santé", kind=CellKind.CHOICE,
        choices={label: value for value, label in LEVELS.items()}, also={v: v for v in LEVELS},
    ),
    Column(
        name="ownership", heading="Statut juridique", example="public", kind=CellKind.CHOICE,
        choices={label: value for value, label in OWNERSHIPS.items()},
        also={value: value for value in OWNERSHIPS},
    ),
    Column(name="price_francs", heading="Prix convenu", example="1 500", kind=CellKind.FRANCS,
           is_required=True),
    Column(name="starts_on", heading="Dès le", example="01/01/2026", kind=CellKind.DAY,
           is_required=True),
    Column(name="ends_on", heading="Jusqu’au (exclu)", example="01/01/2027", kind=CellKind.DAY),
)  # fmt: skip
_AGREEMENT = (
    _facility_column(),
    Column(name="unit", heading="Code de la mutuelle", example="CODE-1",
           help="Vide : toute la fédération."),
    Column(name="number", heading="Numéro", example="12/2024"),
    Column(name="starts_on", heading="Dès le", example="01/01/2024", kind=CellKind.DAY,
           is_required=True),
    Column(name="ends_on", heading="Jusqu’au (exclu)", example="01/01/2027", kind=CellKind.DAY),
    Column(name="payment_term_days", heading="Délai de paiement (jours)", example="30",
           kind=CellKind.INTEGER, help="Vide : 30."),
    Column(name="advance_francs", heading="Avances ouvertes, au plus", example="500 000",
           kind=CellKind.FRANCS, help="Vide, ici et à la colonne suivante : aucune avance."),
    Column(name="advance_percent", heading="Avances : part du mois moyen (%)", example="50",
           kind=CellKind.INTEGER, help="Avec un montant : le plus bas vaut."),
    Column(name="advance_months", heading="Avances : moyenne des derniers mois", example="12",
           kind=CellKind.CHOICE, choices={str(months): str(months) for months in MEAN_MONTHS},
           help="D’une part. Vide : 12."),
)  # fmt: skip
_BOOK = (
    _facility_column(),
    Column(name="prefix", heading="Préfixe", example="KIN", is_required=True),
    Column(name="first_number", heading="Premier numéro", example="1", kind=CellKind.INTEGER,
           is_required=True, help="D’un carnet entamé : la première souche qui reste à facturer."),
    Column(name="last_number", heading="Dernier numéro", example="50", kind=CellKind.INTEGER,
           is_required=True),
    Column(name="issued_on", heading="Remis le", example="01/02/2025", kind=CellKind.DAY,
           is_required=True),
)  # fmt: skip
_DAYS = 30


def bring_tariff(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Set the price; where one without end holds for the same facilities, it ends there."""
    whom = {
        "act_id": values["act"].pk,
        "facility_id": values["facility"].pk if values["facility"] else None,
        "level": values["level"] or "",
        "ownership": values["ownership"] or "",
    }
    starts_on, price = values["starts_on"], values["price_francs"]
    there = Tariff.objects.filter(
        running_on(starts_on), tenant_id=context.actor.tenant_id, **whom
    ).first()
    if there is not None and _is_told(there, values):
        return Outcome.UNCHANGED
    if there is not None and there.ends_on is None and values["ends_on"] is None:
        change_tariff(
            actor=context.actor, tariff_id=there.pk, price_francs=price, starts_on=starts_on
        )
        return Outcome.CREATED
    new = NewTariff(price_francs=price, starts_on=starts_on, ends_on=values["ends_on"], **whom)
    set_tariff(actor=context.actor, tariff=new)
    return Outcome.CREATED


def _is_told(there: Tariff, values: dict[str, Any]) -> bool:
    """Tell whether a row says what is there: a price without end may have been followed since."""
    same_end = values["ends_on"] in (None, there.ends_on)
    begins = there.starts_on == values["starts_on"] or there.ends_on == values["ends_on"]
    return there.price_francs == values["price_francs"] and same_end and begins


def bring_agreement(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Record the agreement, unless it is there already."""
    days, advances = values["payment_term_days"], _advances(values)
    terms = AgreementTerms(
        facility_id=values["facility"].pk,
        unit_id=values["unit"].pk if values["unit"] else None,
        number=values["number"],
        starts_on=values["starts_on"],
        ends_on=values["ends_on"],
        payment_term_days=_DAYS if days is None else days,
        advance_francs=advances.francs,
        advance_percent=advances.percent,
        advance_months=advances.months,
    )
    there = Agreement.objects.filter(
        tenant_id=context.actor.tenant_id,
        facility_id=terms.facility_id,
        unit=values["unit"],
        starts_on=terms.starts_on,
    ).first()
    if there is None:
        sign_agreement(actor=context.actor, terms=terms)
        return Outcome.CREATED
    # A file that says nothing of advances says nothing of those agreed since.
    said = there.advances if advances == AdvanceClause() else advances
    refuse_difference(
        "Cette convention",
        {
            "fin": (there.ends_on, terms.ends_on),
            "délai de paiement": (there.payment_term_days, terms.payment_term_days),
            "avances": (there.advances, said),
        },
        if_given={"numéro": (there.number, terms.number)},
    )
    return Outcome.UNCHANGED


def _advances(values: dict[str, Any]) -> AdvanceClause:
    months = values["advance_months"]
    return AdvanceClause.said(
        values["advance_francs"], values["advance_percent"], int(months) if months else None
    )


def bring_book(context: ImportContext, values: dict[str, Any]) -> Outcome:
    """Record a book that was in circulation, unless it is there already."""
    book = NewBook(
        facility_id=values["facility"].pk,
        prefix=values["prefix"].strip().upper(),
        first_number=values["first_number"],
        last_number=values["last_number"],
        issued_on=values["issued_on"],
        is_take_on=True,
    )
    there = StubBook.objects.filter(
        tenant_id=context.actor.tenant_id, prefix=book.prefix, first_number=book.first_number
    ).first()
    if there is None:
        issue_book(actor=context.actor, book=book)
        return Outcome.CREATED
    refuse_difference(
        "Ce carnet",
        {
            "formation sanitaire": (there.facility_id, book.facility_id),
            "dernier numéro": (there.last_number, book.last_number),
            "remise": (there.issued_on, book.issued_on),
        },
    )
    return Outcome.UNCHANGED


def _unit(context: ImportContext, values: dict[str, Any]) -> Any:
    return open_unit(context, values["unit"], field="unit") if values["unit"] else None


TARIFFS = Importer(
    kind="tarifs",
    title="Tarifs",
    explanation="Les prix convenus, par formation sanitaire, par type et statut, ou généraux ; un "
    "prix sans fin prend fin où le nouveau commence.",
    permission=Permission.MANAGE_CARE_TERMS,
    columns=_TARIFF,
    apply=bring_tariff,
    questions=(Question(ask=_act, needs=("act",), answers="act"), _FACILITY),
)
AGREEMENTS = Importer(
    kind="conventions",
    title="Conventions",
    explanation="Quelles formations sanitaires soignent vos membres, et depuis quand.",
    permission=Permission.MANAGE_AGREEMENTS,
    columns=_AGREEMENT,
    apply=bring_agreement,
    questions=(_FACILITY, Question(ask=_unit, needs=("unit",), answers="unit")),
)
BOOKS = Importer(
    kind="carnets",
    title="Carnets d’attestations en circulation",
    explanation="Les souches remises aux formations sanitaires avant ce logiciel et pas encore "
    "facturées : une ligne par suite de numéros, un carnet troué en a plusieurs.",
    permission=Permission.MANAGE_AGREEMENTS,
    columns=_BOOK,
    apply=bring_book,
    questions=(_FACILITY,),
)

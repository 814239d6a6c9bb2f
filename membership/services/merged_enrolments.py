"""What becomes of the enrolments of a household that closes as the duplicate of another.

Nothing of a duplicate is owed, counted or insured any more: its enrolments of this year and later
are cancelled. What opens rights is not lost on the way: money, a promise, or an enrolment that
the kept household does not have is settled first, by receipts that stay readable.
"""

from typing import Any

from conamus import clock
from conamus.kernel.errors import DomainError
from federations.tenancy.actor import Actor
from membership.models import Household, Promise
from membership.rules.sentences import francs
from membership.selectors.merging import running_enrolments
from membership.services.enrolments import undo_enrolment


def cancel_duplicate_enrolments(actor: Actor, closing: Household, home: Household) -> list[int]:
    """Cancel the enrolments of a household that closes; return their years, the latest first.

    DomainError, and what to do, for one that something hangs on.
    """
    year = clock.today().year
    kept = {row.year_id: row for row in running_enrolments(home, since=year)}
    rows = running_enrolments(closing, since=year)
    for row in rows:
        _require_nothing_lost(row, kept.get(row.year_id), closing, home)
    # A renewal is cancelled before the year that it goes on from.
    for row in rows:
        undo_enrolment(
            actor=actor, enrolment_id=row.pk, because=f"Doublon du ménage {home.number}."
        )
    return [row.year_id for row in rows]


def _require_nothing_lost(row: Any, own: Any | None, closing: Household, home: Household) -> None:
    _require_no_money(row, closing, home)
    year = row.year_id
    running = Promise.objects.filter(
        tenant_id=row.tenant_id, enrolment=row, withdrawn_on__isnull=True
    )
    if running.exclude(state=Promise.State.REFUSED).exists():
        raise DomainError(
            f"Une promesse de paiement court pour l’adhésion {year} du ménage {closing.number}, "
            f"qui se fermerait : gardez sa fiche, ou mettez d’abord fin à cette promesse et "
            f"signez-la pour le ménage {home.number}."
        )
    if own is None:
        raise DomainError(
            f"Le ménage {closing.number}, qui se fermerait, est inscrit pour {year} ; le ménage "
            f"{home.number} ne l’est pas : gardez l’autre fiche, ou inscrivez d’abord le ménage "
            f"{home.number} pour {year}."
        )
    if row.household_left_francs <= 0 < own.household_left_francs:
        raise DomainError(
            f"Le ménage {closing.number}, qui se fermerait, ne doit rien pour {year} ; le ménage "
            f"{home.number} doit encore {francs(own.household_left_francs)} : gardez l’autre "
            f"fiche, ou soldez d’abord l’adhésion {year} du ménage {home.number}."
        )


def _require_no_money(row: Any, closing: Household, home: Household) -> None:
    before = row.paid_before_francs + row.payer_paid_before_francs
    if before:
        raise DomainError(
            f"{francs(before)} ont été payés dans une autre fédération pour l’adhésion "
            f"{row.year_id} du ménage {closing.number}, qui se fermerait : gardez sa fiche."
        )
    if row.paid_francs:
        raise DomainError(
            f"Le ménage {closing.number}, qui se fermerait, a payé {francs(row.paid_francs)} pour "
            f"{row.year_id} : gardez sa fiche ; ou annulez d’abord ses reçus par des contre-reçus, "
            f"et encaissez cet argent pour le ménage {home.number}, ou rendez-le s’il a déjà payé."
        )

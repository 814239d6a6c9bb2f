"""What becomes of the enrolments of a household that closes as the duplicate of another.

Nothing of a duplicate is owed, counted or insured any more: its enrolments of this year and later
are cancelled, and that of the year before, which retention counts, if nothing was paid for it. What
opens rights is not lost on the way: money, a promise, or an enrolment that the kept household does
not have is settled first, by receipts that stay readable.

Households that closed as duplicates before this was so may still be enrolled: they are listed, and
settled by the manager in the same way. Where the household that was kept has closed since, nobody
is left to enrol or to cover there: money and promises are ended, and the enrolment is cancelled.
"""

from datetime import date
from typing import Any

from django.db import transaction

from conamus import clock
from conamus.kernel.errors import Conflict, DomainError
from federations.rules.roles import Permission
from federations.services.access import require
from federations.tenancy.actor import Actor
from membership.models import Household, LifeEvent, Promise
from membership.rules.sentences import day, francs
from membership.selectors.merging import kept_household, running_enrolments
from membership.services.enrolments import may_be_undone, undo_enrolment
from membership.services.events import write_event
from membership.services.holding import hold_households


@transaction.atomic
def settle_closed_duplicate(*, actor: Actor, household_id: int) -> list[int]:
    """Cancel what a household closed as a duplicate is still enrolled for; return the years."""
    require(actor, Permission.DECIDE_MEMBERSHIP)
    home = kept_household(actor, household_id)
    held = {one.pk: one for one in hold_households(actor, [household_id, home.pk])}
    closing = held[household_id]
    years = cancel_duplicate_enrolments(actor, closing, held[home.pk], ends_on=clock.today())
    if not years:
        raise Conflict("Ce ménage n’a plus d’adhésion : quelqu’un vient de le régler.")
    told = " ".join(f"Adhésion {year} annulée, rien n’y était payé." for year in years)
    write_event(
        actor, closing, LifeEvent.Kind.CORRECTED, clock.today(),
        note=f"Doublon du ménage {home.number}. {told}",
    )  # fmt: skip
    return years


def cancel_duplicate_enrolments(
    actor: Actor, closing: Household, home: Household, *, ends_on: date
) -> list[int]:
    """Cancel the enrolments of a household that closes; return their years, the latest first.

    ``ends_on``: the first day without them. DomainError, and what to do, for one that something
    hangs on.
    """
    year = clock.today().year
    kept = {row.year_id: row for row in running_enrolments(home, since=year - 1)}
    rows = running_enrolments(closing, since=year)
    for row in rows:
        _require_nothing_lost(row, kept.get(row.year_id), closing, home)
    if year - 1 in kept:
        rows += _counted_twice(closing, year - 1)
    # A renewal is cancelled before the year that it goes on from.
    for row in rows:
        undo_enrolment(
            actor=actor, enrolment_id=row.pk, because=f"Doublon du ménage {home.number}.",
            ends_on=ends_on,
        )  # fmt: skip
    return [row.year_id for row in rows]


def _counted_twice(closing: Household, year: int) -> list[Any]:
    """Return the enrolment of the year before, unless something was paid for it.

    Left there, the duplicate would be counted as a household that did not come back. Money that
    was received stays counted where it was: of a year that is over none is given back for it.
    """
    rows = running_enrolments(closing, since=year)
    return [row for row in rows if row.year_id == year and may_be_undone(row)]


def _require_nothing_lost(row: Any, own: Any | None, closing: Household, home: Household) -> None:
    _require_no_money(row, closing, home)
    _require_no_promise(row, closing, home)
    if home.closed_on is not None:
        return
    year, who = row.year_id, _told(closing)
    if own is None:
        raise DomainError(
            f"Le {who}, est inscrit pour {year} ; le ménage {home.number} ne l’est pas : "
            f"{_or_keep(closing, 'gardez l’autre fiche, ou ')}inscrivez d’abord le ménage "
            f"{home.number} pour {year}."
        )
    _require_cover_kept(row, own, closing, home)


def _require_no_promise(row: Any, closing: Household, home: Household) -> None:
    running = Promise.objects.filter(
        tenant_id=row.tenant_id, enrolment=row, withdrawn_on__isnull=True
    )
    if running.exclude(state=Promise.State.REFUSED).exists():
        instead = "" if home.closed_on else f" et signez-la pour le ménage {home.number}"
        raise DomainError(
            f"Une promesse de paiement court pour l’adhésion {row.year_id} du {_told(closing)} : "
            f"{_or_keep(closing, 'gardez sa fiche, ou ')}mettez d’abord fin à cette promesse"
            f"{instead}."
        )


def _require_cover_kept(row: Any, own: Any, closing: Household, home: Household) -> None:
    if row.household_left_francs > 0:
        return
    year, who = row.year_id, _told(closing)
    if own.household_left_francs > 0:
        raise DomainError(
            f"Le {who}, ne doit rien pour {year} ; le ménage {home.number} doit encore "
            f"{francs(own.household_left_francs)} : "
            f"{_or_keep(closing, 'gardez l’autre fiche, ou ')}soldez d’abord l’adhésion {year} du "
            f"ménage {home.number}."
        )
    # Of one that is closed already there is no choice any more.
    since = max(row.enrolled_on, date(year, 1, 1))
    if closing.closed_on is None and since < own.enrolled_on:
        raise DomainError(
            f"Le {who}, est inscrit pour {year} depuis le {day(row.enrolled_on)} sans rien "
            f"devoir ; le ménage {home.number}, depuis le {day(own.enrolled_on)} seulement. Pour "
            "ne perdre aucun jour couvert, gardez l’autre fiche."
        )


def _require_no_money(row: Any, closing: Household, home: Household) -> None:
    before, who = row.paid_before_francs + row.payer_paid_before_francs, _told(closing)
    if before:
        instead = _or_keep(closing, "gardez sa fiche.") or "réglez-le avec elle, ou avec CONAMUS."
        raise DomainError(
            f"{francs(before)} ont été payés dans une autre fédération pour l’adhésion "
            f"{row.year_id} du {who} : {instead}"
        )
    if row.paid_francs:
        raise DomainError(
            f"Le {who}, a payé {francs(row.paid_francs)} pour {row.year_id} : "
            f"{_or_keep(closing, 'gardez sa fiche ; ou ')}annulez d’abord ses reçus par des "
            f"contre-reçus, et {_money_to(home)}."
        )


def _money_to(home: Household) -> str:
    """Where what the duplicate paid goes."""
    if home.closed_on is not None:
        return (
            f"rendez cet argent : le ménage {home.number} est fermé lui aussi, depuis le "
            f"{day(home.closed_on)}"
        )
    return f"encaissez cet argent pour le ménage {home.number}, ou rendez-le s’il a déjà payé"


def _told(closing: Household) -> str:
    fate = "qui se fermerait" if closing.closed_on is None else "fermé comme doublon"
    return f"ménage {closing.number}, {fate}"


def _or_keep(closing: Household, words: str) -> str:
    """What else may be done, while the household is still open."""
    return words if closing.closed_on is None else ""

"""Pages of duplicates: the queue, one pair side by side, the three decisions; what is left over.

What is left over are households closed as duplicates that are still enrolled.
"""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from conamus import clock
from conamus.kernel.errors import NotFound
from conamus.kernel.figures import format_date, format_integer
from conamus.kernel.text import read_number
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission, is_permitted
from federations.views.confirm import ConfirmPage
from membership.filters.duplicates import DuplicateFilter, EnrolledDuplicateFilter
from membership.models import Beneficiary, DuplicatePair, Enrolment, Household
from membership.rules.sentences import counted
from membership.selectors.duplicates import pair_by_id, pairs, waiting_count
from membership.selectors.households import household_by_id
from membership.selectors.merging import (
    dues_told,
    enrolled_duplicates,
    kept_household,
    rights_told,
)
from membership.services.duplicates import (
    look_again,
    mark_distinct,
    merge_pair,
    request_duplicate_search,
)
from membership.services.holding import may_return
from membership.services.merged_enrolments import settle_closed_duplicate
from membership.tables.duplicates import DuplicateTable, EnrolledDuplicateTable


class DuplicateList(ListPage):
    """The queue."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/duplicates.html"
    title = "Doublons possibles"
    table_class = DuplicateTable
    filter_class = DuplicateFilter
    empty_text = (
        "Aucune paire n’attend. Lancez une recherche : elle compare toutes les fiches de la "
        "fédération, noms dans tous les ordres et toutes les orthographes."
    )

    def rows(self) -> QuerySet[DuplicatePair]:
        """Return the pairs in the actor's sight."""
        return pairs(self.actor)

    def state(self, count: int) -> str:
        """Say how many wait."""
        waiting = waiting_count(self.actor)
        if not waiting:
            return "Aucune paire à examiner."
        return f"{format_integer(waiting)} à examiner : même personne, ou deux personnes ?"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add whether the actor may search, and how many closed duplicates are to be settled."""
        may = is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP)
        left = enrolled_duplicates(self.actor, since=clock.today().year).count() if may else 0
        return super().get_context_data(may_search=may, still_enrolled=left, **kwargs)


class EnrolledDuplicateList(ListPage):
    """Households closed as duplicates, still enrolled: closed before the rule was so."""

    permission = Permission.DECIDE_MEMBERSHIP
    title = "Doublons encore inscrits"
    table_class = EnrolledDuplicateTable
    filter_class = EnrolledDuplicateFilter
    empty_text = (
        "Aucun ménage fermé comme doublon n’est encore inscrit : rien n’est compté ni dû deux fois."
    )

    def rows(self) -> QuerySet[Enrolment]:
        """Return the enrolments."""
        return enrolled_duplicates(self.actor, since=clock.today().year)

    def state(self, count: int) -> str:
        """Say what they do to the figures, and what to do."""
        if not count:
            return ""
        told = f"{counted(count, 'adhésion')} de ménages fermés comme doublons"
        return f"{told}, encore comptées et dues : ouvrez chaque ménage pour la régler."


class EnrolledDuplicate(ConfirmPage):
    """Settle one of them; what hangs on the enrolment is told, with what to do first."""

    permission = Permission.DECIDE_MEMBERSHIP
    title = "Doublon encore inscrit"
    submit_label = "Annuler ses adhésions"

    @cached_property
    def household(self) -> Household:
        """The closed household."""
        return household_by_id(self.actor, self.kwargs["household_id"])

    def consequence(self) -> str:
        """Say what both households owe and have paid, and what is cancelled."""
        kept, year = kept_household(self.actor, self.household.pk), clock.today().year
        return (
            f"Le ménage {self.household.number} est un doublon du ménage {kept.number}. "
            f"{self.household.number} : {dues_told(self.household, since=year)}. "
            f"{_kept_told(kept, year)} Les adhésions du doublon seront annulées : elles ne seront "
            "plus ni comptées, ni dues."
        )

    def save(self, data: dict[str, Any]) -> list[int]:
        """Call the service."""
        return settle_closed_duplicate(actor=self.actor, household_id=self.household.pk)

    def success_message_for(self, made: list[int]) -> str:
        """Say which years."""
        years = ", ".join(str(year) for year in sorted(made))
        return f"{self.household.number} n’est plus inscrit ({years})."

    def done_url(self, made: list[int]) -> str:
        """Go on with the others."""
        return reverse("duplicate_enrolments")

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("duplicate_enrolments")


def _kept_told(kept: Household, year: int) -> str:
    """Say what the household that was kept owes, or that it has closed since."""
    if kept.closed_on is None:
        return f"{kept.number} : {dues_told(kept, since=year)}."
    told = (
        f"{kept.number} est fermé lui aussi, depuis le {format_date(kept.closed_on)} "
        f"({kept.get_closed_because_display()}) : il n’y a personne à y inscrire."
    )
    return f"{told} S’il doit revenir, réintégrez-le d’abord." if may_return(kept) else told


class DuplicateSearch(ActorView):
    """Ask for a search."""

    permission = Permission.DECIDE_MEMBERSHIP

    def post(self, request: HttpRequest) -> HttpResponse:
        """Ask, and show the job's bar."""
        job = request_duplicate_search(
            actor=self.actor, key=request.POST.get("submission_key", "")[:64]
        )
        return HttpResponseRedirect(reverse("job_detail", args=[job.pk]))


class DuplicateDetail(ActorPage):
    """Two records side by side; one key each to decide."""

    permission = Permission.SEE_HOUSEHOLDS
    template_name = "membership/duplicate_pair.html"

    def page(self) -> dict[str, Any]:
        """Return the pair, fact by fact."""
        pair = pair_by_id(self.actor, self.kwargs["pair_id"])
        return {
            "title": f"{pair.first} et {pair.second}",
            "pair": pair,
            "rows": compared_facts(pair.first, pair.second),
            "waits": pair.state == DuplicatePair.State.WAITING,
            "is_distinct": pair.state == DuplicatePair.State.DISTINCT,
            "may_decide": is_permitted(self.actor.role, Permission.DECIDE_MEMBERSHIP),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the pressed button says, then show the next pair that waits."""
        pair_id = self.kwargs["pair_id"]
        messages.success(request, self._decide(request.POST.get("decision", ""), pair_id))
        following = pairs(self.actor).filter(state=DuplicatePair.State.WAITING).first()
        if following is None:
            return HttpResponseRedirect(reverse("duplicates"))
        return HttpResponseRedirect(reverse("duplicate_pair", args=[following.pk]))

    def _decide(self, decision: str, pair_id: int) -> str:
        if decision == "distinct":
            mark_distinct(actor=self.actor, pair_id=pair_id)
            return "Deux personnes : la paire ne sera plus proposée."
        if decision == "again":
            look_again(actor=self.actor, pair_id=pair_id)
            return "La paire est de nouveau à examiner."
        kept_id = read_number(decision.removeprefix("keep-"))
        if not decision.startswith("keep-") or kept_id is None:
            raise NotFound("Choisissez une des décisions proposées.")
        kept = merge_pair(actor=self.actor, pair_id=pair_id, kept_id=kept_id)
        return f"Une seule personne : la fiche {kept.number} est gardée, l’autre numéro y mène."


def compared_facts(first: Beneficiary, second: Beneficiary) -> list[tuple[str, str, str, bool]]:
    """Each fact of both records, and whether they differ."""
    rights = rights_told(first.tenant_id, (first.pk, second.pk), on=clock.today())
    told = zip(_facts(first, rights), _facts(second, rights), strict=True)
    return [(label, one, other, one != other) for (label, one), (_, other) in told]


def _facts(person: Beneficiary, rights: dict[int, str]) -> list[tuple[str, str]]:
    household = person.household
    born = f"{person.birth_date:%Y}, estimée" if person.is_birth_estimated else ""
    return [
        ("Nom", person.family_name),
        ("Prénom", person.given_name),
        ("Sexe", person.get_sex_display()),
        ("Naissance", born or f"{person.birth_date:%d/%m/%Y}"),
        ("Lien avec l’adhérent", person.get_relationship_display()),
        ("Téléphone", person.phone or "n.d."),
        ("Pièce d’identité", person.identity_paper or "n.d."),
        ("Colline", household.colline.name),
        ("Unité", household.unit.name),
        ("Dans le ménage depuis le", f"{person.joined_on:%d/%m/%Y}"),
        ("Décès", f"{person.died_on:%d/%m/%Y}" if person.died_on else "non"),
        ("Sortie du ménage", _ended(person.left_on, person.get_left_because_display()) or "non"),
        ("Ménage", _ended(household.closed_on, household.get_closed_because_display()) or "ouvert"),
        ("Cotisation du ménage", dues_told(household, since=clock.today().year)),
        ("Droits aujourd’hui", rights[person.pk]),
    ]


def _ended(on: date | None, because: str) -> str:
    """Say since when, and why; nothing where it has not ended."""
    return "" if on is None else f"{because} le {on:%d/%m/%Y}"

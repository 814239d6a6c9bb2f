"""Pages of published scores: the list, one recorded with its source, one corrected."""

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import FilterSet

from claims.filters.surveys import ScoreFilter
from claims.forms.surveys import PublishedForm, ScoreCorrectionForm, ScoreForm
from claims.models import PublishedScore
from claims.selectors.published_scores import earlier_versions, own_score, published_scores
from claims.services.published_scores import correct_score, record_score
from claims.tables.visits import ScoreTable
from conamus.pages.forms import FormPage
from conamus.pages.lists import ListPage
from federations.rules.roles import Permission
from membership.rules.sentences import counted, percent


class ScoreList(ListPage):
    """Scores of years before the surveys that are taken here."""

    permission = Permission.MANAGE_SURVEYS
    title = "Scores publiés"
    table_class = ScoreTable
    filter_class = ScoreFilter
    empty_text = (
        "Aucun score publié n’est repris. Un score d’avant les enquêtes tenues ici s’inscrit avec "
        "sa source ; il se lit ensuite sur la page des enquêtes du même genre."
    )
    add_url_name = "survey_score_add"
    add_label = "Inscrire un score"
    add_permission = Permission.MANAGE_SURVEYS

    def rows(self) -> QuerySet[PublishedScore]:
        """Return the scores in use."""
        return published_scores(self.actor)

    def listing(self) -> tuple[FilterSet, ScoreTable]:
        """Let who wrote a score correct it."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        return filters, ScoreTable(filters.qs, corrected_by=self.actor.tenant_id)

    def state(self, count: int) -> str:
        """Count them."""
        return f"{counted(count, 'score publié', 'scores publiés')}, chacun avec sa source."


class ScoreAdd(FormPage):
    """Record a score as it was published."""

    permission = Permission.MANAGE_SURVEYS
    form_class: type[PublishedForm] = ScoreForm
    title = "Inscrire un score publié"
    submit_label = "Inscrire"
    success_message = "Le score est inscrit, avec sa source."
    intro = "Pour une année dont l’enquête n’est pas tenue ici : ce que dit un rapport publié."

    def save(self, data: dict[str, Any]) -> PublishedScore:
        """Call the service."""
        return record_score(actor=self.actor, facts=self.form.facts())

    def done_url(self, made: PublishedScore) -> str:
        """Show the list."""
        return reverse("survey_scores")

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("survey_scores")


class ScoreCorrect(ScoreAdd):
    """Correct a score; what was written before stays."""

    permission = Permission.MANAGE_SURVEYS
    form_class = ScoreCorrectionForm
    title = "Corriger un score publié"
    submit_label = "Corriger"
    success_message = "Le score est corrigé ; ce qui était inscrit reste."
    intro = "L’ancien score reste gardé, avec la raison de la correction."

    @cached_property
    def score(self) -> PublishedScore:
        """The score of the address, one of the actor's own."""
        return own_score(self.actor, self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        """Begin with what is written."""
        names = ("kind", "year", "percent", "facilities", "source")
        return {name: getattr(self.score, name) for name in names}

    def page(self) -> dict[str, Any]:
        """Say what was written before."""
        told = [
            f"{percent(one.percent)} inscrits par {one.recorded_by}"
            for one in earlier_versions(self.score)
        ]
        before = f" ; avant : {', '.join(told)}" if told else ""
        return {"state": f"{self.score.get_kind_display()} {self.score.year:d}{before}."}

    def save(self, data: dict[str, Any]) -> PublishedScore:
        """Call the service."""
        return correct_score(
            actor=self.actor,
            score_id=self.score.pk,
            facts=self.form.facts(),
            because=data["because"],
        )

"""Pages of control: the readers' queue, one case after the other, what a sitting came to.

A case is read and decided by keyboard; each key is also a button. After an outcome comes the next
case of the same filters, at the end of the queue the sitting's summary.
"""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

import django_tables2 as tables
from django.contrib import messages
from django.core import signing
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django_filters import FilterSet

from claims.filters.reviews import QueueFilter
from claims.forms.reviews import (
    AcceptForm,
    AskForm,
    CutForm,
    DeferForm,
    MaintainForm,
    OutcomeForm,
    RejectForm,
    SecondForm,
)
from claims.models import Act, Claim, ClaimStep, Review
from claims.rules.findings import one_a_line, reject_all
from claims.rules.review import Deferrals
from claims.rules.states import State
from claims.selectors.claims import patient_of
from claims.selectors.reviews import (
    Reading,
    after,
    asks_second_reader,
    deferrals_of,
    read_case,
    reviewed_claim,
    reviews_of,
    waiting,
    why_not_reader,
)
from claims.selectors.signal_ties import why_not_settler
from claims.selectors.signals import open_facility_months
from claims.selectors.sittings import sitting_of
from claims.services.private import list_papers, read_diagnosis, read_paper
from claims.services.reviews import review_claim
from claims.services.signals import confirm_signal, dismiss_signal
from claims.tables.reviews import QueueTable
from claims.views.review_words import case_words
from conamus import clock
from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.kernel.figures import format_francs, format_integer
from conamus.kernel.text import read_number, tidy
from conamus.pages.lists import ListPage
from conamus.pages.views import ActorPage, ActorView
from federations.rules.roles import Permission
from membership.rules.sentences import counted

Outcome = Review.Outcome
_SALT = "claims.review.opened"
#: An opening older than this says nothing of how long the case took.
_LONGEST = timedelta(hours=8)
_FORMS: dict[str, type[OutcomeForm]] = {
    Outcome.ACCEPTED: AcceptForm,
    Outcome.CUT: CutForm,
    Outcome.REJECTED: RejectForm,
    Outcome.ASKED: AskForm,
    Outcome.DEFERRED: DeferForm,
    Outcome.SECOND_READER: SecondForm,
    Outcome.MAINTAINED: MaintainForm,
}


def _query(request: HttpRequest) -> str:
    """Return the queue's filters as an address carries them on."""
    kept = request.GET.copy()
    for name in ("page", "sort", "export"):
        kept.pop(name, None)
    return f"?{kept.urlencode()}" if kept else ""


class ReviewQueue(ListPage):
    """What waits for the reader, the most worthwhile first."""

    permission = Permission.REVIEW_CLAIMS
    template_name = "claims/review_queue.html"
    title = "Attestations à examiner"
    table_class = QueueTable
    filter_class = QueueFilter
    empty_text = (
        "Rien n’attend. Une attestation arrive ici quand un point est à regarder, quand un signal "
        "est levé, quand le montant est élevé, ou quand elle est tirée au sort."
    )

    def rows(self) -> QuerySet[Claim]:
        """Return what waits."""
        return waiting(self.actor, clock.today())

    def shown(self, rows: QuerySet[Claim]) -> QuerySet[Claim]:
        """Add where and by whom, with the check's reason."""
        step = ClaimStep.objects.filter(
            care_year=OuterRef("care_year"),
            claim_id=OuterRef("pk"),
            to_state__in=(State.TO_REVIEW.value, State.CONTESTED.value),
        ).order_by("-pk")
        named = rows.select_related("facility", "processing")
        return named.annotate(why=Subquery(step.values("reason")[:1]))

    def listing(self) -> tuple[FilterSet, tables.Table]:
        """Let the rows' links carry the filters on."""
        filters, table = super().listing()
        table.query = _query(self.request)
        return filters, table

    def state(self, count: int) -> str:
        """Say how many wait, and where to begin."""
        return f"{counted(count, 'attestation')} à examiner, la plus utile d’abord."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer to begin with the first."""
        first = kwargs["filters"].qs.first()
        start = _case_url(first, _query(self.request)) if first else ""
        months = open_facility_months(self.actor).count()
        return super().get_context_data(start_url=start, facilities_open=months, **kwargs)


def _case_url(claim: Claim, query: str) -> str:
    return reverse("review_case", args=[claim.care_year, claim.pk]) + query


class ReviewCase(ActorPage):
    """One claim before its reader: all that decides it on a page, one key an outcome."""

    permission = Permission.REVIEW_CLAIMS
    template_name = "claims/review_case.html"
    #: The form that was refused, shown again as it was filled.
    refused: OutcomeForm | None = None
    refusal: str = ""

    @cached_property
    def claim(self) -> Claim:
        """The claim of the address."""
        return reviewed_claim(self.actor, self.kwargs["claim_id"], self.kwargs["year"])

    @cached_property
    def reading(self) -> Reading:
        """What the rules say of it today."""
        return read_case(self.claim.pk, self.claim.care_year)

    @cached_property
    def patient(self) -> dict[str, Any]:
        """Who was treated, as far as the reader may know."""
        return patient_of(self.claim)

    @cached_property
    def names(self) -> dict[str, str]:
        """The acts' names by code."""
        codes = [line.act for line in self.reading.case.care.lines]
        return dict(Act.objects.filter(code__in=codes).values_list("code", "name"))

    @cached_property
    def reviews(self) -> list[Review]:
        """What was done with it before."""
        return reviews_of(self.claim)

    @cached_property
    def deferrals(self) -> Deferrals:
        """How often it may still be put off."""
        return deferrals_of(self.claim, self.reviews)

    @property
    def waits(self) -> bool:
        """Whether the claim asks for a reader."""
        return self.claim.state in (State.TO_REVIEW, State.CONTESTED)

    def page(self) -> dict[str, Any]:
        """Return the case, what stands beside it, and the forms."""
        claim = self.claim
        diagnosis = read_diagnosis(actor=self.actor, claim=claim)
        words = case_words(claim, self.reading, self.names, self.reviews)
        return {
            "title": f"Attestation {claim.stub_number}",
            "claim": claim,
            "patient": self.patient,
            "diagnosis": diagnosis,
            "papers": list_papers(actor=self.actor, claim=claim),
            "waits": self.waits,
            "not_yours": why_not_reader(self.actor, claim, self.reviews) if self.waits else "",
            "is_contested": claim.state == State.CONTESTED,
            "is_second": self.waits and asks_second_reader(self.reviews),
            "deferrals": self.deferrals.sentence(clock.today()),
            "forms": self._forms() if self.waits else {},
            "open_panel": self.refused.data.get("outcome", "") if self.refused else "",
            "refusal": self.refusal,
            "next_url": self._next_url(),
            "queue_url": reverse("review_queue") + _query(self.request),
            "sitting": sitting_of(self.actor, timezone.now()),
            "settling_refused": self._settling_refused(words["signals"]),
            **words,
        }

    def _settling_refused(self, signals: list[dict[str, Any]]) -> str:
        """Say why the reader leaves the claim's signals to somebody else; they are alike in it."""
        opened = next((one["row"] for one in signals if one["is_open"]), None)
        return why_not_settler(self.actor, opened) if opened else ""

    def _following(self) -> Claim | None:
        offered = waiting(self.actor, clock.today())
        filters = QueueFilter(self.request.GET, queryset=offered, request=self.request)
        return after(filters.qs, self.claim.review_rank, self.claim.pk)

    def _next_url(self) -> str:
        following = self._following()
        return _case_url(following, _query(self.request)) if following else ""

    def _forms(self) -> dict[str, OutcomeForm]:
        """Return the forms of the outcomes that this state offers, by outcome."""
        is_contested = self.claim.state == State.CONTESTED
        hidden = {Outcome.MAINTAINED} if not is_contested else {Outcome.ASKED, Outcome.DEFERRED}
        if asks_second_reader(self.reviews):
            hidden.add(Outcome.SECOND_READER)
        if not self.deferrals.left:
            hidden.add(Outcome.DEFERRED)
        opened = signing.dumps(timezone.now().isoformat(), salt=_SALT)
        forms = {
            outcome: self._form(outcome, opened=opened)
            for outcome in _FORMS
            if outcome not in hidden
        }
        if self.refused is not None:
            forms[self.refused.data["outcome"]] = self.refused
        return forms

    def _form(self, outcome: str, opened: str = "", data: Any = None) -> OutcomeForm:
        more: dict[str, Any] = {}
        if outcome == Outcome.CUT:
            lines = self.reading.case.care.lines
            found = one_a_line(self.reading.findings, lines)
            more = {"lines": lines, "names": self.names, "found": found}
        initial = {"outcome": outcome, "version": self.claim.version, "opened": opened}
        if outcome == Outcome.DEFERRED:
            initial["until"] = clock.today() + timedelta(days=7)
        form = _FORMS[outcome](
            data, actor=self.actor, initial=initial, auto_id=f"{outcome}_%s", **more
        )
        if outcome == Outcome.DEFERRED:
            told = self.deferrals.sentence(clock.today())
            form.fields["until"].help_text = f"Remise : {told}."
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write the outcome, and go on to the next case."""
        if "signal" in request.POST:
            return self._settle_signal(request)
        outcome = request.POST.get("outcome", "")
        if outcome not in _FORMS:
            raise NotFound("Choisissez une des issues proposées.")
        rank, pk = self.claim.review_rank, self.claim.pk
        form = self._form(outcome, data=request.POST)
        if not form.is_valid():
            return self._show_again(form, "")
        try:
            made = self._save(form)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
            return self._show_again(form, error.message)
        messages.success(request, _said(self.claim, made))
        offered = waiting(self.actor, clock.today())
        filters = QueueFilter(request.GET, queryset=offered, request=request)
        following = after(filters.qs, rank, pk)
        if following is None:
            return HttpResponseRedirect(reverse("review_sitting"))
        return HttpResponseRedirect(_case_url(following, _query(request)))

    def _settle_signal(self, request: HttpRequest) -> HttpResponse:
        """Confirm or dismiss one signal, and stay with the case."""
        settle = confirm_signal if request.POST.get("verdict") == "confirmed" else dismiss_signal
        told = request.POST["signal"]
        try:
            signal = settle(
                actor=self.actor,
                signal_id=read_number(told) or 0,
                because=tidy(request.POST.get("because", "")),
            )
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            messages.error(request, f"Signal : {error.message}")
        else:
            messages.success(request, f"Signal {signal.get_state_display()}.")
        return HttpResponseRedirect(_case_url(self.claim, _query(request)))

    def _show_again(self, form: OutcomeForm, refusal: str) -> HttpResponse:
        """Show the case as it stands now, with what was typed and what is wrong."""
        for name in ("claim", "reading", "reviews", "deferrals"):
            self.__dict__.pop(name, None)
        self.refused, self.refusal = form, refusal
        return self.render_to_response(self.get_context_data(), status=422)

    def _save(self, form: OutcomeForm) -> Review:
        data = form.cleaned_data
        outcome, note = data["outcome"], data.get("note", "")
        cuts = form.cuts() if isinstance(form, CutForm) else ()
        if outcome == Outcome.REJECTED:
            cuts = reject_all(self.reading.case.care.lines, data["reason"], note)
        return review_claim(
            actor=self.actor,
            claim_id=self.claim.pk,
            year=self.claim.care_year,
            outcome=outcome,
            version=data["version"],
            cuts=cuts,
            note=note,
            until=data.get("until"),
            opened_at=_opened(data["opened"]),
            key=data["submission_key"],
        )


def _opened(told: str) -> datetime | None:
    """Return when the page was shown, as it told itself; None where it says nothing."""
    try:
        shown = datetime.fromisoformat(signing.loads(told, salt=_SALT, max_age=_LONGEST))
    except signing.BadSignature:
        return None
    return shown


def _said(claim: Claim, made: Review) -> str:
    """Say what was done, and what it saves."""
    told = f"{claim.stub_number} : {made.get_outcome_display()}"
    if made.taken_off_francs:
        return f"{told}, {format_francs(made.taken_off_francs)} de moins pour la mutuelle."
    return f"{told}."


class ReviewSitting(ActorPage):
    """What the reader did since they last paused."""

    permission = Permission.REVIEW_CLAIMS
    template_name = "claims/review_sitting.html"
    MOST: ClassVar[int] = 100

    def page(self) -> dict[str, Any]:
        """Return the sitting."""
        sitting = sitting_of(self.actor, timezone.now())
        left = waiting(self.actor, clock.today()).count()
        shown = sitting.reviews[: self.MOST]
        stubs = dict(
            Claim.objects.filter(
                care_year__in={review.care_year for review in shown},
                pk__in=[review.claim_id for review in shown],
            ).values_list("pk", "stub_number")
        )
        return {
            "title": "Votre séance",
            "state": f"{counted(sitting.count, 'attestation examinée', 'attestations examinées')} ;"
            f" encore à lire : {format_integer(left)}.",
            "sitting": sitting,
            "rows": [(review, stubs.get(review.claim_id, "")) for review in shown],
            "left": left,
        }


class ReviewPaper(ActorView):
    """One attached paper, shown by the browser; the reading is traced."""

    permission = Permission.REVIEW_CLAIMS

    def get(self, request: HttpRequest, year: int, claim_id: int, paper_id: Any) -> HttpResponse:
        """Answer the paper."""
        claim = reviewed_claim(self.actor, claim_id, year)
        paper = read_paper(actor=self.actor, claim=claim, paper_id=paper_id)
        response = HttpResponse(bytes(paper.content), content_type=paper.content_type)
        response["Content-Disposition"] = "inline"
        response["X-Content-Type-Options"] = "nosniff"
        return response

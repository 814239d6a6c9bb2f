"""Pages of stub books: the list, issuing one, withdrawing one."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import FilterSet

from claims.filters.terms import BookFilter
from claims.forms.agreements import BookForm, WithdrawForm
from claims.models import StubBook
from claims.rules.stubs import Stub
from claims.selectors.agreements import readable_book, stub_books
from claims.services.stub_books import NewBook, issue_book, withdraw_book
from claims.tables.terms import BookTable
from claims.views.terms_lists import TermsList
from conamus import clock
from conamus.pages.forms import FormPage
from federations.rules.roles import Permission, is_permitted


class BookList(TermsList):
    """The books of numbered attestations issued to facilities."""

    permission = Permission.SEE_CARE_TERMS
    title = "Carnets d’attestations"
    table_class = BookTable
    filter_class = BookFilter
    import_kind = "carnets"
    empty_text = "Aucun carnet : une attestation dont la souche n’est d’aucun carnet est refusée."
    add_url_name = "stub_book_add"
    add_label = "Remettre un carnet"
    add_permission = Permission.MANAGE_AGREEMENTS

    def rows(self) -> QuerySet[StubBook]:
        """Return the rows in the actor's sight."""
        return stub_books(self.actor)

    def listing(self) -> tuple[FilterSet, BookTable]:
        """Offer to withdraw only to those who may."""
        filters = self.filter_class(self.request.GET, queryset=self.rows(), request=self.request)
        may = is_permitted(self.actor.role, Permission.MANAGE_AGREEMENTS)
        is_facilitys = self.actor.facility_id is not None
        return filters, BookTable(filters.qs, is_facilitys=is_facilitys, may_withdraw=may)


class BookAdd(FormPage):
    """Issue a book."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = BookForm
    title = "Remettre un carnet"
    submit_label = "Remettre le carnet"
    success_message = "Le carnet est remis."
    intro = "Deux carnets n’ont jamais un numéro en commun sous le même préfixe."

    def get_initial(self) -> dict[str, Any]:
        """Begin with the facility of the address."""
        return {"facility": self.request.GET.get("formation", ""), "issued_on": clock.today()}

    def save(self, data: dict[str, Any]) -> StubBook:
        """Call the service."""
        names = ("prefix", "first_number", "last_number", "issued_on", "is_take_on")
        book = NewBook(facility_id=data["facility"].pk, **{name: data[name] for name in names})
        return issue_book(actor=self.actor, book=book, key=data["submission_key"])

    def done_url(self, made: StubBook) -> str:
        """Go back to the list."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("stub_books")


class BookWithdraw(FormPage):
    """Take a book back."""

    permission = Permission.MANAGE_AGREEMENTS
    form_class = WithdrawForm
    title = "Retirer un carnet"
    submit_label = "Retirer"
    success_message = "Le carnet est retiré : ses souches ne sont plus acceptées."

    def get_initial(self) -> dict[str, Any]:
        """Begin today."""
        return {"withdrawn_on": clock.today()}

    def page(self) -> dict[str, Any]:
        """Say which book it is."""
        row = readable_book(self.actor, self.kwargs["pk"])
        first, last = (Stub(row.prefix, n) for n in (row.first_number, row.last_number))
        return {"state": f"{first} à {last}, {row.facility.name}."}

    def save(self, data: dict[str, Any]) -> StubBook:
        """Call the service."""
        return withdraw_book(
            actor=self.actor, book_id=self.kwargs["pk"], withdrawn_on=data["withdrawn_on"]
        )

    def done_url(self, made: StubBook) -> str:
        """Go back to the list."""
        return self.cancel_url()

    def cancel_url(self) -> str:
        """Go back to the list."""
        return reverse("stub_books")

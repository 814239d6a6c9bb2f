"""The door of long exports: a list's page sends its own address here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from conamus.exports.listing import AskedList
from conamus.exports.services import request_export
from conamus.kernel.errors import NotFound
from conamus.pages.views import ActorView
from conamus.pages.years import offered_year

_LONGEST = {"page": 300, "query": 4_000, "submission_key": 64}


class ExportAsk(ActorView):
    """Ask for a list as a file, then watch it being made; the list's own permission is asked."""

    permission = None
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponseRedirect:
        """Call the service."""
        job = request_export(
            actor=self.actor,
            asked=AskedList(
                path=self._text("page"),
                query=self._text("query"),
                year=self._year(),
                kind=request.POST.get("kind", ""),
            ),
            key=self._text("submission_key"),
        )
        messages.success(request, f"{job.title} : demandé.")
        return HttpResponseRedirect(reverse("job_detail", args=[job.pk]))

    def _text(self, name: str) -> str:
        typed: str = self.request.POST.get(name, "")
        if len(typed) > _LONGEST[name]:
            raise NotFound("Cette liste n’existe pas.")
        return typed

    def _year(self) -> int:
        year = offered_year(self.request.POST.get("year", ""))
        if year is None:
            raise NotFound("Cette année n’est pas de celles que l’on peut voir.")
        return year

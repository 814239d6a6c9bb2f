"""The search over everything."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode

from conamus.kernel.text import tidy
from conamus.pages.search import SHORTEST, find_exact, search_everything
from conamus.pages.views import ActorPage


class Search(ActorPage):
    """What the text typed at the top of any page finds, by kind."""

    permission = None
    template_name = "federations/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Lead straight to what has the very number that was typed; else show what was found."""
        if url := find_exact(self.actor, self._typed()):
            return HttpResponseRedirect(url)
        return super().get(request, *args, **kwargs)

    def _typed(self) -> str:
        return tidy(self.request.GET.get("q", ""))[:100]

    def page(self) -> dict[str, Any]:
        """Return what was found."""
        text = self._typed()
        found = [
            (group, _whole_list(group.source.list_url_name, text))
            for group in search_everything(self.actor, text)
        ]
        return {
            "title": "Recherche",
            "search_text": text,
            "found": found,
            "is_too_short": 0 < len(text) < SHORTEST,
        }


def _whole_list(url_name: str, text: str) -> str:
    return f"{reverse(url_name)}?{urlencode({'q': text})}" if url_name else ""

"""The search over everything."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from conamus.pages.search import SHORTEST, search_everything
from conamus.pages.views import ActorPage


class Search(ActorPage):
    """What the text typed at the top of any page finds, by kind."""

    permission = None
    template_name = "federations/search.html"

    def page(self) -> dict[str, Any]:
        """Return what was found."""
        text = self.request.GET.get("q", "").strip()[:100]
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

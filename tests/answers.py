"""What tests read of an answer."""

import re

from django.http import HttpResponse


def text_of(answer: HttpResponse) -> str:
    """Return a page's words as they are read: without its tags, one space between them."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())

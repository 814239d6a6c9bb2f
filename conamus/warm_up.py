"""What a web server makes ready before its first page: addresses with their views, templates.

Left to the first reader, that takes a second or more; done before gunicorn makes its processes
(`--preload`), they share it.
"""

from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse


def make_ready() -> None:
    """Read every address and compile every template; where they are not kept, do nothing."""
    if settings.DEBUG:
        return
    reverse("home")
    folder = Path(settings.BASE_DIR) / "templates"
    for path in sorted(folder.rglob("*.html")):
        get_template(str(path.relative_to(folder)))

"""What the pages say while the year of care is loaded beside them.

Said again with every step: pages believe it for some minutes only (`conamus.pages.context`), so
that it does not outlive a loading that was killed.
"""

from django.conf import settings

from conamus.kernel.figures import format_integer

#: The job that loads the year.
CARE_JOB = "demo_care_year"


def tell_loading(done: int = 0, total: int = 0) -> None:
    """Say how far the loading is, at the foot of every page."""
    known = f" ({format_integer(done)} sur {format_integer(total)})" if total else ""
    settings.DEMO_NOTICE.parent.mkdir(parents=True, exist_ok=True)
    settings.DEMO_NOTICE.write_text(
        f"Les attestations de soins d’une année se chargent{known} :"
        " les pages de soins se remplissent à la fin.",
        encoding="utf-8",
    )


def tell_nothing() -> None:
    """Take the sentence away: all is there, or nothing more is coming."""
    settings.DEMO_NOTICE.unlink(missing_ok=True)

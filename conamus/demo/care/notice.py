"""What the pages say while the year of care is loaded beside them.

Said again with every step: pages believe it for some minutes only (`conamus.pages.context`), so
that it does not outlive a loading that was killed. Care is held back from reports and releases for
as long as it is there (`prudential.selectors.care_held`): what a killed loading left is not a year.
"""

from django.conf import settings

from conamus.kernel.figures import format_integer

#: The job that loads the year.
CARE_JOB = "demo_care_year"


def tell_loading(done: int = 0, total: int = 0) -> None:
    """Say how far the loading is, at the foot of every page."""
    known = f" ({format_integer(done)} sur {format_integer(total)})" if total else ""
    _tell(
        f"Les attestations de soins d’une année se chargent{known} :"
        " les pages de soins se remplissent à la fin."
    )


def tell_incomplete() -> None:
    """Say that nothing more is coming, though not all is there."""
    _tell(
        "Les attestations de soins d’une année ne se sont pas toutes chargées :"
        " « make reset » repart de zéro."
    )


def tell_nothing() -> None:
    """Take the sentence away: all is there."""
    settings.DEMO_NOTICE.unlink(missing_ok=True)


def is_year_incomplete() -> bool:
    """Tell whether the year is being loaded, or was left half loaded, however long ago."""
    return settings.DEMO_MODE and settings.DEMO_NOTICE.exists()


def _tell(sentence: str) -> None:
    settings.DEMO_NOTICE.parent.mkdir(parents=True, exist_ok=True)
    settings.DEMO_NOTICE.write_text(sentence, encoding="utf-8")

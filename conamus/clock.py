"""The one clock: today's business date, in Bujumbura.

Rules get their dates as arguments; doors ask here. The demonstration stands at a
fixed day (setting ``BUSINESS_DATE``) so that its pages say the same thing every day.
"""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """Return the business date: the fixed one of the settings, or Bujumbura's today."""
    return settings.BUSINESS_DATE or timezone.localdate()


def moment() -> datetime:
    """Return now, on the business date: what terms are counted from, against `today`.

    Where that date stands still, the time of day goes on.
    """
    now = timezone.localtime()
    return datetime.combine(settings.BUSINESS_DATE or now.date(), now.timetz())

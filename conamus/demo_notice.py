"""What the demonstration is still waiting for: the sentence that its loading leaves in a file.

Written downstream (`conamus/demo/care/notice.py`), shown by pages while it is fresh
(`conamus/pages/context.py`). What is kept, a report or a release, asks here.
"""

from django.conf import settings


def is_care_incomplete() -> bool:
    """Tell whether a demonstration's year of care is being loaded, or was left half loaded.

    However old the sentence is: a loading takes it away once the year is whole.
    """
    return settings.DEMO_MODE and settings.DEMO_NOTICE.exists()

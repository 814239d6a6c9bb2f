"""The jobs of this application; each subject has its module, found here by the workers."""

from membership import (
    card_jobs,
    duplicate_jobs,
    import_jobs,
    open_rights_jobs,
    paper_jobs,
    reminder_jobs,
    rights_jobs,
    section_jobs,
)

__all__ = [
    "card_jobs",
    "duplicate_jobs",
    "import_jobs",
    "open_rights_jobs",
    "paper_jobs",
    "reminder_jobs",
    "rights_jobs",
    "section_jobs",
]

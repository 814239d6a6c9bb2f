"""The jobs of this application; each subject has its module, found here by the workers."""

from claims import entry_jobs

__all__ = ["entry_jobs"]

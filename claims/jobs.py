"""The jobs of this application; each subject has its module, found here by the workers."""

from claims import batch_jobs, entry_jobs, file_jobs

__all__ = ["batch_jobs", "entry_jobs", "file_jobs"]

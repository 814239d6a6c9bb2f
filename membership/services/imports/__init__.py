"""Members, payments and a paper register brought in by file.

``staging`` keeps the file in parts; ``planning`` says what a part comes to, by ``recognition``,
``households`` and ``payments``; ``writing`` and ``receipts`` write it; ``running`` goes through
the parts, for a job or a command; ``decisions`` are what a person asks for; ``errors`` writes the
rows that were refused.
"""

from membership.services.imports.decisions import (
    CHECK_JOB,
    LOAD_JOB,
    bring_file,
    decide_import,
    settle_import,
)
from membership.services.imports.errors import write_errors, write_stop
from membership.services.imports.running import Desk, check_import, load_import
from membership.services.imports.staging import abandon_import, stage_import

__all__ = [
    "CHECK_JOB",
    "LOAD_JOB",
    "Desk",
    "abandon_import",
    "bring_file",
    "check_import",
    "decide_import",
    "load_import",
    "settle_import",
    "stage_import",
    "write_errors",
    "write_stop",
]

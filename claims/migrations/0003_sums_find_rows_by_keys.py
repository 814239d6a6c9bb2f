"""The sums of care find a claim's rows by its own keys, whatever is known of the year.

Of a year that has just begun the planner knows nothing: all rows of the year seemed as few to it as
those of one claim, and each claim of a first large batch read them all by the primary key, which
begins with the year. So each look names one column more of the index that is meant, or the year as
a span, in which a primary key finds no number.
"""

from django.db import migrations

from claims.migrations._accepted import KEEP_ACCEPTED
from claims.migrations._sums import KEEP_SUMS

#: How rows were looked for, and how they are.
_LOOKS = (
    (
        "l.care_year = c.care_year AND l.decision_id = c.decision_id",
        "l.care_year = c.care_year AND l.decision_id = c.decision_id AND l.position >= 0",
    ),
    (
        "k.care_year = c.care_year AND k.decision_id = c.decision_id",
        "k.care_year = c.care_year AND k.decision_id = c.decision_id AND k.position >= 0",
    ),
    (
        "p.care_year = c.care_year AND p.claim_id = c.id",
        "p.care_year BETWEEN c.care_year AND c.care_year AND p.claim_id = c.id AND p.id > 0",
    ),
    (
        "b.care_year = n.care_year AND b.claim_id = n.claim_id",
        "b.care_year BETWEEN n.care_year AND n.care_year AND b.claim_id = n.claim_id",
    ),
)


def _functions() -> str:
    """Return the functions as they were made; their triggers stay."""
    made = (sql.partition("CREATE TRIGGER")[0] for sql in (KEEP_SUMS, KEEP_ACCEPTED))
    return "".join(made).replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _by_keys(functions: str) -> str:
    for before, after in _LOOKS:
        if before not in functions:
            raise ValueError(f"no function looks so any more: {before}")
        functions = functions.replace(before, after)
    return functions


class Migration(migrations.Migration):
    dependencies = [("claims", "0002_keys")]

    operations = [migrations.RunSQL(_by_keys(_functions()), _functions())]

"""What triggers do with many rows at once."""

from django.db import connection

_BOTH = """
SELECT proname, prosrc LIKE '%EXECUTE format(%' AS is_planned_each_time,
       prosrc ~* 'join\\s+(old|new)_rows' AS joins
FROM pg_proc
WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
  AND prosrc LIKE '%old_rows%' AND prosrc LIKE '%new_rows%'
"""


def test_none_joins_the_rows_before_with_those_after_by_a_plan_that_is_kept(db: None) -> None:
    """Planned for the first, small, statement of a connection, it compares each with each."""
    with connection.cursor() as cursor:
        cursor.execute(_BOTH)
        found = {name: (planned, joins) for name, planned, joins in cursor.fetchall()}
    for name in ("record_history", "keep_changes"):
        assert found.pop(name) == (True, True)
    assert len(found) > 2
    assert set(found.values()) == {(False, False)}

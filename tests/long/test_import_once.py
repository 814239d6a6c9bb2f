"""Two loads of many parts at once, each a process of its own: nothing is written twice."""

from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, Household, LifeEvent
from membership.services.imports import staging
from tests.long.test_import_runs import start_command
from tests.membership.importing import csv_of
from tests.membership.test_import_once import many


def test_two_processes_over_many_parts(own_database, worker_name, tmp_path):
    """Two people bring overlapping registers of one unit, both without numbers."""
    amina, count = own_database.actor("amina"), staging.ROWS_A_PART
    with open_scope(amina, source="essai"):
        before = Household.objects.count()
    paths = []
    for name, rows in (("un.csv", many(count)), ("deux.csv", many(count)[::-1])):
        # The second one's households come in another order, each still head first.
        whole = rows if name == "un.csv" else [
            row for at in range(0, len(rows), 2) for row in (rows[at + 1], rows[at])
        ]  # fmt: skip
        paths.append(tmp_path / name)
        paths[-1].write_bytes(csv_of(whole))
    both = [start_command(f"conamus_own_{worker_name}", path) for path in paths]
    said = [process.communicate()[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    with open_scope(amina, source="essai"):
        assert Household.objects.count() == before + count
        made = Household.objects.filter(number__startswith="UMU-001")
        assert Beneficiary.objects.filter(household__in=made).count() == 2 * count
        assert LifeEvent.objects.filter(household__in=made, kind="registered").count() == count

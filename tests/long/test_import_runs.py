"""The import by the command, killed in the middle, in processes of its own."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from federations.tenancy.scope import open_scope
from membership.models import Beneficiary, MemberImport
from membership.services.imports import staging
from tests import databases
from tests.membership.importing import outcomes
from tests.membership.test_import_runs import counted, register


def start_command(name: str, path: Path) -> "subprocess.Popen[str]":
    environment = {
        **os.environ, **databases.urls_to(name), "PYTHONUNBUFFERED": "1",
        "DJANGO_SETTINGS_MODULE": "conamus.settings_test",
    }  # fmt: skip
    command = [sys.executable, "manage.py", "import_members", str(path)]
    return subprocess.Popen(
        [*command, "--federation", "UMUCO", "--year", "2025", "--reason", "Tard"],
        cwd=databases.BASE,
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def test_killed_it_goes_on_where_it_was(own_database, worker_name, tmp_path):
    """Killed without warning once some parts are in: given again, the file goes on."""
    households = 5 * staging.ROWS_A_PART // 2
    path = tmp_path / "registre.csv"
    path.write_bytes(register(households))
    name = f"conamus_own_{worker_name}"
    first = start_command(name, path)
    for line in first.stdout:
        if line.startswith(" 40 %"):
            first.send_signal(signal.SIGKILL)
            break
    assert first.wait() == -signal.SIGKILL
    done = counted(own_database)
    assert 0 < done < households

    second = start_command(name, path)
    said, _ = second.communicate()
    assert second.returncode == 0, said
    assert counted(own_database) == households
    with open_scope(own_database.system("UMUCO"), source="essai"):
        row = MemberImport.objects.get()
        assert row.state == "done"
        assert outcomes(row) == {"created": 2 * households}
        assert Beneficiary.objects.filter(household__number="REG-0000000").count() == 2

    third = start_command(name, path)
    said, _ = third.communicate()
    assert third.returncode == 0, said
    assert f"déjà là : {2 * households:,}".replace(",", "\u202f") in said

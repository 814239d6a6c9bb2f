"""`manage.py annual_report`: a file, or one clear sentence and nothing written."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from prudential.models import AnnualReport
from tests.world import World


def run(**options: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("annual_report", stdout=out, stderr=err, skip_checks=True, **options)
    return out.getvalue(), err.getvalue()


def test_it_writes_the_report_and_shows_its_steps(world: World, tmp_path: Path) -> None:
    output = tmp_path / "rapport.pdf"
    out, err = run(unit="conamus", year=2024, output=output)
    assert output.read_bytes().startswith(b"%PDF-")
    assert "rapport.pdf" in out
    assert "[2/4] Mise en page" in err
    assert [path.name for path in tmp_path.iterdir()] == ["rapport.pdf"]


def test_in_a_users_name(world: World, tmp_path: Path, as_actor) -> None:
    run(unit="UMUCO", year=2024, output=tmp_path / "r.pdf", actor="amina")
    with as_actor(world.actor("amina")):
        assert AnnualReport.objects.get().produced_by == "Amina Nduwimana"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"unit": "NADA"}, "Aucune unité ouverte n’a le code « NADA »"),
        ({"unit": "UMU-S1"}, "vient avec les normes"),
        ({"year": 2012}, "Aucune donnée avant 2013"),
        ({"year": 2099}, "n’a pas commencé"),
        ({"year": 2018}, "aucune adhésion"),
        ({"year": "abc"}, "« abc » n’est pas une année"),
        ({"year": "20245"}, "quatre chiffres"),
        ({"actor": "personne"}, "Aucun utilisateur actif"),
        ({"actor": "oda"}, "aucun rôle"),
        ({"actor": "regine"}, "ne permet pas"),
        ({"actor": "amina"}, "n’existe pas"),
        ({"output": "nulle/part.pdf"}, "n’existe pas"),
        ({"output": "."}, "est un dossier"),
    ],
)
def test_what_is_wrong_is_one_sentence(
    world: World, tmp_path: Path, options: dict, words: str
) -> None:
    given = {"unit": "CONAMUS", "year": 2024, "output": "r.pdf", **options}
    given["output"] = tmp_path / given["output"]
    with pytest.raises(CommandError, match=words) as refused:
        run(**given)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written(world: World) -> None:
    with pytest.raises(CommandError, match="Le rapport est produit et gardé"):
        run(unit="UMUCO", year=2024, output=Path("/dev/full"))


def test_a_path_that_cannot_be_written_is_refused_before_the_report_is_made(
    world: World, as_actor: Callable
) -> None:
    """A file system that only answers: rights alone would have let the administrator try."""
    with pytest.raises(CommandError, match=r"Impossible d’écrire .*aucun rapport"):
        run(unit="UMUCO", year=2024, output=Path("/proc/rapport.pdf"))
    with as_actor(world.actor("amina")):
        assert not AnnualReport.objects.exists()

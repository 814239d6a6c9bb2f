"""`manage.py check_cases`: what it says of good, wrong and malformed cases."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from conamus.cases import __main__ as without_settings

GOOD = """
règle: barème
titre: Essai
soit:
  barème: {année: 2025, tranches: [{de: 1, à: null, montant: 30 000}]}
cas:
  - titre: Quatre personnes
    quand: {personnes: 4}
    alors: {cotisation: 30 000}
"""


def _run(place: Path, capsys: pytest.CaptureFixture[str]) -> tuple[str, bool]:
    try:
        call_command("check_cases", place)
    except CommandError as error:
        return capsys.readouterr().out + str(error), False
    return capsys.readouterr().out, True


def _written(folder: Path, content: str, name: str = "essai.yaml") -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_good_cases_are_told_one_by_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said, is_good = _run(_written(tmp_path, GOOD), capsys)
    assert is_good
    assert "conforme   Quatre personnes" in said
    assert "Cas vérifiés : 1. Écarts : 0. Illisibles : 0." in said


def test_folders_in_the_folder_and_a_single_file_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    _written(inner, GOOD, "un.yml")
    _written(tmp_path, GOOD, "deux.yaml")
    assert "Cas vérifiés : 2." in _run(tmp_path, capsys)[0]
    assert "Cas vérifiés : 1." in _run(inner / "un.yml", capsys)[0]


def test_a_gap_says_expected_and_got_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said, is_good = _run(
        _written(tmp_path, GOOD.replace("cotisation: 30 000", "cotisation: 31 000")), capsys
    )
    assert not is_good
    assert "ÉCART      Quatre personnes" in said
    assert "cotisation : attendu 31 000 ; obtenu 30\u202f000" in said
    assert "Écarts : 1." in said


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        ("{refus: oui}", "refus : attendu oui ; obtenu rien"),
        ("{refus: Non., cotisation: 30 000}", "refus : attendu Non. ; obtenu rien"),
        ("{cotisation: aucune}", "cotisation : attendu aucune ; obtenu 30\u202f000"),
        ("{explication: []}", "explication : attendu rien ; obtenu Barème 2025"),
    ],
)
def test_other_gaps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], expected: str, told: str
) -> None:
    said, is_good = _run(_written(tmp_path, GOOD.replace("{cotisation: 30 000}", expected)), capsys)
    assert not is_good
    assert told in said


def test_an_unexpected_refusal_is_a_gap(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said, is_good = _run(_written(tmp_path, GOOD.replace("personnes: 4", "personnes: 0")), capsys)
    assert not is_good
    assert "obtenu refus : Un ménage a au moins une personne." in said


@pytest.mark.parametrize(
    ("found", "instead", "told"),
    [
        ("règle: barème", "règle: bareme inconnu", "la règle « bareme inconnu » n’est pas connue"),
        ("règle: barème", "", "« regle » manque"),
        ("titre: Essai", "titre: Essai\ntitre: Encore", "ligne 4"),
        ("titre: Essai", "titre: [", "ce n’est pas du YAML correct"),
        ("titre: Essai", "titr: Essai", "« titr » n’est pas connu ici"),
        ("personnes: 4", "personne: 4", "« personne » n’est pas connu ici"),
        ("personnes: 4", "personnes: quatre", "« personnes » vaut « quatre » ; il faut un nombre"),
        ("personnes: 4", "personnes: 4.5", "« personnes » vaut « 4.5 »"),
        ("personnes: 4", "personnes: 4, nouveau: peut-être", "il faut oui ou non"),
        ("personnes: 4", "personnes: 4, barème: {}", "dans « soit » et dans « quand »"),
        ("cotisation: 30 000", "cotisations: 30 000", "« cotisations » n’est pas dit par la règle"),
        ("alors: {cotisation: 30 000}", "alors:", "« alors » ne dit rien"),
        ("alors: {cotisation: 30 000}", "alors: [30 000]", "il faut un groupe de lignes"),
        ("montant: 30 000}", "montants: 30 000}", "« montant » manque"),
        ("[{de: 1, à: null, montant: 30 000}]", "30 000", "« tranches » est une liste"),
        ("barème: {", "barème: !!python/object:os.system {", "ce n’est pas du YAML correct"),
    ],
)
def test_what_cannot_be_understood_is_told_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], found: str, instead: str, told: str
) -> None:
    assert found in GOOD
    said, is_good = _run(_written(tmp_path, GOOD.replace(found, instead, 1)), capsys)
    assert not is_good
    assert "ILLISIBLE" in said
    assert told in said


def test_a_malformed_file_does_not_hide_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _written(tmp_path, "cas: [", "a.yaml")
    said, is_good = _run(_written(tmp_path, GOOD, "b.yaml"), capsys)
    assert not is_good
    assert "conforme   Quatre personnes" in said
    assert "Illisibles : 1." in said


def test_a_file_in_another_encoding_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "latin.yaml").write_bytes(GOOD.encode("latin-1"))
    assert "n’est pas en UTF-8" in _run(tmp_path, capsys)[0]


def test_nothing_to_check_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, capsys) == (
        f"Le dossier {tmp_path} n’a aucun fichier de cas (.yaml).",
        False,
    )
    missing = tmp_path / "absent"
    assert _run(missing, capsys) == (f"Le dossier {missing} n’existe pas.", False)


def test_the_same_check_runs_without_settings(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert without_settings.main([str(_written(tmp_path, GOOD))]) == 0
    assert "conforme   Quatre personnes" in capsys.readouterr().out
    assert without_settings.main([str(tmp_path / "absent")]) == 1
    assert without_settings.main([]) == 2

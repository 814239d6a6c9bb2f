"""Targets: by page and by sheet, and the penetration that they give."""

from fractions import Fraction

import pytest

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from federations.services.take_on import ImportContext, do_rows, importer_of, parse_file
from membership.models import UnitTarget
from membership.selectors.targets import penetration, targets_of
from membership.services.targets import set_target, set_targets, targets_version


def _targets(world, tenant: str = "UMUCO", year: int = 2025) -> dict[str, int]:
    codes = {unit: code for code, unit in world.units.items()}
    found = targets_of(world.tenants[tenant], year)
    return {codes[unit]: row.households for unit, row in found.items()}


def test_setting_changing_and_removing_targets(world, as_actor) -> None:
    amina = world.actor("amina")
    one, two = world.units["UMU-S1"], world.units["UMU-S2"]
    with as_actor(amina):

        def set_both(first, second) -> int:
            return set_targets(
                actor=amina,
                year=2025,
                households={one: first, two: second},
                source="essai",
                version=targets_version(amina.tenant_id, 2025),
            ).changed

        assert set_both(1_200, 800) == 2
        assert set_both(1_200, 800) == 0
        assert set_both(1_300, None) == 2
        assert _targets(world) == {"UMU-S1": 1_300}


@pytest.mark.parametrize("households", [0, -5, 4_000_000])
def test_a_target_counts_households(households, world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina), pytest.raises(DomainError, match="au moins un ménage"):
        set_target(
            actor=amina, unit_id=world.units["UMU-S1"], year=2025, households=households, source=""
        )


def test_another_federations_unit_has_no_target_here(world, as_actor) -> None:
    amina, agnes = world.actor("amina"), world.actor("agnes")
    with as_actor(amina):
        for unit in ("INE-S1", "UMU-C1"):
            with pytest.raises(NotFound):
                set_target(
                    actor=amina, unit_id=world.units[unit], year=2025, households=5, source=""
                )
        with pytest.raises(NotFound):
            set_targets(
                actor=amina,
                year=2025,
                households={world.units["INE-S1"]: 5},
                source="",
                version=targets_version(amina.tenant_id, 2025),
            )
    with as_actor(agnes), pytest.raises(NotAllowed):
        set_targets(actor=agnes, year=2025, households={}, source="", version="")


def test_penetration_is_not_known_without_a_target() -> None:
    assert penetration(3, 1_200) == Fraction(1, 400)
    assert penetration(3, None) is None


def test_the_page_sets_them_and_the_campaign_shows_them(world, sign_in, as_actor) -> None:
    client = sign_in("amina")
    fields = {f"unit-{world.units[code]}": count for code, count in
              (("UMU-S1", "12"), ("UMU-S2", ""))}  # fmt: skip
    address = "/campagne/cibles/?annee=2025"
    read = client.get(address).context["form"]["version"].value()
    fields |= {"source": "essai", "version": read}
    answer = client.post(address, fields)
    assert answer["Location"] == "/campagne/?annee=2025"
    text = client.get(answer["Location"]).content.decode()
    assert "1 cible enregistrée" in text
    assert "25,0\u202f%" in text
    assert "n.d." in text
    # Another manager had the page open before: what stands there is not taken back unseen.
    late = client.post(address, fields | {f"unit-{world.units['UMU-S1']}": ""})
    assert late.status_code == 422
    assert "Quelqu’un a modifié ces cibles entre-temps" in late.content.decode()
    assert late.context["other_facts"] == [("Section Umuco 1", "12")]
    with as_actor(world.actor("amina")):
        assert _targets(world) == {"UMU-S1": 12}


def test_a_small_sheet_brings_them(world, as_actor) -> None:
    amina = world.actor("amina")
    importer = importer_of("cibles")
    sheet = (
        "Code de l’unité;Année;Ménages cibles;Source\n"
        "UMU-S1;2025;1 200;Recensement\n"
        "umu-s2;2025;douze;\n"
        "INE-S1;2025;300;\n"
        "UMU-S2;2099;300;\n"
    ).encode()
    with as_actor(amina):
        rows = parse_file(importer, sheet, most_rows=100).rows
        report = do_rows(importer, rows, context=ImportContext(amina))
        assert report.counts() == {"created": 1, "unchanged": 0, "refused": 3}
        assert "aucune unité ouverte" in report.refused()[1].cause
        again = do_rows(importer, rows[:1], context=ImportContext(amina))
        assert again.counts()["unchanged"] == 1
        assert _targets(world) == {"UMU-S1": 1_200}
        other = sheet.replace(b"Recensement", b"ISTEEBU 2024")
        rows = parse_file(importer, other, most_rows=100).rows[:1]
        assert do_rows(importer, rows, context=ImportContext(amina)).counts()["created"] == 1
        assert UnitTarget.objects.get().source == "ISTEEBU 2024"

"""Scales: adopting the template, derogation, drafts, putting in force, what the page shows."""

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from conamus.kernel.errors import Conflict, DomainError, NotAllowed, NotFound
from membership.models import ContributionScale, Enrolment
from membership.rules.scale import Band, PayerKind, amount_due
from membership.selectors.scales import readable_scale, readable_scales, scale_in_force
from membership.services.scales import (
    ScaleDraft,
    adopt_template,
    discard_scale,
    put_scale_in_force,
    start_scale,
    write_scale,
)

TODAY = date(2025, 6, 30)
DEARER = (Band(size_from=1, size_to=None, amount_francs=40_000),)


def _draft(loaded, **changes) -> ScaleDraft:
    return ScaleDraft(scale=replace(loaded.scale, **changes), partners={})


def _change_template(world, as_actor, year: int = 2026) -> None:
    """Let CONAMUS put a dearer scale in force."""
    clara = world.actor("clara")
    with as_actor(clara):
        current = scale_in_force(clara.tenant_id, year)
        row = start_scale(actor=clara, year=year, from_scale_id=current.row.pk)
        write_scale(actor=clara, scale_id=row.pk, draft=_draft(current, bands=DEARER))
        put_scale_in_force(actor=clara, scale_id=row.pk, in_force_from=TODAY)


def test_the_scale_in_force_gives_the_amounts(world, as_actor) -> None:
    with as_actor(world.actor("agnes")):
        loaded = scale_in_force(world.tenants["UMUCO"], 2025)
    due = amount_due(loaded.scale, size=12, category="subsidised", is_new=True)
    assert (due.contribution_francs, due.joining_fee_francs) == (40_000, 1_000)
    assert (due.payer_francs, due.household_francs) == (20_500, 20_500)
    with as_actor(world.actor("agnes")):
        assert scale_in_force(world.tenants["UMUCO"], 2023) is None


def test_adopting_the_template_as_it_is(world, as_actor) -> None:
    _change_template(world, as_actor)
    amina = world.actor("amina")
    with as_actor(amina):
        before = scale_in_force(amina.tenant_id, 2026)
        made = adopt_template(actor=amina, year=2026, key="cle")
        assert adopt_template(actor=amina, year=2026, key="cle").pk == made.pk
        after = scale_in_force(amina.tenant_id, 2026)
        assert after.row.pk == made.pk
        assert after.scale.bands == DEARER
        assert after.row.adopted_by == amina.name
        before.row.refresh_from_db()
        assert before.row.state == ContributionScale.State.REPLACED
        with pytest.raises(Conflict, match="déjà"):
            adopt_template(actor=amina, year=2026)


def test_a_scale_that_differs_needs_a_dated_derogation(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        current = scale_in_force(amina.tenant_id, 2026)
        row = start_scale(actor=amina, year=2026, from_scale_id=current.row.pk)
        draft = _draft(current, bands=DEARER)
        write_scale(actor=amina, scale_id=row.pk, draft=draft)
        with pytest.raises(DomainError) as refused:
            put_scale_in_force(actor=amina, scale_id=row.pk, in_force_from=TODAY)
        assert refused.value.field == "derogation_reason"
        derogated = replace(
            draft, derogation_on=date(2025, 6, 1), derogation_reason="Assemblée du 1er juin"
        )
        write_scale(actor=amina, scale_id=row.pk, draft=derogated)
        put_scale_in_force(actor=amina, scale_id=row.pk, in_force_from=TODAY)
        loaded = scale_in_force(amina.tenant_id, 2026)
        assert loaded.scale.bands == DEARER
        assert loaded.row.template.tenant_id == world.tenants["CONAMUS"]


def test_a_scale_is_not_put_in_force_for_a_day_to_come(world, as_actor) -> None:
    """It would hold at once all the same: enrolments of today would be computed by it."""
    amina = world.actor("amina")
    with as_actor(amina):
        current = scale_in_force(amina.tenant_id, 2025)
        draft = start_scale(actor=amina, year=2025, from_scale_id=current.row.pk)
        tomorrow = TODAY + timedelta(days=1)
        with pytest.raises(DomainError, match="gardez-le en préparation") as refused:
            put_scale_in_force(actor=amina, scale_id=draft.pk, in_force_from=tomorrow)
        assert refused.value.field == "in_force_from"
        assert scale_in_force(amina.tenant_id, 2025).row == current.row
        put_scale_in_force(actor=amina, scale_id=draft.pk, in_force_from=TODAY)
        assert scale_in_force(amina.tenant_id, 2025).row == draft


def test_a_replaced_scale_stays_that_of_its_enrolments(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        current = scale_in_force(amina.tenant_id, 2025)
        Enrolment.objects.filter(year_id=2025).update(scale=current.row)
        row = start_scale(actor=amina, year=2025, from_scale_id=current.row.pk)
        put_scale_in_force(actor=amina, scale_id=row.pk, in_force_from=TODAY)
        kept = Enrolment.objects.filter(year_id=2025).values_list("scale_id", flat=True)
        assert set(kept) == {current.row.pk}
        assert readable_scale(amina.tenant_id, current.row.pk).scale == current.scale


def test_a_scale_in_force_is_never_changed(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        current = scale_in_force(amina.tenant_id, 2026)
        for act in (
            lambda: write_scale(actor=amina, scale_id=current.row.pk, draft=_draft(current)),
            lambda: discard_scale(actor=amina, scale_id=current.row.pk),
            lambda: put_scale_in_force(actor=amina, scale_id=current.row.pk, in_force_from=TODAY),
        ):
            with pytest.raises(Conflict):
                act()


def test_a_scale_with_a_hole_is_refused_and_the_draft_stays(world, as_actor) -> None:
    amina = world.actor("amina")
    with as_actor(amina):
        current = scale_in_force(amina.tenant_id, 2026)
        row = start_scale(actor=amina, year=2026, from_scale_id=current.row.pk)
        holed = tuple(band for band in current.scale.bands if band.size_from != 4)
        with pytest.raises(DomainError, match="4 personnes"):
            write_scale(actor=amina, scale_id=row.pk, draft=_draft(current, bands=holed))
        assert readable_scale(amina.tenant_id, row.pk).scale == current.scale
        discard_scale(actor=amina, scale_id=row.pk)
        with pytest.raises(NotFound):
            readable_scale(amina.tenant_id, row.pk)


def test_who_reads_and_writes_which_scales(world, as_actor) -> None:
    amina, bernard, agnes = (world.actor(name) for name in ("amina", "bernard", "agnes"))
    with as_actor(amina):
        own = scale_in_force(amina.tenant_id, 2026)
        draft = start_scale(actor=amina, year=2026, from_scale_id=own.row.pk)
    with as_actor(bernard):
        seen = set(readable_scales(bernard.tenant_id).values_list("tenant_id", flat=True))
        assert seen == {bernard.tenant_id, world.tenants["CONAMUS"]}
        with pytest.raises(NotFound):
            readable_scale(bernard.tenant_id, own.row.pk)
        with pytest.raises(NotFound):
            put_scale_in_force(actor=bernard, scale_id=draft.pk, in_force_from=TODAY)
    with as_actor(agnes), pytest.raises(NotAllowed):
        adopt_template(actor=agnes, year=2026)


def test_the_page_shows_each_size_and_the_difference_with_last_year(
    world, sign_in, as_actor
) -> None:
    _change_template(world, as_actor)
    with as_actor(world.actor("clara")):
        template = scale_in_force(world.tenants["CONAMUS"], 2026)
    text = sign_in("amina").get(f"/baremes/{template.row.pk}/").content.decode()
    assert "Adopter tel quel" in text
    assert "40\u202f000\u00a0FBu" in text
    assert "+20\u202f000\u00a0FBu" in text
    assert "−" not in text.split("Indigent")[0].split("Ordinaire")[1].split("11")[0]
    assert "Parrain : 100\u202f%" in text
    reader = sign_in("arthur").get(f"/baremes/{template.row.pk}/").content.decode()
    assert "Adopter tel quel" not in reader


@pytest.mark.parametrize("name", ["scale_enforce", "scale_discard"])
def test_no_form_for_a_scale_that_does_not_exist(name, world, sign_in, as_actor) -> None:
    bernard = world.actor("bernard")
    with as_actor(bernard):
        current = scale_in_force(bernard.tenant_id, 2026)
        theirs = start_scale(actor=bernard, year=2026, from_scale_id=current.row.pk).pk
    assert sign_in("bernard").get(reverse(name, args=[theirs])).status_code == 200
    for key in (theirs, 99_999):
        assert sign_in("amina").get(reverse(name, args=[key])).status_code == 404


def test_each_category_says_who_pays_what_at_each_size(world, sign_in, as_actor) -> None:
    """Ten thousand of 30,000 at four people, where the partner pays the rest and of the fee."""
    with as_actor(world.actor("amina")):
        current = scale_in_force(world.tenants["UMUCO"], 2026)
    page = sign_in("amina").get(f"/baremes/{current.row.pk}/")
    shown = {table.label: table for table in page.context["categories"]}
    assert {"Subventionné", "Indigent"} <= set(shown)
    for category in current.scale.categories:
        table = shown[category.label]
        assert table.rows
        for row in table.rows:
            new = amount_due(current.scale, size=row.size, category=category.code, is_new=True)
            assert row.new_household_francs == new.household_francs
            assert row.payer_francs + row.household_francs == row.contribution_francs
    assert shown["Subventionné"].same_as == shown["Indigent"].same_as == ""
    sections = page.content.decode().split("<section>")[1:]
    told = ["Part de l’autre payeur" in section for section in sections]
    assert told == [bool(table.payer) for table in shown.values()]


def test_categories_are_read_and_written_by_name(world, sign_in, as_actor) -> None:
    """No code on the page; a new category is named in a band, and a wrong name told there."""
    client = sign_in("amina")
    with as_actor(world.actor("amina")):
        current = scale_in_force(world.tenants["UMUCO"], 2026)
    made = client.post("/baremes/preparer/", {"year": "2026", "source": str(current.row.pk)})
    answer = client.get(made["Location"])
    shown = re.sub(r'<input type="hidden"[^>]*>', "", answer.content.decode())
    assert not re.search(r"ordinary|indigent\b|subsidised|coffee_grower", shown)
    form = answer.context["form"]
    typed = {
        field.name: field.value()
        for field in form
        if field.value() not in (None, False, "") and field.name != "submission_key"
    }
    bands, rows = form.row_counts["bands"], form.row_counts["categories"]
    typed |= {
        "bands-rows": bands + 1, "categories-rows": rows, "derogation_on": "2025-06-01",
        "derogation_reason": "Assemblée", f"categories-{rows - 1}-label": "Élèves et étudiants",
        f"bands-{bands}-size_from": "1", f"bands-{bands}-amount_francs": "4 000",
    }  # fmt: skip
    wrong = client.post(made["Location"], {**typed, f"bands-{bands}-category": "Marins"})
    assert "Marins" in wrong.context["form"].errors[f"bands-{bands}-category"][0]
    named = {**typed, f"bands-{bands}-category": "eleves et etudiants"}
    saved = client.post(made["Location"], named)
    assert saved.status_code == 302, saved.context["form"].errors
    with as_actor(world.actor("amina")):
        draft = readable_scale(world.tenants["UMUCO"], int(saved["Location"].split("/")[-2]))
    codes = {category.label: category.code for category in draft.scale.categories}
    assert codes["Élèves et étudiants"] == "eleves-et-etudiants"
    assert {"ordinary"} < set(codes.values())
    assert draft.scale.bands[-1].category == "eleves-et-etudiants" or any(
        band.category == "eleves-et-etudiants" and band.amount_francs == 4_000
        for band in draft.scale.bands
    )


def test_preparing_and_enforcing_on_the_pages(world, sign_in, as_actor) -> None:
    client = sign_in("amina")
    with as_actor(world.actor("amina")):
        current = scale_in_force(world.tenants["UMUCO"], 2026)
    made = client.post("/baremes/preparer/", {"year": "2026", "source": str(current.row.pk)})
    edit = made["Location"]
    form = client.get(edit).context["form"]
    typed = {
        field.name: field.value()
        for field in form
        if field.value() not in (None, False, "") and field.name != "submission_key"
    }
    typed |= {"bands-rows": form.row_counts["bands"], "categories-rows": 5}
    more = client.post(edit, {**typed, "add_row": "bands"})
    assert more.context["form"].row_counts["bands"] == form.row_counts["bands"] + 1
    holed = {**typed, "bands-1-size_from": "5"}
    refused = client.post(edit, holed)
    assert refused.status_code == 422
    errors = refused.context["form"].errors
    assert "Aucune tranche pour 4" in str(errors), errors
    dearer = {
        **typed,
        "bands-0-amount_francs": "25 000",
        "derogation_on": "2025-06-01",
        "derogation_reason": "Assemblée",
        "fee_again_after_years": "2",
        "categories-2-payer_percent": "60",
    }
    saved = client.post(edit, dearer)
    assert saved.status_code == 302, saved.content.decode()
    page = client.get(saved["Location"]).content.decode()
    assert "Il ne vaut pas encore" in page or "il ne vaut pas encore" in page
    assert "après 2 années sans adhésion" in page
    enforced = client.post(f"{saved['Location']}en-vigueur/", {"in_force_from": "2025-06-30"})
    assert enforced.status_code == 302
    with as_actor(world.actor("amina")):
        loaded = scale_in_force(world.tenants["UMUCO"], 2026)
    assert (
        amount_due(loaded.scale, size=2, category="ordinary", is_new=False).contribution_francs
        == 25_000
    )
    assert loaded.scale.fee_again_after_years == 2
    [subsidised] = [c for c in loaded.scale.categories if c.code == "subsidised"]
    assert (subsidised.payer, subsidised.payer_percent) == (PayerKind.PARTNER, Decimal(60))


def test_the_list_says_what_is_in_force(world, sign_in) -> None:
    text = sign_in("arthur").get("/baremes/?annee=2025").content.decode()
    assert "Le barème 2025 est en vigueur depuis le 1er juillet 2024." in text
    assert (
        "Aucun barème n’est en vigueur pour 2023"
        in sign_in("amina").get("/baremes/?annee=2023").content.decode()
    )

"""A small world that every test finds: two federations, three mutuelles, a named cast.

Built once into the template database; a test's changes are rolled back. Names in tests
read as a story: Amina keeps federation UMUCO, Bernard federation INEZA; Oda is the
outsider who has no role anywhere.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from federations.models import (
    Federation,
    HealthDistrict,
    HealthFacility,
    Partner,
    Place,
    RoleAssignment,
    Unit,
    UnitZone,
    User,
)
from federations.rules.roles import Role
from federations.selectors.assignments import actor_of
from federations.tenancy.actor import Actor, system_actor
from federations.tenancy.scope import open_scope
from membership.models import (
    Beneficiary,
    Campaign,
    ContributionScale,
    Enrolment,
    Household,
    MutualistYear,
    NumberRange,
    ScaleBand,
    ScaleCategory,
    SharingKey,
)
from membership.rules.identity import phonetic_key
from prudential.services.releases import release_insured

PASSWORD = "ikivuguto-78-urugo"
OPENED = date(2015, 1, 1)

#: Sign-in name → (full name, role, tenant, unit code, facility code).
CAST = {
    "clara": ("Clara Nininahazwe", Role.CONFEDERATION_MANAGER, "CONAMUS", None, None),
    "medard": ("Médard Ndayizeye", Role.MEDICAL_ADVISER, "CONAMUS", None, None),
    "modeste": ("Modeste Sindayigaya", Role.MEDICAL_ADVISER, "CONAMUS", None, None),
    "regine": ("Régine Barutwanayo", Role.REGULATOR, "CONAMUS", None, None),
    "sylvere": ("Sylvère Hatungimana", Role.SYSTEM_ADMINISTRATOR, "CONAMUS", None, None),
    "amina": ("Amina Nduwimana", Role.FEDERATION_MANAGER, "UMUCO", None, None),
    "arthur": ("Arthur Bigirimana", Role.AUDITOR, "UMUCO", None, None),
    "agnes": ("Agnès Irakoze", Role.MUTUELLE_AGENT, "UMUCO", "UMU-S1", None),
    "albert": ("Albert Niyonzima", Role.CENTRE_OPERATOR, "UMUCO", "UMU-C1", None),
    "annick": ("Annick Kaneza", Role.ADVISING_NURSE, "UMUCO", None, None),
    "fabrice": ("Fabrice Manirakiza", Role.FACILITY_USER, "UMUCO", None, "FS-T001"),
    "bernard": ("Bernard Ntahomvukiye", Role.FEDERATION_MANAGER, "INEZA", None, None),
    "beatrice": ("Béatrice Gahimbare", Role.MUTUELLE_AGENT, "INEZA", "INE-S1", None),
}
OUTSIDER = "oda"


@dataclass(frozen=True)
class World:
    """Handles to what the world holds; ids only, so that it can outlive a transaction."""

    tenants: dict[str, int]
    units: dict[str, int]
    users: dict[str, int]
    assignments: dict[str, int]
    facilities: dict[str, int]
    partners: dict[str, int]
    households: dict[str, int]
    places: dict[str, int]

    def actor(self, username: str) -> Actor:
        """Return the actor that a member of the cast is."""
        assignment = RoleAssignment.objects.select_related("user").get(
            pk=self.assignments[username]
        )
        return actor_of(assignment)

    def system(self, tenant: str) -> Actor:
        """Return the system's actor at a tenant."""
        return system_actor(self.tenants[tenant], "essai")


def build_world() -> None:
    """Write the world into the (empty) database."""
    tenants = _tenants()
    with open_scope(system_actor(tenants["CONAMUS"].pk, "essai"), source="essai"):
        places = _places()
        facilities = _facilities(places)
        MutualistYear.objects.bulk_create(
            MutualistYear(year=y, starts_on=date(y, 1, 1), ends_on=date(y + 1, 1, 1))
            for y in range(2020, 2028)
        )
        confederation = _unit(tenants["CONAMUS"], "CONAMUS", "CONAMUS", "confederation")
        Partner(tenant=tenants["CONAMUS"], name="Bailleur du réseau", kind="funder").save()
        _terms(tenants["CONAMUS"])
    units = {"CONAMUS": confederation}
    for code in ("UMUCO", "INEZA"):
        with open_scope(system_actor(tenants[code].pk, "essai"), source="essai"):
            units.update(_federation_rows(tenants[code], confederation, places))
    with open_scope(system_actor(tenants["CONAMUS"].pk, "essai"), source="essai"):
        _users(tenants, units, facilities)
        actor = system_actor(tenants["CONAMUS"].pk, "essai")
        release_insured(actor=actor, on=date(2025, 6, 30))


def _tenants() -> dict[str, Federation]:
    made = {}
    with open_scope(system_actor(0, "essai"), source="essai"):
        for code, name, kind in (
            ("CONAMUS", "Confédération d’essai", "confederation"),
            ("UMUCO", "Fédération Umuco", "federation"),
            ("INEZA", "Fédération Ineza", "federation"),
        ):
            made[code] = Federation(
                code=code, name=name, short_name=code.title(), kind=kind, loaded_at=timezone.now()
            )
            made[code].save()
    return made


def _place(kind: str, division: str, code: str, name: str, **more: object) -> Place:
    place = Place(kind=kind, division=division, code=code, name=name, **more)
    place.save()
    return place


def _places() -> dict[str, Place]:
    old_province = _place("province", "until_2025", "A-GI", "Gitega")
    old = _place("commune", "until_2025", "A-GI-01", "Bugendana", parent=old_province)
    old_2 = _place("commune", "until_2025", "A-GI-02", "Giheta", parent=old_province)
    new_province = _place("province", "since_2025", "N-GI", "Gitega")
    new = _place("commune", "since_2025", "N-GI-01", "Bugendana", parent=new_province)
    zone = _place("zone", "since_2025", "N-GI-01-1", "Mutoyi", parent=new)
    HealthDistrict(code="0701", name="Gitega", former_province=old_province).save()
    collines = {
        f"colline-{n}": _place(
            "colline", "since_2025", f"N-GI-01-1-{n}", name, parent=zone, former_commune=former
        )
        for n, name, former in ((1, "Kibasi", old), (2, "Rwisabi", old_2))
    }
    return {
        "old": old,
        "old-2": old_2,
        "new": new,
        "zone": zone,
        "province": old_province,
        **collines,
    }


def _facilities(places: dict[str, Place]) -> dict[str, HealthFacility]:
    district = HealthDistrict.objects.get(code="0701")
    made = {}
    for code, name, kind in (
        ("FS-T001", "CDS Mutoyi", "CDS"),
        ("FS-T002", "Hôpital Gitega", "HOPITAL"),
    ):
        made[code] = HealthFacility(
            code=code,
            name=name,
            facility_type=kind,
            ownership="public",
            commune=places["new"],
            former_commune=places["old"],
            health_district=district,
            contracted_on=OPENED,
        )
        made[code].save()
    return made


def _unit(tenant: Federation, code: str, name: str, kind: str, **more: object) -> Unit:
    unit = Unit(tenant=tenant, code=code, name=name, kind=kind, valid_from=OPENED, **more)
    unit.save()
    return unit


def _federation_rows(
    tenant: Federation, confederation: Unit, places: dict[str, Place]
) -> dict[str, Unit]:
    prefix = tenant.code[:3]
    root = _unit(tenant, tenant.code, tenant.name, "federation", parent=confederation)
    centre = _unit(
        tenant, f"{prefix}-C1", f"Centre {tenant.short_name}", "management_centre", parent=root
    )
    sections = 2 if tenant.code == "UMUCO" else 1
    made = {tenant.code: root, f"{prefix}-C1": centre}
    for n in range(1, sections + 1):
        unit = _unit(
            tenant,
            f"{prefix}-S{n}",
            f"Section {tenant.short_name} {n}",
            "section",
            parent=root,
            management_centre=centre,
            place=places["old"],
        )
        UnitZone(tenant=tenant, unit=unit, commune=places["old"], valid_from=OPENED).save()
        made[unit.code] = unit
        NumberRange(
            tenant=tenant,
            unit=unit,
            prefix=prefix,
            first=n * 10_000 + 1,
            last=n * 10_000 + 9_999,
            following=n * 10_000 + 1,
            opened_on=OPENED,
        ).save()
        for h in (1, 2, 3):
            _household(tenant, unit, places, n, h)
    Partner(tenant=tenant, name=f"Bailleur {tenant.short_name}", kind="funder").save()
    _terms(tenant)
    return made


def _terms(tenant: Federation) -> None:
    """Campaigns and scales of 2024 to 2026, and one sharing key; the defaults of the field."""
    for year in (2024, 2025, 2026):
        Campaign(
            tenant=tenant,
            year_id=year,
            opens_on=date(year - 1, 9, 1),
            closes_on=date(year - 1, 12, 31),
            grace_until=date(year, 1, 31),
        ).save()
        scale = ContributionScale(
            tenant=tenant,
            year_id=year,
            joining_fee_francs=1_000,
            in_force_from=date(year - 1, 7, 1),
        )
        scale.save()
        _scale_lines(tenant, scale)
        # Its lines are written while it is a draft.
        scale.state = "in_force"
        scale.save()
    SharingKey(
        tenant=tenant,
        valid_from=date(2018, 1, 1),
        federation_percent=10,
        confederation_percent=5,
        fee_federation_percent=50,
        fee_confederation_percent=0,
    ).save()


def _scale_lines(tenant: Federation, scale: ContributionScale) -> None:
    for start, end, francs, extra in (
        (1, 3, 20_000, 0), (4, 6, 30_000, 0), (7, 10, 35_000, 0), (11, None, 35_000, 2_500),
    ):  # fmt: skip
        ScaleBand(
            tenant=tenant,
            scale=scale,
            size_from=start,
            size_to=end,
            amount_francs=francs,
            supplement_from=start if extra else None,
            supplement_francs=extra,
        ).save()
    for code, label, payer, percent in (
        ("ordinary", "Ordinaire", "household", 0),
        ("indigent", "Indigent", "sponsor", 100),
        ("subsidised", "Subventionné", "partner", 50),
        ("coffee_grower", "Caféiculteur", "household", 0),
    ):
        ScaleCategory(
            tenant=tenant,
            scale=scale,
            code=code,
            label=label,
            payer=payer,
            payer_percent=percent,
            joining_fee_due=code != "indigent",
            may_promise=code == "coffee_grower",
        ).save()


def _household(tenant: Federation, unit: Unit, places: dict[str, Place], n: int, h: int) -> None:
    """A couple with one daughter; the third household of a section is a widow alone."""
    number = f"{tenant.code[:3]}-{n}{h:03d}"
    household = Household(
        tenant=tenant,
        unit=unit,
        number=number,
        colline=places[f"colline-{1 + h % 2}"],
        registered_on=date(2023, 10, 1),
    )
    household.save()
    alone = h == 3
    people = [("F" if alone else "M", "head", 1980)]
    people += [] if alone else [("F", "spouse", 1984), ("F", "child", 2012)]
    for rank, (sex, relationship, born) in enumerate(people):
        family = f"{tenant.short_name}{'abcdef'[rank]}"
        Beneficiary(
            tenant=tenant,
            household=household,
            number=f"{number}-{rank}",
            family_name=family,
            given_name="Kéza",
            sort_key=f"{family.lower()} keza",
            search_key=f"{family.lower()} keza",
            phonetic_key=phonetic_key(family, "Kéza"),
            given_key=f"keza {family.lower()}",
            sex=sex,
            birth_date=date(born, 5, 1),
            relationship=relationship,
            joined_on=date(2023, 10, 1),
        ).save()
    for year in (2024, 2025) if h != 2 else (2025,):
        Enrolment(
            tenant=tenant,
            household=household,
            unit=unit,
            year_id=year,
            colline=household.colline,
            enrolled_on=date(year - 1, 11, 1),
            is_renewal=year == 2025 and h != 2,
            head_sex=people[0][0],
            head_birth_year=people[0][2],
            males=0 if alone else 1,
            females=1 if alone else 2,
        ).save()


def _users(
    tenants: dict[str, Federation], units: dict[str, Unit], facilities: dict[str, HealthFacility]
) -> None:
    for username, (name, role, tenant, unit, facility) in CAST.items():
        user = User(username=username, full_name=name, email=f"{username}@exemple.bi")
        user.set_password(PASSWORD)
        user.save()
        RoleAssignment(
            user=user,
            role=role,
            tenant=tenants[tenant],
            unit=units.get(unit),
            facility=facilities.get(facility),
            valid_from=OPENED,
        ).save()
    outsider = User(username=OUTSIDER, full_name="Oda Nahimana", email="oda@exemple.bi")
    outsider.set_password(PASSWORD)
    outsider.save()


def find_world() -> World:
    """Read the handles back; call it where the tables may be read (the witness's role)."""
    return World(
        tenants=dict(Federation.objects.values_list("code", "pk")),
        units=dict(Unit.objects.values_list("code", "pk")),
        users=dict(User.objects.values_list("username", "pk")),
        assignments=dict(RoleAssignment.objects.values_list("user__username", "pk")),
        facilities=dict(HealthFacility.objects.values_list("code", "pk")),
        partners=dict(Partner.objects.values_list("name", "pk")),
        households=dict(Household.objects.values_list("number", "pk")),
        places=dict(Place.objects.values_list("code", "pk")),
    )

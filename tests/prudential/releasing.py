"""What tests of released figures share: who joins, the editions and the pages that would tell."""

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

from django.test import Client

from membership.models import Enrolment, Household
from prudential.models import AnnualReport
from prudential.selectors.reports import readable_reports
from prudential.services.annual_report import produce_annual_report
from tests.prudential.subtraction import BACK, DEPENDANT, NEW, People
from tests.world import World

#: Collines of either old commune.
HERE, THERE = "N-GI-01-1-1", "N-GI-01-1-2"
UNITS = ("UMU-S1", "UMU-S2", "INE-S1")
_DATE = re.compile(r"arrêtés au \d+(er)? \w+ \d{4}")
_OF_THE_ANSWER = re.compile(r'(csrfmiddlewaretoken" value="|nonce="|X-CSRFToken": ")[^"]+')


def enrol(
    world: World, as_actor: Callable, count: int, code: str = "UMU-S1", *, year: int = 2025,
    colline: str = HERE,
) -> None:  # fmt: skip
    """Enrol new households of three on one colline of a unit."""
    tenant = "UMUCO" if code.startswith("UMU") else "INEZA"
    key = world.tenants[tenant]
    with as_actor(world.system(tenant)):
        taken = Household.objects.filter(tenant_id=key).count()
        households = Household.objects.bulk_create(
            Household(
                tenant_id=key, unit_id=world.units[code], number=f"{code}-E{taken + n}",
                colline_id=world.places[colline], registered_on=date(2024, 10, 1),
            )
            for n in range(count)
        )  # fmt: skip
        Enrolment.objects.bulk_create(
            Enrolment(
                tenant_id=key, household=one, unit_id=one.unit_id, year_id=year,
                colline_id=one.colline_id, enrolled_on=date(2024, 11, 1), is_renewal=False,
                head_sex="F", males=2, females=1,
            )
            for one in households
        )  # fmt: skip


def settle(world: World, as_actor: Callable, count: int = 30) -> None:
    """Give each unit enough households in each of its places for nothing to be hidden of them."""
    for code in UNITS:
        for colline in (HERE, THERE):
            enrol(world, as_actor, count, code, colline=colline)


def people_by(keys: Collection[int], year: int, *, of: str = "unit_id") -> dict[People, int]:
    """Count the heads who came back, those who are new and the dependants of each group, by sex."""
    counts = {(key, sex, who): 0 for key in keys for sex in "MF" for who in (BACK, NEW, DEPENDANT)}
    for one in Enrolment.objects.filter(year_id=year):
        key = getattr(one, of)
        counts[key, one.head_sex, BACK if one.is_renewal else NEW] += 1
        for sex, people in (("M", one.males), ("F", one.females)):
            counts[key, sex, DEPENDANT] += people - (one.head_sex == sex)
    return counts


def produce(world: World, year: int = 2024, **more: Any) -> AnnualReport:
    """Produce the confederation's report of a year."""
    return produce_annual_report(
        actor=world.actor("clara"), unit_id=world.units["CONAMUS"], year=year,
        progress=lambda *_: None, **more,
    )  # fmt: skip


def read_by_regulator(world: World, as_actor: Callable) -> list[AnnualReport]:
    """The editions that the regulator reads, the oldest first."""
    regine = world.actor("regine")
    with as_actor(regine):
        return list(reversed(readable_reports(regine).select_related("file").defer(None)))


def told(client: Client, world: World) -> dict[str, str]:
    """Everything that the regulator's pages and their files say, but for the date of release."""
    unit = world.units["UMU-S1"]
    paths = (
        "/", "/reseau/", "/carte/", "/carte/?decoupage=since_2025", "/federations/umuco/",
        "/federations/ineza/", f"/unites/{unit}/chiffres/", "/chiffres/menages.csv",
        "/chiffres/taux.csv", "/chiffres/communes.csv", "/chiffres/evolution.csv",
        "/chiffres/unites.csv?federation=umuco", f"/chiffres/unite.csv?unite={unit}",
    )  # fmt: skip
    return {path: _without_date(client, path) for path in paths}


def _without_date(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return _OF_THE_ANSWER.sub(r"\1", _DATE.sub("arrêtés au …", answer.content.decode()))

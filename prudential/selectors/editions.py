"""Reads of editions: what the network's figures are made of, and what was opened before."""

from collections import defaultdict
from collections.abc import Sequence

from federations.models import Place, Unit
from federations.tenancy.actor import Actor
from membership.selectors import (
    InsuredCount,
    network_insured,
    network_insured_by_commune,
    total_insured,
)
from prudential.models import AnnualReport, ReportParts
from prudential.rules.annual_facts import FIRST_REPORT_YEAR
from prudential.rules.editions import Edition


def edition_of(actor: Actor, unit: Unit, year: int) -> Edition | None:
    """Return what the network's report of an activity year is made of; None for another's.

    Only the network's report is shown to the regulator.
    """
    if unit.kind != Unit.Kind.CONFEDERATION:
        return None
    years = range(FIRST_REPORT_YEAR, year + 2)
    scopes = {f"{one}/{what}" for one in years for what in ("u", "f")}
    counts = network_insured(actor, years[0], years[-1])
    parts = {
        f"{count.year}/u/{count.unit_id}": [count.households or 0, count.people or 0]
        for count in counts
    }
    parts |= _by_federation(counts)
    for division in Place.Division:
        scope = f"{year + 1}/{division}"
        scopes.add(scope)
        for one in network_insured_by_commune(actor, year + 1, division):
            key = f"{scope}/{one.commune_id}-{one.tenant_id}"
            parts[key] = [one.households or 0, one.people or 0]
    return Edition(frozenset(scopes), parts)


def _by_federation(counts: Sequence[InsuredCount]) -> dict[str, list[int]]:
    """What is printed of a federation by sex and by renewal, households first."""
    rows: dict[tuple[int, int], list[InsuredCount]] = defaultdict(list)
    for count in counts:
        rows[count.year, count.tenant_id].append(count)
    totals = {key: total_insured(found) for key, found in rows.items()}
    parts = {}
    for (year, tenant), total in totals.items():
        households, renewed = total.households or 0, total.renewals or 0
        before = totals.get((year - 1, tenant))
        parts[f"{year}/f/{tenant}"] = [
            households,
            total.male_heads or 0,
            total.female_heads or 0,
            total.males or 0,
            total.females or 0,
            renewed,
            households - renewed,
            ((before.households or 0) if before else 0) - renewed,
        ]
    return parts


def opened_editions(tenant_id: int) -> list[Edition | None]:
    """Return what was opened to the regulator, the oldest first.

    None: an edition of before its parts were kept, to which nothing can be compared.
    """
    reports = AnnualReport.objects.filter(
        tenant_id=tenant_id, is_for_regulator=True, unit__kind=Unit.Kind.CONFEDERATION
    )
    kept = {
        parts.report_id: Edition(frozenset(parts.scopes), parts.counts)
        for parts in ReportParts.objects.filter(tenant_id=tenant_id, report__in=reports)
    }
    keys = reports.order_by("produced_at", "pk").values_list("pk", flat=True)
    return [kept.get(key) for key in keys]

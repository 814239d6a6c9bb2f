"""Reads of imports: what was brought, how far it is, what came out of each part."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from conamus.kernel.errors import NotFound
from federations.models import Job
from federations.selectors.units import in_sight
from federations.tenancy.actor import Actor
from membership.models import ImportPart, MemberImport
from membership.rules.imports import Refusal, RowOutcome

UNDECIDED = (MemberImport.State.STAGED, MemberImport.State.CHECKED, MemberImport.State.LOADING)


@dataclass(frozen=True, slots=True)
class Findings:
    """What came out of an import's parts so far."""

    counts: Counter[str]
    parts: int
    checked: int
    loaded: int

    def rows(self, outcome: RowOutcome) -> int:
        """Return how many rows had, or would have, an outcome."""
        return self.counts[outcome.value]

    @property
    def refused(self) -> int:
        """How many rows are refused."""
        return self.rows(RowOutcome.REFUSED)

    @property
    def doubtful(self) -> int:
        """How many rows may be somebody who is there already."""
        return self.rows(RowOutcome.DOUBTFUL)

    @property
    def is_without_effect(self) -> bool:
        """Whether nothing is to be written."""
        comes_in = (RowOutcome.CREATED, RowOutcome.CHANGED, RowOutcome.DOUBTFUL)
        return not any(map(self.rows, comes_in))


def imports(actor: Actor) -> QuerySet[MemberImport]:
    """Return the tenant's imports, latest first; a limited actor's units' only."""
    found = MemberImport.objects.filter(in_sight(actor, "unit"), tenant_id=actor.tenant_id)
    return found.select_related("unit").order_by("-brought_at")


def own_import(actor: Actor, import_id: UUID) -> MemberImport:
    """Return an import in the actor's sight; NotFound for any other."""
    found = imports(actor).filter(pk=import_id).first()
    if found is None:
        raise NotFound("Cet import n’existe pas.")
    return found


def unfinished_like(
    actor: Actor,
    *,
    kind: str,
    year: int,
    unit_id: int | None,
    sha256: str,
    sheet_name: str,
    backdating_reason: str,
) -> MemberImport | None:
    """Return the import of the very same file that was interrupted or not yet decided."""
    same_unit = Q(unit__isnull=True) if unit_id is None else Q(unit_id=unit_id)
    found = imports(actor).filter(
        same_unit, kind=kind, year_id=year, sha256=sha256, sheet_name=sheet_name,
        backdating_reason=backdating_reason, state__in=UNDECIDED,
    )  # fmt: skip
    return found.first()


def parts_of(row: MemberImport) -> QuerySet[ImportPart]:
    """Return an import's parts in the order of the file, without their rows."""
    found = ImportPart.objects.filter(tenant_id=row.tenant_id, member_import=row)
    return found.defer("content", "search", "findings").order_by("position")


def part_content(row: MemberImport, part_id: int) -> bytes:
    """Return a part's rows as they are kept."""
    found = ImportPart.objects.filter(tenant_id=row.tenant_id, member_import=row, pk=part_id)
    return bytes(found.values_list("content", flat=True).get())


def findings(row: MemberImport) -> Findings:
    """Sum what the parts found."""
    counts: Counter[str] = Counter()
    parts = checked = loaded = 0
    rows = parts_of(row).values_list("counts", "checked_at", "loaded_at")
    for found, checked_at, loaded_at in rows:
        counts.update(found)
        parts += 1
        checked += checked_at is not None
        loaded += loaded_at is not None
    return Findings(counts, parts, checked, loaded)


def first_refusals(row: MemberImport, most: int) -> list[Refusal]:
    """Return the first refused rows, with their causes."""
    found: list[Refusal] = []
    for refused in parts_of(row).exclude(refused=[]).values_list("refused", flat=True)[:most]:
        found += [Refusal(*one) for one in refused]
        if len(found) >= most:
            break
    return found[:most]


def refused_parts(row: MemberImport) -> Iterator[ImportPart]:
    """Return one by one the parts that have refused rows, with their content."""
    found = ImportPart.objects.filter(tenant_id=row.tenant_id, member_import=row)
    for key in found.exclude(refused=[]).order_by("position").values_list("pk", flat=True):
        yield found.defer("search", "findings").get(pk=key)


def job_of(row: MemberImport) -> Job | None:
    """Return the task that checks or loads the import, if one was asked for."""
    if row.job_id is None:
        return None
    return Job.objects.filter(tenant_id=row.tenant_id, pk=row.job_id).first()

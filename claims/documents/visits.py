"""Papers of visits: the worksheet for a place without a line, and the report. No diagnosis.

The worksheet carries who to look for in the register; the report, which the facility reads, has
stubs and days, and nobody's name.
"""

from typing import Any

from claims.models import Visit
from claims.rules.visits import Verdict
from claims.selectors.visits import (
    checklist_score,
    drawn_before,
    extrapolated,
    finding_sentence,
    lines_of,
    marks_of,
    tally_of,
    visit_claims,
    with_patient_names,
)
from conamus.printing.pdf import SANS, PrintedDocument, print_html, render_html


def worksheet_pdf(visit: Visit) -> PrintedDocument:
    """Return what the team takes along: attestations to find, boxes to tick, the checklist."""
    rows = list(with_patient_names(visit_claims(visit)))
    lines = lines_of(rows)
    context = {
        **_head(visit),
        "rows": [(row, lines[row.claim_id]) for row in rows],
        "verdicts": [verdict.label for verdict in Verdict],
        "marks": marks_of(visit),
    }
    return print_html(render_html("pdf/claims/visit_worksheet.html", context))


def report_pdf(visit: Visit, *, shows_claims: bool) -> PrintedDocument:
    """Return the report; without its attestations for who may see none."""
    rows = list(visit_claims(visit)) if shows_claims else []
    marks = marks_of(visit)
    context = {
        **_head(visit),
        "shows_claims": shows_claims,
        "rows": [(row, finding_sentence(row)) for row in rows],
        "tally": tally_of(rows),
        "rest": extrapolated(visit, rows) if rows else None,
        "marks": marks,
        "score": checklist_score(marks),
        "reply": getattr(visit, "reply", None),
        "drawn_before": drawn_before(visit),
    }
    return print_html(render_html("pdf/claims/visit_report.html", context))


def _head(visit: Visit) -> dict[str, Any]:
    return {
        "visit": visit,
        "federation": visit.tenant.name,
        "team": visit.team.splitlines(),
        "sans": SANS,
    }

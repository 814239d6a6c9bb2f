"""What the history calls reports, and their texts: by their titles in the outline."""

from federations.models import NarrativeSection
from federations.selectors.history_names import name_rows, name_values
from prudential.models import AnnualReport
from prudential.rules.outline import title_of

name_rows(NarrativeSection, lambda text: f"{title_of(text.outline_key)}, {text.year}")
name_values(NarrativeSection, "outline_key", title_of)
name_rows(AnnualReport, lambda report: f"{report.year}, produit par {report.produced_by}")

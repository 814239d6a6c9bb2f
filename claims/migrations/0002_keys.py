"""Keys of care that Django cannot say, and the sums that triggers hold and keep.

Each row of a claim is held by one key to its claim and to the claim's three parties, so that no
row can name others; what hangs on a visit names the visit's own facility; what a tenant owns
points into the same tenant (`federations.tenancy.migrating`).
"""

from django.db import migrations

from claims.migrations._accepted import DROP_ACCEPTED, KEEP_ACCEPTED
from claims.migrations._money import DROP_HOLDS, HOLD_MONEY
from claims.migrations._partitions import CLAIM, DECISION, PARTIES
from claims.migrations._sums import DROP_SUMS, KEEP_SUMS
from federations.tenancy.migrating import tenant_keys

#: Tables of a claim that are not partitioned.
TIED = (
    "claims_claimdiagnosis",
    "claims_claimattachment",
    "claims_privatereading",
    "claims_review",
    "claims_reviewfinding",
    "claims_facilityreply",
    "claims_claimsignal",
    "claims_visitclaim",
)
OF_VISIT = ("visitclaim", "visitmark", "visitreply", "visitstep")
TENANT_KEYS = (
    (CLAIM, "household_id", "membership_household"),
    (CLAIM, "beneficiary_id", "membership_beneficiary"),
    (CLAIM, "unit_id", "federations_unit"),
    ("claims_careaccount", "household_id", "membership_household"),
    ("claims_careauthorisation", "beneficiary_id", "membership_beneficiary"),
    ("claims_authorisationuse", "authorisation_id", "claims_careauthorisation"),
    ("claims_agreement", "unit_id", "federations_unit"),
    ("claims_agreementsuspension", "agreement_id", "claims_agreement"),
    ("claims_agreementdocument", "agreement_id", "claims_agreement"),
    ("claims_agreementdocument", "file_id", "federations_storedfile"),
    ("claims_packageclause", "package_id", "claims_benefitpackage"),
    ("claims_facilityinvoice", "centre_id", "federations_unit"),
    ("claims_paymentorder", "reverses_id", "claims_paymentorder"),
    ("claims_invoiceentry", "invoice_id", "claims_facilityinvoice"),
    ("claims_invoiceentry", "order_id", "claims_paymentorder"),
    ("claims_invoiceentry", "debt_id", "claims_facilitydebt"),
    ("claims_facilityrepayment", "reverses_id", "claims_facilityrepayment"),
    ("claims_repaymentshare", "repayment_id", "claims_facilityrepayment"),
    ("claims_repaymentshare", "debt_id", "claims_facilitydebt"),
    ("claims_attestationfilepart", "file_id", "claims_attestationfile"),
    ("claims_complaint", "unit_id", "federations_unit"),
    ("claims_complaint", "household_id", "membership_household"),
    ("claims_complaint", "follows_id", "claims_complaint"),
    ("claims_complaintanswer", "complaint_id", "claims_complaint"),
    ("claims_question", "questionnaire_id", "claims_questionnaire"),
    ("claims_surveyfacility", "campaign_id", "claims_surveycampaign"),
    ("claims_surveyanswer", "interview_id", "claims_surveyinterview"),
    ("claims_surveyinterview", "replaces_id", "claims_surveyinterview"),
    ("claims_interviewreading", "interview_id", "claims_surveyinterview"),
)


def keys() -> str:
    """Return the SQL of all of them."""
    ties = [_tie(table, "claim_id", CLAIM) for table in TIED]
    ties.append(_tie("claims_authorisationuse", "decision_id", DECISION))
    return "".join(ties) + _visit_keys() + tenant_keys(TENANT_KEYS)


def _tie(table: str, column: str, target: str) -> str:
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_of_claim FOREIGN KEY"
        f" (care_year, {column}, {PARTIES}) REFERENCES {target} (care_year, id, {PARTIES});\n"
    )


def _visit_keys() -> str:
    return "".join(
        f"ALTER TABLE claims_{table} ADD CONSTRAINT claims_{table}_of_visit"
        " FOREIGN KEY (facility_id, visit_id) REFERENCES claims_visit (facility_id, id)"
        " DEFERRABLE INITIALLY DEFERRED;\n"
        for table in OF_VISIT
    )


class Migration(migrations.Migration):
    dependencies = [
        ("federations", "0002_keys"),
        ("membership", "0002_keys"),
        ("claims", "0001_tables"),
    ]
    operations = [
        migrations.RunSQL(keys(), migrations.RunSQL.noop),
        migrations.RunSQL(HOLD_MONEY, DROP_HOLDS),
        migrations.RunSQL(KEEP_SUMS, DROP_SUMS),
        migrations.RunSQL(KEEP_ACCEPTED, DROP_ACCEPTED),
    ]

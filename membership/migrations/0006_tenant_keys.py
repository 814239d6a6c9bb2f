"""Foreign keys that carry the tenant, for the tables from campaign to card (see 0002)."""

from django.db import migrations

_HOUSEHOLD = "membership_household"
_BENEFICIARY = "membership_beneficiary"
_ENROLMENT = "membership_enrolment"
_SCALE = "membership_contributionscale"
_PAYMENT = "membership_payment"
_FILE = "federations_storedfile"
_PARTNER = "federations_partner"

KEYS = (
    (_BENEFICIARY, "photo_id", _FILE),
    ("membership_unittarget", "unit_id", "federations_unit"),
    ("membership_numberrange", "unit_id", "federations_unit"),
    ("membership_formernumber", "household_id", _HOUSEHOLD),
    ("membership_formernumber", "beneficiary_id", _BENEFICIARY),
    ("membership_lifeevent", "household_id", _HOUSEHOLD),
    ("membership_lifeevent", "beneficiary_id", _BENEFICIARY),
    ("membership_transfer", "household_id", _HOUSEHOLD),
    ("membership_duplicatepair", "first_id", _BENEFICIARY),
    ("membership_duplicatepair", "second_id", _BENEFICIARY),
    ("membership_scaleband", "scale_id", _SCALE),
    ("membership_scalecategory", "scale_id", _SCALE),
    ("membership_scalecategory", "payer_partner_id", _PARTNER),
    (_ENROLMENT, "scale_id", _SCALE),
    (_ENROLMENT, "payer_partner_id", _PARTNER),
    ("membership_promise", "enrolment_id", _ENROLMENT),
    ("membership_promiseinstalment", "promise_id", "membership_promise"),
    ("membership_receiptbook", "unit_id", "federations_unit"),
    (_PAYMENT, "enrolment_id", _ENROLMENT),
    (_PAYMENT, "unit_id", "federations_unit"),
    (_PAYMENT, "reverses_id", _PAYMENT),
    (_PAYMENT, "payer_partner_id", _PARTNER),
    ("membership_promise", "document_id", _FILE),
    ("membership_operatorstatement", "file_id", _FILE),
    ("membership_statementline", "statement_id", "membership_operatorstatement"),
    ("membership_statementline", "payment_id", _PAYMENT),
    ("membership_card", "household_id", _HOUSEHOLD),
    ("membership_card", "key_id", "membership_signingkey"),
    ("membership_memberimport", "unit_id", "federations_unit"),
    ("membership_importpart", "member_import_id", "membership_memberimport"),
    ("membership_reminder", "household_id", _HOUSEHOLD),
)


def _add(table: str, column: str, target: str) -> migrations.RunSQL:
    name = f"{table}_tenant_{column}"
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
        f" REFERENCES {target} (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
        f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Composite keys beside Django's own columns."""

    dependencies = [("membership", "0005_campaign_to_card")]
    operations = [_add(*key) for key in KEYS]

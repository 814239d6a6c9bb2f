"""Keys that Django cannot say, and the balances that triggers keep.

The keys carry the tenant (`federations.tenancy.migrating`).
"""

from django.db import migrations

from federations.tenancy.migrating import tenant_keys
from membership.migrations._balances import DROP_BALANCES, KEEP_BALANCES

_UNIT = "federations_unit"
_FILE = "federations_storedfile"
_PARTNER = "federations_partner"
_RECUT = "federations_recut"
_HOUSEHOLD = "membership_household"
_BENEFICIARY = "membership_beneficiary"
_ENROLMENT = "membership_enrolment"
_SCALE = "membership_contributionscale"
_PROMISE = "membership_promise"
_PAYMENT = "membership_payment"

_REGISTER = (
    (_HOUSEHOLD, "unit_id", _UNIT),
    (_BENEFICIARY, "household_id", _HOUSEHOLD),
    (_BENEFICIARY, "photo_id", _FILE),
    (_ENROLMENT, "household_id", _HOUSEHOLD),
    (_ENROLMENT, "unit_id", _UNIT),
    (_ENROLMENT, "scale_id", _SCALE),
    (_ENROLMENT, "payer_partner_id", _PARTNER),
    ("membership_pastyear", "promoter_id", _PARTNER),
    ("membership_unittarget", "unit_id", _UNIT),
    ("membership_numberrange", "unit_id", _UNIT),
    ("membership_formernumber", "household_id", _HOUSEHOLD),
    ("membership_formernumber", "beneficiary_id", _BENEFICIARY),
    ("membership_lifeevent", "household_id", _HOUSEHOLD),
    ("membership_lifeevent", "beneficiary_id", _BENEFICIARY),
    ("membership_lifeevent", "to_unit_id", _UNIT),
    ("membership_transfer", "household_id", _HOUSEHOLD),
    ("membership_duplicatepair", "first_id", _BENEFICIARY),
    ("membership_duplicatepair", "second_id", _BENEFICIARY),
    ("membership_recutshare", "recut_id", _RECUT),
    ("membership_recutshare", "from_unit_id", _UNIT),
    ("membership_recutshare", "to_unit_id", _UNIT),
    ("membership_recutmove", "recut_id", _RECUT),
    ("membership_recutmove", "household_id", _HOUSEHOLD),
    ("membership_recutmove", "from_unit_id", _UNIT),
    ("membership_recutmove", "to_unit_id", _UNIT),
    ("membership_memberimport", "unit_id", _UNIT),
    ("membership_importpart", "member_import_id", "membership_memberimport"),
)
_MONEY = (
    ("membership_scaleband", "scale_id", _SCALE),
    ("membership_scalecategory", "scale_id", _SCALE),
    ("membership_scalecategory", "payer_partner_id", _PARTNER),
    (_PROMISE, "enrolment_id", _ENROLMENT),
    (_PROMISE, "document_id", _FILE),
    ("membership_promiseinstalment", "promise_id", _PROMISE),
    ("membership_receiptbook", "unit_id", _UNIT),
    (_PAYMENT, "enrolment_id", _ENROLMENT),
    (_PAYMENT, "unit_id", _UNIT),
    (_PAYMENT, "reverses_id", _PAYMENT),
    (_PAYMENT, "payer_partner_id", _PARTNER),
    (_PAYMENT, "promise_id", _PROMISE),
    (_PAYMENT, "group_id", "membership_grouppayment"),
    ("membership_receiptprint", "payment_id", _PAYMENT),
    ("membership_enrolmentsupplement", "enrolment_id", _ENROLMENT),
    ("membership_enrolmentsupplement", "beneficiary_id", _BENEFICIARY),
    ("membership_enrolmentsupplement", "reverses_id", "membership_enrolmentsupplement"),
    ("membership_backdating", "enrolment_id", _ENROLMENT),
    ("membership_backdating", "payment_id", _PAYMENT),
    ("membership_backdating", "event_id", "membership_lifeevent"),
    ("membership_operatorstatement", "file_id", _FILE),
    ("membership_statementline", "statement_id", "membership_operatorstatement"),
    ("membership_statementtie", "line_id", "membership_statementline"),
    ("membership_statementtie", "payment_id", _PAYMENT),
)
_CARDS = (
    ("membership_card", "household_id", _HOUSEHOLD),
    ("membership_card", "key_id", "membership_signingkey"),
    ("membership_reminder", "household_id", _HOUSEHOLD),
)
KEYS = (*_REGISTER, *_MONEY, *_CARDS)


class Migration(migrations.Migration):
    dependencies = [("federations", "0002_keys"), ("membership", "0001_tables")]
    operations = [
        migrations.RunSQL(tenant_keys(KEYS), migrations.RunSQL.noop),
        migrations.RunSQL(KEEP_BALANCES, DROP_BALANCES),
    ]

"""What an agreement says of advances: an amount, a share of the mean month billed, or both."""

from django.db import migrations, models
from django.db.models import Q

_NO_SHARE = Q(advance_percent__isnull=True, advance_months__isnull=True)
_SHARE = Q(
    advance_percent__isnull=False,
    advance_percent__range=(1, 300),
    advance_months__isnull=False,
    advance_months__in=(3, 12),
)


class Migration(migrations.Migration):
    dependencies = [("claims", "0014_deferrals_end")]

    operations = [
        migrations.AddField(
            "agreement",
            "advance_francs",
            models.BigIntegerField(blank=True, null=True, verbose_name="avances, au plus (FBu)"),
        ),
        migrations.AddField(
            "agreement",
            "advance_percent",
            models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="avances : part du mois moyen (%)"
            ),
        ),
        migrations.AddField(
            "agreement",
            "advance_months",
            models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="mois de la moyenne"
            ),
        ),
        migrations.AddConstraint(
            "agreement",
            models.CheckConstraint(
                condition=_NO_SHARE | _SHARE,
                name="agreement_advance_share",
                violation_error_message="Une part du mois moyen dit sur combien de mois : 3 ou 12.",
            ),
        ),
        migrations.AddConstraint(
            "agreement",
            models.CheckConstraint(
                condition=Q(advance_francs__isnull=True) | Q(advance_francs__gt=0),
                name="agreement_advance_francs",
                violation_error_message="Le montant des avances est supérieur à zéro.",
            ),
        ),
    ]

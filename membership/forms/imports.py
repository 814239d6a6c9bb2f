"""Forms of imports: the file to bring in, and what to do with it once checked."""

from typing import Any

from django import forms

from conamus.pages.forms import ServiceForm
from conamus.pages.years import chosen_year
from membership.models import MemberImport, MutualistYear
from membership.selectors.households import units_with_households

#: What the page takes: eight times a CSV of the whole country. The proxy lets a little more
#: through (deploy/Caddyfile), so that this is what says it; the command has no limit.
MOST_BYTES = 2_000 * 1024 * 1024


class ImportForm(ServiceForm):
    """A file, what it holds, and for which year."""

    kind = forms.ChoiceField(
        label="Contenu", choices=MemberImport.Kind.choices, widget=forms.RadioSelect
    )
    year = forms.ModelChoiceField(
        label="Année mutualiste",
        queryset=MutualistYear.objects.none(),
        empty_label=None,
        help_text="Pour le registre de l’an passé : l’année en cours, qui suit ce registre.",
    )
    unit = forms.ModelChoiceField(
        label="Unité",
        queryset=MutualistYear.objects.none(),
        required=False,
        empty_label="celle que dit chaque ligne",
        help_text="Celle des lignes qui n’en nomment pas.",
    )
    file = forms.FileField(
        label="Fichier",
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods"}),
        help_text=(
            "Un CSV peut être aussi grand que le registre du pays ; un XLSX ou ODS a 40 Mo et "
            "100 000 lignes au plus. Laissez la page ouverte jusqu’à la fin de l’envoi : ensuite "
            "le fichier est gardé et la vérification avance sans vous."
        ),
    )

    backdating_reason = forms.CharField(
        label="Motif des dates anciennes",
        max_length=200,
        required=False,
        help_text=(
            "Si des adhésions ou des paiements sont datés de plus de jours en arrière que la "
            "campagne ne l’admet (carnets rentrés tard, par exemple) : sans motif ces lignes sont "
            "refusées, avec lui elles sont listées comme antidatées."
        ),
    )

    sheet = forms.CharField(
        label="Feuille",
        required=False,
        max_length=100,
        help_text="D’un classeur qui en a plusieurs ; vide : celle qui a les colonnes du modèle.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        request = kwargs.pop("request")
        super().__init__(*args, **kwargs)
        self.fields["kind"].initial = MemberImport.Kind.MEMBERS
        self.fields["year"].queryset = MutualistYear.objects.all()  # type: ignore[attr-defined]
        self.fields["year"].initial = chosen_year(request)
        self.fields["unit"].queryset = units_with_households(self.actor)  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        """Refuse what is too large before it is looked at."""
        upload = self.cleaned_data["file"]
        if upload.size > MOST_BYTES:
            raise forms.ValidationError(
                "Ce fichier dépasse 2 Go : partagez-le, ou confiez-le à l’administrateur du "
                "système."
            )
        return upload


class DecisionForm(ServiceForm):
    """What to load of a file that has refused rows."""

    choice = forms.ChoiceField(
        label="Que charger ?",
        choices=[
            (MemberImport.Choice.GOOD_ROWS, "les bonnes lignes ; les autres restent à corriger"),
            (MemberImport.Choice.ALL_OR_NOTHING, "rien, s’il reste une ligne refusée"),
        ],
        initial=MemberImport.Choice.GOOD_ROWS,
        widget=forms.RadioSelect,
    )
    doubtful = forms.ChoiceField(
        label="Les lignes à confirmer (doublons possibles) ?",
        choices=[
            ("leave", "les laisser de côté, avec tout leur ménage, pour les regarder une à une"),
            ("take", "les charger : ce sont d’autres personnes"),
        ],
        initial="leave",
        required=False,
        widget=forms.RadioSelect,
    )

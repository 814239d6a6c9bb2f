"""Forms of benefit packages: begin, terms, a clause by its kind, into force; terms of control."""

from typing import Any

from django import forms

from claims.forms.term_fields import LEVEL_CHOICES, OWNERSHIP_CHOICES, SEX_CHOICES, ActField
from claims.models import BenefitPackage, PackageClause
from claims.rules.clauses import SHAPES, TARGET
from claims.rules.entry import MOST_QUANTITY
from claims.rules.package import Paper, Scope
from claims.rules.review import DEFERRAL_DAYS, MOST_DEFERRALS
from claims.rules.sentences.figures import SCOPES
from claims.rules.words import Bearer, CareKind, Family
from claims.services.control_terms import NewControlTerms
from conamus import clock
from conamus.pages.forms import ServiceForm
from federations.forms.fields import DayField, FrancsField, offer_choices

_PAPERS = {Paper.AUTHORISATION: "accord préalable", Paper.REFERRAL: "bon de référence"}
#: A ceiling or deductible is over one of them; a limit may be over a number of days instead.
_SCOPES = [("", "…"), *((scope.value, SCOPES[scope]) for scope in Scope)]


class PackageStartForm(ServiceForm):
    """For which year a package is prepared, and from which one it is copied."""

    year = forms.TypedChoiceField(label="Pour l’année", coerce=int)
    source = forms.TypedChoiceField(
        label="Commencer comme", coerce=int, required=False, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        years: list[int] = kwargs.pop("years")
        sources: list[BenefitPackage] = kwargs.pop("sources")
        super().__init__(*args, **kwargs)
        offer_choices(self, "year", [(str(year), str(year)) for year in years])
        named = [(str(row.pk), package_name(row)) for row in sources]
        offer_choices(self, "source", [*named, ("", "un paquet vide")])


def package_name(row: BenefitPackage) -> str:
    """Return how a package is called: whose, of which year, in which state."""
    return f"{row.tenant.short_name} {row.year_id}, {row.get_state_display()}"


class PackageTermsForm(ServiceForm):
    """What a package says beside its clauses."""

    late_after_days = forms.IntegerField(
        label="Attestation tardive après (jours)",
        min_value=0,
        max_value=3650,
        required=False,
        help_text="Vide : une attestation n’est jamais trop tardive.",
    )
    accepts_unpriced = forms.BooleanField(
        label="Un acte sans tarif est pris au prix demandé, et montré à une personne",
        required=False,
        help_text="Sinon il n’est pas payé.",
    )
    derogation_on = DayField(label="Dérogation décidée le", required=False)
    derogation_reason = forms.CharField(
        label="Motif de la dérogation",
        max_length=300,
        required=False,
        help_text="Exigé d’une fédération dont le paquet s’écarte de celui de CONAMUS.",
    )


class PackageEnforceForm(ServiceForm):
    """From which day a package is in force."""

    in_force_from = DayField(label="En vigueur dès le")


def _francs() -> forms.Field:
    return FrancsField(label="Montant (FBu)", required=False)


def _days(label: str) -> forms.Field:
    return forms.IntegerField(label=label, min_value=0, max_value=3650, required=False)


def _age(label: str) -> forms.Field:
    return forms.IntegerField(label=label, min_value=0, max_value=130, required=False)


def _choice(label: str, choices: Any) -> forms.Field:
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _percent(label: str) -> forms.Field:
    return forms.DecimalField(
        label=label, min_value=0, max_value=100, decimal_places=2, required=False
    )


def _text(label: str, most: int) -> forms.Field:
    return forms.CharField(label=label, max_length=most, required=False)


_FAMILIES = [("", "toutes"), *((family.value, family.label) for family in Family)]
_KINDS = [("", "tous"), *((kind.value, kind.label) for kind in CareKind)]
_BEARERS = [
    (Bearer.FACILITY.value, Bearer.FACILITY.label),
    (Bearer.PATIENT.value, Bearer.PATIENT.label),
]


def _fields() -> dict[str, forms.Field]:
    """Every column of a clause as a field."""
    return {
        "percent": _percent("Part (%)"),
        "francs": _francs(),
        "quantity": forms.DecimalField(
            label="Quantité au plus",
            min_value=0,
            max_value=MOST_QUANTITY,
            decimal_places=2,
            required=False,
        ),
        "scope": _choice("Compté", _SCOPES),
        "days": _days("Jours"),
        "paper": _choice(
            "Pièce exigée", [("", "…"), *((one.value, said) for one, said in _PAPERS.items())]
        ),
        "bearer": _choice("Ce qui n’est pas payé est à la charge de", _BEARERS),
        "payer": _text("Autre payeur", 60),
        "is_chronic": forms.BooleanField(label="Les maladies chroniques", required=False),
        "is_maternity": forms.BooleanField(label="La grossesse et l’accouchement", required=False),
        "other_cover": _choice(
            "Ménages couverts par", [("", "peu importe"), ("cam", "CAM"), ("mfp", "MFP")]
        ),
        "owed_sex": _choice("Dû au sexe", SEX_CHOICES),
        "owed_age_from": _age("Dû dès (ans)"),
        "owed_age_to": _age("Dû jusqu’à (ans, inclus)"),
        "wording": _text("Libellé montré", 200),
        "family": _choice("Famille d’actes", _FAMILIES),
        "act": ActField(required=False, help_text="Son code ; vide : tous."),
        "level": _choice("Type de formation sanitaire", LEVEL_CHOICES),
        "ownership": _choice("Statut juridique", OWNERSHIP_CHOICES),
        "care_kind": _choice("Genre de soins", _KINDS),
        "sex": _choice("Sexe du patient", SEX_CHOICES),
        "age_from": _age("Âge dès (ans)"),
        "age_to": _age("Âge jusqu’à (ans, inclus)"),
    }


class ClauseForm(ServiceForm):
    """A clause: only what its kind says, then the care that it speaks of."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kind: str = kwargs.pop("kind")
        super().__init__(*args, **kwargs)
        shape, fields = SHAPES[kind], _fields()
        for name in (*shape.says, *TARGET):
            self.fields[name] = fields[name]
        for name in shape.needs:
            self.fields[name].required = True
        self.says = [self[name] for name in shape.says]
        self.targets = [self[name] for name in TARGET]

    def values(self) -> dict[str, Any]:
        """Return the columns by name, for the service."""
        return {name: self.cleaned_data[name] for name in self.fields if name in _fields()}


def clause_initial(clause: PackageClause) -> dict[str, Any]:
    """Return the form's start from a clause as it is."""
    names = (*SHAPES[clause.kind].says, *TARGET)
    initial = {name: getattr(clause, name) for name in names}
    return {**initial, "act": clause.act.code if clause.act else ""}


class ControlForm(ServiceForm):
    """Which claims a person must see, and the delays, from a day on."""

    in_force_from = DayField(label="Dès le", initial=clock.today)
    accepted_below_francs = FrancsField(
        label="Accepté d’office au-dessous de (FBu)",
        help_text="Part de la mutuelle : ce qu’aucune règle ni signal ne touche.",
    )
    sample_percent = forms.DecimalField(
        label="Échantillon tiré au sort (%)",
        min_value=0,
        max_value=100,
        decimal_places=2,
        help_text="Un autre taux commence le premier jour d’un mois à venir.",
    )
    second_reader_from_francs = FrancsField(label="Second lecteur dès (FBu)")
    reply_days = forms.IntegerField(
        label="Délai de réponse de la formation sanitaire (jours)", min_value=1, max_value=365
    )
    contest_days = forms.IntegerField(
        label="Délai de contestation de la fédération d’origine (jours)",
        min_value=1,
        max_value=365,
    )
    most_deferrals = forms.IntegerField(
        label="Remises à plus tard d’une attestation, au plus",
        min_value=0,
        max_value=12,
        initial=MOST_DEFERRALS,
        help_text="Ensuite, son lecteur décide sur ce qu’il y a.",
    )
    deferral_days = forms.IntegerField(
        label="Durée d’une remise, au plus (jours)",
        min_value=1,
        max_value=365,
        initial=DEFERRAL_DAYS,
    )

    def terms(self) -> NewControlTerms:
        """Return what the service takes."""
        names = NewControlTerms.__dataclass_fields__
        return NewControlTerms(**{name: self.cleaned_data[name] for name in names})

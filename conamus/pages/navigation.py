"""The menu: at most seven entries for any role, named for the work.

One table, `MENU`, from which each role gets the entries whose pages it may open. An
entry holds several pages; they unfold under it when one of them is shown. Where a role has
more of them than fit at a glance, they are gathered by the work that they serve (`group`), and
the work that is done unfolds alone. A page also owns the detail and form pages whose names begin
with one of its `owns`.
"""

from dataclasses import dataclass, replace
from functools import cache

from federations.rules.roles import Permission, Role, is_permitted

MOST_ENTRIES = 7


@dataclass(frozen=True, slots=True)
class MenuPage:
    """A page that the menu leads to; no permission means every signed-in role."""

    label: str
    url_name: str
    permission: Permission | None = None
    owns: tuple[str, ...] = ()
    #: The entry's own name for whom this is its only page.
    alone: str = ""
    #: The work that it serves, where its entry has many pages.
    group: str = ""
    #: What is done there, for the page that shows the entry's works.
    about: str = ""

    def is_open_to(self, role: Role) -> bool:
        """Tell whether the role may open it."""
        return self.permission is None or is_permitted(role, self.permission)

    def holds(self, url_name: str) -> bool:
        """Tell whether the page named is this one, or a detail or form of it.

        What is a page of the menu itself is no other's, however its name begins.
        """
        if url_name in _own_pages():
            return url_name == self.url_name
        return url_name.startswith(self.owns)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu and the pages under it."""

    label: str
    pages: tuple[MenuPage, ...]

    @property
    def groups(self) -> dict[str, tuple[MenuPage, ...]]:
        """The pages by the work that they serve, in their order; under "": by themselves."""
        names = dict.fromkeys(page.group for page in self.pages)
        return {name: tuple(page for page in self.pages if page.group == name) for name in names}


#: The works of care, in the order in which a claim meets them.
_TO_DO = "À faire"
_CLAIMS = "Attestations"
_MONEY = "Factures et paiements"
_CONTROL = "Contrôle"
_FIGURES = "Chiffres"
_TERMS = "Conditions"

MENU = (
    MenuEntry(
        "Accueil",
        (MenuPage("Accueil", "home", owns=("network_", "federation_figures", "unit_figures")),),
    ),
    MenuEntry(
        "Ménages",
        (
            MenuPage("Ménages", "households", Permission.SEE_HOUSEHOLDS, ("household_",)),
            MenuPage("Renouveler", "renewals", Permission.ENROL_HOUSEHOLDS, ("renewals_",)),
            MenuPage(
                "Vérifier les droits",
                "rights_check",
                Permission.CHECK_RIGHTS,
                ("rights_list", "card_verify"),
                alone="Vérifier les droits",
            ),
            MenuPage("Imprimer", "papers", Permission.ENROL_HOUSEHOLDS, ("paper_",)),
            MenuPage("Transferts", "transfers", Permission.SEE_HOUSEHOLDS, ("transfer_",)),
            MenuPage(
                "Plages de numéros",
                "number_ranges",
                Permission.DECIDE_MEMBERSHIP,
                ("number_range_",),
            ),
            MenuPage("Cartes", "cards", Permission.SEE_HOUSEHOLDS, ("card_", "signing_")),
            MenuPage("Doublons", "duplicates", Permission.SEE_HOUSEHOLDS, ("duplicate_",)),
            MenuPage("Imports", "imports", Permission.SEE_IMPORTS, ("import_",)),
            MenuPage(
                "Indicateurs",
                "membership_indicators",
                Permission.SEE_CONTRIBUTIONS,
                ("membership_insured_", "membership_rate_", "membership_counted"),
            ),
        ),
    ),
    MenuEntry(
        "Cotisations",
        (
            MenuPage("Encaissements", "payments", Permission.SEE_CONTRIBUTIONS, ("payment_",)),
            MenuPage(
                "Feuille de caisse", "cash_sheet", Permission.SEE_CONTRIBUTIONS, ("cash_sheet_",)
            ),
            MenuPage("Opérations antidatées", "backdatings", Permission.SEE_CONTRIBUTIONS),
            MenuPage("Retards", "arrears", Permission.SEE_CONTRIBUTIONS, ("arrears_",)),
            MenuPage("Rappels par SMS", "reminders", Permission.SEE_REMINDERS, ("reminder_",)),
            MenuPage("Promesses", "promises", Permission.SEE_CONTRIBUTIONS, ("promise_",)),
            MenuPage(
                "Relevés des opérateurs", "statements", Permission.SEE_IMPORTS, ("statement_",)
            ),
            MenuPage(
                "Campagne",
                "campaign",
                Permission.SEE_CONTRIBUTIONS,
                ("campaign_", "targets"),
            ),
            MenuPage("Barèmes", "scales", Permission.SEE_CONTRIBUTIONS, ("scale_",)),
            MenuPage(
                "Clé de répartition",
                "sharing_keys",
                Permission.SEE_CONTRIBUTIONS,
                ("sharing_key_",),
            ),
        ),
    ),
    MenuEntry(
        "Soins",
        (
            MenuPage("Vue d’ensemble", "care_home", Permission.SEE_CARE_TERMS),
            MenuPage(
                "Saisir",
                "claim_entry",
                Permission.ENTER_CLAIMS,
                ("claim_file",),
                group=_TO_DO,
                about="Taper les attestations, ou les importer d’un fichier.",
            ),
            MenuPage(
                "Examiner",
                "review_queue",
                Permission.REVIEW_CLAIMS,
                ("review_case", "review_sitting"),
                group=_TO_DO,
                about="La file des attestations qui attendent un lecteur, au clavier.",
            ),
            MenuPage(
                "Réponses attendues",
                "claim_replies",
                Permission.CONTEST_DECISIONS,
                ("claim_reply", "claim_contest"),
                group=_TO_DO,
                about="Questions posées et décisions contestées, avant leur terme.",
            ),
            MenuPage(
                "Attestations",
                "claims",
                Permission.SEE_CLAIMS,
                (
                    "claim_detail",
                    "claim_change",
                    "claim_replace",
                    "claim_cancel",
                    "claim_private",
                    "claim_attach",
                ),
                group=_CLAIMS,
                about="Retrouver une attestation et ce que chaque franc est devenu.",
            ),
            MenuPage(
                "Bons de prise en charge",
                "authorisations",
                Permission.SEE_CLAIMS,
                ("authorisation_",),
                group=_CLAIMS,
                about="Accords préalables : montant, validité, ce qui en reste.",
            ),
            MenuPage(
                "Réclamations",
                "complaints",
                Permission.RECORD_COMPLAINTS,
                ("complaint_",),
                group=_CLAIMS,
                about="Inscrire la réclamation d’un membre, y répondre à temps.",
            ),
            MenuPage(
                "Factures",
                "invoices",
                Permission.SEE_INVOICES,
                ("invoice_",),
                group=_MONEY,
                about="Les mois des formations sanitaires : rattacher, comparer, arrêter.",
            ),
            MenuPage(
                "Échéances",
                "dues",
                Permission.SEE_INVOICES,
                ("due_",),
                group=_MONEY,
                about="Ce qui est dû, par âge, et le compte de chaque formation.",
            ),
            MenuPage(
                "Paiements",
                "orders",
                Permission.SEE_INVOICES,
                ("order_", "advance_"),
                group=_MONEY,
                about="Ordres de paiement, avances, avis et reçus.",
            ),
            MenuPage(
                "Signaux",
                "signals",
                Permission.SETTLE_SIGNALS,
                ("signal_",),
                group=_CONTROL,
                about="Ce qui sort de l’ordinaire : confirmer ou écarter.",
            ),
            MenuPage(
                "Visites",
                "visits",
                Permission.SEE_VISITS,
                ("visit_",),
                group=_CONTROL,
                about="Vérifier sur place un échantillon d’attestations ; rapports et réponses.",
            ),
            MenuPage(
                "Enquêtes",
                "surveys",
                Permission.SEE_SURVEYS,
                ("survey_",),
                group=_CONTROL,
                about="Satisfaction des membres, qualité des formations sanitaires : scores.",
            ),
            MenuPage(
                "Questionnaires",
                "questionnaires",
                Permission.MANAGE_SURVEYS,
                ("questionnaire_",),
                group=_CONTROL,
                about="Grilles de visite et questions d’enquête, par version.",
            ),
            MenuPage(
                "Échantillon",
                "review_sample",
                Permission.REVIEW_CLAIMS,
                group=_CONTROL,
                about="Ce que le tirage au hasard dit du reste.",
            ),
            MenuPage(
                "Refaire des décisions",
                "claim_redo",
                Permission.REDO_DECISIONS,
                group=_CONTROL,
                about="Reprendre un lot après un tarif ou un paquet corrigé.",
            ),
            MenuPage(
                "Règles de contrôle",
                "control_terms",
                Permission.SEE_CARE_FIGURES,
                ("control_terms_",),
                group=_CONTROL,
                about="À partir de quel montant une personne regarde, et quelle part au hasard.",
            ),
            MenuPage(
                "Tableau de bord",
                "care_figures",
                Permission.SEE_CARE_FIGURES,
                group=_FIGURES,
                about="Cas, coûts, rejets, délais et motifs de l’année.",
            ),
            MenuPage(
                "Entonnoir",
                "facility_funnel",
                Permission.SEE_CARE_FIGURES,
                group=_FIGURES,
                about="Chaque formation sanitaire comparée à ses pairs.",
            ),
            MenuPage(
                "Chiffres des soins",
                "care_aggregates",
                Permission.SEE_CARE_AGGREGATES,
                alone="Soins",
            ),
            MenuPage(
                "Paquets",
                "packages",
                Permission.SEE_CARE_TERMS,
                ("package_",),
                group=_TERMS,
                about="Ce que la mutuelle paie, en mots ; simuler une facture.",
            ),
            MenuPage(
                "Tarifs",
                "tariffs",
                Permission.SEE_CARE_TERMS,
                ("tariff_",),
                group=_TERMS,
                about="Les prix convenus, et lequel vaut un jour donné.",
            ),
            MenuPage(
                "Conventions",
                "agreements",
                Permission.SEE_CARE_TERMS,
                ("agreement_",),
                group=_TERMS,
                about="Avec quelles formations sanitaires, depuis quand, à quel terme.",
            ),
            MenuPage(
                "Carnets",
                "stub_books",
                Permission.SEE_CARE_TERMS,
                ("stub_book_",),
                group=_TERMS,
                about="Les souches remises à chaque formation sanitaire.",
            ),
            MenuPage(
                "Actes et médicaments",
                "acts",
                Permission.SEE_CARE_TERMS,
                ("act_",),
                group=_TERMS,
                about="Le catalogue et ses codes.",
            ),
            MenuPage(
                "Motifs de soins",
                "care_reasons",
                Permission.SEE_CARE_TERMS,
                ("care_reason_",),
                group=_TERMS,
                about="La courte liste des motifs, avec leur code CIM-10.",
            ),
        ),
    ),
    MenuEntry(
        "Réseau",
        (
            MenuPage(
                "Unités",
                "units",
                Permission.SEE_DIRECTORY,
                (
                    "unit_detail",
                    "unit_tree",
                    "unit_add",
                    "unit_edit",
                    "unit_close",
                    "unit_recut",
                    "unit_zone",
                    "recut_",
                ),
            ),
            MenuPage(
                "Formations sanitaires",
                "facilities",
                Permission.SEE_DIRECTORY,
                ("facility_",),
            ),
            MenuPage(
                "Lieux et districts",
                "places",
                Permission.SEE_DIRECTORY,
                ("place_", "districts", "district_"),
            ),
            MenuPage("Partenaires", "partners", Permission.SEE_REPORTS, ("partner_",)),
        ),
    ),
    MenuEntry(
        "Rapports",
        (
            MenuPage("Activités", "activities", Permission.SEE_ACTIVITIES, ("activity_",)),
            MenuPage("Dépenses", "expenses", Permission.SEE_EXPENSES, ("expense_",)),
            MenuPage(
                "Rapports annuels",
                "annual_reports",
                Permission.SEE_REPORTS,
                ("annual_report_", "report_"),
                alone="Rapports annuels",
            ),
            MenuPage("Textes et photos", "narrative", Permission.WRITE_NARRATIVE, ("narrative_",)),
        ),
    ),
    MenuEntry(
        "Administration",
        (
            MenuPage("Utilisateurs", "people", Permission.MANAGE_PEOPLE, ("person_",)),
            MenuPage("Rôles et droits", "roles", Permission.MANAGE_PEOPLE),
            MenuPage("Historique", "history", Permission.SEE_HISTORY, ("history_",)),
            MenuPage("Vérifications de droits", "rights_traces", Permission.SEE_HISTORY),
            MenuPage("Lectures des motifs de soins", "private_readings", Permission.SEE_HISTORY),
            MenuPage("Tentatives refusées", "refusals", Permission.SEE_REFUSALS),
            MenuPage("Tâches", "jobs", Permission.PRODUCE_REPORTS, ("job_",)),
            MenuPage("Tâches", "network_jobs", Permission.FOLLOW_NETWORK_JOBS, ("network_job_",)),
            MenuPage("Mois fermés", "periods", Permission.LOCK_PERIODS, ("period_",)),
            MenuPage("Années passées", "past_years", Permission.IMPORT_TAKE_ON, ("past_year_",)),
            MenuPage("Données de départ", "take_on", Permission.IMPORT_TAKE_ON, ("take_on_",)),
        ),
    ),
)


@cache
def _own_pages() -> frozenset[str]:
    """Return the names of the menu's own pages."""
    return frozenset(page.url_name for entry in MENU for page in entry.pages)


def menu_of(role: Role) -> list[MenuEntry]:
    """Return the entries of a role, each with the pages that the role may open.

    >>> [entry.label for entry in menu_of(Role.FACILITY_USER)]
    ['Accueil', 'Vérifier les droits', 'Soins', 'Réseau']
    """
    opened = (
        replace(entry, pages=tuple(page for page in entry.pages if page.is_open_to(role)))
        for entry in MENU
    )
    return [_named(entry) for entry in opened if entry.pages]


def _named(entry: MenuEntry) -> MenuEntry:
    alone = entry.pages[0].alone if len(entry.pages) == 1 else ""
    return replace(entry, label=alone) if alone else entry

"""The menu: at most seven entries for any role, named for the work.

One table, `MENU`, from which each role gets the entries whose pages it may open. An
entry holds several pages; they unfold under it when one of them is shown. A page also
owns the detail and form pages whose names begin with one of its `owns`.
"""

from dataclasses import dataclass, replace

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

    def is_open_to(self, role: Role) -> bool:
        """Tell whether the role may open it."""
        return self.permission is None or is_permitted(role, self.permission)

    def holds(self, url_name: str) -> bool:
        """Tell whether the page named is this one, or a detail or form of it."""
        return url_name == self.url_name or url_name.startswith(self.owns)


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One entry of the menu and the pages under it."""

    label: str
    pages: tuple[MenuPage, ...]


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
                ("membership_insured_",),
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
            MenuPage("Saisir", "claim_entry", Permission.ENTER_CLAIMS, ("claim_file",)),
            MenuPage("Examiner", "review_queue", Permission.REVIEW_CLAIMS, ("review_case",)),
            MenuPage("Échantillon", "review_sample", Permission.REVIEW_CLAIMS),
            MenuPage("Signaux", "signals", Permission.SETTLE_SIGNALS, ("signal_",)),
            MenuPage("Tableau de bord", "care_figures", Permission.SEE_CARE_FIGURES),
            MenuPage("Entonnoir", "facility_funnel", Permission.SEE_CARE_FIGURES),
            MenuPage("Réponses attendues", "claim_replies", Permission.CONTEST_DECISIONS),
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
            ),
            MenuPage(
                "Bons de prise en charge",
                "authorisations",
                Permission.SEE_CLAIMS,
                ("authorisation_",),
            ),
            MenuPage("Refaire des décisions", "claim_redo", Permission.REDO_DECISIONS),
            MenuPage("Factures", "invoices", Permission.SEE_INVOICES, ("invoice_",)),
            MenuPage("Échéances", "dues", Permission.SEE_INVOICES, ("due_",)),
            MenuPage("Paiements", "orders", Permission.SEE_INVOICES, ("order_", "advance_")),
            MenuPage("Réclamations", "complaints", Permission.RECORD_COMPLAINTS, ("complaint_",)),
            MenuPage("Conventions", "agreements", Permission.SEE_CARE_TERMS, ("agreement_",)),
            MenuPage("Carnets", "stub_books", Permission.SEE_CARE_TERMS, ("stub_book_",)),
            MenuPage("Tarifs", "tariffs", Permission.SEE_CARE_TERMS, ("tariff_",)),
            MenuPage("Actes et médicaments", "acts", Permission.SEE_CARE_TERMS, ("act_",)),
            MenuPage(
                "Motifs de soins", "care_reasons", Permission.SEE_CARE_TERMS, ("care_reason_",)
            ),
            MenuPage("Paquets", "packages", Permission.SEE_CARE_TERMS, ("package_",)),
            MenuPage(
                "Règles de contrôle",
                "control_terms",
                Permission.SEE_CARE_FIGURES,
                ("control_terms_",),
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
            MenuPage("Tentatives refusées", "refusals", Permission.SEE_REFUSALS),
            MenuPage("Tâches", "jobs", Permission.PRODUCE_REPORTS, ("job_",)),
            MenuPage("Mois fermés", "periods", Permission.LOCK_PERIODS, ("period_",)),
            MenuPage("Années passées", "past_years", Permission.IMPORT_TAKE_ON, ("past_year_",)),
            MenuPage("Données de départ", "take_on", Permission.IMPORT_TAKE_ON, ("take_on_",)),
        ),
    ),
)


def menu_of(role: Role) -> list[MenuEntry]:
    """Return the entries of a role, each with the pages that the role may open.
    ['Accueil', 'Vérifier les droits', 'Soins', 'Réseau']
    >>> [entry.label for entry in menu_of(Role.FACILITY_USER)]
    ['Accueil', 'Vérifier les droits', 'Réseau']
    """
    opened = (
        replace(entry, pages=tuple(page for page in entry.pages if page.is_open_to(role)))
        for entry in MENU
    )
    return [_named(entry) for entry in opened if entry.pages]


def _named(entry: MenuEntry) -> MenuEntry:
    alone = entry.pages[0].alone if len(entry.pages) == 1 else ""
    return replace(entry, label=alone) if alone else entry

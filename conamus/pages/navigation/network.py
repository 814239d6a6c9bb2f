"""The menu's entries on the network: its units, its reports, its administration."""

from conamus.pages.navigation.entries import MenuEntry, MenuPage
from federations.rules.roles import Permission

NETWORK = MenuEntry(
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
)

REPORTS = MenuEntry(
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
)

ADMINISTRATION = MenuEntry(
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
)

"""The menu's entries on members: their households, and what they pay."""

from conamus.pages.navigation.entries import MenuEntry, MenuPage
from federations.rules.roles import Permission

HOUSEHOLDS = MenuEntry(
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
)

CONTRIBUTIONS = MenuEntry(
    "Cotisations",
    (
        MenuPage("Encaissements", "payments", Permission.SEE_CONTRIBUTIONS, ("payment_",)),
        MenuPage("Feuille de caisse", "cash_sheet", Permission.SEE_CONTRIBUTIONS, ("cash_sheet_",)),
        MenuPage("Opérations antidatées", "backdatings", Permission.SEE_CONTRIBUTIONS),
        MenuPage("Retards", "arrears", Permission.SEE_CONTRIBUTIONS, ("arrears_",)),
        MenuPage("Trop-perçus", "overpaid", Permission.SEE_CONTRIBUTIONS),
        MenuPage("Rappels par SMS", "reminders", Permission.SEE_REMINDERS, ("reminder_",)),
        MenuPage("Promesses", "promises", Permission.SEE_CONTRIBUTIONS, ("promise_",)),
        MenuPage("Relevés des opérateurs", "statements", Permission.SEE_IMPORTS, ("statement_",)),
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
)

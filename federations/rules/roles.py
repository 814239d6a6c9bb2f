"""Roles and permissions: the one table that says who may do what.

A role is what a person is in the network; a permission is one verb on one thing, asked
by the services. `ROLES_OF` below is the whole of it: it is shown as a page (« Rôles et
droits »), enforced by `federations.services.access.require`, and tested cell by cell.
Which rows a role then sees is decided by the scope and the row-level security
(federations/tenancy), not here.
"""

from enum import StrEnum


class Role(StrEnum):
    """What a person is in the network; the value is stored, the label is on the screen."""

    CONFEDERATION_MANAGER = "confederation_manager"
    FEDERATION_MANAGER = "federation_manager"
    CENTRE_OPERATOR = "centre_operator"
    MUTUELLE_AGENT = "mutuelle_agent"
    MEDICAL_ADVISER = "medical_adviser"
    ADVISING_NURSE = "advising_nurse"
    FACILITY_USER = "facility_user"
    REGULATOR = "regulator"
    AUDITOR = "auditor"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The role's French name."""
        return _LABELS[self]


_LABELS = {
    Role.CONFEDERATION_MANAGER: "Gestionnaire de la confédération",
    Role.FEDERATION_MANAGER: "Gestionnaire de fédération",
    Role.CENTRE_OPERATOR: "Opérateur de centre de gestion",
    Role.MUTUELLE_AGENT: "Agent de mutuelle",
    Role.MEDICAL_ADVISER: "Médecin conseil",
    Role.ADVISING_NURSE: "Infirmier conseil",
    Role.FACILITY_USER: "Utilisateur de formation sanitaire",
    Role.REGULATOR: "Régulateur (SEP/CNPS)",
    Role.AUDITOR: "Auditeur",
    Role.SYSTEM_ADMINISTRATOR: "Administrateur du système",
    Role.SYSTEM: "Système",
}

#: Roles that belong to CONAMUS itself, to a federation, or to either.
CONFEDERATION_ROLES = frozenset(
    {Role.CONFEDERATION_MANAGER, Role.MEDICAL_ADVISER, Role.REGULATOR, Role.SYSTEM_ADMINISTRATOR}
)
FEDERATION_ROLES = frozenset(
    {
        Role.FEDERATION_MANAGER,
        Role.CENTRE_OPERATOR,
        Role.MUTUELLE_AGENT,
        Role.ADVISING_NURSE,
        Role.FACILITY_USER,
    }
)
EITHER_ROLES = frozenset({Role.AUDITOR})
#: Roles that a person can be given (the system is nobody's role).
ASSIGNABLE_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
#: Roles that must name the unit, or the facility, that they are limited to.
UNIT_ROLES = frozenset({Role.CENTRE_OPERATOR, Role.MUTUELLE_AGENT})
FACILITY_ROLES = frozenset({Role.FACILITY_USER})


class Permission(StrEnum):
    """One verb on one thing; the label completes « peut … »."""

    SEE_NETWORK_FIGURES = "see_network_figures"
    SEE_DIRECTORY = "see_directory"
    MANAGE_UNITS = "manage_units"
    MANAGE_FACILITIES = "manage_facilities"
    MANAGE_PLACES = "manage_places"
    SEE_HOUSEHOLDS = "see_households"
    CHECK_RIGHTS = "check_rights"
    ENROL_HOUSEHOLDS = "enrol_households"
    DECIDE_MEMBERSHIP = "decide_membership"
    SEE_CONTRIBUTIONS = "see_contributions"
    COLLECT_CONTRIBUTIONS = "collect_contributions"
    REVERSE_RECEIPTS = "reverse_receipts"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    ISSUE_CARDS = "issue_cards"
    IMPORT_MEMBERS = "import_members"
    SEE_IMPORTS = "see_imports"
    SEND_REMINDERS = "send_reminders"
    SEE_REMINDERS = "see_reminders"
    SEE_CARE_TERMS = "see_care_terms"
    MANAGE_CARE_TERMS = "manage_care_terms"
    MANAGE_AGREEMENTS = "manage_agreements"
    SEE_CLAIMS = "see_claims"
    SEE_DIAGNOSES = "see_diagnoses"
    ENTER_CLAIMS = "enter_claims"
    AUTHORISE_CARE = "authorise_care"
    CHECK_CLAIMS = "check_claims"
    REVIEW_CLAIMS = "review_claims"
    CONTEST_DECISIONS = "contest_decisions"
    REDO_DECISIONS = "redo_decisions"
    SETTLE_SIGNALS = "settle_signals"
    SEE_INVOICES = "see_invoices"
    RECORD_INVOICES = "record_invoices"
    PAY_INVOICES = "pay_invoices"
    VISIT_FACILITIES = "visit_facilities"
    SEE_VISITS = "see_visits"
    SEE_SURVEYS = "see_surveys"
    RECORD_SURVEYS = "record_surveys"
    MANAGE_SURVEYS = "manage_surveys"
    RECORD_COMPLAINTS = "record_complaints"
    SEE_CARE_FIGURES = "see_care_figures"
    SEE_CARE_AGGREGATES = "see_care_aggregates"
    SEE_ACTIVITIES = "see_activities"
    RECORD_ACTIVITIES = "record_activities"
    SEE_EXPENSES = "see_expenses"
    RECORD_EXPENSES = "record_expenses"
    SEE_REPORTS = "see_reports"
    WRITE_NARRATIVE = "write_narrative"
    PRODUCE_REPORTS = "produce_reports"
    MANAGE_PEOPLE = "manage_people"
    SEE_HISTORY = "see_history"
    IMPORT_TAKE_ON = "import_take_on"
    LOCK_PERIODS = "lock_periods"
    SEE_REFUSALS = "see_refusals"
    FOLLOW_NETWORK_JOBS = "follow_network_jobs"

    @property
    def label(self) -> str:
        """What the permission lets one do, in French."""
        return _PERMISSION_LABELS[self]

    @property
    def refused(self) -> str:
        """The same, as one is told that one may not.

        >>> Permission.REVERSE_RECEIPTS.refused
        'ne permet pas d’annuler un reçu par un contre-reçu'
        """
        elided = self.label[0] in "aeéèêiouyh"
        return f"ne permet pas {'d’' if elided else 'de '}{self.label}"


_PERMISSION_LABELS = {
    Permission.SEE_NETWORK_FIGURES: "voir les chiffres de tout le réseau",
    Permission.SEE_DIRECTORY: "consulter l’annuaire : unités, formations sanitaires, lieux",
    Permission.MANAGE_UNITS: "créer et modifier les unités, les partenaires",
    Permission.MANAGE_FACILITIES: "tenir le registre des formations sanitaires",
    Permission.MANAGE_PLACES: "tenir le découpage administratif et les districts",
    Permission.SEE_HOUSEHOLDS: "voir les ménages et les bénéficiaires",
    Permission.CHECK_RIGHTS: "vérifier les droits d’un bénéficiaire",
    Permission.ENROL_HOUSEHOLDS: "inscrire les ménages et tenir leur fiche",
    Permission.DECIDE_MEMBERSHIP: "transférer, radier, fusionner ; accepter une promesse",
    Permission.SEE_CONTRIBUTIONS: "voir les barèmes, cotisations et reçus",
    Permission.COLLECT_CONTRIBUTIONS: "encaisser les cotisations",
    Permission.REVERSE_RECEIPTS: "annuler un reçu par un contre-reçu",
    Permission.MANAGE_CAMPAIGNS: "fixer campagnes, barèmes, clés et cibles",
    Permission.ISSUE_CARDS: "émettre et révoquer les cartes",
    Permission.IMPORT_MEMBERS: "importer des membres et des paiements",
    Permission.SEE_IMPORTS: "voir les imports et les relevés des opérateurs",
    Permission.SEND_REMINDERS: "envoyer des rappels aux ménages",
    Permission.SEE_REMINDERS: "voir le journal des rappels",
    Permission.SEE_CARE_TERMS: "voir actes, tarifs, conventions et paquets",
    Permission.MANAGE_CARE_TERMS: "tenir catalogue, tarifs, paquets et règles de contrôle",
    Permission.MANAGE_AGREEMENTS: "tenir les conventions et les carnets d’attestations",
    Permission.SEE_CLAIMS: "voir les attestations de soins, sans leur motif médical",
    Permission.SEE_DIAGNOSES: "lire les motifs médicaux et les pièces jointes",
    Permission.ENTER_CLAIMS: "saisir les attestations de soins",
    Permission.AUTHORISE_CARE: "accorder des bons de prise en charge",
    Permission.CHECK_CLAIMS: "vérifier les attestations transmises",
    Permission.REVIEW_CLAIMS: "examiner et décider les attestations",
    Permission.CONTEST_DECISIONS: "répondre à une décision ou la contester",
    Permission.REDO_DECISIONS: "refaire les décisions d’un lot",
    Permission.SETTLE_SIGNALS: "confirmer ou écarter un signal de fraude",
    Permission.SEE_INVOICES: "voir les factures et paiements des formations sanitaires",
    Permission.RECORD_INVOICES: "inscrire et arrêter les factures",
    Permission.PAY_INVOICES: "payer les factures, accorder des avances",
    Permission.VISIT_FACILITIES: "préparer et tenir les visites de formations sanitaires",
    Permission.SEE_VISITS: "voir les visites de formations sanitaires et leurs rapports",
    Permission.SEE_SURVEYS: "voir les enquêtes et leurs scores",
    Permission.RECORD_SURVEYS: "saisir les entretiens des enquêtes",
    Permission.MANAGE_SURVEYS: "lancer les enquêtes, tenir les questionnaires",
    Permission.RECORD_COMPLAINTS: "inscrire les réclamations des membres",
    Permission.SEE_CARE_FIGURES: "voir les tableaux de bord des soins",
    Permission.SEE_CARE_AGGREGATES: "voir les chiffres agrégés des soins du réseau",
    Permission.SEE_ACTIVITIES: "voir le registre des activités",
    Permission.RECORD_ACTIVITIES: "inscrire des activités",
    Permission.SEE_EXPENSES: "voir les dépenses",
    Permission.RECORD_EXPENSES: "inscrire des dépenses",
    Permission.SEE_REPORTS: "lire les rapports annuels",
    Permission.WRITE_NARRATIVE: "rédiger les textes du rapport annuel",
    Permission.PRODUCE_REPORTS: "produire le rapport annuel",
    Permission.MANAGE_PEOPLE: "inviter et désactiver des utilisateurs",
    Permission.SEE_HISTORY: "lire l’historique des changements",
    Permission.IMPORT_TAKE_ON: "importer les données de départ",
    Permission.LOCK_PERIODS: "fermer et rouvrir un mois",
    Permission.SEE_REFUSALS: "voir les tentatives refusées",
    Permission.FOLLOW_NETWORK_JOBS: "suivre les tâches du réseau, relancer celles qui ont échoué",
}

_EVERYONE = frozenset(ASSIGNABLE_ROLES)
_MANAGERS = frozenset({Role.CONFEDERATION_MANAGER, Role.FEDERATION_MANAGER})
_READERS = _MANAGERS | {Role.AUDITOR}
#: Who works with the households of a unit.
_DESKS = frozenset({Role.FEDERATION_MANAGER, Role.CENTRE_OPERATOR, Role.MUTUELLE_AGENT})
#: Who reviews care: the confederation's advisers, a federation's nurses.
_DOCTORS = frozenset({Role.MEDICAL_ADVISER, Role.ADVISING_NURSE})

ROLES_OF: dict[Permission, frozenset[Role]] = {
    Permission.SEE_NETWORK_FIGURES: frozenset(
        {Role.CONFEDERATION_MANAGER, Role.REGULATOR, Role.MEDICAL_ADVISER}
    ),
    Permission.SEE_DIRECTORY: _EVERYONE,
    Permission.MANAGE_UNITS: _MANAGERS,
    Permission.MANAGE_FACILITIES: _MANAGERS,
    Permission.MANAGE_PLACES: frozenset({Role.CONFEDERATION_MANAGER, Role.SYSTEM_ADMINISTRATOR}),
    Permission.SEE_HOUSEHOLDS: frozenset(
        {
            Role.FEDERATION_MANAGER,
            Role.CENTRE_OPERATOR,
            Role.MUTUELLE_AGENT,
            Role.ADVISING_NURSE,
            Role.AUDITOR,
        }
    ),
    Permission.CHECK_RIGHTS: _DESKS
    | {Role.ADVISING_NURSE, Role.MEDICAL_ADVISER, Role.FACILITY_USER},
    Permission.ENROL_HOUSEHOLDS: _DESKS,
    Permission.DECIDE_MEMBERSHIP: frozenset({Role.FEDERATION_MANAGER}),
    Permission.SEE_CONTRIBUTIONS: _DESKS | _READERS,
    Permission.COLLECT_CONTRIBUTIONS: _DESKS,
    Permission.REVERSE_RECEIPTS: frozenset({Role.FEDERATION_MANAGER, Role.CENTRE_OPERATOR}),
    Permission.MANAGE_CAMPAIGNS: _MANAGERS,
    Permission.ISSUE_CARDS: frozenset({Role.FEDERATION_MANAGER, Role.MUTUELLE_AGENT}),
    Permission.IMPORT_MEMBERS: frozenset({Role.FEDERATION_MANAGER}),
    Permission.SEE_IMPORTS: frozenset({Role.FEDERATION_MANAGER, Role.AUDITOR}),
    Permission.SEND_REMINDERS: frozenset({Role.FEDERATION_MANAGER, Role.MUTUELLE_AGENT}),
    Permission.SEE_REMINDERS: frozenset(
        {Role.FEDERATION_MANAGER, Role.MUTUELLE_AGENT, Role.AUDITOR}
    ),
    Permission.SEE_CARE_TERMS: _EVERYONE - {Role.REGULATOR, Role.SYSTEM_ADMINISTRATOR},
    Permission.MANAGE_CARE_TERMS: _MANAGERS,
    Permission.MANAGE_AGREEMENTS: frozenset({Role.FEDERATION_MANAGER}),
    Permission.SEE_CLAIMS: _DESKS | _DOCTORS | {Role.AUDITOR, Role.FACILITY_USER},
    Permission.SEE_DIAGNOSES: _DOCTORS | {Role.FACILITY_USER},
    # Who pays does not enter, who enters does not decide: a manager's hands stay off a claim.
    Permission.ENTER_CLAIMS: frozenset({Role.CENTRE_OPERATOR, Role.FACILITY_USER}),
    Permission.AUTHORISE_CARE: _DOCTORS | {Role.CENTRE_OPERATOR},
    Permission.CHECK_CLAIMS: frozenset({Role.CENTRE_OPERATOR}),
    Permission.REVIEW_CLAIMS: _DOCTORS,
    Permission.CONTEST_DECISIONS: _DOCTORS | {Role.FACILITY_USER},
    Permission.REDO_DECISIONS: frozenset({Role.FEDERATION_MANAGER}),
    Permission.SETTLE_SIGNALS: _DOCTORS | {Role.FEDERATION_MANAGER},
    Permission.SEE_INVOICES: _READERS
    | {Role.CENTRE_OPERATOR, Role.FACILITY_USER, Role.MEDICAL_ADVISER},
    Permission.RECORD_INVOICES: frozenset({Role.CENTRE_OPERATOR, Role.FEDERATION_MANAGER}),
    Permission.PAY_INVOICES: frozenset({Role.FEDERATION_MANAGER}),
    Permission.VISIT_FACILITIES: _DOCTORS | {Role.FEDERATION_MANAGER},
    Permission.SEE_VISITS: _READERS | _DOCTORS | {Role.FACILITY_USER},
    Permission.SEE_SURVEYS: _READERS | _DESKS | _DOCTORS,
    Permission.RECORD_SURVEYS: _DESKS | _DOCTORS,
    Permission.MANAGE_SURVEYS: _MANAGERS | {Role.MEDICAL_ADVISER},
    Permission.RECORD_COMPLAINTS: _DESKS,
    Permission.SEE_CARE_FIGURES: _READERS | _DOCTORS | {Role.CENTRE_OPERATOR},
    Permission.SEE_CARE_AGGREGATES: frozenset({Role.REGULATOR}),
    Permission.SEE_ACTIVITIES: _READERS | {Role.MEDICAL_ADVISER, Role.MUTUELLE_AGENT},
    Permission.RECORD_ACTIVITIES: _MANAGERS | {Role.MEDICAL_ADVISER, Role.MUTUELLE_AGENT},
    Permission.SEE_EXPENSES: _READERS,
    Permission.RECORD_EXPENSES: _MANAGERS,
    Permission.SEE_REPORTS: _READERS | {Role.MEDICAL_ADVISER, Role.REGULATOR},
    Permission.WRITE_NARRATIVE: _MANAGERS,
    Permission.PRODUCE_REPORTS: _MANAGERS,
    Permission.MANAGE_PEOPLE: _MANAGERS | {Role.SYSTEM_ADMINISTRATOR},
    Permission.SEE_HISTORY: _READERS | {Role.SYSTEM_ADMINISTRATOR},
    Permission.IMPORT_TAKE_ON: _MANAGERS,
    Permission.LOCK_PERIODS: _MANAGERS,
    Permission.SEE_REFUSALS: frozenset({Role.AUDITOR, Role.SYSTEM_ADMINISTRATOR}),
    # What they are and how they went, never what they hold.
    Permission.FOLLOW_NETWORK_JOBS: frozenset({Role.SYSTEM_ADMINISTRATOR}),
}


def permitted_roles(*permissions: Permission) -> frozenset[Role]:
    """Return the roles that carry one of ``permissions``, the system among them.

    >>> permitted_roles(Permission.SEE_CARE_AGGREGATES) == {Role.REGULATOR, Role.SYSTEM}
    True
    """
    return frozenset({Role.SYSTEM}).union(*(ROLES_OF[one] for one in permissions))


def is_permitted(role: Role, permission: Permission) -> bool:
    """Tell whether ``role`` carries ``permission``; the system carries every one.

    >>> is_permitted(Role.REGULATOR, Permission.SEE_HOUSEHOLDS)
    False
    """
    return role in permitted_roles(permission)

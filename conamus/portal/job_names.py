"""What each kind of task is called where its own title, which may name people, is not shown."""

_NAMES = {
    "annual_report": "Rapport annuel",
    "card_batch": "Cartes à imprimer",
    "check_attestations": "Essai d’un fichier d’attestations",
    "decide_claims": "Décisions sur des attestations",
    "demo_care_year": "Année de soins de la démonstration",
    "duplicates": "Recherche de doublons",
    "import_check": "Vérification d’un import de membres",
    "import_load": "Import de membres",
    "list_export": "Export ou impression d’une liste",
    "load_attestations": "Entrée d’un fichier d’attestations",
    "membership.move_recut": "Passage aux unités d’un redécoupage",
    "membership.move_section": "Passage des ménages d’une unité",
    "membership.propose_section": "Transfert d’une section proposé",
    "membership.receive_section": "Transfert d’une section reçu",
    "membership_blank_forms": "Formulaires vierges",
    "membership_paper": "Papiers d’un ménage ou d’une liste",
    "open_rights": "Compte des droits ouverts",
    "preview_redo": "Aperçu d’un lot de décisions",
    "redo_claims": "Décisions refaites par lot",
    "reminders": "Envoi de rappels par SMS",
    "reverse_claims": "Décisions reprises par lot",
    "take_on": "Import de données de départ",
    "take_on_trial": "Essai de données de départ",
    "valid_members": "Liste des droits ouverts",
}


def job_name(kind: str) -> str:
    """Return what a kind of task is called; one that nobody does any more says its code.

    >>> job_name("annual_report")
    'Rapport annuel'
    """
    return _NAMES.get(kind, f"Tâche « {kind} »")


def named_kinds() -> frozenset[str]:
    """Return the kinds that have a name."""
    return frozenset(_NAMES)

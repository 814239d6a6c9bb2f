"""Promoters, funders and institutions around each federation, as the two reports name them.

A partner is a row of the tenant that deals with it: MEMISA is CONAMUS's funder and the promoter
of Twiteho's mutuelles, so it stands in both.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PartnerPlan:
    """A partner of a tenant; ``kind`` as in the model."""

    tenant: str
    kind: str
    name: str
    acronym: str = ""


PARTNERS = (
    PartnerPlan("CONAMUS", "funder", "SOLSOC-PAMUSAB", "SOLSOC-PAMUSAB"),
    PartnerPlan("CONAMUS", "funder", "MEMISA Belgique", "MEMISA"),
    PartnerPlan(
        "CONAMUS",
        "technical",
        "Plateforme des acteurs des mutuelles de santé au Burundi",
        "PAMUSAB",
    ),
    PartnerPlan("CONAMUS", "promoter", "ADISCO", "ADISCO"),
    PartnerPlan("CONAMUS", "promoter", "UCODE/AMR", "UCODE/AMR"),
    PartnerPlan("CONAMUS", "promoter", "FVS-AMADE", "FVS-AMADE"),
    PartnerPlan("CONAMUS", "promoter", "MUNASA", "MUNASA"),
    PartnerPlan("CONAMUS", "promoter", "We Social Movements", "WSM"),
    PartnerPlan("CONAMUS", "promoter", "Louvain Coopération", "LC"),
    PartnerPlan(
        "CONAMUS",
        "state",
        "Ministère de la Solidarité nationale, des Affaires sociales, des Droits de la personne "
        "humaine et du Genre",
        "MSNASDPHG",
    ),
    PartnerPlan(
        "CONAMUS",
        "state",
        "Secrétariat exécutif permanent de la Commission nationale de protection sociale",
        "SEP/CNPS",
    ),
    PartnerPlan("MUNASA", "promoter", "MUNASA", "MUNASA"),
    PartnerPlan("MUNASA", "funder", "We Social Movements", "WSM"),
    PartnerPlan("FEMUSCABU", "promoter", "ADISCO", "ADISCO"),
    PartnerPlan("FEMUSCABU", "funder", "SOLSOC", "SOLSOC"),
    PartnerPlan("TUGARUKIRAMAGARA", "promoter", "UCODE/AMR", "UCODE/AMR"),
    PartnerPlan("TUGARUKIRAMAGARA", "funder", "Louvain Coopération", "LC"),
    PartnerPlan("TWITEHO", "promoter", "MEMISA", "MEMISA"),
    PartnerPlan("TUZOKIRA", "promoter", "FVS-AMADE", "FVS-AMADE"),
    PartnerPlan("TUZOKIRA", "funder", "Principauté de Monaco"),
)

#: Federation → the promoter under whose name its past years were published.
PROMOTER_NAMES = {
    "MUNASA": "MUNASA",
    "FEMUSCABU": "ADISCO",
    "TUGARUKIRAMAGARA": "UCODE/AMR",
    "TWITEHO": "MEMISA",
    "TUZOKIRA": "FVS-AMADE",
}

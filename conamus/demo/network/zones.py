"""Which former communes each mutuelle or section serves, and which centre serves it.

Published: the provinces of each federation, its number of units, one MUNASA section in each of
the 74 communes of its provinces, 101 of 119 communes covered. Ours: everything finer, chosen so
that those hold. Provinces and communes are those in force until mid-2025.
"""

#: One section in each commune of these.
MUNASA_PROVINCES = (
    "Gitega", "Mwaro", "Karusi", "Ruyigi", "Cankuzo",
    "Rutana", "Muyinga", "Ngozi", "Kayanza", "Kirundo",
)  # fmt: skip

#: Province → the zones d'action of its mutuelles; the first commune of a zone names it.
FEMUSCABU_ZONES = {
    "Bubanza": (("Bubanza",), ("Musigati",), ("Rugazi",)),
    "Cibitoke": (("Bukinanyana",), ("Mabayi",), ("Mugina",), ("Murwi",)),
    "Kayanza": (
        ("Butaganzwa",), ("Gahombo",), ("Gatara",), ("Kabarore",), ("Matongo",),
        ("Muhanga", "Rango"),
    ),
    "Ngozi": (
        ("Busiga",), ("Kiremba", "Marangara"), ("Mwumba",), ("Ngozi", "Gashikanwa"),
        ("Ruhororo",), ("Tangara",),
    ),
    "Kirundo": (("Ntega",), ("Vumbi",), ("Gitobe", "Bwambarangwe")),
    "Muyinga": (("Gashoho",), ("Gasorwe",), ("Muyinga", "Buhinyuza")),
    "Gitega": (("Bugendana",), ("Mutaho",), ("Itaba", "Makebuko")),
    "Muramvya": (("Bukeye",), ("Mbuye",), ("Muramvya", "Rutegama")),
    "Mwaro": (("Ndava", "Nyabihanga"),),
    "Rutana": (("Gitanga",), ("Rutana", "Musongati")),
    "Karusi": (("Gihogazi", "Bugenyuzi"), ("Nyabikere", "Shombo")),
}  # fmt: skip

TUGARUKIRAMAGARA_ZONES = {
    "Ngozi": (("Ngozi", "Mwumba"), ("Kiremba", "Nyamurenza"), ("Busiga",), ("Tangara", "Ruhororo")),
    "Kayanza": (("Kayanza", "Muruta"), ("Gatara", "Matongo"), ("Gahombo",)),
}

TWITEHO_ZONES = {
    "Muramvya": (("Bukeye",), ("Mbuye",), ("Muramvya",), ("Kiganda", "Rutegama")),
}

TUZOKIRA_ZONES = {
    "Bujumbura Mairie": (("Mukaza", "Muha", "Ntahangwa"),),
    "Makamba": (("Makamba", "Mabanda", "Kayogoro", "Nyanza-Lac"),),
    "Gitega": (("Gitega", "Giheta"),),
    "Bururi": (("Bururi", "Matana", "Mugamba", "Songa"),),
    "Rumonge": (("Rumonge", "Bugarama", "Buyengero", "Muhuta"),),
}

#: Federation → (province and commune of the centre's seat, provinces whose units it serves).
CENTRES = {
    "MUNASA": tuple(
        (province, seat, (province,))
        for province, seat in (
            ("Gitega", "Gitega"), ("Mwaro", "Kayokwe"), ("Karusi", "Buhiga"),
            ("Ruyigi", "Ruyigi"), ("Cankuzo", "Cankuzo"), ("Rutana", "Rutana"),
            ("Muyinga", "Muyinga"), ("Ngozi", "Ngozi"), ("Kayanza", "Kayanza"),
            ("Kirundo", "Kirundo"),
        )
    ),
    "FEMUSCABU": (
        ("Bubanza", "Bubanza", ("Bubanza",)),
        ("Cibitoke", "Mugina", ("Cibitoke",)),
        ("Kayanza", "Kayanza", ("Kayanza",)),
        ("Ngozi", "Ngozi", ("Ngozi",)),
        ("Kirundo", "Vumbi", ("Kirundo", "Muyinga")),
        ("Gitega", "Gitega", ("Gitega", "Karusi")),
        ("Muramvya", "Muramvya", ("Muramvya", "Mwaro")),
        ("Rutana", "Rutana", ("Rutana",)),
    ),
    "TUGARUKIRAMAGARA": (
        ("Ngozi", "Ngozi", ("Ngozi",)),
        ("Kayanza", "Kayanza", ("Kayanza",)),
    ),
    "TWITEHO": (("Muramvya", "Muramvya", ("Muramvya",)),),
    "TUZOKIRA": (
        ("Bujumbura Mairie", "Mukaza", ("Bujumbura Mairie",)),
        ("Gitega", "Gitega", ("Gitega",)),
        ("Bururi", "Bururi", ("Bururi", "Makamba", "Rumonge")),
    ),
}  # fmt: skip

#: Health districts with a union of mutuelles (UDS): a plausible dozen, not published.
UNION_DISTRICTS = (
    "Gitega", "Kibuye", "Mutaho", "Buhiga", "Ngozi", "Kiremba",
    "Kayanza", "Musema", "Muyinga", "Gashoho", "Kirundo", "Muramvya",
)  # fmt: skip

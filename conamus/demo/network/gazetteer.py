"""The lists of places in the order in which the generator asks for them.

Which health district a commune lies in is not in the lists: it is generated here, every commune
of a former province going to one of that province's districts.
"""

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from federations.services.place_files import (
    UNTIL_2025,
    Commune,
    PlaceLists,
    Province,
    read_place_lists,
)


@dataclass(frozen=True)
class Gazetteer:
    """Former provinces and communes by name, collines by former commune."""

    lists: PlaceLists

    @cached_property
    def provinces(self) -> dict[str, Province]:
        """The former provinces by name."""
        return {p.name: p for p in self.lists.provinces if p.division == UNTIL_2025}

    @cached_property
    def communes(self) -> tuple[Commune, ...]:
        """The former communes, in the order of their codes."""
        return tuple(c for c in self.lists.communes if c.division == UNTIL_2025)

    @cached_property
    def _commune_codes(self) -> dict[tuple[str, str], str]:
        names = {p.code: name for name, p in self.provinces.items()}
        return {(names[c.province_code], c.name): c.code for c in self.communes}

    @cached_property
    def province_of(self) -> dict[str, str]:
        """Former commune code → former province name."""
        return {code: province for (province, _), code in self._commune_codes.items()}

    @cached_property
    def commune_names(self) -> dict[str, str]:
        """Former commune code → name."""
        return {c.code: c.name for c in self.communes}

    @cached_property
    def collines(self) -> dict[str, tuple[str, ...]]:
        """Former commune code → codes of its collines."""
        found: dict[str, list[str]] = defaultdict(list)
        for colline in self.lists.collines:
            found[colline.former_commune_code].append(colline.code)
        return {code: tuple(codes) for code, codes in found.items()}

    @cached_property
    def colline_names(self) -> dict[str, tuple[str, ...]]:
        """Former commune code → names of its collines, each once."""
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for colline in self.lists.collines:
            found[colline.former_commune_code][colline.name] = None
        return {code: tuple(names) for code, names in found.items()}

    @cached_property
    def current_commune(self) -> dict[str, str]:
        """Former commune code → code of the commune that holds most of it since 2025."""
        return {m.former_commune_code: m.commune_code for m in self.lists.mapping if m.is_main}

    @cached_property
    def district_of(self) -> dict[str, str]:
        """Former commune code → health district code (generated)."""
        found: dict[str, str] = {}
        for province in self.provinces.values():
            found.update(self._share_out(province.code))
        return found

    def _share_out(self, province_code: str) -> dict[str, str]:
        """A district takes the commune of its name; each other goes where there are fewest."""
        districts = [d for d in self.lists.districts if d.former_province_code == province_code]
        names = {d.name.casefold(): d.code for d in districts}
        filled = {d.code: 0 for d in districts}
        communes = [c for c in self.communes if c.province_code == province_code]
        found: dict[str, str] = {}
        for commune in sorted(communes, key=lambda c: c.name.casefold() not in names):
            emptiest = min(filled, key=lambda code: (filled[code], code))
            found[commune.code] = names.get(commune.name.casefold(), emptiest)
            filled[found[commune.code]] += 1
        return found

    def commune_code(self, province: str, commune: str) -> str:
        """Return the code of a former commune by its province's name and its own."""
        return self._commune_codes[province, commune]

    def communes_in(self, province: str) -> list[Commune]:
        """Return the former communes of a former province."""
        code = self.provinces[province].code
        return [c for c in self.communes if c.province_code == code]

    def district_code(self, name: str) -> str:
        """Return the code of a health district by name."""
        return next(d.code for d in self.lists.districts if d.name == name)


def read_gazetteer() -> Gazetteer:
    """Read the lists of places."""
    return Gazetteer(read_place_lists())

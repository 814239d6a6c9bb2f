"""Case files: found in a folder, read strictly, each case with what its file gives to all.

A file is a mapping with ``règle``, ``titre``, ``source`` and ``cas``; ``soit`` and ``quand`` at
its head hold for every case, a case's own words come before them. A name given twice in one
group is refused: YAML would silently keep the last.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from conamus.cases.facts import BadCase, folded

LARGEST_FILE = 2_000_000
_FILE_WORDS = frozenset({"regle", "titre", "source", "soit", "quand", "cas", "note"})
_CASE_WORDS = frozenset({"titre", "source", "soit", "quand", "alors", "note"})

Group = Mapping[object, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, with its file's facts merged in."""

    rule: str
    title: str
    source: str
    given: Group
    when: Group
    then: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A file of cases of one rule."""

    path: Path
    title: str
    cases: tuple[Case, ...]


class _Loader(yaml.SafeLoader):
    """YAML without repeated names, with exact decimals."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            name = folded(key_node.value)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"« {key_node.value} » est donné deux fois", key_node.start_mark
                )
            seen.add(name)
        return super().construct_mapping(node, deep=deep)


def _decimal(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal | str:
    written = str(loader.construct_scalar(node)).replace("_", "")
    try:
        return Decimal(written)
    except ArithmeticError:
        return written


_Loader.add_constructor("tag:yaml.org,2002:float", _decimal)


def find_files(place: Path) -> list[Path]:
    """Return a folder's case files, or the file itself; BadCase when there is none."""
    if place.is_file():
        return [place]
    if not place.is_dir():
        raise BadCase(f"Le dossier {place} n’existe pas.")
    files = sorted(path for kind in ("*.yaml", "*.yml") for path in place.rglob(kind))
    if not files:
        raise BadCase(f"Le dossier {place} n’a aucun fichier de cas (.yaml).")
    return files


def read_file(path: Path) -> CaseFile:
    """Read a file; BadCase, with its place, for whatever is not as docs/cases.md says."""
    document = _group(_load(path), "le fichier")
    words = _words(document, _FILE_WORDS, "le fichier")
    rule, title = _text(words, "regle", "le fichier"), _text(words, "titre", "le fichier")
    rows = words.get("cas")
    if not isinstance(rows, list) or not rows:
        raise BadCase("« cas » est une liste d’au moins un cas.")
    cases = tuple(_case(row, rank, rule, words) for rank, row in enumerate(rows, start=1))
    return CaseFile(path=path, title=title, cases=cases)


def _load(path: Path) -> object:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadCase("Ce fichier est trop grand pour des cas.")
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 (is safe)
    except OSError as error:
        raise BadCase(f"Le fichier ne se lit pas : {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadCase("Le fichier n’est pas en UTF-8.") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"ligne {mark.line + 1} : " if mark else ""
        raise BadCase(f"{line}ce n’est pas du YAML correct ({error.problem}).") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadCase(f"Ce n’est pas du YAML correct ({error}).") from error


def _case(row: object, rank: int, rule: str, head: Mapping[str, object]) -> Case:
    where = f"cas {rank}"
    words = _words(_group(row, where), _CASE_WORDS, where)
    then = _group(words.get("alors"), f"{where}, alors")
    if not then:
        raise BadCase(f"{where} : « alors » ne dit rien.")
    return Case(
        rule=rule,
        title=_text(words, "titre", where),
        source=str(words.get("source") or head.get("source") or ""),
        given=_merged(_group(head.get("soit"), "soit"), _group(words.get("soit"), where)),
        when=_merged(_group(head.get("quand"), "quand"), _group(words.get("quand"), where)),
        then=then,
    )


def _group(value: object, where: str) -> Group:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise BadCase(f"{where} : il faut un groupe de lignes « nom : valeur ».")
    return value


def _words(group: Group, known: frozenset[str], where: str) -> dict[str, object]:
    for name in group:
        if folded(name) not in known:
            raise BadCase(f"{where} : « {name} » n’est pas connu ici.")
    return {folded(name): value for name, value in group.items()}


def _text(words: Mapping[str, object], name: str, where: str) -> str:
    value = words.get(name)
    if not isinstance(value, str) or not value.strip():
        raise BadCase(f"{where} : « {name} » manque.")
    return value.strip()


def _merged(below: Group, above: Group) -> Group:
    """The words of both, ``above`` first; groups are merged, lists are not."""
    return dict(_merge(below, above))


def _merge(below: Group, above: Group) -> Iterator[tuple[object, object]]:
    names = {folded(name): name for name in above}
    for name, value in below.items():
        own = names.pop(folded(name), None)
        if own is None:
            yield name, value
            continue
        replacing = above[own]
        both = isinstance(value, Mapping) and isinstance(replacing, Mapping)
        yield name, _merged(value, replacing) if both else replacing  # type: ignore[arg-type]
    yield from ((name, above[name]) for name in names.values())

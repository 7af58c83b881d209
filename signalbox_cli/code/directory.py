"""The directory: a folder for each kind, in it a document for each thing and the files of its texts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from signalbox_cli.code import documents
from signalbox_cli.code.definitions import Definition, defined
from signalbox_cli.code.kinds import Kind
from signalbox_cli.code.references import in_words_of_the_api
from signalbox_cli.code.texts import files_of, stem_of
from signalbox_cli.errors import Refused, Stop

_STATES = ("live", "paused")
_PAUSES = ("hold", "drop")


@dataclass(frozen=True, slots=True)
class Source:
    """A definition, and the document that it was read from."""

    definition: Definition
    path: Path


def read(folder: Path) -> list[Source]:
    """Read all that a directory defines, in the order of dependence; raises Stop for the first file that is wrong."""
    if not folder.is_dir():
        raise Stop(f"There is no directory {folder}; make one from what stands with: signalbox pull {folder}")
    sources = [_source(kind, path) for kind in Kind for path in sorted((folder / kind.value).glob("*.yaml"))]
    by_name: dict[tuple[Kind, str], Path] = {}
    for each in sources:
        key = (each.definition.kind, each.definition.name)
        if key in by_name:
            raise Stop(
                f"{by_name[key]} and {each.path} both define the {key[0].noun} '{key[1]}'; give one another name."
            )
        by_name[key] = each.path
    return sources


def stems(folder: Path, definitions: Sequence[Definition]) -> Iterator[tuple[Definition, Path]]:
    """Give each definition the document that it is in, or a new one of a name that is free."""
    standing = (
        {(each.definition.kind, each.definition.name): each.path for each in read(folder)} if folder.is_dir() else {}
    )
    taken = {path.with_suffix("") for path in standing.values()}
    for each in definitions:
        path = standing.get((each.kind, each.name))
        if path is None:
            stem, count = folder / each.kind.value / stem_of(each.name), 1
            while (free := stem if count == 1 else stem.with_name(f"{stem.name}-{count}")) in taken:
                count += 1
            taken.add(free)
            path = free.with_name(f"{free.name}.yaml")
        yield each, path


def write(definition: Definition, path: Path) -> None:
    """Write a definition's files."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for name, text in files_of(definition, path.stem).items():
        path.with_name(name).write_bytes(text.encode())


def _source(kind: Kind, path: Path) -> Source:
    document = documents.read(path)
    try:
        if kind is Kind.FLOW:
            status, pause_mode = _life_of(document)
            definition = defined(kind, in_words_of_the_api(document))
            return Source(replace(definition, status=status, pause_mode=pause_mode), path)
        return Source(defined(kind, document), path)
    except Refused as refused:
        raise Stop(f"{path}: {refused}") from None


def _life_of(members: dict[str, Any]) -> tuple[str | None, str | None]:
    status, pause_mode = members.pop("status", None), members.pop("pauseMode", None)
    if status is not None and status not in _STATES:
        raise Refused(0, "'status' is live or paused; left out, the flow stays as it is.")
    if pause_mode is not None and (status != "paused" or pause_mode not in _PAUSES):
        raise Refused(0, "'pauseMode' is hold or drop, and goes with 'status: paused'.")
    return status, (pause_mode or "hold") if status == "paused" else None

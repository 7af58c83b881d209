"""Replacing all that is on a list by a file that comes in parts, so that nobody in the file is ever lost.

first part (the list says by which upload it is being replaced) ─> a part … ─> finish (who was put on before goes)

The list's version changes whenever a replacement begins or ends. Where it is another one than after the first part,
somebody gave this replacement up or did something else to the list meanwhile: finishing would take off those of the
parts before, so all parts are sent again.
"""

from typing import Any

from signalbox_cli.api import Api
from signalbox_cli.errors import Stop
from signalbox_cli.imports.journal import Journal

_VERSION, _FINISHING = "version", "finishing"


class Replacement:
    """One list, `where` the API has it, that is being replaced by the file of the journal."""

    def __init__(self, api: Api, where: str, journal: Journal) -> None:
        self._api = api
        self._where = where
        self._journal = journal
        self.upload = f"import-{journal.digest}"

    def is_over(self) -> bool:
        """Tell whether an earlier run got as far as its end, and only the answer was lost."""
        return _FINISHING in self._journal.notes and self._standing()["replacedBy"] != self.upload

    def go_on(self) -> bool:
        """Tell whether the parts that an earlier run sent still count; where they do not, the journal begins anew."""
        if self._journal.rows and not self._is_ours():
            self._journal.begin_anew()
            return False
        return True

    def sent(self) -> None:
        """Note, after a part, which version of the list is this replacement's."""
        if _VERSION not in self._journal.notes:
            self._journal.notes[_VERSION] = self._standing()["version"]

    def finish(self) -> int:
        """Take off who is not in the file, and tell how many; raises Stop, having done nothing, if that is not safe."""
        if not self._journal.counts["added"] + self._journal.counts["alreadyIn"]:
            self._api.delete(f"{self._where}/replacement")
            self._journal.end()
            raise Stop("No row names anybody, so the list is left as it was.")
        if not self._is_ours():
            self._journal.begin_anew()
            raise Stop(
                "The list was changed meanwhile, and nobody was taken off. Run the same again: it sends all rows."
            )
        self._journal.notes[_FINISHING] = True
        self._journal.keep()
        taken_off, is_done = 0, False
        while not is_done:
            told: Any = self._api.post(f"{self._where}/replacement/finish", {"upload": self.upload})
            taken_off, is_done = taken_off + told["takenOff"], told["isDone"]
        return taken_off

    def _is_ours(self) -> bool:
        standing = self._standing()
        return (standing["replacedBy"], standing["version"]) == (self.upload, self._journal.notes.get(_VERSION))

    def _standing(self) -> Any:
        return self._api.get(self._where)

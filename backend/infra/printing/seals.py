"""The seals that the city keeps for its agencies: ``KEYS/seals/<agency code>/{person,signer}.p12`` with ``.password``.

They sign what is decided here. A city whose agencies sign by a remote signing service puts an adapter of that in place
of this one.
"""

from pathlib import Path
from typing import Final

from backend.infra.printing.seal import Seal
from shared_models.errors import Conflict


class Seals:
    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder
        self._open: Final[dict[str, Seal]] = {}

    def of(self, agency_code: str, agency_name: str) -> Seal:
        """An agency's seal, opened once.

        Raises:
            Conflict: ``dossier.no_seal``: there is none, or it cannot be opened.
        """
        if agency_code not in self._open:
            folder = self._folder / agency_code
            if folder.parent != self._folder:
                raise Conflict("dossier.no_seal", agency=agency_code)
            try:
                self._open[agency_code] = Seal.open(folder, agency_name)
            except ValueError as closed:
                raise Conflict("dossier.no_seal", agency=agency_code) from closed
        return self._open[agency_code]

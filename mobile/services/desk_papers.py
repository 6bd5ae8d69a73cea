"""The papers of a dossier as an officer opens them: shown beside the dossier, or over it on a phone; never kept.

Whoever owns the dossier can read in their access log that a file was opened.
"""

from typing import Literal

from mobile.services.api_client import ApiClient
from mobile.services.web import Json, Web
from mobile.state.desk_case import Case, PaperState

Kind = Literal["file", "slip", "result"]
PDF = "application/pdf"


class DeskPapers:
    """The page draws them (`mobile/web/paper.js`): one at a time."""

    def __init__(self, web: Web, api: ApiClient) -> None:
        self._web = web
        self._api = api
        self.state = PaperState()

    async def show(self, case: Case, kind: Kind, key: str, title: str, dock_px: int | None) -> None:
        """Fetch a paper and show it. Raises DomainError.

        `key`: a component's or a slip's; `dock_px`: its width at the right edge, None: over everything.
        """
        content = await self._api.download(f"/desk/dossiers/{case.id}/{_path(kind, key)}")
        media_type = _media_type(case, key) if kind == "file" else PDF
        told: Json = {"title": title, "name": _name(case, kind, key, media_type), "dock_px": dock_px}
        await self._web.show_paper(content, media_type, told)
        self.state.shown, self.state.beside_px = f"{kind}.{key}", dock_px or 0

    async def close(self) -> None:
        """Take it away; also what is left to do when its reader has closed it."""
        self.state.shown, self.state.beside_px = "", 0
        await self._web.hide_paper()


def _path(kind: Kind, key: str) -> str:
    return {"file": f"files/{key}", "slip": f"slips/{key}.pdf", "result": "result.pdf"}[kind]


def _media_type(case: Case, key: str) -> str:
    given = {one["key"]: one["media_type"] for one in case.raw["components"]}
    return str(given.get(key) or PDF)


def _name(case: Case, kind: Kind, key: str, media_type: str) -> str:
    """What the file is called when it is saved; never a person's name."""
    ending = {"image/jpeg": "jpg", "image/png": "png"}.get(media_type, "pdf")
    words = {"file": key, "slip": f"phieu-{key}", "result": "ket-qua"}[kind]
    return f"{words}-{case.dossier.code or case.raw['reference']}.{ending}"

"""A step on the city's side while the one-stop software looks elsewhere: how two sides come to differ."""

import json
import secrets
from pathlib import Path
from typing import Any

from scripts.sandbox.egov_store import Case
from scripts.sandbox.machine_client import ApiRefused, OfficerClient
from scripts.sandbox.seed_data import load
from shared_models.ids import new_id

_STEPS: dict[int, dict[str, Any]] = {
    1: {"action": "ask_supplement"},
    2: {"action": "start"},
    4: {"action": "stop", "reason": "Cần xác minh thêm", "legal_basis": "NĐ 61/2018/NĐ-CP"},
    8: {"action": "resume"},
    9: {"action": "return_result", "way": "counter"},
}
"""What the city's officer does next, by the status that the dossier has there."""


def start_at_the_desk(data: Path, origin: str, agency: str, case: Case, authority: Path | None = None) -> None:
    """Let an officer of the agency take the next step on the city's side, and do not read it.

    Raises:
        ApiRefused, ApiUnreachable: nothing was done; also for a dossier that the city has not got, or that waits.
    """
    dossier_id = case.record.get("dossier_id")
    if dossier_id is None:
        raise ApiRefused(404, {"code": "dossier.unknown"})
    row = next(
        row
        for row in load("staff")
        if row["agency"] == agency and "process" in row.get("duties", []) and not row.get("totp")
    )
    accounts = json.loads((data / "sandbox" / "accounts.json").read_text("utf-8"))
    officer = OfficerClient(origin, row["username"], accounts[row["username"]], authority)
    dossier = officer.get(f"/desk/dossiers/{dossier_id}")
    step = _STEPS.get(dossier["status"])
    if step is None:
        raise ApiRefused(409, {"code": "dossier.move_not_allowed"})
    if step["action"] == "ask_supplement":
        [demand, *_] = [one["component"] for one in dossier["demandable"] if one["held"] is None]
        step = step | {"items": [{"component": demand, "reason": "Bản nộp không đọc được"}]}
    ask = {"id": new_id("act", secrets.token_bytes(17)), "version": dossier["version"], **step}
    officer.post(f"/desk/dossiers/{dossier_id}/actions", ask)

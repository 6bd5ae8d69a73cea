"""Judging scans again, on the server: whose signature held, and whose licence that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.infra.verify import verify_text
from backend.inspections.rules import issuer_held, judged
from backend.wallet.service import Wallet
from shared_models.clock import to_epoch_s
from shared_models.credential.reasons import Outcome
from shared_models.credential.trust_list import TrustList
from shared_models.inspection import ScanRecord


@dataclass(frozen=True, slots=True)
class Subject:
    """The licence that a scan is about, and whose it is."""

    licence_id: str
    owner_id: str
    number: str
    type: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """``subject`` is None when no issuer's signature held or nobody has the licence."""

    outcome: Outcome
    reasons: tuple[str, ...]
    subject: Subject | None


NOT_OURS: Final = Judgement(Outcome.NOT_OURS, ("format.not_ours",), None)


class Judging:
    def __init__(self, wallet: Wallet) -> None:
        self._wallet: Final = wallet

    def judge(self, scans: Sequence[ScanRecord]) -> dict[str, Judgement]:
        """A judgement for each scan, by its id.

        Raises:
            Upstream: ``trust.unavailable``.
        """
        if not scans:
            return {}
        trust = self._wallet.trust.current().trust
        verdicts = {scan.id: self._verdict(scan, trust) for scan in scans}
        entries = {entry for _, entry in verdicts.values() if entry is not None}
        licence_ids = {entry: self._wallet.credentials.licence_at(*entry) for entry in entries}
        licences = self._wallet.licences.by_ids([found for found in licence_ids.values() if found])
        return {
            scan_id: Judgement(
                verdict.outcome, verdict.reasons, _subject(licences.get(licence_ids[entry] or "")) if entry else None
            )
            for scan_id, (verdict, entry) in verdicts.items()
        }

    @staticmethod
    def _verdict(scan: ScanRecord, trust: TrustList) -> tuple[Judgement, tuple[str, int] | None]:
        """The judgement without its subject, and the status entry that a held signature names."""
        if scan.code is None:
            return NOT_OURS, None
        verdict = verify_text(scan.code, trust, {}, to_epoch_s(scan.scanned_at), scan.nonce)
        outcome, reasons = judged(verdict)
        claims = verdict.claims
        entry = (claims.status_uri, claims.status_index) if claims is not None and issuer_held(verdict) else None
        return Judgement(outcome, reasons, None), entry


def _subject(licence: Mapping[str, Any] | None) -> Subject | None:
    if licence is None:
        return None
    return Subject(licence["_id"], licence["owner_id"], licence["number"], licence["type"])

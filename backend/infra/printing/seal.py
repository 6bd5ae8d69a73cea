"""Signing a PDF for an agency (PAdES B-B): first the authorised person, then the agency over everything.

NĐ 30/2020/NĐ-CP, Phụ lục I. Each signature is an incremental update; the file below it stays as it was.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter


@dataclass(frozen=True)
class Seal:
    """The two signers of an agency, opened from its p12 files."""

    person: signers.SimpleSigner
    agency: signers.SimpleSigner
    agency_name: str

    @classmethod
    def open(cls, folder: Path, agency_name: str) -> "Seal":
        """Raises ValueError when a file is missing or its password is wrong."""
        opened = []
        for name in ("person", "signer"):
            file, password = folder / f"{name}.p12", folder / f"{name}.password"
            if not (file.is_file() and password.is_file()):
                raise ValueError(f"{file} or its password is missing")
            signer = signers.SimpleSigner.load_pkcs12(str(file), passphrase=password.read_bytes())  # type: ignore[no-untyped-call]
            if signer is None:
                raise ValueError(f"{file} cannot be opened")
            opened.append(signer)
        return cls(opened[0], opened[1], agency_name)

    def sign(self, document: bytes, signer_name: str, at: datetime) -> bytes:
        """The document with the person's and then the agency's signature, each an incremental update made ``at``."""
        once = _sign(document, self.person, ("NguoiKy", signer_name), at)
        return self.sign_for_agency(once, at)

    def sign_for_agency(self, document: bytes, at: datetime) -> bytes:
        """The document with the agency's signature alone: what no person decides, such as a receipt."""
        return _sign(document, self.agency, ("CoQuan", self.agency_name), at)


class _DatedSigner(signers.PdfSigner):
    """Signs at a moment that it is given: the seed signs licences of past years."""

    at: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.at
        return session


def _sign(document: bytes, signer: signers.SimpleSigner, field_and_name: tuple[str, str], at: datetime) -> bytes:
    field, name = field_and_name
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=name, location="Đà Nẵng"
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    dated = _DatedSigner(metadata, signer=signer)
    dated.at = at
    signed: io.BytesIO = dated.sign_pdf(writer)
    return signed.getvalue()

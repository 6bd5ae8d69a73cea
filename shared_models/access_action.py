"""What an entry of the access ledger can say was done; ``access.<action>`` is its sentence in the catalogues."""

from enum import StrEnum


class AccessAction(StrEnum):
    LICENCE_CHECKED = "licence.checked"
    RESULT_READ = "result.read"
    DOCUMENT_READ = "licence.document_read"
    SHEET_READ = "licence.sheet_read"
    LICENCE_RESIGNED = "licence.resigned"
    DOSSIER_PREPARED = "dossier.prepared"
    PAYER_ASKED = "dossier.payer_asked"
    DOSSIER_FOUND = "dossier.found"
    DOSSIER_READ = "dossier.read"
    DOSSIER_FILE_READ = "dossier.file_read"
    DOSSIER_HANDLED = "dossier.handled"
    RECEIPT_READ = "receipt.read"
    RECEIPT_CANCELLED = "receipt.cancelled"
    PAYMENT_READ = "payment.read"

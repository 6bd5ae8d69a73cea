"""The QR credential: minted, carried, read and judged. Specification: docs/credential.md.

No cryptography, no I/O and no clock: reading gives the signature checks to run, the platform runs them, judging takes
their results. Errors of an issuer are ``Invalid``; whatever a scanned text holds is a verdict, never an exception.
"""

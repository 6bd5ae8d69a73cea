"""The gateways of the sandbox: one file each, over one ledger, one page and one courier of notices."""

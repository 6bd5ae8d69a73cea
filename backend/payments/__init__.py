"""Fees that are due, how they are paid, receipts, and whether what gateways say agrees with what we know."""

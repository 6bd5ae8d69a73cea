"""Receipts on paper and as XML."""

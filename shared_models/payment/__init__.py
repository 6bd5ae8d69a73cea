"""Paying for public services: orders and their states, VietQR, and what receipts are made of."""

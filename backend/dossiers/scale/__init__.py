"""Dossiers by the hundred thousand, for measuring: a demonstration's, made by the code that makes real ones."""

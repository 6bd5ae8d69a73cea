"""Fuzzing of every decoder, and of the JavaScript twins beside the Python ones (docs/testing.md, "Fuzzing").

``python -m tests.support.fuzz --seconds 600`` is the long run.
"""

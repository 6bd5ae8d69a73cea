"""Codes of other people: the families `HC1` and `RAW`, through which other people's test suites run.

No app reads them: the browser's build leaves this folder out, and nothing outside of it and ``profiles.py`` imports it.
"""

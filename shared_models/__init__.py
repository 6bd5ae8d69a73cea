"""The vocabulary that server, phone and push agree on.

Standard library and marshmallow only: no I/O, no clock reads, no framework, so that it runs in CPython and in Pyodide.
"""

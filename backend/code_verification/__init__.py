"""`congdan verify`: codes on standard input, one JSON verdict a line. Other people's test suites run through it.

``docs/verifying.md`` says what goes in and what comes out.
"""

"""Other people's suites, wired to `congdan verify` (docs/verifying.md): each module gives the cases of one suite."""

"""The outside parties of dossiers."""

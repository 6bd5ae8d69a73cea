"""What dossiers put on paper: results, and the forms of TT 03/2025/TT-VPCP. Pure: data in, a `Letter` out."""

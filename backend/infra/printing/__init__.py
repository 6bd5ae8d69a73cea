"""Paper: the typeface, the letterhead of administrative documents, and the agency's seal on the file."""

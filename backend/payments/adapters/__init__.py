"""One file for each gateway; `registry.py` lists them."""

"""All pictures of a walk on one page."""

import html
from pathlib import Path


def contact_sheet(folder: Path, shots: list[str]) -> None:
    cells = "".join(
        f'<figure><img src="{html.escape(shot)}" alt=""><figcaption>{html.escape(shot)}</figcaption></figure>'
        for shot in shots
    )
    style = "body{font:14px sans-serif;background:#ddd}figure{display:inline-block;margin:8px}img{height:560px}"
    (folder / "index.html").write_text(f"<!doctype html><meta charset=utf-8><style>{style}</style>{cells}")

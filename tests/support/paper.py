"""A printed sheet as a camera sees it: the PDF's page as a picture, and the phone held close to its code."""

from io import BytesIO

import pypdfium2
import zxingcpp
from PIL import Image

DOTS_PER_INCH = 200
POINTS_PER_INCH = 72
QUIET_SHARE = 0.12
"""White around the code that comes into view with it, as a share of its side."""


def page_picture(pdf: bytes, *, dpi: int = DOTS_PER_INCH) -> bytes:
    """The first page as PNG."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=dpi / POINTS_PER_INCH).to_pil()
    finally:
        document.close()
    return _png(picture.convert("RGB"))


def text_in(png: bytes) -> str:
    """What an independent reader (zxing-cpp) reads in a picture with one code."""
    [found] = zxingcpp.read_barcodes(Image.open(BytesIO(png)).convert("L"))
    return found.text


def held_close(png: bytes) -> bytes:
    """The part of a picture around its one code."""
    picture = Image.open(BytesIO(png))
    [found] = zxingcpp.read_barcodes(picture.convert("L"))
    corners = found.position
    xs = [corners.top_left.x, corners.top_right.x, corners.bottom_left.x, corners.bottom_right.x]
    ys = [corners.top_left.y, corners.top_right.y, corners.bottom_left.y, corners.bottom_right.y]
    margin = round((max(xs) - min(xs)) * QUIET_SHARE)
    return _png(picture.crop((min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)))


def _png(picture: Image.Image) -> bytes:
    encoded = BytesIO()
    picture.save(encoded, "PNG")
    return encoded.getvalue()

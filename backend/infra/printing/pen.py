"""Writing on a reportlab canvas in the house's typeface. Lengths are in points from the lower left corner."""

from typing import Final

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from backend.infra.printing.typeface import use_font

INK: Final = HexColor("#14212b")
QUIET: Final = HexColor("#5b6b76")


class Pen:
    """A canvas with the house's typeface. Bold is drawn as a fine outline: the typeface comes in one weight."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas: Final = canvas
        self._font: Final = use_font()

    def width(self, text: str, size: float) -> float:
        return float(stringWidth(text, self._font, size))

    def write(self, x: float, y: float, text: str, size: float, color: Color = INK, *, bold: bool = False) -> None:
        self.canvas.setFillColor(color)
        self.canvas.setStrokeColor(color)
        drawn = self.canvas.beginText(x, y)
        drawn.setFont(self._font, size)
        self.canvas.setLineWidth(size * 0.028)
        drawn.setTextRenderMode(2 if bold else 0)
        drawn.textOut(text)
        drawn.setTextRenderMode(0)
        self.canvas.drawText(drawn)

    def centred(self, x: float, y: float, text: str, size: float, color: Color = INK, *, bold: bool = False) -> None:
        self.write(x - self.width(text, size) / 2, y, text, size, color, bold=bold)

    def split(self, text: str, size: float, width: float) -> list[str]:
        return list(simpleSplit(text, self._font, size, width))

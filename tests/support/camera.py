"""A camera for the browser: an MJPEG file that Chromium reads as its fake device, rewritten between two scans.

The frames are real pictures (a screenshot of the other phone, a page of the printed sheet) on a grey table, so the
decoder sees what a camera would: scaled, off-centre, JPEG-compressed.
"""

from io import BytesIO
from pathlib import Path

from PIL import Image

FRAME_SIZE = (640, 480)
TABLE_GREY = (96, 100, 104)
FRAMES = 30
JPEG_QUALITY = 80


class Camera:
    """The picture in front of the inspector's lens. Chromium opens ``path`` anew at each ``getUserMedia``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.show_nothing()

    def chromium_args(self) -> list[str]:
        return [
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
            f"--use-file-for-fake-video-capture={self.path}",
        ]

    def show_nothing(self) -> None:
        self._write(Image.new("RGB", FRAME_SIZE, TABLE_GREY))

    def show(self, png: bytes, *, share: float = 0.94, tilt_degrees: float = 0.0) -> None:
        """Holds a picture (PNG) before the lens, filling ``share`` of the frame's height."""
        picture = Image.open(BytesIO(png)).convert("RGB")
        scale = min(FRAME_SIZE[0] / picture.width, FRAME_SIZE[1] / picture.height) * share
        picture = picture.resize(
            (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
        )
        if tilt_degrees:
            picture = picture.rotate(tilt_degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=TABLE_GREY)
        frame = Image.new("RGB", FRAME_SIZE, TABLE_GREY)
        frame.paste(picture, ((FRAME_SIZE[0] - picture.width) // 2, (FRAME_SIZE[1] - picture.height) // 2))
        self._write(frame)

    def _write(self, frame: Image.Image) -> None:
        encoded = BytesIO()
        frame.save(encoded, "JPEG", quality=JPEG_QUALITY)
        fresh = self.path.with_suffix(".new")
        fresh.write_bytes(encoded.getvalue() * FRAMES)
        fresh.replace(self.path)

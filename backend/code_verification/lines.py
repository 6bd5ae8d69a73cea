"""Lines of any bytes, one code each, of bounded length."""

from collections.abc import Iterator
from typing import BinaryIO, Final

MAX_LINE_BYTES: Final = 1 << 20


def read_codes(stream: BinaryIO) -> Iterator[str]:
    """The lines of a stream without their end (LF or CR LF); what is not UTF-8 is replaced, and is no code then.

    Of a line beyond 1 MiB the rest is dropped: no family has codes of that length, and all refuse it.
    """
    while line := stream.readline(MAX_LINE_BYTES):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES)
        yield line.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8", "replace")

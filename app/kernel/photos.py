"""Photographs without what they tell beside the picture: where and when, with which device, and whatever was hung on.

Pure functions on bytes. Only segments that a viewer needs are kept; how the picture is to be turned is said anew.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

MOST_PIXELS = 200_000_000
"""A picture that says to be larger would fill its reader's memory."""
EXIF = b"Exif\0\0"
ORIENTATION = 0x0112
SHORT = 3
UPRIGHT = 1
PNG = b"\x89PNG\r\n\x1a\n"
NEEDED_CHUNKS = frozenset(
    (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD")
)
SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The segments of a JPEG that say how large it is."""
NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The end of picture data: a marker that is neither a stuffed byte, nor a restart, nor padding."""


class NotAPicture(ValueError):
    """The bytes break off, or are not what they say."""


class TooLarge(NotAPicture):
    """More pixels than anybody can look at."""


def bare(data: bytes) -> bytes:
    """The same picture, pixel for pixel, without its metadata and without what follows its end. Of a JPEG or PNG.

    Raises NotAPicture for what breaks off, TooLarge for what would fill a reader's memory. Bare twice is bare once.
    """
    return _bare_png(data) if data.startswith(PNG) else _bare_jpeg(data)


def _bare_jpeg(data: bytes) -> bytes:
    kept, turned = [b"\xff\xd8"], UPRIGHT
    is_ended = False
    for marker, segment in _segments(data):
        if marker == 0xE1 and segment[4:10] == EXIF:
            turned = _orientation(segment[10:]) or turned
        elif _is_needed(marker, segment):
            kept.append(segment)
        is_ended = marker == 0xD9
    if not is_ended:
        raise NotAPicture("it has no end")
    if turned != UPRIGHT:
        payload = EXIF + _tiff(turned)
        place = 2 if len(kept) > 1 and kept[1][1] == 0xE0 else 1
        kept.insert(place, b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload)
    return b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment with its marker, picture data with the segment that begins it; the end is the last."""
    if not data.startswith(b"\xff\xd8"):
        raise NotAPicture("no JPEG")
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            raise NotAPicture("a segment begins in the middle of something")
        marker = data[at + 1]
        if marker == 0xFF:  # padding before a marker
            at += 1
            continue
        if marker == 0xD9:
            yield marker, data[at : at + 2]
            return
        end = at + 2 + _length(data, at + 2)
        if marker in SIZES:
            _check_pixels(*struct.unpack(">HH", data[at + 5 : at + 9].ljust(4, b"\0")))
        if marker == 0xDA:
            found = NEXT_MARKER.search(data, end)
            end = found.start() if found else len(data)
        yield marker, data[at:end]
        at = end


def _length(data: bytes, at: int) -> int:
    length = int.from_bytes(data[at : at + 2])
    if length < 2 or at + length > len(data):
        raise NotAPicture("a segment breaks off")
    return length


def _is_needed(marker: int, segment: bytes) -> bool:
    """Whether a viewer needs it: all but comments and what applications hang on, save how colours are meant."""
    if marker == 0xFE:
        return False
    if 0xE0 <= marker <= 0xEF:
        is_colour = marker == 0xE2 and segment[4:16] == b"ICC_PROFILE\0"
        return is_colour or (marker in (0xE0, 0xEE) and segment[4:9] in (b"JFIF\0", b"Adobe"))
    return True


def _orientation(tiff: bytes) -> int | None:
    """How EXIF says that the picture is to be turned, 1 to 8; None where it does not, or not in its first directory."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return None
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    if start + 2 > len(tiff):
        return None
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, place)
        if tag == ORIENTATION and kind == SHORT:
            return value if 1 <= value <= 8 else None
    return None


def _tiff(turned: int) -> bytes:
    """EXIF that says how to turn the picture, and nothing else."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, ORIENTATION, SHORT, 1, turned, 0, 0)


def _bare_png(data: bytes) -> bytes:
    kept, at = [PNG], len(PNG)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + 12 + length
        if end > len(data):
            break
        if kind == b"IHDR":
            _check_pixels(*struct.unpack(">II", data[at + 8 : at + 16].ljust(8, b"\0")))
        if kind == b"eXIf" and (turned := _orientation(data[at + 8 : end - 4]) or UPRIGHT) != UPRIGHT:
            said = b"eXIf" + _tiff(turned)
            kept.append(struct.pack(">I", len(said) - 4) + said + struct.pack(">I", zlib.crc32(said)))
        if kind in NEEDED_CHUNKS:
            kept.append(data[at:end])
        if kind == b"IEND":
            return b"".join(kept)
        at = end
    raise NotAPicture("it has no end")


def _check_pixels(one: int, other: int) -> None:
    if one * other > MOST_PIXELS:
        raise TooLarge(f"{one} × {other} pixels")

"""Photos are kept without what they tell beside the picture."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.photos import NotAPicture, TooLarge, bare
from tests.light import jpeg, png

GPS = b"59.3293 N 18.0686 E Ylva's phone"


def tiff(order: str, turned: int) -> bytes:
    """EXIF of a phone: how to turn it, the camera, and where it was."""
    mark = b"II" if order == "<" else b"MM"
    entries = [
        struct.pack(f"{order}HHII", 0x010F, 2, 4, 0x41424344),
        struct.pack(f"{order}HHIHH", 0x0112, 3, 1, turned, 0),
        struct.pack(f"{order}HHII", 0x8825, 4, 1, 62),
    ]
    return mark + struct.pack(f"{order}HI", 42, 8) + struct.pack(f"{order}H", 3) + b"".join(entries) + bytes(4) + GPS


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def phone(order: str = "<", turned: int = 6, *, after: bytes = b"") -> bytes:
    """A JPEG as a phone makes one: EXIF with GPS, XMP, IPTC, a maker's segment, a comment, a colour profile."""
    plain = jpeg()
    hung = (
        segment(0xE1, b"Exif\0\0" + tiff(order, turned))
        + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + GPS)
        + segment(0xED, b"Photoshop 3.0\0" + GPS)
        + segment(0xE2, b"MPF\0" + GPS)
        + segment(0xE2, b"ICC_PROFILE\0\1\1profile")
        + segment(0xFE, GPS)
    )
    return plain[:20] + hung + plain[20:] + after


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def screenshot(turned: int = 1) -> bytes:
    """A PNG with texts, a time, EXIF, and an archive hung on behind its end."""
    plain = png()
    hung = chunk(b"tEXt", b"Comment\0" + GPS) + chunk(b"iTXt", b"x\0\0\0\0\0" + GPS) + chunk(b"zTXt", GPS)
    hung += chunk(b"eXIf", tiff(">", turned)) + chunk(b"tIME", b"\7\xea\x0b\x18\0\0\0") + chunk(b"quIt", GPS)
    return plain[:33] + hung + plain[33:] + b"PK\3\4" + GPS


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("turned", range(1, 9))
def test_a_phone_s_photo_keeps_its_picture_and_its_turn_and_nothing_else(order: str, turned: int) -> None:
    kept = bare(phone(order, turned))

    assert b"59.3293" not in kept and b"phone" not in kept and b"xap" not in kept and b"MPF" not in kept
    assert b"ICC_PROFILE" in kept
    assert kept.endswith(jpeg()[20:])
    assert (b"Exif\0\0" in kept) == (turned != 1)
    if turned != 1:
        assert kept[20:56] == segment(0xE1, b"Exif\0\0" + tiff(">", turned)[:8] + kept[38:56])
        assert struct.unpack(">HHIH", kept[40:50]) == (0x0112, 3, 1, turned)


def test_a_turn_that_is_none_is_not_kept() -> None:
    assert b"Exif" not in bare(phone(turned=9))
    assert bare(phone(turned=1)) == bare(phone(turned=0))


def test_a_screenshot_keeps_its_picture_alone() -> None:
    assert bare(screenshot()) == png()
    assert GPS not in bare(screenshot(turned=3))
    assert b"eXIf" in bare(screenshot(turned=3))


@pytest.mark.parametrize("content", [phone(), phone(turned=1), jpeg(), png(), screenshot(), screenshot(turned=8)])
def test_bare_twice_is_bare_once(content: bytes) -> None:
    assert bare(bare(content)) == bare(content)


def test_what_hangs_on_behind_the_end_is_cut_off() -> None:
    assert bare(jpeg() + b"PK\3\4 an archive, or the second picture of a phone " + GPS) == jpeg()
    assert bare(png() + b"<?php evil() ?>") == png()


def test_a_picture_in_several_passes_keeps_them_all() -> None:
    whole = (
        jpeg()[:-2] + segment(0xC4, b"table") + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\1\xff\0\2\xff\xd0\3" + b"\xff\xd9"
    )

    assert bare(whole) == whole


@pytest.mark.parametrize(
    "content", [jpeg()[:-2], phone()[:60], png()[:-12], screenshot()[:60], b"\xff\xd8\xff\xe1\0\1"]
)
def test_a_picture_that_breaks_off_is_told(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        bare(content)


def test_a_flood_of_pixels_is_refused() -> None:
    wide = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 60000, 60000, 8, 0, 0, 0, 0))
        + chunk(b"IEND", b"")
    )
    tall = jpeg().replace(b"\x08\0\1\0\1", b"\x08\xff\xff\xff\xff")
    for content in (wide, tall):
        with pytest.raises(TooLarge):
            bare(content)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"\xff\xd8\xff\xe1", b"\x89PNG\r\n\x1a\n", phone()[:80], screenshot()[:90]]),
)
def test_whatever_comes_is_a_picture_or_is_told(rest: bytes, head: bytes) -> None:
    try:
        kept = bare(head + rest)
    except NotAPicture:
        return
    assert bare(kept) == kept

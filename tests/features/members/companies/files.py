"""Small files, whole and otherwise."""

import zlib

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 30 + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPG = b"\xff\xd8\xff\xe0" + b"\x00" * 30 + b"\xff\xd9"


def with_objects(objects: bytes, about: bytes = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode") -> bytes:
    """A PDF with objects in a compressed stream, as newer programs write it."""
    stream = b"2 0 obj<<" + about + b">>stream\n" + zlib.compress(objects) + b"\nendstream endobj\ntrailer"
    return PDF.replace(b"trailer", stream)


HARMLESS, SCRIPT = b"5 0 <</Type/Font>>", b"5 0 <</S/JavaScript/JS(evil)>>"
GOOD = {"objects.pdf": with_objects(HARMLESS), "licence.pdf": PDF, "LICENCE.PNG": PNG, "photo.jpeg": JPG}
BAD = {
    "empty": ("licence.pdf", b""),
    "program": ("licence.pdf", b"MZ\x90\x00" + b"\x00" * 60),
    "page": ("licence.txt", b"<html><script>evil()</script>"),
    "page called pdf": ("licence.pdf", b"<html><script>evil()</script>"),
    "svg": ("licence.svg", b"<svg onload='evil()'/>"),
    "picture called pdf": ("licence.pdf", PNG),
    "cut off": ("licence.pdf", PDF[:20]),
    "with an archive behind": ("licence.pdf", PDF + b"PK\x05\x06" + b"\x00" * 18),
    "archive in a picture": ("photo.jpg", JPG[:-2] + b"PK\x05\x06" + b"\x00" * 18 + b"\xff\xd9"),
    "script": ("licence.pdf", PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript>>")),
    "escaped script": ("licence.pdf", PDF.replace(b"/Catalog", b"/Catalog/A<</S/J#61vaScript>>")),
    "compressed script": ("licence.pdf", with_objects(SCRIPT)),
    "compressed script, its kind elsewhere": (
        "licence.pdf",
        with_objects(SCRIPT, b"/Type 9 0 R/N 1/#46irst 4/Filter/FlateDecode"),
    ),
    "objects in another compression": (
        "licence.pdf",
        with_objects(SCRIPT).replace(zlib.compress(SCRIPT), SCRIPT[::-1]),
    ),
    "objects without an end": ("licence.pdf", with_objects(b"0" * (17 * 1024 * 1024))),
    "streams in streams": (
        "licence.pdf",
        PDF.replace(b"trailer", b"/First 1/N 1 stream\n" * 40_000 + b"endstream endobj\ntrailer"),
    ),
    "objects that use up what is read": (
        "licence.pdf",
        with_objects(HARMLESS).replace(
            b"trailer", b"/First 1/N 1 stream\n" * 2_000 + b"0" * 9_000 + b"trailer"
        ),
    ),
    "form that runs": ("licence.pdf", PDF.replace(b"/Catalog", b"/Catalog/AcroForm<</XFA 3 0 R>>")),
    "without an ending": ("licence", PDF),
    "too large": ("licence.pdf", PDF[:-6] + b" " * (5 * 1024 * 1024) + b"%%EOF\n"),
}

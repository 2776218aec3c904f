"""Which files are taken: PDF, PNG and JPEG, told by their bytes and by their name, which must agree."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.features.members.companies.models import DOCUMENT_NAME_LENGTH
from app.features.members.companies.verification.pdf import is_plain_pdf
from app.kit.errors import Invalid
from app.kit.text import Text

MOST_MIB = 5
MOST_BYTES = MOST_MIB * 1024 * 1024
_ZIP_END = b"PK\x05\x06"  # an archive hidden behind a picture or document


@dataclass(frozen=True, slots=True)
class FileKind:
    media_type: str
    endings: tuple[str, ...]
    is_whole: Callable[[bytes], bool]


def _is_png(content: bytes) -> bool:
    return content.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") and content.endswith(b"IEND\xaeB`\x82")


def _is_jpeg(content: bytes) -> bool:
    return content.startswith(b"\xff\xd8\xff") and content.rstrip(b"\x00").endswith(b"\xff\xd9")


KINDS: Mapping[str, FileKind] = {
    "pdf": FileKind("application/pdf", ("pdf",), is_plain_pdf),
    "png": FileKind("image/png", ("png",), _is_png),
    "jpg": FileKind("image/jpeg", ("jpg", "jpeg"), _is_jpeg),
}


def kind_of(name: str, content: bytes) -> FileKind:
    """Raises Invalid: another kind of file, one that pretends, an empty one, one that is too large."""
    if len(content) > MOST_BYTES:
        raise _refusal(
            f"文件最大 {MOST_MIB} MiB。请压缩或另存为 PDF。",
            f"A file may have at most {MOST_MIB} MiB. Please compress it or save it as a PDF.",
        )
    ending = PurePosixPath(name.lower()).suffix.removeprefix(".")
    kind = next((one for one in KINDS.values() if ending in one.endings), None)
    if not content or kind is None:
        raise _refusal(
            "请上传 PDF、PNG 或 JPG 文件，例如营业执照的扫描件或照片。",
            "Please send a PDF, PNG or JPG: a scan or photo of the business licence, for example.",
        )
    if not kind.is_whole(content) or _ZIP_END in content[-66_000:]:
        raise _refusal(
            "这个文件打不开、不完整，或带有脚本、附件、密码。请重新扫描、拍照或另存为普通 PDF。",
            "This file cannot be opened, is not whole, or holds scripts, attachments or a password. "
            "Please scan or photograph it again, or save it as a plain PDF.",
        )
    return kind


def shown_name(name: str) -> str:
    """What the sender called it, for display alone: no path, nothing invisible."""
    base = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(one for one in unicodedata.normalize("NFC", base) if one.isprintable())
    kept = "".join(one for one in plain if unicodedata.category(one) != "Cf").strip()
    return kept[-DOCUMENT_NAME_LENGTH:] or "document"


def _refusal(zh: str, en: str) -> Invalid:
    return Invalid(Text(zh=zh, en=en), field="document")

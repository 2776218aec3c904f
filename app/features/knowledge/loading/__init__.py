"""Reads the knowledge pack from its files: all of it, or nothing and the list of what is wrong."""

from pathlib import Path

from app.features.knowledge.catalogue import Catalogue
from app.features.knowledge.errors import PackError, PackProblem
from app.features.knowledge.loading.building import build_catalogue
from app.features.knowledge.loading.files import read_pack_files
from app.features.knowledge.loading.languages import check_languages
from app.features.knowledge.loading.links import check_links

PACK_DIRECTORY = Path(__file__).parents[1] / "pack"


def load_pack(directory: Path | None = None) -> Catalogue:
    """The pack of `directory`, by default the one shipped with the program.

    Raises PackError with every problem found: file, entry and reason.
    """
    problems: list[PackProblem] = []
    files = read_pack_files(directory or PACK_DIRECTORY, problems)
    if files is not None:
        check_links(files, problems)
        check_languages(files, problems)
    if problems or files is None:
        raise PackError(tuple(problems))
    return build_catalogue(files)

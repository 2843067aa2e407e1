"""WHICH catalogue a command means: the number of a version, `published`, `latest`, or a folder of packs."""

from pathlib import Path
from typing import TYPE_CHECKING

from careline.cli import Exit, Trouble, prepare, text

if TYPE_CHECKING:
    from careline.catalogue.documents import Documents, PackError
    from careline.catalogue.refusals import Refusal
    from careline.catalogue.version import Version


def documents_of(which: str) -> "Documents":
    """The documents of a version, or of a folder of packs, which needs no database."""
    if not which.isdigit() and which not in ("published", "latest"):
        folder = Path(which)
        if not folder.is_dir():
            raise Trouble(
                text(f"没有文件夹 {which}。", f"There is no folder {which}."),
                text(
                    "请写版本号、published、latest 或文件夹。",
                    "Give a version's number, published, latest or a folder.",
                ),
                code=Exit.USAGE,
            )
        prepare(demo=True, database=False)
        from careline.catalogue import packs

        return packs.read(folder)
    prepare()
    from careline.catalogue.refusals import Refusal

    try:
        return _version(which).documents()
    except Refusal as refusal:
        raise refused(refusal) from refusal


def _version(which: str) -> "Version":
    from careline.catalogue.refusals import NothingPublished
    from careline.catalogue.version import Version

    if which.isdigit():
        return Version.numbered(int(which))
    found = Version.published() if which == "published" else Version.objects.first()
    if found is None:
        raise NothingPublished
    return found


def pack_trouble(wrong: "PackError") -> Trouble:
    """The problems in packs, for the operator."""
    lines = "\n".join(f"  {problem}" for problem in wrong.problems)
    said = text(f"业务包有 {len(wrong.problems)} 处问题：", f"{len(wrong.problems)} problems in the packs:")
    return Trouble(f"{said}\n{lines}", code=Exit.NO)


def refused(refusal: "Refusal") -> Trouble:
    """The catalogue's no, for the operator."""
    return Trouble(f"{text('拒绝：', 'Refused: ')}{refusal}", code=Exit.NO)

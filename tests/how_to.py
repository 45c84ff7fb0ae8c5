"""The pages of docs/how-to as a newcomer follows them: the files they tell to write."""

import re
from pathlib import Path

PAGES = Path(__file__).parents[1] / "docs/how-to"
FILE = re.compile(r"`([\w/]+\.\w+)`:\s*\n\n```\w+\n(.*?)```", re.DOTALL)
BLOCK = "```{}\n(.*?)```"


def files_of(page: str) -> dict[str, str]:
    """Return the files that a page tells to write, by path: what follows «`path`:»."""
    return dict(FILE.findall(_text(page)))


def block_of(page: str, language: str) -> str:
    """Return the one block of a language on a page."""
    (found,) = re.findall(BLOCK.format(language), _text(page), re.DOTALL)
    return str(found)


def _text(page: str) -> str:
    return (PAGES / f"{page}.md").read_text(encoding="utf-8")

"""What is published of an allocation list: the commitment before, the list after; and the proof.

Pure: anybody can hold the two files against each other, with no database of this tool.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugin.trial import randomisation

STATEMENT = "columna allocation list: commitment, 1"
REVEALED = "columna allocation list: revealed, 1"
RECIPE = (
    "SHA-256 over three lines of UTF-8, each ended by a line feed: the seed in hexadecimal digits, "
    "the parameters as canonical JSON, the arms of the list in order with commas between"
)
LONGEST = 1_000_000
"""Allocations in one list, beyond any trial: a file may not ask for endless work."""

COMMITMENT_DIGITS = 64
_HASH = re.compile(rf"[0-9a-f]{{{COMMITMENT_DIGITS}}}")


class NotReadable(Exception):
    """A file is not what it should be; the text says what is wrong, in English."""


@dataclass(frozen=True, slots=True)
class RevealedList:
    """What was concealed: seed, parameters as they were sealed, and the arms in order."""

    seed: bytes
    parameters: str
    arms: tuple[str, ...]

    @property
    def commitment(self) -> str:
        """Return the commitment that belongs to it."""
        return randomisation.commitment(self.seed, self.parameters, self.arms)

    def regenerated(self) -> list[str]:
        """Return the list that seed and parameters make. Raises NotReadable."""
        ratio, sizes, length = _parameters(self.parameters)
        return randomisation.make_list(self.seed, ratio, sizes, length)


def statement(
    study: str, registry: str | None, commitment: str, sealed_at: datetime, allocated: bool
) -> str:
    """Return the statement to publish before the first participant, as JSON.

    It holds nothing of the list. `allocated`: whether somebody was allocated before it was issued.
    """
    return _json(
        {
            "kind": STATEMENT,
            "study": study,
            "registry": registry,
            "commitment": commitment,
            "recipe": RECIPE,
            "sealed_at": sealed_at.isoformat(),
            "issued_before_first_allocation": not allocated,
        }
    )


def revealed(study: str, registry: str | None, found: RevealedList) -> str:
    """Return the file that reveals a list, as JSON."""
    return _json(
        {
            "kind": REVEALED,
            "study": study,
            "registry": registry,
            "commitment": found.commitment,
            "recipe": RECIPE,
            "seed": found.seed.hex(),
            "parameters": found.parameters,
            "list": list(found.arms),
        }
    )


def read_commitment(text: str) -> str:
    """Return the commitment of a statement, or 64 bare digits themselves. Raises NotReadable."""
    bare = text.strip().lower()
    if not _HASH.fullmatch(bare):
        bare = str(_read(text, STATEMENT).get("commitment", "")).lower()
    if not _HASH.fullmatch(bare):
        raise NotReadable("the statement holds no commitment of 64 hexadecimal digits")
    return bare


def read_revealed(text: str) -> RevealedList:
    """Return the list of a reveal file; without one, what seed and parameters make.

    Raises NotReadable.
    """
    found = _read(text, REVEALED)
    try:
        seed = bytes.fromhex(found["seed"])
        parameters = found["parameters"]
        arms = found.get("list")
    except (KeyError, TypeError, ValueError):
        raise NotReadable("seed or parameters are missing or no seed in hexadecimal") from None
    if not isinstance(parameters, str):
        raise NotReadable("the parameters are no text")
    if arms is None:
        arms = RevealedList(seed, parameters, ()).regenerated()
    if not isinstance(arms, list) or not all(isinstance(arm, str) for arm in arms):
        raise NotReadable("the list is no list of arms")
    return RevealedList(seed, parameters, tuple(arms))


def differences(published: str, found: RevealedList) -> list[str]:
    """Return what contradicts the published commitment, in English; nothing where all is true.

    Raises NotReadable.
    """
    problems = []
    again = found.regenerated()
    if len(again) != len(found.arms):
        problems.append(f"the list has {len(found.arms)} places, seed and parameters {len(again)}")
    pairs = enumerate(zip(found.arms, again, strict=False), start=1)
    if first := next((place for place, (one, other) in pairs if one != other), None):
        problems.append(f"place {first} of the list is not what seed and parameters make")
    if found.commitment != published:
        problems.append("the published commitment belongs to another list")
    return problems


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def _read(text: str, kind: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        raise NotReadable("the file is no JSON") from None
    if not isinstance(found, dict) or found.get("kind") != kind:
        raise NotReadable(f"the file is not of the kind «{kind}»")
    return found


def _parameters(text: str) -> tuple[dict[str, int], list[int], int]:
    try:
        found = json.loads(text)
        ratio, sizes, length = found["ratio"], found["block_sizes"], found["length"]
        whole = [*ratio.values(), *sizes, length]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotReadable("the parameters hold no ratio, block_sizes and length") from None
    if found.get("method") != "permuted_blocks":
        raise NotReadable("the method is not permuted_blocks")
    if not ratio or not sizes or not all(_is_count(one) for one in whole):
        raise NotReadable("ratio, block_sizes and length are positive whole numbers")
    if any(size % sum(ratio.values()) for size in sizes):
        raise NotReadable("a block size is no multiple of the ratio")
    return ratio, sizes, length


def _is_count(value: object) -> bool:
    return type(value) is int and 0 < value <= LONGEST

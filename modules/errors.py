"""The errors of the course, one small tree; `plugin.errors` alone chooses their words.

CourseError
├── NotFound               not_found            no such record, or not one this person may see
├── NotAllowed             not_allowed          this person may not do that
├── NoLongerBlind          no_longer_blind      this assessor knows what they receive
├── ModuleLocked           module_locked        the protocol has not opened this module yet
├── ExercisesPaused        exercises_paused     a warning sign keeps them shut until staff act
├── InvalidEntry           invalid_entry        a form's answers cannot be taken as they are
├── TooLate                too_late             the time for this entry has passed
├── AlreadyRecorded        already_recorded     the same thing is already there
├── StudyLocked            study_locked         the data of the study are closed
├── WordingMissing         wording_missing      a licensed questionnaire has no loaded wording
├── SamePerson             same_person          a second entry needs a second person
├── NeedsSecondPerson      needs_second_person  the lock of data needs one too
├── DataChanged            data_changed         not what the lock was asked for
├── FileFaults             file_faults          what a clinic wrote is wrong: file, line, field
│   ├── ProtocolFault      protocol_fault       a protocol file
│   ├── ContentFault       content_fault        a file of the course (course.content)
│   └── TextPackError      text_pack_refused    a licensed wording (outcomes.text_packs)
├── NotEligible            not_eligible         the participant does not meet the criteria
├── AllocationRefused      allocation_refused   the order of steps or the list forbids it
├── ScoringError           scoring_refused      answers cannot be scored (outcomes.questionnaire)
├── InvalidAddress, …      notifications.errors
└── LeaksFound, …          exports.errors
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


class CourseError(Exception):
    """Base of all errors of the course; `code` is stable and carries no personal data."""

    code = "course_error"


class NotFound(CourseError):
    """There is no such record, or this person may not know of it."""

    code = "not_found"


class NotAllowed(CourseError):
    """This person may not do that."""

    code = "not_allowed"


class ModuleLocked(CourseError):
    """The protocol has not opened this module for this participant."""

    code = "module_locked"


class NoLongerBlind(NotAllowed):
    """Somebody who assesses has noted that they know what this participant receives."""

    code = "no_longer_blind"


class ExercisesPaused(CourseError):
    """A warning sign or a contraindication keeps the exercises shut until the team opens them."""

    code = "exercises_paused"


class InvalidEntry(CourseError):
    """A form cannot be taken as it is; `fields` maps each field to the code of its fault."""

    code = "invalid_entry"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(sorted(fields)))
        self.fields = dict(fields)


class TooLate(CourseError):
    """The time in which this could be recorded has passed."""

    code = "too_late"


class AlreadyRecorded(CourseError):
    """The same thing has been recorded before."""

    code = "already_recorded"


class StudyLocked(CourseError):
    """This study is closed: nothing of it is added, changed or deleted."""

    code = "study_locked"


class WordingMissing(CourseError):
    """A licensed questionnaire may not be shown: its wording in this language is not loaded."""

    code = "wording_missing"


class NeedsSecondPerson(CourseError):
    """Whoever asked for the lock of a study's data cannot confirm it."""

    code = "needs_second_person"


class DataChanged(CourseError):
    """The outcomes are not what they were when the lock was asked for."""

    code = "data_changed"


class SamePerson(CourseError):
    """Who entered a form cannot check the own entry by entering it a second time."""

    code = "same_person"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file: `line` from 1, in a table its row; None for the whole file.

    What is not `serious` leaves a gap, and the file can be used all the same.
    """

    file: str
    line: int | None
    field: str
    reason: str
    serious: bool = True

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.field, self.reason) if part)


def in_file_order(faults: Iterable[Fault]) -> list[Fault]:
    """Return faults in the order of their files, lines and fields."""
    return sorted(faults, key=lambda fault: (fault.file, fault.line or 0, fault.field))


class FileFaults(CourseError):
    """Files that a clinic writes cannot be used; `faults` names every place in file order."""

    code = "file_faults"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = in_file_order(faults)
        super().__init__("\n".join(map(str, self.faults)))


class ProtocolFault(FileFaults):
    """A protocol file is wrong."""

    code = "protocol_fault"


class NotEligible(CourseError):
    """The participant does not meet the protocol's criteria; `criteria` names the unmet ones."""

    code = "not_eligible"

    def __init__(self, criteria: tuple[str, ...]) -> None:
        super().__init__(", ".join(criteria))
        self.criteria = criteria


class AllocationRefused(CourseError):
    """The allocation cannot be made; `reason` is a short code."""

    code = "allocation_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

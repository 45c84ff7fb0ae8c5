"""The errors of the course, one small tree; `plugin.errors` alone chooses their words.

CourseError
├── NotFound               not_found            no such record, or not one this person may see
├── NotAllowed             not_allowed          this person may not do that
├── ModuleLocked           module_locked        the protocol has not opened this module yet
├── ExercisesPaused        exercises_paused     a warning sign keeps them shut until staff act
├── InvalidEntry           invalid_entry        a form's answers cannot be taken as they are
├── TooLate                too_late             the time for this entry has passed
├── AlreadyRecorded        already_recorded     the same thing is already there
├── StudyLocked            study_locked         the data of the study are closed
├── WordingMissing         wording_missing      a licensed questionnaire has no loaded wording
├── SamePerson             same_person          a second entry needs a second person
├── ProtocolFault          protocol_fault       a protocol file is wrong (file, field, reason)
├── NotEligible            not_eligible         the participant does not meet the criteria
├── AllocationRefused      allocation_refused   the order of steps or the list forbids it
├── ContentFault           content_fault        the course's files are wrong (modules.course.content)
├── ScoringError           scoring_refused      answers cannot be scored (modules.outcomes.questionnaire)
├── TextPackError          text_pack_refused    a licensed wording is wrong (modules.outcomes.text_packs)
├── InvalidAddress, …        notifications.errors
└── LeaksFound, …          exports.errors
"""

from collections.abc import Mapping


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


class ExercisesPaused(CourseError):
    """A warning sign keeps the exercises shut until the team has seen to it."""

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
    """The outcomes of this study are closed: nothing is added and nothing changed."""

    code = "study_locked"


class WordingMissing(CourseError):
    """A licensed questionnaire may not be shown: its wording in this language is not loaded."""

    code = "wording_missing"


class SamePerson(CourseError):
    """Who entered a form cannot check the own entry by entering it a second time."""

    code = "same_person"


class ProtocolFault(CourseError):
    """A protocol file is wrong."""

    code = "protocol_fault"

    def __init__(self, file: str, field: str, reason: str) -> None:
        super().__init__(f"{file}: {field}: {reason}")
        self.file, self.field, self.reason = file, field, reason


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

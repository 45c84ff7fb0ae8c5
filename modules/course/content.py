"""Read a folder of content into a Curriculum.

The shipped folder is `modules/course/content/`. A clinic may copy it, edit the words, replace films
and add a module: every folder with a `module.yaml` is a module, its number gives the order.

    exercises.yaml  safety.yaml  replies.yaml  welcome.yaml
    brochure/brochure.yaml  brochure/<section>.<lang>.md
    <module>/module.yaml  <module>/card.<lang>.md  <module>/lessons/<lesson>.<lang>.md
    media/lessons/<module>.<lang>.{mp4,webm,vtt,jpg}
    media/lessons/<module>.<lesson>.<lang>.{mp4,webm,vtt,jpg}   a film of one lesson alone
    media/exercises/<exercise>.<lang>.{mp4,webm,vtt,jpg}
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from modules.course.content_folder import Folder
from modules.course.content_parts import (
    ExerciseFile,
    ReplyFile,
    prepare_brochure,
    prepare_exercises,
    prepare_module,
)
from modules.course.curriculum import (
    Curriculum,
    Exercise,
    Media,
    Module,
    misfits_of_facts,
    misfits_of_groups,
)
from modules.course.exercise import misfits_of_chains
from modules.course.welcome import Welcome
from modules.errors import Fault, FileFaults, in_file_order
from modules.reading.document import Document
from modules.reading.document import Path as Place
from modules.safety.texts import (
    Brochure,
    ReplyTemplate,
    Safety,
    misfits_of_colours,
    misfits_of_levels,
    misfits_of_messages,
    misfits_of_numbers,
    misfits_of_orders,
    misfits_of_signs,
    misfits_of_stops,
)
from modules.safety.wording import Wording, with_signs_drawn
from modules.text import LANGUAGES

SAFETY, EXERCISES, FILMS = "safety.yaml", "exercises.yaml", "*/film*.yaml"
REPLIES, WELCOME = "replies.yaml", "welcome.yaml"


class ContentFault(FileFaults):
    """The content cannot be used."""

    code = "content_fault"


def shipped() -> Path:
    """Return the folder of the content that comes with Columna."""
    return Path(str(files("modules.course"))) / "content"


def load(root: Path | None = None) -> Curriculum:
    """Return the curriculum of a folder, by default the shipped one.

    Raises ContentFault with every serious fault; gaps (a missing film, a missing translation of an
    exercise) do not stop it, `check` names them.
    """
    return _read(Folder(root or shipped())).curriculum()


def check(root: Path | None = None) -> list[Fault]:
    """Return every fault and gap of a folder, by file and line; an empty list means complete."""
    folder = Folder(root or shipped())
    found = _read(folder)
    for script in sorted(folder.root.glob(FILMS)):
        folder.film(f"{script.parent.name}/{script.name}")  # its words are shown too
    return in_file_order((*folder.faults(), *_missing_media(folder.root, found)))


def media_file(relative: str, root: Path | None = None) -> Path | None:
    """Return the file of a media path, or None when neither folder has it.

    A clinic's folder comes first, the shipped one second, so that a copy need not carry the films.
    Paths that lead out of `media/` are never found.
    """
    for folder in filter(None, (root, shipped())):
        home = (folder / "media").resolve()
        candidate = (folder / relative).resolve()
        if candidate.is_relative_to(home) and candidate.is_file():
            return candidate
    return None


def missing_media(media: Media, root: Path | None = None) -> tuple[str, ...]:
    """Return the paths of a film that are not there (or empty), out of its four."""
    return tuple(path for path in media.paths() if not _has_bytes(media_file(path, root)))


def _has_bytes(path: Path | None) -> bool:
    return path is not None and path.stat().st_size > 0


@dataclass(frozen=True, slots=True)
class _Content:
    """What could be read of a folder: None for a file whose faults forbid it."""

    safety: Safety | None
    exercises: dict[str, Exercise] | None
    modules: tuple[Module, ...]
    brochure: Brochure | None
    replies: tuple[ReplyTemplate, ...]
    welcome: Welcome | None
    version: str
    faults: list[Fault]

    def curriculum(self) -> Curriculum:
        """Return the whole of it. Raises ContentFault with every serious fault."""
        serious = [fault for fault in self.faults if fault.serious]
        if serious or not (self.safety and self.exercises and self.brochure and self.welcome):
            raise ContentFault(serious)
        return Curriculum(
            self.modules,
            self.exercises,
            self.safety,
            self.brochure,
            self.welcome,
            self.version,
            self.replies,
        )


def _read(folder: Folder) -> _Content:
    safety = _safety(folder)
    exercises = _exercises(folder, safety)
    modules = _modules(folder, exercises, safety)
    brochure = _brochure(folder, exercises)
    replies = _replies(folder)
    welcome = _own_or_shipped(folder, WELCOME).read(Welcome)
    version = folder.digest.hexdigest()[:12]
    return _Content(
        safety, exercises, modules, brochure, replies, welcome, version, folder.faults()
    )


def _safety(folder: Folder) -> Safety | None:
    """Return the safety file; from here on the folder draws its signs into every other text."""
    safety = folder.document(SAFETY).read(
        Safety,
        misfits_of_numbers,
        misfits_of_signs,
        misfits_of_stops,
        misfits_of_levels,
        misfits_of_messages,
        misfits_of_orders,
        misfits_of_colours,
    )
    folder.wording = Wording(safety) if safety else None
    return with_signs_drawn(safety) if safety else None


def _exercises(folder: Folder, safety: Safety | None) -> dict[str, Exercise] | None:
    document = folder.document(EXERCISES)
    prepare_exercises(document)
    file = document.read(ExerciseFile)
    for each in file.exercises if file else ():
        for name, kind in (("stop", "stop_rules"), ("contra", "contraindications")):
            here = ("exercises", each.id, name)
            _note_unknown(document, here, getattr(each, name), _codes(safety, kind), SAFETY)
    if file is None:
        return None
    stops = tuple(sorted(safety.stopping)) if safety else ()
    found = {each.id: _stopped_by(stops, each) for each in file.exercises}
    for place, reason in misfits_of_chains(found):
        document.fault(place, reason)
    return found


def _stopped_by(stops: tuple[str, ...], exercise: Exercise) -> Exercise:
    """Return an exercise with what forbids every exercise among its contraindications."""
    return replace(exercise, contra=tuple(dict.fromkeys((*stops, *exercise.contra))))


def _modules(
    folder: Folder, exercises: dict[str, Exercise] | None, safety: Safety | None
) -> tuple[Module, ...]:
    found = []
    for name in folder.modules():
        document = folder.document(f"{name}/module.yaml")
        prepare_module(document, folder.markdown(name))
        if module := document.read(Module, misfits_of_groups):
            found.append((document, module))
            _note_unknown(document, ("exercises",), module.exercises, exercises, EXERCISES)
            codes = _codes(safety, "stop_rules")
            _note_unknown(document, ("stop_if",), module.stop_if, codes, SAFETY)
            for place, reason in misfits_of_facts(module, exercises or {}):
                document.fault(place, reason)
            _note_stray_lessons(folder, name, module)
    _note_repeated(found)
    return tuple(module for _, module in found)


def _brochure(folder: Folder, exercises: dict[str, Exercise] | None) -> Brochure | None:
    document = folder.document("brochure/brochure.yaml")
    prepare_brochure(document, folder.markdown("brochure"))
    brochure = document.read(Brochure)
    if brochure:
        _note_unknown(document, ("exercises",), brochure.exercises, exercises, EXERCISES)
    return brochure


def _replies(folder: Folder) -> tuple[ReplyTemplate, ...]:
    file = _own_or_shipped(folder, REPLIES).read(ReplyFile)
    return file.replies if file else ()


def _own_or_shipped(folder: Folder, name: str) -> Document:
    """Return a file of the folder; a pack without its own has the shipped one."""
    own = (folder.root / name).is_file()
    return (folder if own else Folder(shipped())).document(name)


def _codes(safety: Safety | None, kind: str) -> set[str] | None:
    return {entry.code for entry in getattr(safety, kind)} if safety else None


def _note_unknown(
    document: Document, here: Place, named: Iterable[str], known: Container[str] | None, home: str
) -> None:
    """Note each name that its home does not have; None is a home that could not be read."""
    for place, name in enumerate(named):
        if known is not None and name not in known:
            document.fault((*here, place), f"{name} is not in {home}")


def _note_repeated(modules: list[tuple[Document, Module]]) -> None:
    """Records and films find a module by its key, patients by its number: neither may repeat."""
    first: dict[tuple[str, object], str] = {}
    for document, module in modules:
        for field, value in (("key", module.key), ("number", module.number)):
            other = first.setdefault((field, value), document.file)
            if other != document.file:
                document.fault((field,), f"{value} is the {field} of {other} too")


def _note_stray_lessons(folder: Folder, name: str, module: Module) -> None:
    """A lesson file nobody names is a slip of the pen in its name or in the list."""
    named = {f"{lesson.key}.{language}.md" for lesson in module.lessons for language in LANGUAGES}
    for path in sorted((folder.root / name / "lessons").glob("*")):
        if path.name not in named:
            folder.note(f"{name}/lessons/{path.name}", "no lesson of module.yaml", serious=False)


def _missing_media(root: Path, found: _Content) -> list[Fault]:
    wanted = [film for module in found.modules for language in LANGUAGES
              for film in module.films(language)]  # fmt: skip
    wanted += [exercise.clip(language) for exercise in (found.exercises or {}).values()
               for language in LANGUAGES]  # fmt: skip
    faults = []
    for media in wanted:
        if gaps := missing_media(media, root):
            kinds = ", ".join(path.rpartition(".")[2] for path in gaps)
            faults.append(Fault(f"{media.stem}.*", None, "", f"no {kinds}", serious=False))
    return faults

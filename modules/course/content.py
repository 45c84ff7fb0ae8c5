"""Read a folder of content into a Curriculum; the only place that opens content files.

The shipped folder is `modules/course/content/`. A clinic may copy it, edit the words, replace films
and add a module: every folder with a `module.yaml` is a module, its number gives the order.

    exercises.yaml  safety.yaml  replies.yaml
    brochure/brochure.yaml  brochure/<section>.<lang>.md
    <module>/module.yaml  <module>/card.<lang>.md  <module>/lessons/<lesson>.<lang>.md
    media/lessons/<module>.<lang>.{mp4,webm,vtt,jpg}
    media/exercises/<exercise>.<lang>.{mp4,webm,vtt,jpg}
"""

import hashlib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from modules.course.content_parts import ReadText, read_exercises, read_module
from modules.course.curriculum import (
    Curriculum,
    Exercise,
    Media,
    Module,
)
from modules.course.guidance_parts import read_brochure, read_replies, read_safety
from modules.errors import CourseError
from modules.safety.texts import Safety
from modules.text import LANGUAGES, Text
from modules.yaml_document import MISSING, Document, Fault, Node

NOT_MODULES = ("brochure", "media")


class ContentFault(CourseError):
    """The content cannot be used; `faults` names each place."""

    code = "content_fault"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))


def shipped() -> Path:
    """Return the folder of the content that comes with Columna."""
    return Path(str(files("modules.course"))) / "content"


def load(root: Path | None = None) -> Curriculum:
    """Return the curriculum of a folder, by default the shipped one.

    Raises ContentFault with every serious fault; gaps (a missing film, a missing translation of an
    exercise) do not stop it, `check` names them.
    """
    curriculum, faults = _read(root or shipped())
    serious = [fault for fault in faults if fault.serious]
    if serious:
        raise ContentFault(serious)
    return curriculum


def check(root: Path | None = None) -> list[Fault]:
    """Return every fault and gap of a folder, by file and line; an empty list means complete."""
    folder = root or shipped()
    curriculum, faults = _read(folder)
    faults += _missing_media(folder, curriculum)
    return sorted(faults, key=lambda fault: (fault.file, fault.line or 0, fault.field))


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


class _Folder:
    """The files of one content folder; notes faults and keeps a digest of what was read."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[Fault] = []
        self.digest = hashlib.sha256()

    def document(self, name: str) -> Document:
        """Return a YAML file; a missing one is noted and reads as nothing."""
        text = self._text(name)
        document = Document(name, text or "", self.faults)
        if not (text or "").strip():  # one fault for the file, not one for each of its fields
            document.data = MISSING
        return document

    def markdown(self, folder: str) -> ReadText:
        """Return a reader of the Markdown pairs of one folder."""

        def read(stem: str, _node: Node) -> Text:
            names = [f"{folder}/{stem}.{language}.md" for language in LANGUAGES]
            return Text(*(self._text(name) or "" for name in names))

        return read

    def modules(self) -> list[str]:
        """Return the names of the module folders; note a folder that is none."""
        names = []
        for path in sorted(self.root.iterdir()) if self.root.is_dir() else ():
            if not path.is_dir() or path.name in NOT_MODULES or path.name[0] in "._":
                continue
            if (path / "module.yaml").is_file():
                names.append(path.name)
            else:
                self.note(path.name, "a module folder needs a module.yaml")
        return names

    def note(self, file: str, reason: str, *, serious: bool = True) -> None:
        """Note a fault of a whole file."""
        self.faults.append(Fault(file, None, "", reason, serious))

    def _text(self, name: str) -> str | None:
        try:
            data = (self.root / name).read_bytes()
            text = data.decode("utf-8")
        except FileNotFoundError:
            self.note(name, "is missing")
            return None
        except (OSError, UnicodeDecodeError):
            self.note(name, "cannot be read as UTF-8 text")
            return None
        self.digest.update(name.encode() + b"\0" + data)
        if not text.strip():
            self.note(name, "is empty")
        return text


def _read(root: Path) -> tuple[Curriculum, list[Fault]]:
    folder = _Folder(root)
    safety_document = folder.document("safety.yaml")
    safety = read_safety(safety_document.root)
    exercise_document = folder.document("exercises.yaml")
    exercises = read_exercises(exercise_document.root)
    _check_exercise_codes(exercise_document.root, safety)
    modules = _modules(folder, exercises, safety)
    brochure_document = folder.document("brochure/brochure.yaml")
    brochure = read_brochure(brochure_document.root, folder.markdown("brochure"))
    _check_exercises(brochure_document.root, exercises)
    replies = read_replies(_replies(folder).document("replies.yaml").root)
    version = folder.digest.hexdigest()[:12]
    return Curriculum(modules, exercises, safety, brochure, version, replies), folder.faults


def _replies(folder: _Folder) -> _Folder:
    """Return the folder that says the replies: a pack without its own has the shipped ones."""
    return folder if (folder.root / "replies.yaml").is_file() else _Folder(shipped())


def _modules(folder: _Folder, exercises: dict[str, Exercise], safety: Safety) -> tuple[Module, ...]:
    modules = []
    names = folder.modules()
    if not names:
        folder.note(".", "no module folder found")
    for name in names:
        node = folder.document(f"{name}/module.yaml").root
        module = read_module(node, folder.markdown(name))
        _check_exercises(node, exercises)
        _check_codes(node, "stop_if", {rule.code for rule in safety.stop_rules})
        _check_lesson_files(folder, name, module)
        modules.append((node, module))
    _check_distinct(modules)
    return tuple(module for _, module in modules)


def _check_distinct(modules: list[tuple[Node, Module]]) -> None:
    """Records and films find a module by its key, patients by its number: neither may repeat."""
    first: dict[tuple[str, object], str] = {}
    for node, module in modules:
        for field, value in (("key", module.key), ("number", module.number)):
            if node.get(field).value != value:  # a stand-in for a value that is itself a fault
                continue
            other = first.setdefault((field, value), node.document.file)
            if other != node.document.file:
                node.get(field).fault(f"{value} is the {field} of {other} too")


def _check_exercises(node: Node, exercises: dict[str, Exercise]) -> None:
    for name in ("exercises", "keeps"):
        for item, identifier in node.string_items(name, needed=False):
            if identifier not in exercises:
                item.fault(f"{identifier} is not in exercises.yaml")


def _check_exercise_codes(node: Node, safety: Safety) -> None:
    stop = {rule.code for rule in safety.stop_rules}
    contra = {reason.code for reason in safety.contraindications}
    for item in node.items("exercises"):
        _check_codes(item, "stop", stop)
        _check_codes(item, "contra", contra)


def _check_codes(node: Node, name: str, known: set[str]) -> None:
    for item, code in node.string_items(name, needed=False):
        if code not in known:
            item.fault(f"{code} is not in safety.yaml")


def _check_lesson_files(folder: _Folder, name: str, module: Module) -> None:
    """A lesson file nobody names is a slip of the pen in its name or in the list."""
    named = {f"{lesson.key}.{language}.md" for lesson in module.lessons for language in LANGUAGES}
    for path in sorted((folder.root / name / "lessons").glob("*")):
        if path.name not in named:
            folder.note(f"{name}/lessons/{path.name}", "no lesson of module.yaml", serious=False)


def _missing_media(root: Path, curriculum: Curriculum) -> list[Fault]:
    wanted = [module.film(language) for module in curriculum if module.has_film
              for language in LANGUAGES]  # fmt: skip
    wanted += [exercise.clip(language) for exercise in curriculum.exercises.values()
               for language in LANGUAGES]  # fmt: skip
    faults = []
    for media in wanted:
        if gaps := missing_media(media, root):
            kinds = ", ".join(path.rpartition(".")[2] for path in gaps)
            faults.append(Fault(f"{media.stem}.*", None, "", f"no {kinds}", serious=False))
    return faults

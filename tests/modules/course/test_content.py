"""The shipped content is whole, plain and kind; a folder with a fault is named, place by place."""

import re
import shutil

import pytest
import yaml

from modules.course import content
from modules.course.content import ContentFault
from modules.course.curriculum import Family
from modules.text import LANGUAGES

FRIGHTENING = re.compile(
    r"\b(desgast\w*|dañ\w*|fr[áa]gil\w*|columna de vidrio|degenerat\w*|degenerad\w*|"
    r"wear and tear|worn\W?out|damag\w*|fragil\w*)\b",
    re.IGNORECASE,
)
USTED = re.compile(
    r"\b(usted|ustedes|vosotros|haga|tome|ponga|siéntese|acuéstese|su espalda)\b", re.IGNORECASE
)
COURSE = content.load()
MODULES = {module.key: module for module in COURSE}


def prose():
    """Every text a patient can read, as (place, Text)."""
    for module in COURSE:
        yield f"{module.key}/card", module.card
        yield f"{module.key}/summary", module.summary
        yield from ((f"{module.key}/goals", goal) for goal in module.goals)
        for lesson in module.lessons:
            yield f"{module.key}/{lesson.key}", lesson.body
        for group in module.groups:
            yield f"{module.key}/{group.key}", group.note
        for question in module.quiz:
            yield f"{module.key}/{question.key}", question.question
            yield f"{module.key}/{question.key}", question.explanation
            yield from ((f"{module.key}/{question.key}", each.text) for each in question.choices)
    yield from ((f"brochure/{section.key}", section.body) for section in COURSE.brochure.sections)
    safety = COURSE.safety
    yield "warning", safety.warning.body
    yield "warning", safety.warning.afterwards
    yield from ((f"texts/{text.key}", text.body) for text in safety.texts)
    yield from ((order.key, text) for order in safety.orders for text in (order.do, order.text))
    yield from (
        (rule.code, text) for rule in safety.stop_rules for text in (*rule.signs, rule.short)
    )
    yield from ((flag.code, flag.question) for flag in safety.signs)
    yield from ((reason.code, reason.text) for reason in safety.contraindications)
    for exercise in COURSE.exercises.values():
        yield exercise.id, exercise.start
        yield exercise.id, exercise.movement
        yield exercise.id, exercise.cue
        yield from ((exercise.id, each) for each in exercise.errors + exercise.progression)


def sentences(markdown):
    """Words of each sentence; headings, list items and table cells end one too."""
    text = re.sub(r"[*#>_☐]|\d+\.\s|\|[-| ]+\|", " ", markdown)
    found = (part.split() for part in re.split(r"[.!?:;|]|\n\s*[-\n]", text))
    return [words for words in found if len(words) > 1]


def words_of(markdown):
    return len(re.findall(r"[^\W_]+", markdown))


class TestShippedContent:
    def test_it_has_no_serious_fault(self):
        assert [str(fault) for fault in content.check() if fault.serious] == []

    def test_five_modules_come_in_the_order_of_the_protocol(self):
        assert COURSE.keys == ("education", "ergonomics", "directional", "core", "relaxation")
        assert [module.number for module in COURSE] == [1, 2, 3, 4, 5]

    def test_every_exercise_text_is_there_in_both_languages(self):
        gaps = [str(fault) for fault in content.check() if fault.file == "exercises.yaml"]
        assert gaps == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_text_is_empty(self, language):
        assert [place for place, text in prose() if not text.get(language).strip()] == []

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_word_frightens(self, language):
        found = [(place, FRIGHTENING.findall(text.get(language))) for place, text in prose()]
        assert [hit for hit in found if hit[1]] == []

    def test_spanish_says_tu(self):
        found = [(place, USTED.findall(text.es)) for place, text in prose()]
        assert [hit for hit in found if hit[1]] == []

    def test_all_42_exercises_are_taught_in_their_module(self):
        assert len(COURSE.exercises) == 42
        by_number = {module.number: module for module in COURSE}
        for exercise in COURSE.exercises.values():
            assert exercise.id in by_number[exercise.module].exercises

    def test_the_brochure_shows_the_williams_series(self):
        williams = {exercise.id for exercise in COURSE.family(Family.WILLIAMS)}
        assert set(COURSE.brochure.exercises) == williams

    def test_the_brochure_gives_no_hint_of_the_programme(self):
        """Both arms read it (row 4-04), the control arm has nothing else (row 4-05)."""
        hints = re.compile(
            r"\b(módulo|lección|diario|sesi[óo]n|video|estudio|grupo|brazo|semáforo|"
            r"module|lesson|diary|session|video|study|trial|arm|traffic)\b",
            re.IGNORECASE,
        )
        found = [hints.findall(section.body.es + section.body.en)
                 for section in COURSE.brochure.sections]  # fmt: skip
        assert not any(found)


@pytest.mark.parametrize("key", MODULES)
class TestEachModule:
    def test_it_has_three_to_six_short_lessons(self, key):
        lessons = MODULES[key].lessons
        assert 3 <= len(lessons) <= 6
        for lesson in lessons:
            for language in LANGUAGES:
                assert 150 <= words_of(lesson.body.get(language)) <= 300, lesson.key

    def test_one_lesson_shows_the_film(self, key):
        assert sum(lesson.video for lesson in MODULES[key].lessons) == 1

    def test_the_minutes_cover_the_lessons(self, key):
        module = MODULES[key]
        assert module.minutes >= sum(lesson.minutes for lesson in module.lessons)

    def test_the_check_has_five_questions_with_one_right_answer_each(self, key):
        assert len(MODULES[key].quiz) == 5
        for question in MODULES[key].quiz:
            assert [choice.right for choice in question.choices].count(True) == 1
            assert len({choice.text for choice in question.choices}) == len(question.choices)

    def test_the_right_answer_is_not_always_in_the_same_place(self, key):
        assert len({question.right for question in MODULES[key].quiz}) >= 2

    def test_its_exercises_have_their_stop_rules_named(self, key):
        module = MODULES[key]
        codes = {code for each in module.exercises for code in COURSE.exercise(each).stop}
        assert codes <= set(module.stop_if)

    def test_groups_hold_each_exercise_once(self, key):
        module = MODULES[key]
        grouped = [identifier for group in module.groups for identifier in group.exercises]
        assert not grouped or sorted(grouped) == sorted(module.exercises)

    def test_spanish_and_english_have_the_same_shape(self, key):
        for lesson in MODULES[key].lessons:
            spanish, english = (re.findall(r"^(#+|\d+\.|-|\|)", lesson.body.get(language), re.M)
                                for language in LANGUAGES)  # fmt: skip
            assert spanish == english, lesson.key


def test_the_direction_rule_gives_nobody_both_series():
    directional = MODULES["directional"]
    assert directional.choose_one
    assert directional.everyone() == ()
    forward, backward = (set(directional.group(key).exercises) for key in ("flexion", "extension"))
    assert forward.isdisjoint(backward)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("place", "text"),
    [(place, text) for place, text in prose() if len(text.es) > 300],
)
def test_sentences_are_short(place, text, language):
    lengths = [len(words) for words in sentences(text.get(language))]
    assert sum(lengths) / len(lengths) <= 18
    assert max(lengths) <= 35


@pytest.fixture
def folder(tmp_path):
    """A clinic's copy of the content, without the films."""
    copy = tmp_path / "content"
    shutil.copytree(content.shipped(), copy, ignore=shutil.ignore_patterns("media"))
    return copy


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


class TestAClinicsCopy:
    def test_an_edited_text_is_read(self, folder):
        (folder / "core/card.es.md").write_text("# Otra tarjeta\n", encoding="utf-8")
        assert content.load(folder).module("core").card.es == "# Otra tarjeta\n"

    def test_an_edited_text_gives_another_version(self, folder):
        before = content.load(folder).version
        edit(folder / "core/card.es.md", "Mi tarjeta 4", "Mi tarjeta cuatro")
        assert content.load(folder).version != before

    def test_an_unchanged_copy_has_the_version_of_the_original(self, folder):
        assert content.load(folder).version == COURSE.version

    def test_a_sixth_module_is_one_folder(self, folder):
        shutil.copytree(folder / "relaxation", folder / "garden")
        edit(folder / "garden/module.yaml", "key: relaxation", "key: garden")
        edit(folder / "garden/module.yaml", "number: 5", "number: 6")
        course = content.load(folder)
        assert course.keys[-1] == "garden"
        assert course.module_after("relaxation") == course.module("garden")

    def test_a_number_between_puts_a_module_between(self, folder):
        edit(folder / "education/module.yaml", "number: 1", "number: 9")
        assert content.load(folder).keys[-1] == "education"

    def test_a_removed_module_leaves_the_others(self, folder):
        shutil.rmtree(folder / "core")
        assert "core" not in content.load(folder).keys

    def test_a_hidden_folder_is_no_module(self, folder):
        (folder / ".git").mkdir()
        assert len(content.load(folder)) == 5


def named(folder):
    """The serious faults of a folder, as lines."""
    return [str(fault) for fault in content.check(folder) if fault.serious]


class TestSecondWordings:
    @pytest.mark.parametrize(
        ("file", "old", "new"),
        [
            ("core/card.es.md", "**Recuerdo:**", "Ante debilidad, ve a urgencias."),
            ("core/film.yaml", "Cierra con un", "Ante un desmayo, un"),
            ("exercises.yaml", "name_en: ", "name_en: numb or "),
            ("education/module.yaml", "Rigidez de diez", "Adormecimiento de diez"),
            ("brochure/lifting.en.md", "stool", "stool with chest pain"),
        ],
    )
    def test_a_sign_worded_by_hand_is_named_wherever_it_stands(self, folder, file, old, new):
        edit(folder / file, old, new)
        faults = [str(fault) for fault in content.check(folder) if "words a sign" in str(fault)]
        assert [fault.partition(":")[0] for fault in faults] == [file]

    @pytest.mark.parametrize(
        ("language", "words"),
        [("es", "El semáforo: verde sigue, amarillo baja, rojo para."),
         ("en", "The light: green go, amber ease off, red stop."),
         ("es", "En ámbar, para.")],
    )  # fmt: skip
    def test_a_film_that_words_the_colours_of_pain_itself_is_refused(self, folder, language, words):
        old = {"es": "Usa el semáforo: {{colours: short}}.",
               "en": "The traffic light: {{colours: short}}."}[language]  # fmt: skip
        edit(folder / "education/film.yaml", old, words)
        faults = [each for each in content.check(folder) if "words a colour" in each.reason]
        assert {fault.file for fault in faults} == {"education/film.yaml"}

    def test_a_sign_that_the_safety_file_does_not_have_is_refused(self, folder):
        edit(folder / "core/card.es.md", "{{signs: stop_all}}", "{{signs: run_away}}")
        assert any("asks for {{signs: run_away}}" in line for line in named(folder))


class TestFaultsAreNamed:
    def test_loading_refuses_and_tells_all_of_them(self, folder):
        edit(folder / "core/module.yaml", "number: 4", "number: four")
        (folder / "education/card.en.md").unlink()
        with pytest.raises(ContentFault) as refused:
            content.load(folder)
        assert {fault.file for fault in refused.value.faults} == {
            "core/module.yaml",
            "education/card.en.md",
        }

    def test_a_wrong_kind_of_value_with_its_line(self, folder):
        edit(folder / "core/module.yaml", "number: 4", "number: four")
        assert named(folder) == ["core/module.yaml:2: number: must be a whole number from 1 to 99"]

    def test_a_value_out_of_range(self, folder):
        edit(folder / "core/module.yaml", "minutes: 41", "minutes: 900")
        assert named(folder) == ["core/module.yaml:14: minutes: must be from 1 to 240, is 900"]

    def test_a_missing_field(self, folder):
        edit(folder / "core/module.yaml", "number: 4\n", "")
        assert named(folder) == ["core/module.yaml:1: number: is missing"]

    def test_a_field_nobody_knows(self, folder):
        edit(folder / "core/module.yaml", "number: 4", "number: 4\ncolour: red")
        assert "core/module.yaml:3: colour: unknown field" in named(folder)[0]

    def test_a_field_written_twice(self, folder):
        edit(folder / "core/module.yaml", "number: 4", "number: 4\nnumber: 4")
        assert named(folder) == ["core/module.yaml:3: number: written twice"]

    def test_a_missing_language(self, folder):
        edit(folder / "core/module.yaml", ", en: Strength and flexibility}", "}")
        assert named(folder) == ["core/module.yaml:3: title.en: is missing"]

    def test_a_file_that_is_not_yaml(self, folder):
        (folder / "core/module.yaml").write_text("key: [core\nnumber: 4\n", encoding="utf-8")
        (line,) = named(folder)
        assert re.match(r"core/module\.yaml:\d: not valid YAML: ", line)

    def test_a_file_that_is_not_utf8(self, folder):
        (folder / "core/card.es.md").write_bytes("año".encode("latin-1"))
        assert named(folder) == ["core/card.es.md: is not UTF-8 text"]

    def test_a_missing_lesson_file(self, folder):
        (folder / "core/lessons/why_strength.en.md").unlink()
        assert named(folder) == ["core/lessons/why_strength.en.md: is missing"]

    def test_an_empty_lesson_file(self, folder):
        (folder / "core/lessons/why_strength.en.md").write_text(" \n", encoding="utf-8")
        assert named(folder) == ["core/lessons/why_strength.en.md: is empty"]

    @pytest.mark.parametrize("name", ["safety.yaml", "brochure/brochure.yaml"])
    def test_a_missing_file_is_one_fault_not_a_hundred(self, folder, name):
        (folder / name).unlink()
        assert f"{name}: is missing" in named(folder)
        assert sum(line.startswith(name) for line in named(folder)) == 1

    def test_an_empty_folder(self, tmp_path):
        assert ".: no module folder found" in named(tmp_path)

    def test_a_folder_without_module_yaml(self, folder):
        (folder / "garden").mkdir()
        assert named(folder) == ["garden: a module folder needs a module.yaml"]

    def test_two_modules_with_one_key_and_one_number(self, folder):
        shutil.copytree(folder / "core", folder / "strength")
        assert named(folder) == [
            "strength/module.yaml:1: key: core is the key of core/module.yaml too",
            "strength/module.yaml:2: number: 4 is the number of core/module.yaml too",
        ]

    def test_two_lessons_with_one_key(self, folder):
        edit(folder / "core/module.yaml", "key: breathe_and_brace", "key: why_strength")
        assert any("lessons[2].key: why_strength is used twice" in line for line in named(folder))

    def test_faults_of_every_kind_are_told_together_in_the_order_of_the_file(self, folder):
        path = folder / "core/module.yaml"
        edit(path, "minutes: 8\n", "minutes: eight\n")
        edit(path, "number: 4", "number: 400")
        edit(path, "title: {es: Fuerza y flexibilidad,", "colour: red\ntitle: {es: '',")
        assert named(folder) == [
            "core/module.yaml:2: number: must be from 1 to 99, is 400",
            "core/module.yaml:3: colour: unknown field; known are key, number, title, summary, "
            "goals, minutes, lessons, quiz, exercises, groups, choose_one, stop_if",
            "core/module.yaml:4: title.es: is empty",
            "core/module.yaml:19: lessons[1].minutes: must be a whole number from 1 to 60",
        ]

    def test_what_two_files_say_differently_is_told_with_the_line(self, folder):
        edit(folder / "core/module.yaml", "stop_if: [S3,", "stop_if: [S9,")
        edit(folder / "core/module.yaml", "  - c12_clam\n", "  - c99_clam\n")
        edit(folder / "brochure/brochure.yaml", "  - w7_squat", "  - w9_squat")
        edit(folder / "exercises.yaml", "stop: [S3,", "stop: [S9,")
        lines = named(folder)
        assert (
            lines[0] == "brochure/brochure.yaml:25: exercises[7]: w9_squat is not in exercises.yaml"
        )
        assert "core/module.yaml:39: exercises[6]: c99_clam is not in exercises.yaml" in lines
        assert any(line.endswith(": stop_if[1]: S9 is not in safety.yaml") for line in lines)
        assert any("exercises[1].stop[1]: S9 is not in safety.yaml" in line for line in lines)

    def test_the_text_of_a_lesson_has_no_place_in_the_module_file(self, folder):
        edit(folder / "core/module.yaml", "minutes: 8\n", "minutes: 8\n    body: {es: a, en: b}\n")
        (line,) = named(folder)
        assert line.startswith(
            "core/module.yaml:19: lessons[1].body: unknown field; known are key,"
        )

    def test_a_misspelt_field_of_a_dose(self, folder):
        edit(folder / "exercises.yaml", "rest_s: 30", "rests: 30")
        (line,) = named(folder)
        assert "exercises[1].dose.rests: unknown field; known are sets, reps" in line

    def test_an_exercise_that_does_not_exist(self, folder):
        edit(
            folder / "relaxation/module.yaml",
            "[r1_diaphragmatic, r2_paced, r3",
            "[r9, r2_paced, r3",
        )
        lines = named(folder)
        assert any("exercises[1]: r9 is not in exercises.yaml" in line for line in lines)

    def test_a_group_with_an_exercise_of_another_module(self, folder):
        edit(
            folder / "relaxation/module.yaml", "exercises: [r3_jacobson_16]", "exercises: [e5_walk]"
        )
        assert any(
            "groups[2].exercises[1]: e5_walk is not among the exercises" in line
            for line in named(folder)
        )

    def test_a_code_nobody_knows(self, folder):
        edit(folder / "core/module.yaml", "stop_if: [S3,", "stop_if: [S9,")
        assert any("stop_if[1]: S9 is not in safety.yaml" in line for line in named(folder))

    def test_a_choice_between_directions_needs_two(self, folder):
        edit(folder / "relaxation/module.yaml", "number: 5", "number: 5\nchoose_one: true")
        path = folder / "relaxation/module.yaml"
        text = path.read_text(encoding="utf-8")
        start, end = text.index("groups:"), text.index("stop_if:")
        path.write_text(text[:start] + text[end:], encoding="utf-8")
        assert named(folder) == [
            "relaxation/module.yaml:3: choose_one: needs at least two groups to choose from"
        ]

    @pytest.mark.parametrize("marks", ["", ", right: true}\n      - {es: Ni, en: Nor, right: true"])
    def test_a_question_needs_exactly_one_right_answer(self, folder, marks):
        edit(folder / "core/module.yaml", ", right: true", marks)
        (line,) = named(folder)
        assert "quiz[1].choices: needs two choices or more and exactly one marked right" in line

    def test_a_text_that_names_a_number_nobody_set(self, folder):
        edit(folder / "safety.yaml", 'number: "911"', 'number: ""')
        lines = named(folder)
        assert any("warning.body: names the number {emergency}" in line for line in lines)

    def test_a_level_without_a_text(self, folder):
        edit(folder / "safety.yaml", "    level: review\n    title", "    title")
        assert any("no text for the level review" in line for line in named(folder))

    def test_a_sign_that_no_rule_knows(self, folder):
        edit(folder / "safety.yaml", "code: leg", "code: knee")
        lines = named(folder)
        assert any("signs[1].asked: knee is no sign that diary may ask about" in x for x in lines)
        assert any("signs: no sign leg that is asked about in diary" in x for x in lines)

    def test_contraindications_of_which_none_stops_every_exercise(self, folder):
        text = (folder / "safety.yaml").read_text(encoding="utf-8")
        text = text.replace("    stops: true\n", "")
        (folder / "safety.yaml").write_text(text, encoding="utf-8")
        assert any("an unchecked warning sign needs it" in line for line in named(folder))

    def test_a_warning_sign_that_is_asked_nowhere(self, folder):
        edit(folder / "safety.yaml", "asked: [baseline, any_time]", "asked: [baseline]")
        assert any("no sign R4 that is asked about in any_time" in line for line in named(folder))

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [("  - colour: amber", "  - colour: red", "colours"),
         ("    up_to: 5", "    up_to: 2", "each colour ends above the one before"),
         ("    up_to: 10", "    up_to: 9", "the last at 10"),
         ("  - colour: green\n    name: {es: Verde, en: Green}\n    up_to: 2\n"
          "    pain: {es: 0 a 2, en: 0 to 2}\n    do: {es: sigue adelante, en: go on}\n"
          "    short: {es: sigue, en: go on}\n", "", "has green, amber and red")],
    )  # fmt: skip
    def test_a_traffic_light_that_leaves_a_number_without_a_colour(self, folder, old, new, reason):
        edit(folder / "safety.yaml", old, new)
        assert any(reason in line for line in named(folder))

    def test_a_level_is_not_said_a_second_time(self, folder):
        edit(folder / "safety.yaml", "code: R3", "code: R3\n    level: amber")
        assert any("level" in line and "signs[5]" in line for line in named(folder))

    def test_a_text_of_a_trigger_that_nobody_knows(self, folder):
        edit(folder / "safety.yaml", "triggers: [T3]", "triggers: [T33]")
        assert any("triggers[1]: must be one of T1, T2" in line for line in named(folder))

    @pytest.mark.parametrize(
        ("old", "new", "reason"),
        [
            ("family: williams", "family: pilates", "family: must be one of williams"),
            ("sets: 2", "sets: none", "dose.sets: must be a whole number from 1 to 20"),
            ("id: w1_pelvic_tilt", "id: W1", "id: must be small letters"),
            ("id: w2_single_knee_chest", "id: w1_pelvic_tilt", "w1_pelvic_tilt is used twice"),
        ],
    )
    def test_a_fault_of_an_exercise(self, folder, old, new, reason):
        edit(folder / "exercises.yaml", old, new)
        assert any(reason in line for line in named(folder))

    def test_lists_of_two_lengths_cannot_be_paired(self, folder):
        path = folder / "exercises.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        document["exercises"][0] |= {"errors_es": ["uno", "dos"], "errors_en": ["one"]}
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        (line,) = named(folder)
        assert "exercises[1].errors_es: has 2 entries, English has 1" in line

    @pytest.mark.parametrize(
        ("field", "value", "place", "reason"),
        [
            ("cue_es", 7, "cue_es", "must be text; put numbers, yes and no in quotes"),
            ("errors_es", ["uno", 2, "tres", "cuatro"], "errors_es[2]", "must be text"),
            ("errors_es", "uno", "errors_es", "must be a list"),
            ("targets", [""], "targets[1]", "is empty"),
        ],
    )
    def test_a_fault_of_one_language_is_named_where_it_stands(
        self, folder, field, value, place, reason
    ):
        path = folder / "exercises.yaml"
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        document["exercises"][0][field] = value
        path.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
        (line,) = named(folder)
        assert f": exercises[1].{place}: {reason}" in line

    def test_a_note_of_a_dose_is_named_inside_the_dose(self, folder):
        edit(
            folder / "exercises.yaml", "dose: {sets: 2,", "dose: {note_es: 3, note_en: a, sets: 2,"
        )
        (line,) = named(folder)
        assert "exercises[1].dose.note_es: must be text" in line


class TestGaps:
    """What can be used all the same is reported, and does not stop the course."""

    def test_an_exercise_translation_that_is_missing(self, folder):
        path = folder / "exercises.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^ +cue_en:.*\n", "", text, flags=re.M), encoding="utf-8")
        first = content.load(folder).exercise("w1_pelvic_tilt")
        assert first.cue.en == first.cue.es
        assert any(fault.field.endswith("cue_en") for fault in content.check(folder))

    def test_a_lesson_file_no_module_names(self, folder):
        (folder / "core/lessons/extra.es.md").write_text("hola", encoding="utf-8")
        assert content.load(folder)
        (fault,) = [each for each in content.check(folder) if "extra" in each.file]
        assert str(fault) == "core/lessons/extra.es.md: no lesson of module.yaml"

    def test_a_film_that_is_missing(self, folder):
        edit(folder / "relaxation/module.yaml", "key: relaxation", "key: garden")
        assert content.load(folder)
        found = [str(fault) for fault in content.check(folder) if "garden" in fault.file]
        assert found == [
            "media/lessons/garden.en.*: no mp4, webm, vtt, jpg",
            "media/lessons/garden.es.*: no mp4, webm, vtt, jpg",
        ]


class TestMediaFile:
    def test_a_clinics_own_film_comes_first(self, folder):
        own = folder / "media/exercises/c3_bridge.es.mp4"
        own.parent.mkdir(parents=True)
        own.write_bytes(b"film")
        assert content.media_file("media/exercises/c3_bridge.es.mp4", folder) == own

    @pytest.mark.parametrize(
        "path", ["safety.yaml", "media/../safety.yaml", "../content.py", "/etc/hosts", "media"]
    )
    def test_nothing_outside_media_is_given(self, path):
        assert content.media_file(path) is None

    def test_an_empty_film_counts_as_missing(self, folder):
        own = folder / "media/lessons/garden.es.mp4"
        own.parent.mkdir(parents=True)
        own.write_bytes(b"")
        edit(folder / "relaxation/module.yaml", "key: relaxation", "key: garden")
        film = content.load(folder).module("garden").film("es")
        assert film.mp4 in content.missing_media(film, folder)

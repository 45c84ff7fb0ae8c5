"""The frames of one exercise clip: the picture once, then the words of each language."""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

import cairocffi as cairo  # type: ignore[import-untyped]

from scripts.film import arrows, overlays, paint
from scripts.film.camera import BAND, HEIGHT, WIDTH, Camera, fit, look, outline
from scripts.film.figure import Figure
from scripts.film.geometry import norm
from scripts.film.overlays import WORDS, Pacer
from scripts.film.paint import Context
from scripts.film.props import Props, draw_marks, draw_room, draw_shadow
from scripts.film.script import Exercise, swap_side
from scripts.film.solver import Pose
from scripts.film.timing import FADE, RATE, SIDE_FADE, Loop, Phase

DEPTH_VIEWS = ("side_lying_front", "supine_top")
AREA = (26.0, 62.0, WIDTH - 26.0, HEIGHT - BAND - 20.0)
STRIDE_SPEED = 0.72  # H a second over the floor


class Clip:
    """Draws any frame of one exercise."""

    def __init__(self, exercise: Exercise, area: tuple[float, float, float, float] = AREA) -> None:
        self.exercise, self.loop = exercise, Loop(exercise)
        poses = self._key_poses()
        self.props = Props(exercise, poses)
        points = [ball for pose in poses for ball in outline(pose)]
        self.camera: Camera = fit(look(*exercise.camera), points + self.props.extent(), area)
        self._arrows: dict[tuple[int, int], list[paint.Point]] = {}

    def _key_poses(self) -> list[Pose]:
        loop = self.loop
        shares = (0.0, 0.35, 0.5, 0.65)
        return [loop.pose(phase, share) for phase in loop.phases for share in shares]

    @property
    def frames(self) -> int:
        """Return the number of frames of the loop."""
        return self.loop.frames

    def paint_frame(self, ctx: Context, frame: int) -> None:
        """Draw a frame without words; a seam that does not close fades into what follows."""
        self._paint(ctx, *self.loop.at(frame))
        length = round((FADE if self.exercise.fade else SIDE_FADE) * RATE)
        following, left = self._seam_ahead(frame)
        if following is not None and left <= length:
            ctx.push_group()
            self._paint(ctx, following, 0.0)
            ctx.pop_group_to_source()
            ctx.paint_with_alpha(1.0 - left / (length + 1))

    def _seam_ahead(self, frame: int) -> tuple[Phase | None, int]:
        """Return the phase after the next open seam and the frames until it."""
        phases, starts = self.loop.phases, self.loop.starts
        if self.exercise.fade:
            return phases[0], self.frames - frame
        if not self._sides_differ:
            return None, 0
        current = self.loop.at(frame)[0].variant
        for phase, start in zip(phases, starts, strict=True):
            if start > frame and phase.variant != current:
                return phase, start - frame
        return phases[0], self.frames - frame

    @cached_property
    def _sides_differ(self) -> bool:
        """Return whether the two sides start from different pictures."""
        loop = self.loop
        if not self.exercise.mirrored or any(loop.flipped):
            return self.exercise.mirrored
        a, b = (choreography.pose(0, 0.0) for choreography in loop.choreographies)
        return any(norm(a.legs[s].ankle - b.legs[s].ankle) > 0.02 for s in "RL")

    def paint_still(self, ctx: Context, phase: Phase, share: float) -> None:
        """Draw one pose with the arrow that leads to it, as a poster shows it."""
        self._paint(ctx, phase, share, arrow_alpha=1.0)

    def _paint(
        self, ctx: Context, phase: Phase, share: float, arrow_alpha: float | None = None
    ) -> None:
        ctx.save()
        if self.loop.flipped[phase.variant]:
            ctx.translate(WIDTH, 0)
            ctx.scale(-1, 1)
        pose, weight = self.loop.pose(phase, share), self.loop.weight(phase, share)
        exercise = self.loop.variants[phase.variant][0]
        swapped = self.swapped(phase)
        draw_room(ctx, self.camera)
        if exercise.walking:
            draw_marks(ctx, self.camera, share * phase.seconds * self._speed)
        self.props.draw_behind(ctx, self.camera)
        draw_shadow(ctx, self.camera, pose, exercise.surface)
        figure = Figure(ctx, self.camera, pose, _sides(exercise.fists, swapped))
        held = partial(self.props.draw_held, ctx, self.camera, pose)
        figure.draw(held, by_depth=exercise.view in DEPTH_VIEWS)
        focus = _sides(exercise.focus, swapped)
        overlays.draw_glow(ctx, self.camera, pose, focus, weight)
        figure.spine(0.42)
        alpha = arrows.fade_of(share) if arrow_alpha is None else arrow_alpha
        arrows.draw_arrow(ctx, self._arrow(phase), 1.0 if exercise.walking else alpha)
        ctx.restore()

    @cached_property
    def _speed(self) -> float:
        """Return the floor's speed below the feet: one stride gap divides it evenly."""
        cycle = self.exercise.keyframes[-1].t
        return round(STRIDE_SPEED * cycle / 0.30) * 0.30 / cycle

    def swapped(self, phase: Phase) -> bool:
        """Return whether this phase shows the other side by a swapped pose."""
        return self.loop.variants[phase.variant][1] and not self.loop.flipped[phase.variant]

    def _arrow(self, phase: Phase) -> list[paint.Point]:
        key = (phase.variant, phase.segment)
        if key not in self._arrows:
            track = self.exercise.track
            part = swap_side(track) if self.swapped(phase) else track
            self._arrows[key] = arrows.arrow_for(self.loop, phase, self.camera, part)
        return self._arrows[key]

    def paint_words(self, ctx: Context, frame: int, language: str) -> None:
        """Lay counter, ring or pacer and the caption band of one language over a frame."""
        phase, share = self.loop.at(frame)
        overlays.draw_counter(ctx, self.counter(phase, language))
        ring = self._ring(phase)
        if self.exercise.paced:
            overlays.draw_pacer(ctx, self.pacer(phase, share), language)
        elif ring:
            overlays.draw_ring(ctx, share, WORDS[ring[0]].get(language), ring[1])
        self.paint_band(ctx, language)

    def paint_band(self, ctx: Context, language: str) -> None:
        """Draw the caption band with name and cue."""
        exercise = self.exercise
        overlays.draw_band(ctx, exercise.name.get(language), exercise.cue.get(language))

    def counter(self, phase: Phase, language: str) -> str:
        """Return how many or how long, and which side."""
        exercise, dose = self.exercise, self.exercise.dose
        if exercise.groups:
            group = exercise.groups[phase.rep]
            name = group["name_es" if language == "es" else "name_en"]
            return f"{WORDS['group'].get(language)} {group['number']}/{dose['reps']} · {name}"
        reps = int(dose.get("reps", 1))
        sides = len(self.loop.variants)
        word, total = ("set", dose["sets"]) if reps == 1 else ("rep", reps)
        text = f"{WORDS[word].get(language)} {phase.rep // sides + 1}/{total}"
        if "minutes" in dose:
            text = f"{dose['minutes']} min"
        elif reps == 1 and dose.get("hold_s", 0) >= 60:
            hold = dose["hold_s"]
            text = f"{hold // 60} min" if hold % 60 == 0 else f"{hold} s"
        if sides > 1:
            text += f" · {WORDS['side'].get(language)} {'AB'[phase.variant]}"
        return text

    def _ring(self, phase: Phase) -> tuple[str, float] | None:
        """Return the word and the real seconds of a hold worth counting."""
        tension = self.exercise.keyframes[phase.segment].angles["tension"]
        if phase.kind == "hold" and phase.real_seconds >= 2:
            return ("tense" if tension else "hold", phase.real_seconds)
        if phase.kind == "rest" and self.exercise.dose.get("release_s"):
            return ("release", float(self.exercise.dose["release_s"]))
        return None

    def pacer(self, phase: Phase, share: float) -> Pacer:
        """Return the state of the breath; its time is real, never shortened."""
        frames = self.exercise.keyframes
        start = frames[phase.segment].angles["belly"]
        end = frames[phase.segment + 1].angles["belly"]
        pose = self.loop.pose(phase, share)
        left = phase.seconds * (1 - share)
        return Pacer(end > start, pose.angles["belly"], max(1, int(left + 0.999)))

    def end_phase(self) -> tuple[Phase, float]:
        """Return the movement that leads to the furthest pose, and its end."""
        moves = [p for p in self.loop.phases if p.kind == "move" and p.variant == 0]
        if self.exercise.walking:
            return moves[0], 0.0
        far = self.loop.distances
        return max(moves, key=lambda p: (round(far[p.segment + 1], 1), -p.segment)), 0.999


def _sides(names: Sequence[str], swapped: bool) -> tuple[str, ...]:
    return tuple(swap_side(name) for name in names) if swapped else tuple(names)


def new_surface() -> tuple[cairo.ImageSurface, Context]:
    """Return an empty picture and its drawing context."""
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, WIDTH, HEIGHT)
    return surface, cairo.Context(surface)


def clip_frames(clip: Clip, languages: Sequence[str]) -> Iterator[list[bytes]]:
    """Yield every frame of a clip as BGRA bytes, one for each language."""
    base, base_ctx = new_surface()
    copies = [new_surface() for _ in languages]
    for frame in range(clip.frames):
        clip.paint_frame(base_ctx, frame)
        base.flush()
        row = []
        for language, (surface, ctx) in zip(languages, copies, strict=True):
            ctx.set_source_surface(base)
            ctx.paint()
            clip.paint_words(ctx, frame, language)
            surface.flush()
            row.append(bytes(surface.get_data()))
        yield row


def paint_poster(clip: Clip, language: str) -> cairo.ImageSurface:
    """Return the poster: the end pose with its arrow, counter and caption band."""
    surface, ctx = new_surface()
    phase, share = clip.end_phase()
    clip.paint_still(ctx, phase, share)
    overlays.draw_counter(ctx, clip.counter(phase, language))
    clip.paint_band(ctx, language)
    surface.flush()
    return surface

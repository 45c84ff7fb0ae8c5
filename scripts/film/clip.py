"""The frames of one exercise clip.

No sentence is drawn: they are captions. The only words of a picture are the two sides of the body,
so a clip that shows no side is the same film in every language.
"""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

import cairocffi as cairo  # type: ignore[import-untyped]

from modules.text import Text
from scripts.film import arrows, overlays, paint
from scripts.film.camera import HEIGHT, TOP_BAND, WIDTH, Camera, fit, look, outline
from scripts.film.figure import Figure
from scripts.film.geometry import norm
from scripts.film.overlays import Corner, Hold, Pacer
from scripts.film.paint import Context
from scripts.film.props import Props, draw_marks, draw_room, draw_shadow
from scripts.film.script import Exercise, swap_side
from scripts.film.solver import Pose
from scripts.film.timing import FADE, RATE, SHORTEST_HOLD, SIDE_FADE, Loop, Phase

DEPTH_VIEWS = ("side_lying_front", "supine_top")
AREA = (22.0, TOP_BAND + 6.0, WIDTH - 22.0, HEIGHT - 14.0)
STRIDE_SPEED = 0.72  # H a second over the floor
SIDES = {"R": Text("Derecha", "Right"), "L": Text("Izquierda", "Left")}
ENOUGH_ROOM = 6.0  # px between figure and corner


class Clip:
    """Draws any frame of one exercise."""

    def __init__(self, exercise: Exercise) -> None:
        self.exercise, self.loop = exercise, Loop(exercise)
        poses = self._key_poses()
        self.props = Props(exercise, poses)
        points = [ball for pose in poses for ball in outline(pose)]
        self.camera: Camera = fit(look(*exercise.camera), points + self.props.extent(), AREA)
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
        length = self._fade_frames
        following, left = self._seam_ahead(frame)
        if following is not None and left <= length:
            ctx.push_group()
            self._paint(ctx, following, 0.0)
            ctx.pop_group_to_source()
            ctx.paint_with_alpha(1.0 - left / (length + 1))

    def still(self, frame: int) -> int | None:
        """Return the number of the phase whose one picture this frame shows; None in movement."""
        phase, _ = self.loop.at(frame)
        following, left = self._seam_ahead(frame)
        fading = following is not None and left <= self._fade_frames
        return None if phase.kind == "move" or fading else self.loop.phases.index(phase)

    @property
    def _fade_frames(self) -> int:
        return round((FADE if self.exercise.fade else SIDE_FADE) * RATE)

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

    def paint_marks(self, ctx: Context, frame: int) -> None:
        """Lay what counts over a frame: the mark of a hold, the pacer, the number of the group."""
        phase, share = self.loop.at(frame)
        hold = self.hold(phase, share)
        if self.exercise.paced:
            overlays.draw_pacer(ctx, self.corner(phase), self.pacer(phase, share))
        elif hold:
            overlays.draw_hold(ctx, self.corner(phase), hold)
        if self.exercise.groups:
            number = self.exercise.groups[phase.rep]["number"]
            overlays.draw_label(ctx, self.corner(phase), f"{number}/{self.exercise.dose['reps']}")

    def paint_words(self, ctx: Context, frame: int, language: str) -> None:
        """Write the side of the body that a frame shows, where there are two."""
        phase, _ = self.loop.at(frame)
        side = self.side(phase)
        if side:
            overlays.draw_label(ctx, self.corner(phase), SIDES[side].get(language))

    @property
    def speaks(self) -> bool:
        """Return whether a picture holds words, so that every language needs a film of its own."""
        return self.exercise.mirrored

    def side(self, phase: Phase) -> str:
        """Return the figure's own side that works here, R or L; empty where both work alike."""
        if not self.exercise.mirrored:
            return ""
        places = (*self.exercise.focus, *self.exercise.track.split())
        first = next(place[-1] for place in places if swap_side(place) != place)
        return {"R": "L", "L": "R"}[first] if phase.variant else first

    def corner(self, phase: Phase) -> Corner:
        """Return where label and mark stand: one corner for the whole clip, mirrored with it."""
        return self._corner.mirrored if self.loop.flipped[phase.variant] else self._corner

    @cached_property
    def _corner(self) -> Corner:
        phases, taken = self.loop.phases, self._taken()
        marked = self.exercise.paced or any(self.hold(phase, 0.0) for phase in phases)
        found = overlays.corners(self.speaks or bool(self.exercise.groups), marked)
        free = (corner for corner in found if corner.room(taken) > ENOUGH_ROOM)
        return next(free, None) or max(found, key=lambda corner: corner.room(taken))

    def _taken(self) -> list[tuple[float, float, float]]:
        """Return every disc that figure or arrow fill at some time: x, y and radius in px."""
        camera, discs = self.camera, []
        for phase in self.loop.phases:
            poses = [self.loop.pose(phase, share) for share in (0.0, 0.5, 0.999)]
            balls = [ball for pose in poses for ball in outline(pose)]
            discs += [(*camera.xy(point), radius * camera.scale) for point, radius in balls]
            discs += [(x, y, 12.0) for x, y in self._arrow(phase)]
        return discs

    def hold(self, phase: Phase, share: float) -> Hold | None:
        """Return a hold worth naming; its time runs only where it is shown in real time."""
        if phase.kind != "hold" or phase.real_seconds < SHORTEST_HOLD:
            return None
        return Hold(phase.real_seconds, share if phase.in_real_time else None)

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
    (still, still_ctx), (base, base_ctx) = new_surface(), new_surface()
    copies = [new_surface() for _ in languages]
    drawn = None
    for frame in range(clip.frames):
        if drawn is None or drawn != clip.still(frame):
            clip.paint_frame(still_ctx, frame)
            drawn = clip.still(frame)
        _lay(base_ctx, still)
        clip.paint_marks(base_ctx, frame)
        row = []
        for language, (surface, ctx) in zip(languages, copies, strict=True):
            _lay(ctx, base)
            clip.paint_words(ctx, frame, language)
            surface.flush()
            row.append(bytes(surface.get_data()))
        yield row


def _lay(ctx: Context, picture: cairo.ImageSurface) -> None:
    """Cover everything with a picture."""
    picture.flush()
    ctx.set_source_surface(picture)
    ctx.paint()


def paint_poster(clip: Clip) -> cairo.ImageSurface:
    """Return the poster: the end pose with the arrow that leads to it."""
    surface, ctx = new_surface()
    clip.paint_still(ctx, *clip.end_phase())
    surface.flush()
    return surface

"""Clips and lesson films drawn from the course's own data.

Reading order: `script` (exercise facts and their limits), `body` (measures), `trunk`, `limbs`,
`places` and `solver` (a pose from a keyframe), `timing` (a loop from keyframes), `camera`,
`paint`, `head`, `figure`, `props` and `overlays` (a picture from a pose), `clip` and `lesson`
(frames in order), `encode` and `render` (files).

The geometry needs numpy, the pictures cairocffi, the files ffmpeg: all three are the optional
extra `film`. `make film` draws; the installed tool holds the films and nothing of this.
"""

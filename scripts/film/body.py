"""Measures of the figure in body heights (H = 1) and the limits of its joints in degrees."""

THIGH, SHIN = 0.245, 0.246
UPPER_ARM, FOREARM, HAND = 0.178, 0.148, 0.088
PALM = 0.048  # wrist to the middle of the palm
HIP_SIDE, SHOULDER_SIDE, SHOULDER_UP = 0.056, 0.108, 0.285
NECK_BASE, NECK, HEAD_UP = 0.311, 0.045, 0.052
NECK_RADIUS = 0.031
HEAD_RADII = (0.056, 0.062, 0.049)  # front to back, up, sideways

ANKLE_UP, HEEL_BACK, BALL_FRONT, TOE_FRONT = 0.039, 0.022, 0.072, 0.104
HEEL_RADIUS, BALL_RADIUS, TOE_RADIUS = 0.021, 0.0145, 0.010

# (part of the way along the bone, radius)
THIGH_PROFILE = ((0.0, 0.056), (0.28, 0.058), (0.68, 0.048), (1.0, 0.0365))
SHIN_PROFILE = ((0.0, 0.0365), (0.33, 0.038), (1.0, 0.0215))
UPPER_ARM_PROFILE = ((0.0, 0.0385), (0.5, 0.033), (1.0, 0.0255))
FOREARM_PROFILE = ((0.0, 0.0255), (0.3, 0.0265), (1.0, 0.0165))
PALM_RADIUS, FINGER_RADIUS, FIST_RADIUS, THUMB_RADIUS = 0.021, 0.0095, 0.027, 0.0085
SLEEVE = 0.66  # share of the upper arm the sleeve covers
KNEE_UP, SHIN_ANKLE_UP, ELBOW_UP, WRIST_UP = 0.034, 0.026, 0.0265, 0.022

SECTION_HEIGHTS = tuple(-0.052 + 0.370 * i / 12 for i in range(13))
SECTION_DEPTHS = (
    0.034, 0.058, 0.064, 0.057, 0.052, 0.050, 0.051, 0.054, 0.060, 0.060, 0.053, 0.040, 0.028,
)  # fmt: skip
SECTION_WIDTHS = (
    0.060, 0.088, 0.097, 0.092, 0.082, 0.077, 0.077, 0.082, 0.090, 0.098, 0.096, 0.072, 0.040,
)  # fmt: skip
# resting lordosis: buttock backwards, waist forwards
SECTION_OFFSETS = (
    -0.004, -0.008, -0.010, -0.005, 0.000, 0.003, 0.003, 0.001, 0.0, -0.002, -0.004, -0.003, 0.0,
)  # fmt: skip
LUMBAR_JOINTS = (0.06, 0.085, 0.11, 0.135, 0.16)
THORACIC_JOINTS = (0.19, 0.225, 0.26)
WAIST = 4  # trunk sections below this index wear the leggings
LUMBAR_PUSH = 0.00035  # H a degree of flexion: the low back really rounds
BELLY_REACH = 0.02
BELLY_SPAN = (0.05, 0.22)

SEAT_HEIGHT, BED_HEIGHT = 0.262, 0.27
SEAT_SINK = 0.014  # the buttock flattens on the seat

LIMITS: dict[str, tuple[float, float]] = {
    "hip": (-35, 140),
    "knee": (-5, 155),
    "ank": (-60, 35),
    "elb": (-5, 150),
    "sho": (-60, 185),
    "sabd": (-10, 120),
    "abd": (-20, 60),
    "heel": (0, 85),
    "lum": (-50, 55),
    "tho": (-30, 35),
    "neck": (-45, 45),
    "pel": (-20, 30),
    "lat": (-35, 35),
    "rot": (-60, 60),
    "headrot": (-85, 85),
    "roll": (-180, 180),
    "pitch": (-90, 110),
    "belly": (-1, 1),
    "tension": (0, 1),
}
SOLVED_ELBOW_LIMIT = 156

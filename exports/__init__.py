"""The blinded exports: what leaves the tool for an assessor or an analyst, and nothing else.

Rules (pure): `blinding` (the list of columns per audience, identifiers, order), `columns` (every
column that may exist), `tables`, `leaks` (the check before release).
Making: `outcomes` (scores and changes), `dataset` (facts of the course as raw rows, then blinded),
`wide` (one row per person), `dictionary` (the codebook), `summary` and `svg` (what the report
shows), `format` with `formats/` (one file per format), `service` (the use case, logged in
`models`).

Nothing here can reach a name, a telephone number or an arm: those live in packages beside and
above this one, and import-linter keeps it so.
"""

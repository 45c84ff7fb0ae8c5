"""The course itself, without web: rules first, records second, content as files.

Rules (pure: no database, no clock): `days`, `text`, `protocol`, `curriculum`, `progression`,
`diary`, `schedule`, `questionnaire`, `scoring`, `instruments`.
Records: `db`, `crypto`, `models`, `services` (one function per use case), `queries` (the reads
that pages and exports share, as frozen dataclasses).
Content: `content/` (modules, exercises, brochure, videos), read by `content.py`.
"""

"""What can stop an export. Messages name a table, a column or a file, never a value.

CourseError
└── ExportStopped        export_stopped      base of these
    ├── UnknownChoice    export_unknown      no such audience or format
    ├── NotExportable    export_value        a value is not of the kind its column allows
    ├── UnevenRows       export_uneven       one participant has more rows than another
    └── LeaksFound       export_leaks        a word that must not leave was found in the product
"""

from modules.errors import CourseError


class ExportStopped(CourseError):
    """The export was not made."""

    code = "export_stopped"


class UnknownChoice(ExportStopped):
    """There is no audience or format of that name."""

    code = "export_unknown"


class NotExportable(ExportStopped):
    """A value is not of the kind its column allows: the export fails closed."""

    code = "export_value"

    def __init__(self, table: str, column: str) -> None:
        super().__init__(f"{table}.{column}")
        self.table, self.column = table, column


class UnevenRows(ExportStopped):
    """The number of rows differs between participants, which could tell them apart."""

    code = "export_uneven"


class LeaksFound(ExportStopped):
    """A word that must not leave stands in the product; `places` says in which parts."""

    code = "export_leaks"

    def __init__(self, places: tuple[str, ...]) -> None:
        super().__init__(", ".join(places))
        self.places = places

"""Do the secrets fit what the database was written with?"""

from datetime import datetime

from modules.text import Text
from plugin.status import key_check
from plugin.status.check import Check, Finding, State, in_session
from plugin.status.key_check import Secrets

_STATES = {Secrets.FIT: State.GOOD, Secrets.NONE_YET: State.UNSURE}


def judge(found: Secrets, _now: datetime) -> Finding:
    """Say how the secrets fit."""
    return Finding(_STATES.get(found, State.BAD), found)


CHECK = Check(
    key="secret",
    label=Text("Secretos", "Secrets"),
    look=in_session(key_check.compare),
    judge=judge,
    words={
        Secrets.FIT: Text("Abren lo que está guardado.", "They open what is stored."),
        Secrets.NONE_YET: Text(
            "Todavía no hay valor de prueba: se escribe al arrancar la herramienta.",
            "There is no check value yet: it is written when the tool starts.",
        ),
        Secrets.WRONG: Text(
            "COLUMNA_SECRETS no contiene el secreto con que se escribió esta base de datos. "
            "Pon el anterior; para cambiarlo, el nuevo va delante y el anterior se queda atrás.",
            "COLUMNA_SECRETS does not hold the secret this database was written with. Give the "
            "former one; to change it, put the new one in front and keep the former one behind it.",
        ),
        Secrets.OLDEST: Text(
            "El secreto más antiguo debe quedar al final de COLUMNA_SECRETS: con él se "
            "encuentran los números. Pon los nuevos delante y no quites ninguno.",
            "The oldest secret must stay the last one in COLUMNA_SECRETS: numbers are found by "
            "it. Put new secrets in front and take none away.",
        ),
    },
    stops=frozenset({Secrets.WRONG, Secrets.OLDEST}),
)

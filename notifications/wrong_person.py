"""«No soy yo»: how somebody says that a number is not the participant's. Words by language. Pure.

Who gets somebody else's notices ends them by saying so, in a message that says little else; the
tables of what is heard and what is none are in the tests.
"""

from modules import phrases

LONGEST_WORDS = 14
"""A message with more words tells more than that."""
PATTERNS = (
    "numero equivocad",
    "persona equivocad",
    "equivocad numero",
    "equivocad persona",
    "se equivoc",
    "estan equivocad",
    "esta equivocad",
    "no soy yo",
    "no soy la persona",
    "no soy esa persona",
    "no soy paciente",
    "no conozco a",
    "no conozco esa persona",
    "numero no es de",
    "celular no es de",
    "telefono no es de",
    "numero ya no es de",
    "ya no es su numero",
    "ya no es el numero",
    "no estoy en ningun",
    "no estoy inscrit",
    "no me inscribi",
    "no es para mi",
    "no son para mi",
    "wrong number",
    "wrong person",
    "thats not me",
    "this is not me",
    "it is not me",
    "not the person",
    "dont know this person",
    "dont know that person",
    "do not know this person",
    "do not know who that is",
    "dont know who that is",
    "this is not his number",
    "this is not her number",
    "not their number",
    "i never signed",
    "not meant for me",
)
ASIDE = ("ejercicio", "repeticion", "respuesta", "exercise", "misma", "mismo")


def is_said(text: str) -> bool:
    """Whether a message says that it reached somebody else than the participant."""
    said = phrases.sentences(text)
    if sum(len(words) for words in said) > LONGEST_WORDS:
        return False
    aside = any(word.startswith(ASIDE) for words in said for word in words)
    return not aside and any(phrases.places(words, each) for words in said for each in PATTERNS)

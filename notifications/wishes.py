"""Wishes to get no more messages, as people write them: words by language, as data. Pure.

A wish says nothing else: every word of the message belongs to the little that people say with it
(courtesy, whom they speak to, what is to end). So «me baja el dolor» and «estoy de baja en el
trabajo» are none, whatever they have in common with one. What only comes near a wish is asked
about and never obeyed unasked. The tables of wishes and of what is none are in the tests.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


def _words(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language says it, in plain letters (`keywords.plain`)."""

    alone: frozenset[str]
    """A wish by themselves."""
    ends: frozenset[str]
    """Verbs of ending, which need a thing to end."""
    no: frozenset[str]
    wants: frozenset[str]
    sends: frozenset[str]
    """What is not to be done any more."""
    things: frozenset[str]
    """What is to end."""
    more: frozenset[str]
    keeps: frozenset[str]
    """Verbs of going on. «No quiero seguir» may be two sentences: it is asked about."""
    over: frozenset[str]
    """What leaves no doubt that going on is over: «ya no quiero seguir»."""
    said_besides: frozenset[str]
    """What says nothing of its own."""

    @property
    def known(self) -> frozenset[str]:
        """Every word that a wish may hold."""
        ending = self.alone | self.ends | self.keeps
        return ending | self._denials | self.things | self.more | self.over | self.said_besides

    @property
    def _denials(self) -> frozenset[str]:
        return self.no | self.wants | self.sends


SPEECH: Mapping[str, Speech] = {
    "es": Speech(
        alone=_words(
            "alto baja basta cancela cancelar cancele cancelen cancelenme",
            "desuscribanme desuscribeme desuscribir desuscribirme detener detengan",
            "detengase detente parar pare paren salir salirme stop unsubscribe vaja",
        ),
        ends=_words(
            "anular anulen borra borrame borrar borre borren borrenme deja dejame dejar",
            "deje dejen dejenme elimina eliminame eliminar elimine eliminen eliminenme",
            "para quita quitame quitar quite quiteme quiten quitenme saca sacame saqueme",
            "saquen saquenme suspendan suspende suspender termina terminar terminen",
        ),
        no=_words(
            "jamas no nunca",
        ),
        wants=_words(
            "acepto autorizo deseo gustaria interesa necesito pido prefiero quiero",
            "quisiera solicito",
        ),
        sends=_words(
            "contactar contactarme contacten contactes enviando enviar enviarme envie",
            "envien envies escriba escriban escribas escribir escribirme insistan llegar",
            "lleguen mandando mandar mandarme mande manden mandes molestar molestarme",
            "moleste molesten molestes recibiendo recibir",
        ),
        things=_words(
            "alertas aviso avisos celular contacto grupo lista mensaje mensajes",
            "mensajitos notificacion notificaciones numero recordatorio recordatorios",
            "servicio suscripcion telefono textos wasap wasaps whats whatsapp whatsapps",
        ),
        more=_words("mas"),
        keeps=_words("seguir sigan siga sigue continuar continuen continue"),
        over=_words("ya nunca jamas"),
        said_besides=_words(
            "a ahi ahora al aqui darse buenas buenos con contra dame dar darme de definitiva",
            "definitivamente del deme den denme dia dias doctor doctora dr dra el ella en",
            "esas eso esos esta este estimados esto estos favor gracias hola inmediata",
            "inmediatamente la las le les lo los me mi mis muchas nada noches nos oiga",
            "oigan otra otro oye podria podrian por porfa porfavor porfis puede pueden",
            "puedes que se senor senorita seria si sistema su sus tal tantos tardes te",
            "todo todos total tu tus un una urgente vez vuelvan vuelvas y",
            "ya",
        ),
    ),
    "en": Speech(
        alone=_words(
            "cancel end opt optout quit revoke stop stopall stopp unsubscribe",
            "unsubscribed",
        ),
        ends=_words(
            "delete enough finish leave remove take",
        ),
        no=_words(
            "don dont never no not",
        ),
        wants=_words(
            "like need want wish",
        ),
        sends=_words(
            "bother bothering contact contacting get getting message messaging receive",
            "receiving send sending text texting write writing",
        ),
        things=_words(
            "alerts alone list messages notices notifications number reminder reminders",
            "subscription texts whatsapp whatsapps",
        ),
        more=_words(
            "again any anymore longer more",
        ),
        keeps=_words("keep continue"),
        over=_words("anymore longer"),
        said_besides=_words(
            "a all already am and d do everything for from hello hi i it just ll m me my",
            "now of off on out please right sir t thank thanks that the them these this",
            "those to us want wish would you your",
        ),
    ),
}
"""Language -> its words. Both are read whatever language a person has: people mix them."""


def is_wish(words: str) -> bool:
    """Whether a message in plain letters is a wish to get no more messages."""
    return any(_is_wish(words.split(), speech) for speech in SPEECH.values())


def is_near(words: str) -> bool:
    """Whether it comes so near one that the person is asked: neither obeyed nor passed over."""
    said = words.split()
    return not is_wish(words) and any(_is_near(said, speech) for speech in SPEECH.values())


def _is_wish(said: Sequence[str], speech: Speech) -> bool:
    there = frozenset(said)
    if not there or not speech.known.issuperset(there) or _goes_on(said, speech):
        return False
    if there & speech.keeps and not there & speech.over:
        return False
    ends = there & speech.alone or (there & speech.ends and there & (speech.things | speech.sends))
    denies = there & speech.no and there & (speech.things | speech.sends | speech.more)
    return bool(ends or denies)


def _goes_on(said: Sequence[str], speech: Speech) -> bool:
    """Whether ending itself is denied: «no quiero darme de baja», «do not stop»."""
    passed_over = speech.wants | speech.said_besides
    for place, word in enumerate(said):
        if word in speech.no:
            following = next((each for each in said[place + 1 :] if each not in passed_over), "")
            if following in speech.alone | speech.ends:
                return True
    return False


def _is_near(said: Sequence[str], speech: Speech) -> bool:
    """Whether somebody denies or ends something, and messages are spoken of or nothing else is."""
    if _goes_on(said, speech):
        return False
    there = frozenset(said)
    speaks_of_them = there & (speech.things | speech.sends)
    denies = there & speech.no and there & (speech.wants | speech.sends | speech.keeps)
    ends = there & (speech.ends | speech.alone)
    only = speech.known.issuperset(said) and (denies or there & speech.ends)
    return bool(only or (speaks_of_them and (denies or ends)))

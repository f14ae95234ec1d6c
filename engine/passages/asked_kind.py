"""Which kind of answer a question asks for, by its question words, in seven languages and a little Japanese."""

import re
from collections.abc import Collection

from engine.passages.kinds import AnswerKind

_QUESTION_WORDS: tuple[tuple[AnswerKind, tuple[str, ...]], ...] = (
    (
        AnswerKind.DESCRIPTION,
        (
            r"what (?:does|do) .{1,80}\bdo ?\??$|core business|main (?:business|activity)|describe\b",
            r"what kind of (?:company|business|firm|organi[sz]ation)",
            r"was macht|womit beschaftigt|que fait|a que se dedica|que hace|di cosa si occupa|cosa fa\b|wat doet|o que faz",
        ),
    ),
    (
        AnswerKind.HOURS,
        (
            r"when (?:is|are|do|does|can) .{0,60}\bopen|opening (?:hours|times)|what time|wann .{0,60}(?:geoffnet|offen)\b",
            r"quelle heure|que hora|che ora|hoe laat|cuando (?:abre|esta abiert)|quando (?:apre|e apert|abre)",
            r"wanneer .{0,40}open",
        ),
    ),
    (
        AnswerKind.DATE,
        (
            r"how long has|seit wie viele|depuis combien|desde hace|hace cuanto|da quanto tempo|hoe lang bestaat",
            r"^when\b|since when|(?:what|which) (?:year|date|day)|\byear (?:was|were|did)|(?:founding|foundation) (?:year|date)",
            r"\bwann\b|welche[ms] jahr|grundungsjahr|\bquand\b|quelle (?:annee|date)|annee de (?:fondation|creation)",
            r"\bcuando\b|que ano|che anno|quale anno|^quando\b|da quando|desde quando|wanneer|welk jaar|いつ|何年",
        ),
    ),
    (
        AnswerKind.NUMBER,
        (
            r"how many|number of|how (?:large|big|tall|high|long|heavy|fast|far|old|wide|deep|often)|what percentage",
            r"wie ?viele\b|anzahl|wie (?:gross|hoch|lange?|schwer|schnell|weit|alt|oft)\b",
            r"combien|que taille|quelle (?:taille|surface|superficie)|cuant[oa]s|cuanto tiempo|quant[ie]\b|quanto tempo",
            r"hoeveel|hoe (?:groot|lang|hoog|snel|zwaar|vaak)|quant[oa]s|何人|いくつ|何社",
        ),
    ),
    (
        AnswerKind.PERSON,
        (
            r"\bwho\b|\bwhom\b|\bwer\b|\bwem\b|^qui\b|\bqui (?:est|a|dirige|sont)\b|\bquien(?:es)?\b|^chi\b|\bquem\b",
            r"^wie (?:is|zijn|was|heeft|leidt|richtte)|誰",
        ),
    ),
    (
        AnswerKind.PLACE,
        (
            r"\bwhere\b|(?:which|what) (?:city|town|country|street|address|place|location)",
            r"\bwo\b|woher|welche[rm] (?:stadt|ort|land)|^ou\b|\bou (?:se|est|sont|peut)\b|quelle (?:ville|adresse)",
            r"donde|que (?:ciudad|cidade)|\bdove\b|quale (?:citta|indirizzo)|\bwaar\b|welke (?:stad|plaats)|\bonde\b|どこ",
        ),
    ),
    (AnswerKind.WEB, (r"\burl\b|website address",)),
    (
        AnswerKind.YES_NO,
        (
            r"^(?:do|does|did|is|are|was|were|has|have|can|could|will)\b",
            r"^(?:ist|sind|hat|haben|hast|gibt|kann|konnen|bietet|bieten|liefert|verfugt|verkauft)\b",
            r"^est[ -]ce que|^(?:propose|livre|offre|dispose|accepte)[^ ]{0,9} ",
            r"^(?:hay|tiene|ofrece|es|puede|se puede|acepta|vende|envia|dispone)\b",
            r"^(?:c'e|ci sono|offre|ha|si puo|e possibile|accetta|vende|spedisce)\b",
            r"^(?:heeft|biedt|kan|levert|zijn|verkoopt|accepteert|tem|oferece|aceita)\b",
        ),
    ),
    (
        AnswerKind.MONEY,
        (
            r"how much|wie ?viel kostet|was kostet|cuanto (?:cuesta|cuestan|vale)|quanto (?:costa|custa)|hoeveel kost|いくら",
        ),
    ),
)
"""What a question must hold, folded, to ask for a kind; the first that fits is it."""

_COMPILED = tuple((kind, re.compile("|".join(patterns))) for kind, patterns in _QUESTION_WORDS)

_ON_FACTS = (AnswerKind.YES_NO, AnswerKind.DATE, AnswerKind.PERSON, AnswerKind.PLACE)
_BY_CONCEPT: tuple[tuple[AnswerKind, tuple[str, ...], tuple[AnswerKind, ...]], ...] = (
    (AnswerKind.EMAIL, ("email",), ()),
    (AnswerKind.PHONE, ("phone", "fax"), (AnswerKind.YES_NO,)),
    (AnswerKind.CODE, ("vat", "registration"), _ON_FACTS),
    (AnswerKind.HOURS, ("hours",), (*_ON_FACTS, AnswerKind.NUMBER)),
    (AnswerKind.MONEY, ("revenue", "profit", "price", "capital", "funding"), _ON_FACTS),
    (
        AnswerKind.ADDRESS,
        ("address",),
        (*_ON_FACTS, AnswerKind.NUMBER, AnswerKind.MONEY),
    ),
    (
        AnswerKind.PLACE,
        ("headquarters",),
        (AnswerKind.YES_NO, AnswerKind.DATE, AnswerKind.PERSON, AnswerKind.NUMBER, AnswerKind.MONEY),
    ),
    (
        AnswerKind.PERSON,
        ("ceo", "cfo", "cto", "chair", "founder"),
        (AnswerKind.YES_NO, AnswerKind.DATE, AnswerKind.NUMBER, AnswerKind.PLACE, AnswerKind.MONEY),
    ),
)
"""A kind, what a question is about that asks for it, and the kinds that it asks for all the same where its words say so."""


def kind_asked(text: str, concepts: Collection[str]) -> AnswerKind:
    """Give the kind that a question asks for.

    Args:
        text: The question, folded.
        concepts: What it is about.
    """
    asked = next((kind for kind, pattern in _COMPILED if pattern.search(text)), AnswerKind.ANY)
    for kind, names, others in _BY_CONCEPT:
        if asked not in others and any(name in concepts for name in names):
            return kind
    return asked

"""The kinds of answers that questions ask for, and where text holds one of a kind."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum

from engine.passages.lexicon import mentions_in
from engine.passages.stopwords import STOPWORDS
from engine.passages.tokens import Token, folded


class AnswerKind(Enum):
    """What an answer is."""

    DATE = "date"
    NUMBER = "number"
    MONEY = "money"
    HOURS = "hours"
    EMAIL = "e-mail"
    PHONE = "phone"
    CODE = "code"
    """A number or code that identifies, such as that of a register."""
    WEB = "web"
    PERSON = "person"
    PLACE = "place"
    ADDRESS = "address"
    YES_NO = "yes or no"
    DESCRIPTION = "description"
    ANY = "any"


Span = tuple[int, int]

_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve dozen fifteen twenty thirty forty fifty sixty hundred "
    "thousand million zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig fünfzig hundert tausend "
    "deux trois quatre cinq sept huit neuf dix onze douze quinze vingt trente quarante cinquante cent mille "
    "dos tres cuatro cinco seis siete ocho nueve diez once doce quince veinte treinta cincuenta cien mil "
    "due tre quattro cinque sei sette otto nove dieci dodici quindici venti trenta cinquanta cento mille "
    "twee drie vijf zes zeven negen tien elf twaalf twintig dertig vijftig honderd duizend "
    "dois duas três quatro sete oito nove dez doze vinte trinta cinquenta cem"
)
_MONTHS = (
    r"jan\w{0,6}|feb\w{0,7}|fév\w{0,5}|m[aä]r\w{0,5}|apr\w{0,3}|avr\w{0,3}|abr\w{0,3}|ma[iy]o?|mei|maio|maggio|jun\w{0,2}|juin|"
    r"giugno|jul\w{0,4}|juil\w{0,4}|luglio|aug\w{0,6}|août|ago\w{0,4}|sep\w{0,8}|set\w{0,7}|o[ckt]t\w{0,6}|out\w{0,4}|"
    r"nov\w{0,6}|de[czks]\w{0,7}|dic\w{0,7}|gen\w{0,5}|ene\w{0,3}|maart|mars|marzo"
)
_DIGITS = r"\d{1,3}(?:[.,' \u00a0\u2009\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,9}(?:[.,]\d{1,3})?"
_CURRENCY = (
    r"€|\$|£|¥|₹|zł|EUR|USD|CHF|GBP|SEK|Euros?|euros?|[Dd]ollars?|[Pp]ounds?|Franken|Fr\.|Mio\.?|Mrd\.?|"
    r"[Mm]illion\w*|[Bb]illion\w*"
)
_STREETS = (
    r"(?i:\w*stra(?:ss|ß)e|\w*str\.|\w*weg|\w*platz|\w*gasse|\w*allee|street|road|lane|avenue|drive|quay|square|st\.|rd\.|"
    r"rue|quai|place|boulevard|chemin|calle|avenida|plaza|paseo|camino|via|viale|piazza|corso|contrada|rua|praça|\w*straat|\w*laan|"
    r"\w*gracht|\w*plein)"
)

_PATTERNS: Mapping[AnswerKind, str] = {
    AnswerKind.DATE: rf"(?<![\w.,/-])(?:1[4-9]\d\d|20\d\d)(?![\w%€$]|[.,]\d|-\d\d\d)|\d{{1,2}}[./]\d{{1,2}}[./](?:\d\d){{1,2}}"
    rf"|\b(?i:{_MONTHS})\b\.? \d{{1,2}}\b|\b\d{{1,2}}(?:st|nd|rd|th|\.|er|º)? (?:de |of )?(?i:{_MONTHS})\b|\d{{4}}年",
    AnswerKind.NUMBER: rf"(?<![\w.,])(?:{_DIGITS})(?!\w)|(?<!\w)\d+(?=[a-zA-Z²%°])"
    rf"|\b(?i:{'|'.join(dict.fromkeys(_NUMBER_WORDS.split()))})\b|[一二三四五六七八九十百千万]+(?=[人社名店件か])|\d+(?=[人社名店件年か])",
    AnswerKind.MONEY: rf"(?:{_CURRENCY})\s?\d|\d[\d.,' \u00a0]{{0,20}}\s?(?:{_CURRENCY}|[km]\b|bn\b|,-)|\d円"
    r"|\b(?i:free of charge|for free|is free|are free|kostenlos|gratis|gratuit\w{0,2}|gratuito|no charge|free)\b",
    AnswerKind.HOURS: r"\b\d{1,2}(?:[:.h]\d\d|\s?h\b| ?[ap]\.?m\b)|\b\d{1,2} ?(?:–|-|to|bis|à|a|tot) ?\d{1,2}\s?(?:Uhr|h|uur)?\b"
    r"|24/7|\d{1,2} Uhr|around the clock",
    AnswerKind.EMAIL: r"[\w.+-]{1,64}(?:@|\s?[\[(](?:at|@)[\])]\s?)[\w-]{1,63}(?:\.|\s?[\[(]dot[\])]\s?)[\w.-]{2,63}",
    AnswerKind.PHONE: r"(?<![\w.])(?:\+|\(?0|\(?\d{2,5}\)?[ /.-])\(?\d[\d\s()./–-]{5,18}\d(?!\w)",
    AnswerKind.CODE: r"\b(?=[A-Z0-9./ -]{0,20}\d)(?:[A-Z]{1,4}[ .-]?)?\d[\dA-Z. /-]{3,20}\b|\b[A-Z]{2,5}: ?[A-Z]{2,6}\b",
    AnswerKind.ADDRESS: rf"(?:{_STREETS})\b.{{0,12}}?\d{{1,4}}\b|\b\d{{1,4}}[a-z]?,? (?:[\w'’.-]+ ){{0,3}}(?:{_STREETS})\b"
    r"|\b\d{4,5}(?:-\d{3,4})? (?:[A-Z]{2} )?[A-ZÀ-Þ][\w'’-]+|\b[A-Z]{1,2}\d[\dA-Z]? \d[A-Z]{2}\b|\d{1,4}-\d{1,4}(?:-\d{1,4})?$",
    AnswerKind.WEB: r"https?://\S{3,200}|\bwww\.[\w.-]{3,100}|\b[\w-]{2,60}\.(?:com|de|fr|es|it|nl|pt|eu|org|net|io|example)\b",
}
_YEAR = re.compile(r"1[4-9]\d\d|20\d\d")
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _PATTERNS.items()}

STRICT = frozenset(_PATTERNS)
"""Kinds that can be told from text: where there is none, there is no answer."""

_PARTICLES = frozenset(
    (
        "von",
        "van",
        "de",
        "der",
        "den",
        "da",
        "di",
        "del",
        "della",
        "dos",
        "das",
        "du",
        "zu",
        "zur",
        "ten",
        "ter",
    )
)
_TITLES = frozenset(
    ("dr", "prof", "mag", "ing", "dipl", "mr", "mrs", "ms", "sir", "dott", "avv", "herr", "frau")
)


def spans_of(kind: AnswerKind, text: str, tokens: Sequence[Token], known: frozenset[str]) -> list[Span]:
    """Give where a text holds what a kind of answer is; for kinds that cannot be told, the whole text.

    Args:
        kind: The kind.
        text: The text.
        tokens: Its words.
        known: Stems of what the question names: no answer to it.
    """
    if kind in _COMPILED:
        found = [match.span() for match in _COMPILED[kind].finditer(text)]
        return [span for span in found if not _is_year(text, span)] if kind is AnswerKind.NUMBER else found
    if kind in _NAMES:
        return list(_NAMES[kind](text, tokens, known))
    return [(0, len(text))]


def _is_year(text: str, span: Span) -> bool:
    """Say whether a number is a year rather than a count: it stands after a small word or a comma, or before no word."""
    start, end = span
    if _YEAR.fullmatch(text[start:end]) is None:
        return False
    before, after = text[max(0, start - 30) : start].split(), text[end : end + 2]
    return not (after[:1] == " " and after[1:].isalpha()) or not before or folded(before[-1]) in STOPWORDS


def _persons(text: str, tokens: Sequence[Token], known: frozenset[str]) -> Iterator[Span]:
    """Give two or more words in a row that may be a person's name."""
    named = {place for mention in mentions_in(tokens) for place in range(mention.first, mention.last + 1)}
    run: list[Token] = []
    for place, token in enumerate(tokens):
        shown = text[token.start : token.end]
        if run and text[run[-1].end : token.start].strip(" .-"):
            yield from _name(run, known)
            run = []
        says_else = place in named or token.word in STOPWORDS
        if (token.word in _PARTICLES and run) or (shown[0].isupper() and shown.isalpha() and not says_else):
            run.append(token)
        elif token.word not in _TITLES:
            yield from _name(run, known)
            run = []
        if shown[0] > "\u2e80":
            yield (token.start, token.end)
    yield from _name(run, known)


def _name(run: list[Token], known: frozenset[str]) -> Iterator[Span]:
    """Give the words where they may be a name: not only what the question itself names, as a firm may bear one's name."""
    while run and run[-1].word in _PARTICLES:
        run = run[:-1]
    is_new = any(token.stem not in known and token.word not in _PARTICLES for token in run)
    if is_new and 2 <= sum(token.word not in _PARTICLES for token in run) <= 5:
        yield run[0].start, run[-1].end


def _places(text: str, tokens: Sequence[Token], known: frozenset[str]) -> Iterator[Span]:
    """Give words that may name a place: written large, and neither a sentence's first word nor what the question names."""
    for place, token in enumerate(tokens):
        shown = text[token.start : token.end]
        if shown[0] > "\u2e80" or (
            shown[0].isupper() and place and token.word not in STOPWORDS and token.stem not in known
        ):
            yield token.start, token.end


_NAMES: Mapping[AnswerKind, Callable[[str, Sequence[Token], frozenset[str]], Iterator[Span]]] = {
    AnswerKind.PERSON: _persons,
    AnswerKind.PLACE: _places,
}

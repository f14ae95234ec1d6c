"""Words of a question that say nothing of what it is about, in seven languages."""

from engine.passages.tokens import folded

_WRITTEN = """ a an the this that these those of in on at to for from by with and or as is are was were be been being do
does did done has have had having can could will would shall should may might must there here it its they them their he
she his her him you your we our us i me my any some all each every not no yes who whom whose what which when where why
how much many long often old big large tell give find please name named called number total exact exactly currently
current today now also about into over than then if so up out per company companies firm business corporation
organization organisation enterprise group brand main year years date time kind type sort list me one ones get

der die das den dem des ein eine einer eines einem einen und oder zu zum zur im in am an auf aus bei mit nach von vom
vor für über unter um als wie wer wen wem was wann wo woher wohin warum welche welcher welches welchem welchen wieviel
wieviele viele viel ist sind war waren wird werden wurde wurden hat haben hatte kann können gibt es er sie ihr ihre
ihren seine sein man nicht auch noch firma unternehmen gesellschaft betrieb jahr jahre jahren lange heißt heißen lautet
name nummer anzahl bitte derzeit aktuell hoch groß alt gross seit ich wir uns unser

le la les un une des du de d l et ou à au aux en dans sur sous par pour avec sans chez est sont était étaient être été a
ont avait peut peuvent il elle ils elles on se sa son ses leur leurs ce cet cette ces qui que quoi quel quelle quels
quelles quand où comment pourquoi combien y t est-ce qu entreprise société compagnie groupe année ans nom nombre numéro
appelle actuel actuelle depuis date nous vous notre votre

el la los las un una unos unas lo y o u de del al a en con sin por para sobre desde hasta es son era eran ser sido está
están fue fueron ha han había hay puede pueden se su sus le les que qué quién quiénes cuál cuáles cuándo cuánto cuánta
cuántos cuántas dónde cómo empresa compañía sociedad firma año años nombre número llama actual fecha nos nosotros

il lo gli i e o di del dello della dei degli delle al allo alla ai da dal dallo dalla in nel nella con su sul sulla per
tra fra è sono era erano essere stato stata ha hanno aveva può possono c che chi cosa quale quali quando quanto quanta
quanti quante dove come azienda società impresa ditta gruppo anno anni nome numero chiama attuale data si suo sua suoi
ci noi

het de een en of van te ten ter in op aan bij met zonder voor door over uit naar om is zijn was waren wordt worden werd
werden heeft hebben had kan kunnen er hij zij ze hun haar wie wat welke welk wanneer waar hoe hoeveel waarom bedrijf
onderneming firma groep jaar naam nummer aantal heet huidige sinds datum wij we ons onze

o os as um uma uns umas e ou do da dos das ao à no na nos nas em com sem por para é são era eram ser sido está estão foi
foram tem têm há pode podem se seu sua seus que quem qual quais quando quanto quanta quantos quantas onde como empresa
companhia ano anos nome número chama atual data nós

duration durée dauer duración durata duur duração temps tiempo tempo zeit tijd
"""

STOPWORDS = frozenset(folded(word) for word in _WRITTEN.split())
"""Folded: in lower case, without accents."""
_WRITTEN_LIGHT = """ people person persons work works working worked offer offers provide provides available possible
located based use used using sell sells make makes made run runs lead leads own take takes open opened accept accepts
support supports get need found known does

personen menschen arbeiten arbeitet tätig bietet bieten anbieten verfügbar möglich befindet befinden liegt verkauft
nutzt leitet beschäftigt akzeptiert angeboten personnes travaillent travaille propose proposez offre disponible possible
trouve trouvent utilise dirige accepte personas trabajan ofrece ofrecen disponible posible encuentra encuentran usa
dirige acepta persone lavorano offre offrite disponibile possibile trova trovano usa dirige accetta mensen werken werkt
biedt bieden beschikbaar mogelijk bevindt bevinden gebruikt leidt accepteert pessoas trabalham oferece disponível
possível fica usa dirige aceita
"""

LIGHT = frozenset(folded(word) for word in _WRITTEN_LIGHT.split())
"""Words that say little of what a question is about, folded: a passage without them may well answer."""

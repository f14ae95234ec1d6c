"""The parts that sites have: how they are named, and what is told where."""

import re
from collections.abc import Mapping

_NAMES: Mapping[str, str] = {
    "about": r"about|ueber-?uns|uber-?uns|unternehmen|company|firma|profil|who-we-are|wir\b|a-?propos|qui-sommes|"
    r"entreprise|societe|quienes-somos|sobre|nosotros|empresa|chi-siamo|azienda|over-?ons|bedrijf|"
    r"quem-somos|corporate|facts|portrait",
    "history": r"history|geschichte|histor|chronik|story|storia|geschiedenis|milestones|timeline|meilensteine",
    "contact": r"contact|kontakt|contatt|contato|impressum|imprint|mentions-legales|aviso-legal|note-legali|colofon|"
    r"legal-notice|locations|standorte|anfahrt|find-us|visit|sedi|vestigingen|implantations",
    "team": r"team|people|leadership|management|board|equipe|equipo|vorstand|direction|directie|staff|"
    r"ansprechpartner|persone",
    "jobs": r"jobs?\b|career|karriere|carriere|emploi|recrutement|empleo|lavora|vacature|werken-bij|stellen",
    "prices": r"pric|preis|tarif|prix|precio|prezz|prijz|preco|plans?\b|fees|kosten|shop",
    "figures": r"investor|annual|report|figures|facts|zahlen|bericht|chiffres|cifras|numeri|cijfers|finance|press|"
    r"news",
    "help": r"faq|help|hilfe|aide|ayuda|aiuto|support|service|questions|fragen|shipping|delivery|versand|"
    r"livraison|terms|agb|conditions",
    "products": r"product|produkt|produit|producto|prodott|service|leistung|solution|loesung|losung|angebot|portfolio|"
    r"range|what-we-do",
}  # fmt: skip
"""A part → what its address, or a link to it, holds, folded and with dashes for spaces."""

PARTS = {name: re.compile(pattern) for name, pattern in _NAMES.items()}

TOLD_IN: Mapping[str, tuple[str, ...]] = {
    "founded": ("about", "history"),
    "founder": ("about", "history", "team"),
    "employees": ("about", "figures", "jobs"),
    "headquarters": ("contact", "about"),
    "address": ("contact",),
    "office": ("contact", "about"),
    "ceo": ("team", "contact", "about"),
    "cfo": ("team", "about"),
    "cto": ("team", "about"),
    "chair": ("team", "about"),
    "owner": ("about", "history"),
    "parent": ("about", "history"),
    "revenue": ("figures", "about"),
    "profit": ("figures", "about"),
    "price": ("prices", "help"),
    "hours": ("contact", "help"),
    "phone": ("contact",),
    "fax": ("contact",),
    "email": ("contact",),
    "vat": ("contact",),
    "registration": ("contact",),
    "capital": ("contact", "figures"),
    "customers": ("about",),
    "products": ("products",),
    "services": ("products",),
    "certificate": ("about", "products"),
    "warranty": ("help", "products"),
    "delivery": ("help", "prices"),
    "returns": ("help",),
    "payment": ("help", "prices"),
    "countries": ("about", "contact"),
    "jobs": ("jobs",),
    "apprentices": ("jobs",),
    "funding": ("figures", "about"),
    "acquired": ("history", "figures"),
    "trial": ("prices", "help"),
    "cancellation": ("help", "prices"),
    "minimum": ("help", "prices"),
    "parking": ("contact",),
    "plant": ("about", "contact"),
    "shops": ("contact",),
    "support": ("help",),
}
"""What a question is about → the parts of a site that tell of it."""

ALWAYS: Mapping[str, float] = {"about": 0.35, "contact": 0.15, "help": 0.1, "figures": 0.1}
"""What a part is worth for any question."""

SELDOM = re.compile(
    r"login|signin|sign-in|register\b|account|cart|basket|warenkorb|panier|checkout|privacy|datenschutz|cookie|confidentialite|"
    r"privacidad|tag/|/tags?/|category/|author/|archive|/page/\d|\?page=|wp-content|wp-json|feed|rss|search|suche|print|share|"
    r"/20\d\d/\d\d/"
)
"""What an address holds of pages that seldom answer anything."""

NO_PAGE = re.compile(
    r"\.(?:pdf|jpe?g|png|gif|svg|webp|zip|gz|mp[34]|docx?|xlsx?|pptx?|ics|vcf|css|js|xml|json|exe|dmg)$"
)
"""How paths of files end that are no pages."""

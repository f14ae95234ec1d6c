"""What people ask about what an organization sells, to whom, and on which terms; and how to reach it."""

from collections.abc import Mapping

TRADE: Mapping[str, tuple[str, str]] = {
    "price": (
        """price prices priced pricing cost costs fee fees charge charges rate rates tariff preis* kosten kostet gebühr* tarif
        tarife tarifs prix coût coûte coûtent frais precio precios cuesta cuestan coste tarifa tarifas prezzo prezzi costo
        costa costano tariffa tariffe prijs prijzen kost tarieven tarief preço preços custa custam custo""",
        "from ab per pro par por month",
    ),
    "hours": (
        """opening_hours business_hours office_hours open opens opening hours öffnungszeiten geöffnet bürozeiten servicezeiten
        ladenöffnungszeiten horaires_d'ouverture horaires ouvert ouverture ouverts horario horarios abierto abrimos apertura
        orari orario aperto aperti openingstijden openingsuren geopend horário horários aberto funcionamento""",
        "closed closes monday weekdays geschlossen fermé cerrado chiuso gesloten fechado",
    ),
    "phone": (
        """phone telephone tel call hotline mobile telefon* telefonnummer rufnummer telefonisch fon téléphone appelez teléfono
        llame telefono telefonico chiamare telefoon telefoonnummer bel telefone telefónico ligue""",
        "",
    ),
    "fax": ("fax telefax faxnummer telefax* télécopie", ""),
    "email": (
        """email e_mail e_mail_address email_address mail e-mail mails emailadresse mailadresse courriel correo
        correo_electrónico posta_elettronica mailadres""",
        "contact write kontakt schreiben écrire escribir scrivere schrijf",
    ),
    "customers": (
        """customer customers client clients clientele kunde kunden kundschaft auftraggeber clientèle cliente clientes clienti
        klant klanten""",
        "users serve serves beliefert fournit",
    ),
    "products": (
        """product products range portfolio manufacture manufactures manufacturer produces production goods produkt*
        erzeugnisse sortiment hersteller stellen_her produit produits fabrique fabricant fabricación producto productos
        fabrica fabricante gamma prodotto prodotti produce produciamo producten produceert fabrikant produto produtos""",
        "make makes offer offers build bauen",
    ),
    "services": (
        """service services dienstleistung* leistungen prestations servicio servicios servizio servizi dienst diensten
        dienstverlening serviço serviços""",
        "offer offers bieten proposons ofrecemos offriamo bieden",
    ),
    "warranty": (
        """warranty warranties guarantee guaranteed garantie garantiert gewährleistung garantía garanzia garantia""",
        "",
    ),
    "delivery": (
        """delivery deliver delivers delivered deliveries shipping ship ships shipped shipment lieferung lieferzeit* liefern
        liefert geliefert versand* versandkosten livraison livraisons livrons livré livrée expédition envío envíos entrega
        entregas spedizione spedizioni consegna consegne spediamo levering levertijd leveren verzending verzendkosten
        bezorging envio envios expedição""",
        "",
    ),
    "returns": (
        """return returns returned refund refunds rückgabe* rücksendung* widerruf* retour retours remboursement devolución
        devoluciones reembolso reso resi rimborso retourneren terugsturen devolução devoluções""",
        "",
    ),
    "payment": (
        """payment payments pay paid payable zahlung* zahlungsarten bezahlen bezahlt paiement paiements payer règlement pago
        pagos pagar pagamento pagamenti pagare betaling betalen betaalmethoden pagamentos""",
        "",
    ),
    "countries": (
        """country countries land länder ländern pays país países paese paesi landen export exports exported exportiert
        exportons exporta exportamos esporta export_quota""",
        "markets worldwide international weltweit märkte",
    ),
    "shops": (
        """shop shops store stores outlet outlets showroom laden läden geschäft geschäfte filiale filialen verkaufsstelle*
        magasin magasins boutique boutiques point_de_vente points_de_vente tienda tiendas negozio negozi punto_vendita
        punti_vendita winkel winkels loja lojas""",
        "",
    ),
    "trial": (
        """trial free_trial test_period probezeit testphase testzeitraum probemonat kostenlos_testen essai période_d'essai
        prueba prueba_gratuita prova periodo_di_prova proefperiode teste_gratuito""",
        "free kostenlos gratuit gratis",
    ),
    "cancellation": (
        """cancel cancellation cancelled canceled notice_period kündigung* kündigen kündbar stornierung stornieren stornogebühr
        résiliation résilier annulation annuler cancelación cancelar rescisión disdetta annullamento cancellazione opzeggen
        opzegtermijn annuleren annulering cancelamento""",
        "",
    ),
    "minimum": (
        """minimum minimum_order mindestbestellwert mindestbestellmenge mindest* mindestabnahme minimum_de_commande
        commande_minimum pedido_mínimo mínimo ordine_minimo minimo minimale_bestelling minimaal""",
        "least",
    ),
    "parking": (
        """parking park car_park parkplatz parkplätze parken stationnement aparcamiento parcheggio parkeren estacionamento""",
        "",
    ),
    "accessible": (
        """wheelchair accessible accessibility barrierefrei rollstuhl* rollstuhlgerecht accessible_pmr fauteuil_roulant
        silla_de_ruedas accesible accessibile sedia_a_rotelle rolstoel rolstoeltoegankelijk acessível cadeira_de_rodas""",
        "",
    ),
    "vegan": ("vegan vegane vegano vegana végétalien veganistisch vegetarian vegetarisch", ""),
    "organic": (
        """organic bio biologisch biologische biologique ecológico ecológica biologico biologica biológico ökologisch""",
        "",
    ),
    "energy": (
        """energy electricity power strom energie solar photovoltaic photovoltaik énergie électricité energía electricidad
        energia elettricità stroom zonnepanelen""",
        "",
    ),
    "capacity": (
        """capacity capacities seats seating rooms beds kapazität* plätze sitzplätze zimmer betten capacité places chambres
        lits capacidad plazas habitaciones camas capacità posti camere letti capaciteit zitplaatsen kamers bedden capacidade
        lugares quartos""",
        "",
    ),
    "languages": (
        """language languages sprache sprachen langue langues idioma idiomas lingua lingue taal talen língua línguas speak""",
        "english german french spanish englisch deutsch",
    ),
    "support": (
        """support helpdesk customer_service kundendienst kundenservice assistance service_client soporte assistenza
        klantenservice suporte""",
        "help hilfe aide ayuda aiuto hulp ajuda",
    ),
    "web": ("website homepage web_site internetseite site_web sitio_web sito_web www", ""),
}

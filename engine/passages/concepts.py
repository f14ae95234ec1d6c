"""What people ask about organizations, and the words for it in English, German, French, Spanish, Italian, Dutch and Portuguese.

A question in one language finds its answer in another by these alone. All else is found by its own words, in any language.
"""

from collections.abc import Mapping

CONCEPTS: Mapping[str, tuple[str, str]] = {
    "founded": (
        """founded founding foundation establish established establishment incorporated inception origin gegründet gründung
        gründungsjahr gründer gründerin gründete gründeten fondée fondé fondation fondateur fondatrice création créée fundada
        fundado fundación fundador fundadora constituida fondata fondato fondazione fondatore costituita opgericht oprichting
        oprichter gesticht stichter fundação constituída criada""",
        "since started began history seit depuis desde dal sinds nata nacida besteht existe existiert geschichte",
    ),
    "employees": (
        """employee employees employs employed staff workforce headcount mitarbeiter* mitarbeitende* beschäftigte* angestellte
        belegschaft arbeitnehmer salariés salarié employés effectif effectifs collaborateurs collaboratrices empleados
        empleadas plantilla trabajadores dipendenti addetti organico collaboratori werknemers medewerkers personeel
        personeelsleden funcionários colaboradores trabalhadores empregados""",
        "people team colleagues personen menschen personnes personas persone mensen pessoas équipe equipo köpfe",
    ),
    "headquarters": (
        """headquarters headquartered headquarter hq head_office registered_office main_office based hauptsitz firmensitz
        zentrale stammsitz hauptverwaltung sitz siège_social siège sede_social sede_central sede sede_legale hoofdkantoor
        hoofdzetel gevestigd sede_principal basée ansässig establecida""",
        "located address office adresse anschrift standort dirección indirizzo adres endereço située ubicada situata",
    ),
    "address": (
        """address addresses anschrift adresse dirección direcciones domicilio indirizzo adres bezoekadres postadres endereço
        morada postanschrift located location visit find_us findet besuchen trouver situé située ubicada ubicado situata
        situato gevestigd liegt""",
        "headquarters office street hauptsitz sitz siège sede vestiging standort strasse straße rue calle via rua",
    ),
    "office": (
        """office offices branch branches location locations site sites subsidiary subsidiaries niederlassung* standort*
        zweigstelle* filiale filialen bureau bureaux agence agences succursale* implantation* oficina oficinas sucursal
        sucursales delegación delegaciones ufficio uffici filiali sedi kantoor kantoren vestiging vestigingen filiaal
        escritório escritórios filial filiais sucursais""",
        "",
    ),
    "ceo": (
        """ceo chief_executive chief_executive_officer managing_director general_manager president geschäftsführer*
        geschäftsleitung geschäftsleiter* vorstandsvorsitzende* directeur_général directrice_générale pdg gérant gérante
        président director_general directora_general consejero_delegado consejera_delegada gerente amministratore_delegato
        amministratrice_delegata direttore_generale algemeen_directeur bestuurder zaakvoerder diretor_geral diretora_geral
        administrador_delegado diretor_executivo directie""",
        "director heads leads led runs leitet führt dirige dirigée leitung inhaber inhaberin",
    ),
    "cfo": (
        """cfo chief_financial_officer finance_director director_of_finance finanzvorstand finanzchef* finanzleiter*
        directeur_financier directrice_financière director_financiero directora_financiera direttore_finanziario
        financieel_directeur diretor_financeiro""",
        "",
    ),
    "cto": (
        """cto chief_technology_officer technical_director head_of_engineering technischer_leiter technische_leitung
        technische_leiterin directeur_technique directrice_technique director_técnico directora_técnica direttore_tecnico
        technisch_directeur diretor_técnico""",
        "",
    ),
    "chair": (
        """chairman chairwoman chairperson chair aufsichtsratsvorsitzende* beiratsvorsitzende* président_du_conseil presidente
        presidenta voorzitter vorsitzende vorsitzender""",
        "",
    ),
    "owner": (
        """owner owners owned owns shareholder shareholders inhaber inhaberin eigentümer* gesellschafter* besitzer* propriétaire*
        actionnaire* propietario* dueño dueña accionista* socio socios proprietario* titolare azionista* soci eigenaar
        eigenaren aandeelhouder* dono proprietário* acionista*""",
        "parent holding belongs gehört appartient pertenece appartiene pertence",
    ),
    "parent": (
        """parent parent_company holding subsidiary belongs muttergesellschaft mutterkonzern konzern tochtergesellschaft
        tochterunternehmen tochter gehört maison_mère filiale_de appartient matriz filial pertenece grupo casa_madre
        capogruppo gruppo controllata moedermaatschappij dochteronderneming moederbedrijf empresa_mãe""",
        "group gruppe groupe part owned teil",
    ),
    "revenue": (
        """revenue revenues turnover sales annual_sales umsatz* jahresumsatz umsatzerlöse chiffre_d'affaires chiffre_affaires
        facturación ingresos ventas cifra_de_negocios fatturato ricavi omzet jaaromzet faturamento volume_de_negócios receita
        receitas facturação""",
        "erlöse",
    ),
    "profit": (
        """profit profits earnings net_income ebit ebitda gewinn* jahresüberschuss ergebnis bénéfice bénéfices résultat_net
        beneficio beneficios utile utili profitto winst lucro lucros""",
        "",
    ),
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
        llame telefono telefonico chiamare telefoon telefoonnummer bel telefone telefónico ligue 電話 電話番号""",
        "",
    ),
    "fax": ("fax telefax faxnummer telefax* télécopie", ""),
    "email": (
        """email e_mail mail e-mail mails emailadresse mailadresse courriel correo correo_electrónico posta_elettronica mailadres
        メール""",
        "contact write kontakt schreiben écrire escribir scrivere schrijf",
    ),
    "vat": (
        """vat vat_number vat_id vat_registration tax_id tva numéro_de_tva ust ust_id ust_idnr ustid ustidnr mwst umsatzsteuer_id
        umsatzsteuer umsatzsteuer* uid uid_nummer steuernummer nif cif iva p_iva p.iva partita_iva btw btw_nummer btw_nr
        btwnummer nipc contribuinte cnpj""",
        "",
    ),
    "registration": (
        """registration_number company_number registered_number commercial_register trade_register company_registration
        companies_house handelsregister handelsregisternummer registernummer registergericht amtsgericht hrb firmenbuch
        firmenbuchnummer rcs siret siren registre_du_commerce registro_mercantil rea registro_delle_imprese kvk
        kamer_van_koophandel kvk_nummer ondernemingsnummer matrícula conservatória""",
        "registration registered eingetragen immatriculée inscrita iscritta",
    ),
    "capital": (
        """share_capital registered_capital stammkapital grundkapital capital_social capitale_sociale maatschappelijk_kapitaal""",
        "capital kapital capitale",
    ),
    "customers": (
        """customer customers client clients clientele kunde kunden kundschaft auftraggeber clientèle cliente clientes clienti
        klant klanten""",
        "users serve serves beliefert fournit",
    ),
    "products": (
        """product products range portfolio manufacture manufactures manufacturer produces production goods produkt* erzeugnisse
        sortiment hersteller stellen_her produit produits fabrique fabricant fabricación producto productos fabrica fabricante
        gamma prodotto prodotti produce produciamo producten produceert fabrikant produto produtos""",
        "make makes offer offers build bauen",
    ),
    "services": (
        """service services dienstleistung* leistungen prestations servicio servicios servizio servizi dienst diensten
        dienstverlening serviço serviços""",
        "offer offers bieten proposons ofrecemos offriamo bieden",
    ),
    "partners": (
        """partner partners partnership partnerships supplier suppliers lieferant* zulieferer kooperation partenaire partenaires
        partenariat fournisseur fournisseurs socio_comercial proveedor proveedores fornitore fornitori leverancier
        leveranciers parceiro parceiros fornecedor fornecedores""",
        "",
    ),
    "certificate": (
        """certified certification certifications certificate certificates accredited iso zertifiziert zertifizierung*
        zertifikat* certifié certifiée certificación certificado certificada certificazione certificazioni certificato
        certificata gecertificeerd certificering certificaat certificação""",
        "standard norm",
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
        """country countries land länder ländern pays país países paese paesi landen export exports exported exportiert exportons
        exporta exportamos esporta export_quota""",
        "markets worldwide international weltweit märkte",
    ),
    "industry": (
        """industry industries sector sectors branche branchen secteur secteurs industrie industria settore settori sectores
        setor setores""",
        "",
    ),
    "founder": (
        """founder founders cofounder co_founder gründer gründerin gründern fondateur fondateurs fondatrice fundador fundadora
        fundadores fondatore fondatori oprichter oprichters stichter""",
        "founded gegründet fondée fundada fondata opgericht",
    ),
    "award": (
        """award awards prize prizes awarded auszeichnung* preisträger ausgezeichnet prix_de lauréat récompense* premio premios
        premiada premi premiato bekroond onderscheiding prémio prémios""",
        "won winner gewonnen",
    ),
    "plant": (
        """plant plants factory factories manufacturing_site production_site mill works werk werke fabrik fabriken
        produktionsstätte* produktionsstandort* usine usines fabrique fábrica fábricas planta stabilimento stabilimenti
        fabbrica fabriek fabrieken""",
        "",
    ),
    "shops": (
        """shop shops store stores outlet outlets showroom laden läden geschäft geschäfte filiale filialen verkaufsstelle*
        magasin magasins boutique boutiques point_de_vente points_de_vente tienda tiendas negozio negozi punto_vendita
        punti_vendita winkel winkels loja lojas""",
        "",
    ),
    "area": (
        """area size square_metres square_meters square_feet sqm hectares surface fläche* quadratmeter grundfläche verkaufsfläche
        hektar superficie superficies metros_cuadrados metri_quadri ettari oppervlakte vierkante_meter área superfície""",
        "m² m2 ha large",
    ),
    "jobs": (
        """job jobs vacancy vacancies career careers hiring stelle stellen stellenangebote karriere offene_stellen emploi emplois
        recrutement recrutons carrières empleo empleos vacante vacantes trabajo lavoro posizioni_aperte carriere vacature
        vacatures emprego empregos vagas""",
        "",
    ),
    "apprentices": (
        """apprentice apprentices apprenticeship trainee trainees auszubildende* azubi azubis ausbildung lehrling lehrlinge
        apprenti apprentis alternance aprendices aprendiz apprendista apprendisti leerling leerlingen aprendizes""",
        "",
    ),
    "funding": (
        """funding funded raised investment round series_a series_b seed investor investors finanzierung* finanzierungsrunde
        investoren kapitalgeber levée_de_fonds investisseurs financiación inversores finanziamento investitori financiering
        investeerders financiamento investidores""",
        "",
    ),
    "acquired": (
        """acquired acquisition acquires takeover merger merged bought übernahme übernommen akquisition fusion* erworben rachat
        racheté acquise adquirida adquisición adquirió acquisita acquisizione overgenomen overname aquisição""",
        "",
    ),
    "listed": (
        """listed ticker stock_exchange symbol shares börsennotiert börse wertpapierkennnummer wkn isin cotée bourse cotiza bolsa
        quotata borsa beursgenoteerd beurs cotada""",
        "",
    ),
    "trial": (
        """trial free_trial test_period probezeit testphase testzeitraum probemonat kostenlos_testen essai période_d'essai prueba
        prueba_gratuita prova periodo_di_prova proefperiode teste_gratuito""",
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
        """capacity capacities seats seating rooms beds kapazität* plätze sitzplätze zimmer betten capacité places chambres lits
        capacidad plazas habitaciones camas capacità posti camere letti capaciteit zitplaatsen kamers bedden capacidade
        lugares quartos""",
        "",
    ),
    "languages": (
        """language languages sprache sprachen langue langues idioma idiomas lingua lingue taal talen língua línguas speak""",
        "english german french spanish englisch deutsch",
    ),
    "members": (
        """member members membership mitglied mitglieder membre membres miembro miembros socio membro membri lid leden""",
        "",
    ),
    "support": (
        """support helpdesk customer_service kundendienst kundenservice assistance service_client soporte assistenza
        klantenservice suporte""",
        "help hilfe aide ayuda aiuto hulp ajuda",
    ),
    "web": ("website homepage web_site internetseite site_web sitio_web sito_web www", ""),
}
"""A concept → the words that mean it, and those that may; a phrase is joined by underscores, a beginning ends in `*`."""

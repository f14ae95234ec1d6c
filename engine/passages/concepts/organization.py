"""What people ask about an organization: its people, places, figures and registers."""

from collections.abc import Mapping

ORGANIZATION: Mapping[str, tuple[str, str]] = {
    "founded": (
        """founded founding foundation establish established establishment incorporated inception origin gegründet gründung
        gründungsjahr gründer gründerin gründete gründeten fondée fondé fondation fondateur fondatrice création créée
        fundada fundado fundación fundador fundadora constituida fondata fondato fondazione fondatore costituita opgericht
        oprichting oprichter gesticht stichter fundação constituída criada""",
        "since started began history seit depuis desde dal sinds nata nacida besteht bestaat existe existiert esiste geschichte",
    ),
    "employees": (
        """people_work people_working menschen_arbeiten leute_arbeiten personnes_travaillent personas_trabajan persone_lavorano
        mensen_werken pessoas_trabalham work_for_us team_of team_von équipe_de equipo_de team_di equipa_de colleagues
        employee employees employs employed staff workforce headcount mitarbeiter* mitarbeitende* beschäftigte* angestellte
        belegschaft arbeitnehmer salariés salarié employés effectif effectifs collaborateurs collaboratrices empleados
        empleadas plantilla trabajadores dipendenti addetti organico collaboratori werknemers medewerkers personeel
        personeelsleden funcionários colaboradores trabalhadores empregados""",
        "people team crew personen menschen personnes personas persone mensen pessoas équipe equipo köpfe",
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
        """director heads leads led runs run managed gestisce gestita gestito geführt gérée dirigida leitet führt dirige
        dirigée leitung inhaber inhaberin""",
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
        """owner owners owned owns shareholder shareholders inhaber inhaberin eigentümer* gesellschafter* besitzer*
        propriétaire* actionnaire* propietario* dueño dueña accionista* socio socios proprietario* titolare azionista* soci
        eigenaar eigenaren aandeelhouder* dono proprietário* acionista*""",
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
        facturación ingresos ventas cifra_de_negocios fatturato ricavi omzet jaaromzet faturamento volume_de_negócios
        receita receitas facturação""",
        "erlöse",
    ),
    "profit": (
        """profit profits earnings net_income ebit ebitda gewinn* jahresüberschuss ergebnis bénéfice bénéfices résultat_net
        beneficio beneficios utile utili profitto winst lucro lucros""",
        "",
    ),
    "vat": (
        """vat vat_number vat_id vat_registration tax_id tva numéro_de_tva ust ust_id ust_idnr ustid ustidnr mwst
        umsatzsteuer_id umsatzsteuer umsatzsteuer* uid uid_nummer steuernummer nif cif iva p_iva p.iva partita_iva btw
        btw_nummer btw_nr btwnummer nipc contribuinte cnpj""",
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
    "partners": (
        """partner partners partnership partnerships supplier suppliers lieferant* zulieferer kooperation partenaire
        partenaires partenariat fournisseur fournisseurs socio_comercial proveedor proveedores fornitore fornitori
        leverancier leveranciers parceiro parceiros fornecedor fornecedores""",
        "",
    ),
    "certificate": (
        """certified certification certifications certificate certificates accredited iso zertifiziert zertifizierung*
        zertifikat* certifié certifiée certificación certificado certificada certificazione certificazioni certificato
        certificata gecertificeerd certificering certificaat certificação""",
        "standard norm",
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
    "area": (
        """area size square_metres square_meters square_feet sqm hectares surface fläche* quadratmeter grundfläche
        verkaufsfläche hektar superficie superficies metros_cuadrados metri_quadri ettari oppervlakte vierkante_meter área
        superfície""",
        "m² m2 ha large",
    ),
    "jobs": (
        """job jobs vacancy vacancies career careers hiring stelle stellen stellenangebote karriere offene_stellen emploi
        emplois recrutement recrutons carrières empleo empleos vacante vacantes trabajo lavoro posizioni_aperte carriere
        vacature vacatures emprego empregos vagas""",
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
        """listed ticker stock_exchange symbol shares börsennotiert börse wertpapierkennnummer wkn isin cotée bourse cotiza
        bolsa quotata borsa beursgenoteerd beurs cotada""",
        "",
    ),
    "members": (
        """member members membership mitglied mitglieder membre membres miembro miembros socio membro membri lid leden""",
        "",
    ),
    "press": ("press press_office media pressestelle presse prensa stampa pers imprensa", ""),
}

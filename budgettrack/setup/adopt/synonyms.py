"""The words that people write above columns and in names of tabs, in eleven languages. To teach the
program a word, add it here, in small letters, in the line of its meaning and language.

A meaning is not a field of a table: the modules `candidate` and `columns` choose the field for a
meaning, depending on the table."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "date": {
        "en": "date, day, paid on, date paid, payment date, transaction date, posting date, when",
        "fr": "date, jour, date de paiement, date d'opération, date opération, le, quand",
        "es": "fecha, día, fecha de pago, cuándo",
        "pt": "data, dia, data de pagamento",
        "de": "datum, tag, buchungstag, buchungsdatum, belegdatum, wann",
        "ru": "дата, день, дата оплаты, число, когда",
        "ar": "التاريخ, تاريخ, اليوم",
        "uk": "дата, день, дата оплати, число",
        "nl": "datum, dag, boekdatum, transactiedatum",
        "it": "data, giorno, data pagamento, data di pagamento, data operazione,"
        " data valuta, quando",
        "fa": "تاریخ, روز, تاریخ پرداخت, تاریخ سند",
    },
    "year": {
        "en": "year",
        "fr": "année, exercice",
        "es": "año",
        "pt": "ano",
        "de": "jahr",
        "ru": "год",
        "ar": "السنة, العام, سنة",
        "uk": "рік",
        "nl": "jaar",
        "it": "anno, esercizio",
        "fa": "سال",
    },
    "month": {
        "en": "month",
        "fr": "mois",
        "es": "mes",
        "pt": "mês",
        "de": "monat",
        "ru": "месяц",
        "ar": "الشهر, شهر",
        "uk": "місяць",
        "nl": "maand",
        "it": "mese",
        "fa": "ماه",
    },
    "id": {
        "en": "id, code, no, nr, ref, number, line no, line code, account number, accountnum,"
        " account no, budget code, account code, item no, #, s/n, sn",
        "fr": "n°, no, numéro, code, réf, référence budgétaire, compte",
        "es": "n.º, nº, núm, número, código, cuenta",
        "pt": "nº, n.º, número, código, conta",
        "de": "nr, nummer, kennung, konto, kontonummer, lfd. nr, pos",
        "ru": "№, номер, код, № п/п, п/п, счет",
        "ar": "الرقم, رقم, الرمز, م",
        "uk": "№, номер, код, № з/п, з/п, рахунок",
        "nl": "nr, nummer, code, rekening, volgnr",
        "it": "n., nr, numero, codice, cod, n. ord, progressivo, conto",
        "fa": "شماره, ردیف, کد, شماره ردیف, شماره حساب",
    },
    "line": {
        "en": "budget line, budget item, line, budget line code, charged to, budget heading",
        "fr": "ligne budgétaire, ligne, imputation",
        "es": "línea presupuestaria, partida, partida presupuestaria, línea",
        "pt": "linha orçamental, linha orçamentária, rubrica orçamental, rubrica orçamentária",
        "de": "budgetlinie, budgetposten, haushaltsstelle, kostenstelle",
        "ru": "статья бюджета, строка бюджета, бюджетная строка",
        "ar": "بند الميزانية, بند الموازنة",
        "uk": "стаття бюджету, рядок бюджету, бюджетний рядок",
        "nl": "begrotingspost, budgetregel, kostenplaats",
        "it": "voce di bilancio, voce di spesa, linea di budget, capitolo di spesa",
        "fa": "ردیف بودجه, سرفصل بودجه, بند بودجه",
    },
    "description": {
        "en": "item, items, description, details, detail, what, text, task, particulars, purpose,"
        " narrative, expense, expenses, expense item, cost item, activity, activities, line item,"
        " from, source, source of income, source of funds, income, memo, resource, input,"
        " budget item description, position, role, account, cost description, product, service,"
        " what for, for what, reason",
        "fr": "poste, postes, libellé, description, désignation, intitulé, objet, détail, détails,"
        " dépenses, dépense, charges, recettes, recette, produits, activité, activités, nature,"
        " motif, article, source, quoi, pour quoi",
        "es": "concepto, descripción, detalle, artículo, actividad, actividades, gasto, gastos,"
        " ingresos, ingreso, rubro, ítem, objeto, qué, para qué",
        "pt": "descrição, item, itens, designação, atividade, actividade, despesa, despesas,"
        " receita, receitas, histórico, detalhe, rubrica, discriminação, objeto",
        "de": "beschreibung, bezeichnung, posten, position, text, buchungstext, zweck,"
        " verwendungszweck, was, ausgabe, ausgaben, einnahmen, gegenstand, maßnahme, aktivität,"
        " kostenart, artikel, wofür",
        "ru": "статья, наименование, описание, расходы, назначение, содержание, мероприятие,"
        " наименование расходов, статья расходов, деятельность, что, на что, доходы, позиция",
        "ar": "البند, بند, الوصف, البيان, بيان, النشاط, المصروف, المصروفات, التفاصيل",
        "uk": "стаття, стаття витрат, найменування, назва, опис, зміст, призначення, витрати,"
        " захід, діяльність, доходи, позиція",
        "nl": "omschrijving, post, posten, beschrijving, naam kostenpost, kostensoort, activiteit,"
        " mededeling, uitgaven, inkomsten, onderdeel",
        "it": "voce, voci, descrizione, causale, dettaglio, oggetto, attività, spesa,"
        " spese, uscite, entrate, articolo, denominazione, operazione",
        "fa": "شرح, شرح هزینه, عنوان, عنوان هزینه, قلم, اقلام, فعالیت, هزینه, هزینه ها,"
        " موضوع, بابت, توضیح هزینه",
    },
    "category": {
        "en": "category, group, heading, cost category, budget category, section, type of cost,"
        " expense category, expense type, cost type, component, main category",
        "fr": "catégorie, rubrique, chapitre, groupe, type de dépense, volet",
        "es": "categoría, capítulo, grupo, tipo de gasto, componente",
        "pt": "categoria, grupo, capítulo, tipo de despesa, componente",
        "de": "kategorie, gruppe, bereich, kostengruppe, rubrik",
        "ru": "категория, группа, раздел, вид расходов, компонент",
        "ar": "الفئة, فئة, المجموعة, التصنيف, الباب",
        "uk": "категорія, група, розділ, вид витрат, компонент",
        "nl": "categorie, groep, rubriek, hoofdstuk",
        "it": "categoria, gruppo, capitolo, tipo di spesa, area",
        "fa": "دسته, دسته بندی, گروه, طبقه, سرفصل, نوع هزینه, بخش",
    },
    "quantity": {
        "en": "quantity, qty, units, number of units, no. of units, days, hours, how many,"
        " frequency, times, no of days, number, # of units",
        "fr": "quantité, qté, nombre, nb, nombre d'unités, jours, heures",
        "es": "cantidad, cant, unidades, número de unidades, días, horas",
        "pt": "quantidade, qtd, qtde, unidades, dias, horas",
        "de": "menge, anzahl, stück, stunden, tage",
        "ru": "количество, кол-во, кол, часы, дни",
        "ar": "الكمية, كمية, العدد, عدد",
        "uk": "кількість, к-сть, кіл-сть, години, дні",
        "nl": "aantal, hoeveelheid, uren, dagen",
        "it": "quantità, qtà, q.tà, numero unità, giorni, ore, pezzi",
        "fa": "تعداد, مقدار, تعداد روز, ساعت, تعداد واحد",
    },
    "unit": {
        "en": "unit, unit type, unit of measure, measure",
        "fr": "unité, unités de mesure",
        "es": "unidad, unidad de medida",
        "pt": "unidade, unidade de medida",
        "de": "einheit, maßeinheit",
        "ru": "единица, ед, ед. изм, единица измерения",
        "ar": "الوحدة, وحدة",
        "uk": "одиниця, од, од. вим, одиниця виміру",
        "nl": "eenheid",
        "it": "unità, unità di misura, u.m, um",
        "fa": "واحد, واحد اندازه گیری",
    },
    "unit_cost": {
        "en": "unit cost, unit price, cost per unit, price, rate, cost/unit, price per unit,"
        " daily rate, hourly rate, unit rate",
        "fr": "coût unitaire, prix unitaire, prix, p.u, pu, tarif, taux journalier",
        "es": "costo unitario, coste unitario, precio unitario, precio, valor unitario",
        "pt": "custo unitário, preço unitário, preço, valor unitário",
        "de": "einzelpreis, stückpreis, preis, stückkosten, satz, stundensatz, kosten pro einheit",
        "ru": "цена, цена за единицу, стоимость единицы, цена за ед",
        "ar": "سعر الوحدة, السعر, تكلفة الوحدة",
        "uk": "ціна, ціна за одиницю, вартість одиниці, ціна за од",
        "nl": "prijs, stukprijs, eenheidsprijs, tarief, prijs per stuk",
        "it": "costo unitario, prezzo unitario, prezzo, tariffa",
        "fa": "قیمت واحد, هزینه واحد, بهای واحد, قیمت, نرخ, فی",
    },
    "amount": {
        "en": "amount, cost, costs, sum, value, money, paid, price total, amount paid, net, gross, amt,"
        " how much",
        "fr": "montant, coût, coûts, somme, valeur, montant ttc, ttc, total ttc, prix ttc, montant payé,"
        " combien",
        "es": "importe, monto, costo, coste, valor, suma, cuantía, cuánto",
        "pt": "valor, montante, custo, importância, quantia, soma, valor pago",
        "de": "betrag, kosten, summe, wert, beträge, wie viel, wieviel",
        "ru": "сумма, стоимость, затраты, размер, сколько",
        "ar": "المبلغ, مبلغ, القيمة, التكلفة, الكلفة",
        "uk": "сума, вартість, розмір",
        "nl": "bedrag, kosten, som, waarde",
        "it": "importo, costo, costi, somma, valore, ammontare, importo pagato",
        "fa": "مبلغ, بها, ارزش, مبلغ پرداختی, مبلغ پرداخت شده",
    },
    "total": {
        "en": "total, total cost, total amount, grand total, total budget, annual total, overall,"
        " year total, totals, total costs, full year, amount total",
        "fr": "total, total général, montant total, coût total, total annuel, total année",
        "es": "total, costo total, coste total, importe total, total general, monto total,"
        " total anual",
        "pt": "total, custo total, valor total, total geral, total anual",
        "de": "gesamt, insgesamt, gesamtbetrag, gesamtkosten, gesamtsumme, jahressumme, total,"
        " summe gesamt",
        "ru": "итого, всего, общая сумма, общая стоимость, итого за год, всего за год",
        "ar": "المجموع, الإجمالي, إجمالي, الاجمالي, المجموع الكلي, التكلفة الإجمالية",
        "uk": "разом, усього, всього, загальна сума, загальна вартість, разом за рік",
        "nl": "totaal, totaalbedrag, totale kosten, jaartotaal",
        "it": "totale, costo totale, importo totale, totale generale, totale annuo, totale anno",
        "fa": "جمع, جمع کل, مجموع, کل, مبلغ کل, هزینه کل, جمع سال",
    },
    "planned": {
        "en": "budget, budgeted, planned, plan, forecast, approved, approved budget, allocated,"
        " allocation, annual budget, budget amount, budgeted amount, estimate, estimated cost,"
        " estimated, projected, proposed, planned amount, requested, bud, est",
        "fr": "budget, prévu, prévision, prévisionnel, budgété, montant prévu, budget prévu,"
        " budget annuel, budget prévisionnel, alloué",
        "es": "presupuesto, presupuestado, previsto, planificado, asignado, monto presupuestado,"
        " aprobado",
        "pt": "orçamento, orçado, previsto, planejado, planeado, aprovado, valor orçado,"
        " valor previsto, orçamentado",
        "de": "budget, plan, soll, geplant, ansatz, planung, haushaltsansatz, planbetrag, bewilligt",
        "ru": "бюджет, план, запланировано, смета, утверждено, плановая сумма, план на год",
        "ar": "الميزانية, الموازنة, المخطط, المقدر, المعتمد",
        "uk": "бюджет, план, заплановано, кошторис, затверджено, планова сума, план на рік",
        "nl": "begroting, begroot, gepland, budget, raming",
        "it": "preventivo, budget, previsto, pianificato, stanziato, preventivato,"
        " bilancio preventivo, approvato",
        "fa": "بودجه, برنامه, پیش بینی, برنامه ریزی شده, بودجه مصوب, مصوب, برآورد, پیش بینی شده",
    },
    "actual": {
        "en": "actual, actuals, spent, expenditure, spend, actual cost, spent to date, actual spent,"
        " used, expended, actual expenditure, actual amount, ytd, actual spend, expenses to date, act",
        "fr": "réalisé, dépensé, réel, montant réalisé, consommé, exécuté, dépenses réelles",
        "es": "ejecutado, gastado, real, gasto real, monto ejecutado, realizado",
        "pt": "realizado, gasto, executado, real, valor gasto, valor realizado, efetivo",
        "de": "ist, ausgegeben, verbraucht, tatsächlich, istkosten, ist-kosten, abgerechnet, ergebnis",
        "ru": "факт, фактически, израсходовано, потрачено, исполнено, фактические расходы",
        "ar": "الفعلي, المصروف الفعلي, المنصرف, المنفق, الإنفاق الفعلي",
        "uk": "факт, фактично, витрачено, використано, виконано, фактичні витрати",
        "nl": "realisatie, werkelijk, gerealiseerd, besteed, uitgegeven",
        "it": "consuntivo, speso, effettivo, sostenuto, reale, realizzato, spesa effettiva,"
        " spese sostenute",
        "fa": "واقعی, هزینه شده, عملکرد, مصرف شده, هزینه واقعی, هزینه کرد, خرج شده",
    },
    "in": {
        "en": "in, money in, income, received, receipts, credit, deposit, deposits, paid in,"
        " incoming, amount in, cash in, cr, top-up, top-ups, top up, replenishment, float in",
        "fr": "entrée, entrées, recettes, recette, crédit, encaissement, encaissements, reçu,"
        " approvisionnement, alimentation",
        "es": "entrada, entradas, ingreso, ingresos, haber, abono, abonos, crédito, reposición",
        "pt": "entrada, entradas, receita, receitas, crédito, créditos, recebido, recebimentos,"
        " reforço",
        "de": "einnahme, einnahmen, eingang, eingänge, haben, gutschrift, zugang",
        "ru": "приход, поступление, поступления, доход, доходы, кредит, получено, пополнение",
        "ar": "الوارد, الإيرادات, الإيراد, دائن, المقبوضات, مقبوضات, وارد, إيرادات",
        "uk": "надходження, прихід, прибуток, дохід, доходи, кредит, отримано, поповнення",
        "nl": "inkomsten, ontvangsten, ontvangen, bij, credit, inkomend",
        "it": "entrata, entrate, incasso, incassi, avere, accredito, accrediti, versamento,"
        " versamenti, ricevuto",
        "fa": "دریافت, دریافتی, دریافت ها, ورودی, درآمد, درآمدها, بستانکار, واریز, واریزی",
    },
    "out": {
        "en": "out, paid, money out, expense, expenses, expenditure, payments, payment, debit, paid out,"
        " withdrawal, withdrawals, withdrawn, spent, outgoing, amount out, cash out, dr",
        "fr": "sortie, sorties, dépense, dépenses, débit, décaissement, décaissements, payé",
        "es": "salida, salidas, gasto, gastos, egreso, egresos, debe, cargo, cargos, débito",
        "pt": "saída, saídas, despesa, despesas, débito, débitos, pago, pagamentos",
        "de": "ausgabe, ausgaben, ausgang, ausgänge, soll, lastschrift, abgang",
        "ru": "расход, расходы, выплата, выплаты, дебет, выдано, оплачено",
        "ar": "الصادر, المنصرف, المصروفات, المصروف, مدين, المدفوعات, مدفوعات, صادر, مصروفات",
        "uk": "витрати, видаток, видатки, витрата, виплата, виплати, дебет, видано, сплачено",
        "nl": "uitgaven, uitgave, af, debet, betaald, uitgaand",
        "it": "uscita, uscite, spesa, spese, pagamento, pagamenti, dare, addebito,"
        " addebiti, pagato, prelievo, prelievi",
        "fa": "پرداخت, پرداختی, پرداخت ها, خروجی, هزینه, هزینه ها, بدهکار, برداشت, مخارج",
    },
    "ignored": {
        "en": "balance, remaining, variance, difference, left, running balance, available, %,"
        " percent, percentage, % spent, last ytd, current month, to date, cumulative, balance left,"
        " burn rate, share, % of total, last year, prior year, previous year, flag, year to date, var, diff",
        "fr": "solde, reste, écart, différence, disponible, solde courant, cumul, reste à dépenser,"
        " reliquat, taux, pourcentage",
        "es": "saldo, diferencia, resto, variación, disponible, por ejecutar, acumulado, porcentaje",
        "pt": "saldo, diferença, restante, variação, disponível, acumulado, percentagem",
        "de": "saldo, rest, differenz, abweichung, verfügbar, kontostand, anteil, prozent,"
        " restbetrag",
        "ru": "остаток, разница, отклонение, баланс, сальдо, осталось, процент",
        "ar": "الرصيد, المتبقي, الفرق, رصيد, الباقي, النسبة",
        "uk": "залишок, різниця, відхилення, баланс, сальдо, залишилось, відсоток",
        "nl": "saldo, verschil, resterend, restant, afwijking, procent, percentage",
        "it": "saldo, residuo, differenza, scostamento, rimanente, disponibile,"
        " percentuale, saldo progressivo",
        "fa": "مانده, موجودی, باقیمانده, باقی مانده, تفاوت, اختلاف, انحراف, درصد, تراز",
    },
    "currency": {
        "en": "currency, curr, ccy",
        "fr": "devise, monnaie",
        "es": "moneda, divisa",
        "pt": "moeda",
        "de": "währung",
        "ru": "валюта",
        "ar": "العملة, عملة",
        "uk": "валюта",
        "nl": "valuta, munt",
        "it": "valuta, divisa, moneta",
        "fa": "ارز, واحد پول, نوع ارز",
    },
    "grant": {
        "en": "grant, funder, donor, fund, project, grant code, funding, funding source, sponsor,"
        " funded by, sourceoffunds",
        "fr": "subvention, bailleur, bailleur de fonds, financeur, projet, fonds, financement",
        "es": "financiador, donante, subvención, proyecto, fondo, financiación, financiamiento",
        "pt": "financiador, doador, projeto, projecto, fundo, subvenção, financiamento",
        "de": "förderer, zuwendung, projekt, geldgeber, fördermittel, zuschuss",
        "ru": "донор, грант, проект, фонд, источник финансирования, финансирование",
        "ar": "المنحة, الممول, المانح, المشروع, الجهة المانحة",
        "uk": "донор, грант, проєкт, проект, фонд, джерело фінансування, фінансування",
        "nl": "subsidie, financier, fonds, project",
        "it": "finanziatore, donatore, progetto, fondo, finanziamento, contributo,"
        " ente finanziatore, fonte di finanziamento",
        "fa": "حامی, اهداکننده, کمک کننده, پروژه, منبع مالی, تامین کننده مالی, کمک هزینه,"
        " گرنت, صندوق, منبع تامین مالی",
    },
    "direction": {
        "en": "dr/cr, cr/dr, dc, drcr, debit/credit, credit/debit, d/c, c/d, db/cr, +/-, type, in/out, inorout, in or out, direction, way, income/expense, transaction type,"
        " kind",
        "fr": "type, sens, débit/crédit, nature de l'opération",
        "es": "tipo, tipo de movimiento, debe/haber, d/h, cargo/abono",
        "pt": "tipo, tipo de movimento, débito/crédito",
        "de": "art, typ, richtung, soll/haben, s/h",
        "ru": "тип, вид, вид операции, дт/кт, дебет/кредит, приход/расход",
        "ar": "النوع, نوع",
        "uk": "тип, вид, вид операції, дт/кт, дебет/кредит, прихід/видаток",
        "nl": "soort, af/bij, af bij, type",
        "it": "tipo, dare/avere, d/a, entrata/uscita, tipo di movimento, tipologia",
        "fa": "نوع, نوع عملیات, نوع تراکنش, دریافت/پرداخت",
    },
    "receipt": {
        "en": "receipt, receipt no, voucher, voucher no, invoice, invoice no, document no, cheque no,"
        " cheque number, check no, check number, chq no",
        "fr": "pièce, n° pièce, facture, n° facture, justificatif, reçu n°",
        "es": "recibo, factura, comprobante, n.º de factura",
        "pt": "recibo, fatura, factura, comprovante, nota fiscal",
        "de": "beleg, beleg-nr, belegnr, belegnummer, rechnung, rechnungsnummer",
        "ru": "чек, квитанция, документ, № документа, счет-фактура",
        "ar": "الإيصال, رقم الإيصال, الفاتورة, رقم الفاتورة, سند",
        "uk": "чек, квитанція, документ, № документа, накладна",
        "nl": "bon, bonnummer, factuur, factuurnummer, kwitantie",
        "it": "ricevuta, scontrino, fattura, n. fattura, giustificativo, documento, n. documento",
        "fa": "رسید, فاکتور, شماره فاکتور, شماره رسید, شماره سند, سند",
    },
    "payee": {
        "en": "payee, paid to, supplier, vendor, beneficiary, recipient, contractor, to whom",
        "fr": "bénéficiaire, fournisseur, payé à, tiers, prestataire, destinataire",
        "es": "beneficiario, proveedor, pagado a, destinatario",
        "pt": "beneficiário, fornecedor, pago a, favorecido, destinatário",
        "de": "empfänger, zahlungsempfänger, lieferant, begünstigter, bezahlt an",
        "ru": "получатель, поставщик, кому, контрагент, исполнитель",
        "ar": "المستفيد, المورد, المدفوع له, الجهة المستفيدة",
        "uk": "отримувач, постачальник, кому, контрагент, виконавець",
        "nl": "begunstigde, leverancier, ontvanger, tegenpartij",
        "it": "beneficiario, fornitore, pagato a, destinatario, a favore di",
        "fa": "گیرنده, دریافت کننده, فروشنده, پرداخت به, طرف حساب, تامین کننده",
    },
    "person": {
        "en": "name, names, person, staff, staff member, volunteer, member, employee, who, payer,"
        " contact, approved by, received by, authorised by, paid by, signature, first name,"
        " last name, full name, participant, responsible, lead, client, customer, initials",
        "fr": "nom, noms, prénom, personne, bénévole, membre, salarié, qui, contact, responsable,"
        " approuvé par, payé par, signature, participant",
        "es": "nombre, nombres, apellido, persona, voluntario, voluntaria, miembro, empleado, quién,"
        " contacto, responsable, aprobado por, pagado por, firma, participante",
        "pt": "nome, nomes, pessoa, voluntário, voluntária, membro, funcionário, quem, contato,"
        " contacto, responsável, aprovado por, pago por, assinatura, participante",
        "de": "name, namen, vorname, nachname, person, mitarbeiter, ehrenamtliche, mitglied, wer,"
        " kontakt, verantwortlich, genehmigt von, bezahlt von, unterschrift, teilnehmer",
        "ru": "имя, фамилия, фио, ф.и.о, человек, сотрудник, волонтер, участник, кто, контакт,"
        " ответственный, утвердил, подпись",
        "ar": "الاسم, اسم, الشخص, الموظف, المتطوع, العضو, المسؤول, التوقيع",
        "uk": "ім'я, прізвище, піб, людина, працівник, волонтер, волонтерка, учасник, хто, контакт,"
        " відповідальний, затвердив, підпис",
        "nl": "naam, namen, voornaam, achternaam, persoon, medewerker, vrijwilliger, lid, wie,"
        " contact, verantwoordelijke, goedgekeurd door, handtekening",
        "it": "nome, nomi, cognome, persona, volontario, volontaria, socio, socia,"
        " dipendente, chi, contatto, responsabile, approvato da, pagato da, firma,"
        " partecipante, nominativo",
        "fa": "نام, نام خانوادگی, نام و نام خانوادگی, شخص, داوطلب, عضو, کارمند, همکار,"
        " مسئول, امضا, امضاء, تایید کننده, پرداخت کننده",
    },
    "state": {
        "en": "status, state, payment status, paid?, paid (y/n), approved?, reimbursed?, refunded?,"
        " approved (y/n), reimbursed (y/n), settled?, processed?",
        "fr": "statut, état, payé ?, payé?, validé ?, validé?, approuvé ?, approuvé?, remboursé ?,"
        " remboursé?, réglé ?, réglé?",
        "es": "estado, situación, ¿pagado?, ¿aprobado?, ¿reembolsado?, aprobado?, reembolsado?",
        "pt": "estado, situação, pago?, aprovado?, reembolsado?",
        "de": "status, zahlungsstatus, bezahlt?, genehmigt?, erstattet?",
        "ru": "статус, состояние, оплачено?, утверждено?, возмещено?",
        "ar": "الحالة, حالة الدفع",
        "uk": "статус, стан, оплачено?",
        "nl": "status, betaald?",
        "it": "stato, pagato?, stato pagamento",
        "fa": "وضعیت, حالت, وضعیت پرداخت",
    },
    "note": {
        "en": "note, notes, comment, comments, remarks, remark, justification, explanation",
        "fr": "note, notes, commentaire, commentaires, remarque, remarques, observations",
        "es": "nota, notas, comentario, comentarios, observaciones, observación",
        "pt": "nota, notas, comentário, comentários, observações, obs",
        "de": "bemerkung, bemerkungen, anmerkung, anmerkungen, notiz, kommentar",
        "ru": "примечание, примечания, комментарий, комментарии",
        "ar": "ملاحظات, ملاحظة, تعليق",
        "uk": "примітка, примітки, коментар, коментарі",
        "nl": "opmerking, opmerkingen, toelichting, notitie",
        "it": "nota, note, commento, commenti, osservazioni, annotazioni",
        "fa": "یادداشت, ملاحظات, توضیحات, توضیح",
    },
}

WORDS: Mapping[str, Mapping[str, str]] = {
    "planned": {
        "en": "budget, budgets, plan, planned, work-plan, workplan, forecast, proposal, projected",
        "fr": "budget, prévisionnel, prévision, prévisions, plan",
        "es": "presupuesto, plan, previsión, previsto",
        "pt": "orçamento, plano, previsão, previsto",
        "de": "budget, haushalt, haushaltsplan, kostenplan, finanzplan, plan, finanzierungsplan",
        "ru": "бюджет, план, смета",
        "ar": "الميزانية, ميزانية, الموازنة, موازنة, خطة",
        "uk": "бюджет, план, кошторис",
        "nl": "begroting, plan, budget, raming",
        "it": "preventivo, budget, bilancio preventivo, piano, previsione, previsto",
        "fa": "بودجه, برنامه, پیش بینی, برآورد",
    },
    "actual": {
        "en": "actual, actuals, spent, received, ledger, journal, transactions, cashbook, cash, bank, book,"
        " payments, register, records, statement, accounts",
        "fr": "réalisé, réel, journal, caisse, banque, opérations, comptes, compte, bilan",
        "es": "real, ejecutado, diario, caja, banco, movimientos, libro, rendición, liquidación",
        "pt": "real, realizado, diário, caixa, banco, movimentos, livro, prestação",
        "de": "ist, kassenbuch, kasse, bank, journal, buchungen, abrechnung, verwendungsnachweis,"
        " jahresabschluss",
        "ru": "факт, фактические, касса, банк, журнал, операции, отчет, отчёт",
        "ar": "الفعلي, الصندوق, البنك, اليومية",
        "uk": "факт, фактичні, каса, банк, журнал, операції, виконання, звіт",
        "nl": "realisatie, werkelijk, kasboek, kas, bank, journaal, boekingen, jaarrekening,"
        " verantwoording, afrekening",
        "it": "consuntivo, rendiconto, cassa, banca, giornale, registro, movimenti, speso,"
        " prima nota",
        "fa": "واقعی, صندوق, بانک, دفتر, عملکرد, تنخواه, گردش, تراکنش ها, گزارش",
    },
    "income": {
        "en": "income, incomes, revenue, revenues, receipts, donations, funding, funds, grants,"
        " contributions, inflow, inflows, fees, dues, received, takings, collections",
        "fr": "recettes, recette, produits, ressources, revenus, dons, financements, subventions,"
        " cotisations, adhésions",
        "es": "ingresos, ingreso, donaciones, financiación, subvenciones, cuotas",
        "pt": "receitas, receita, doações, donativos, financiamento",
        "de": "einnahmen, erträge, ertrag, spenden, zuschüsse, finanzierung, beiträge, mitgliedsbeiträge",
        "ru": "доходы, доход, поступления, пожертвования, приход",
        "ar": "الإيرادات, إيرادات, الدخل, التبرعات",
        "uk": "доходи, дохід, надходження, пожертви, внески",
        "nl": "inkomsten, ontvangsten, giften, baten, subsidies",
        "it": "entrate, ricavi, proventi, donazioni, contributi, quote, finanziamenti, incassi",
        "fa": "درآمد, درآمدها, دریافت ها, دریافتی ها, کمک ها, اعانات, حق عضویت",
    },
    "expense": {
        "en": "expense, expenses, expenditure, expenditures, costs, cost, spending, outflow,"
        " outflows, outgoings, payments",
        "fr": "dépenses, dépense, charges, coûts, frais, emplois",
        "es": "gastos, gasto, egresos, costos, costes",
        "pt": "despesas, despesa, gastos, custos",
        "de": "ausgaben, kosten, aufwand, aufwendungen",
        "ru": "расходы, расход, затраты",
        "ar": "المصروفات, مصروفات, النفقات, التكاليف",
        "uk": "витрати, видатки, затрати",
        "nl": "uitgaven, kosten, lasten",
        "it": "spese, uscite, costi, oneri, pagamenti",
        "fa": "هزینه, هزینه ها, مخارج, پرداخت ها",
    },
    # Words of the list above that people use for plans as often as for books of payments.
    "cost": {
        "en": "costs, cost",
        "fr": "charges, coûts, frais, emplois",
        "es": "costos, costes",
        "pt": "custos",
        "de": "kosten, aufwand, aufwendungen",
        "ru": "затраты",
        "ar": "التكاليف",
        "uk": "затрати",
        "nl": "kosten, lasten",
        "it": "costi, oneri",
        "fa": "مخارج",
    },
}

SPENT: Mapping[str, str] = {
    "en": "spent, payments, purchases, purchase, claims, wages, salaries, payroll, petty cash",
    "fr": "dépensé, paiements, achats, notes de frais, salaires",
    "es": "pagos, compras, salarios, nóminas",
    "pt": "pagamentos, compras, salários",
    "de": "zahlungen, einkäufe, auslagen, gehälter, löhne",
    "ru": "платежи, покупки, закупки, выплаты, зарплаты",
    "ar": "المدفوعات, مدفوعات, مشتريات, رواتب",
    "uk": "платежі, покупки, закупівлі, виплати, зарплати",
    "nl": "betalingen, aankopen, lonen, salarissen",
    "it": "pagamenti, acquisti, stipendi",
    "fa": "پرداخت ها, خرید, خریدها, حقوق",
}
"""Words in a title that say more surely than `bank` or `book` that money went out."""

RECEIVED: Mapping[str, str] = {
    "en": "income, incomes, revenue, revenues, donations, takings, collections",
    "fr": "recettes, recette, produits, revenus, dons",
    "es": "ingresos, ingreso, donaciones",
    "pt": "receitas, receita, doações, donativos",
    "de": "einnahmen, erträge, spenden",
    "ru": "доходы, доход, поступления, пожертвования",
    "ar": "الإيرادات, إيرادات, التبرعات",
    "uk": "доходи, дохід, надходження, пожертви",
    "nl": "inkomsten, ontvangsten, giften, baten",
    "it": "entrate, ricavi, proventi, donazioni",
    "fa": "درآمد, درآمدها, دریافت ها, اعانات",
}
"""Words in a title that say more surely than `fees` or `grants` that money came in."""

NEITHER = (
    "loan, loans, debt, debts, debtors, creditors, owed, receivable, receivables, payable, payables,"
    " inventory, asset, assets, stock, stocks, invoices sent, prêt, prêts, emprunt, emprunts, dettes,"
    " créances, inventaire, actifs, stocks, préstamo, préstamos, deudas, inventario, activos,"
    " empréstimo, empréstimos, dívidas, inventário, ativos, darlehen, schulden, forderungen, inventar,"
    " bestand, anlagen, займ, займы, долги, инвентарь, имущество, позика, позики, борги, інвентар,"
    " майно, قرض, قروض, ديون, جرد, أصول, leningen, lening, schulden, voorraad, prestito, prestiti,"
    " debiti, crediti, وام, بدهی, اموال, موجودی کالا"
)
"""Words in a title for money that is lent or owed, and for things: neither spending nor income."""

TAXES: Mapping[str, Mapping[str, str]] = {
    "gross": {
        "en": "gross, incl vat, incl. vat, including vat, inc vat, inc. vat, with vat, vat included,"
        " incl tax, incl. tax, including tax, with tax",
        "fr": "ttc, brut, toutes taxes comprises, tva comprise, avec tva",
        "es": "bruto, con iva, iva incluido, iva incl",
        "pt": "bruto, com iva, iva incluído, iva incl",
        "de": "brutto, inkl. mwst, inkl mwst, mit mwst, inkl. ust, inkl ust, incl. mwst",
        "ru": "брутто, с ндс, включая ндс, в т.ч. ндс",
        "ar": "شامل الضريبة, مع الضريبة, بعد الضريبة",
        "uk": "брутто, з пдв, з урахуванням пдв, включно з пдв",
        "nl": "bruto, incl. btw, incl btw, inclusief btw, met btw",
        "it": "lordo, iva inclusa, con iva, iva compresa, ivato, iva incl",
        "fa": "ناخالص, با مالیات, با احتساب مالیات",
    },
    "net": {
        "en": "net, excl vat, excl. vat, excluding vat, ex vat, ex. vat, without vat, before vat,"
        " excl tax, excl. tax, excluding tax, before tax",
        "fr": "ht, net, hors taxe, hors taxes, hors tva, sans tva",
        "es": "neto, sin iva, base imponible, iva no incluido",
        "pt": "líquido, sem iva, valor tributável, base tributável",
        "de": "netto, ohne mwst, exkl. mwst, exkl mwst, zzgl. mwst, ohne ust, exkl. ust",
        "ru": "нетто, без ндс",
        "ar": "بدون الضريبة, قبل الضريبة, صافي",
        "uk": "нетто, без пдв",
        "nl": "netto, excl. btw, excl btw, exclusief btw, zonder btw",
        "it": "imponibile, netto, iva esclusa, senza iva, iva escl",
        "fa": "خالص, بدون مالیات",
    },
    "tax": {
        "en": "vat, gst, tax, sales tax, vat amount, withholding tax",
        "fr": "tva, taxe, taxes, montant tva",
        "es": "iva, impuesto, impuestos",
        "pt": "iva, imposto, impostos",
        "de": "mwst, ust, mehrwertsteuer, umsatzsteuer, steuer, vorsteuer",
        "ru": "ндс, налог, налоги, сумма ндс",
        "ar": "الضريبة, ضريبة, ضريبة القيمة المضافة",
        "uk": "пдв, податок, податки, сума пдв",
        "nl": "btw, belasting, btw-bedrag",
        "it": "iva, imposta, imposte, importo iva",
        "fa": "مالیات, ارزش افزوده, مالیات بر ارزش افزوده",
    },
}
"""Words above amounts with a tax (`gross`), without it (`net`), and above the tax alone."""

LETTERS: Mapping[str, str] = {
    **dict.fromkeys(("b", "p", "s", "п", "к"), "planned"),
    **dict.fromkeys(("a", "r", "i", "ф"), "actual"),
}
"""Letters and short words above single columns of a month or quarter: Budget, Plan, Soll;
Actual, Réel, Ist."""

WAYS: Mapping[str, str] = {
    **dict.fromkeys(("cr", "c", "h", "a", "+", "кт", "к", "receipt"), "in"),
    **dict.fromkeys(("dr", "db", "d", "s", "-", "дт", "д"), "out"),
}
"""Letters and signs in a column such as `Dr/Cr`, as a bank means them: Credit, Haber, Haben, Avere;
Debit, Debe, Soll, Dare. A word that means something else in a heading stands here, too."""

PAID: Mapping[str, str] = {
    "paid": "paid, payé, payée, pagado, pago, bezahlt, оплачено, сплачено, مدفوع, betaald, pagato,"
    " پرداخت شده",
    "unpaid": "unpaid, not paid, impayé, non payé, impagado, no pagado, não pago, unbezahlt,"
    " nicht bezahlt, offen, не оплачено, не сплачено, غير مدفوع, onbetaald, non pagato",
}
"""Headings of columns that say of each row whether it is paid, or whether it is not paid. A
question mark behind them makes no difference."""

ANSWERS: Mapping[str, str] = {
    "yes": "y, true, ja, sim, sì, si, x, ✓, ✔, ☑, ✅",
    "no": "n, false, nein, nee, não, ✗, ✘, ☐, ❌",
}
"""Words and signs for yes and no, beside those of the dropdowns of the program."""

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "income": {
        "en": "income, incomes, revenue, revenues, receipts, inflows, sources of funds, funding,"
        " sources of funding, sources of income, cash in, cash inflows, money in",
        "fr": "recettes, produits, revenus, ressources, encaissements, entrées, financement,"
        " financements, sources de financement",
        "es": "ingresos, entradas, financiación, financiamiento, fuentes de financiamiento,"
        " fuentes de financiación",
        "pt": "receitas, entradas, financiamento, fontes de financiamento",
        "de": "einnahmen, erträge, einzahlungen, finanzierung, finanzierungsmittel, deckungsmittel",
        "ru": "доходы, поступления, приход, источники финансирования, финансирование",
        "ar": "الإيرادات, إيرادات, المداخيل, مصادر التمويل, التمويل",
        "uk": "доходи, надходження",
        "nl": "inkomsten, baten, ontvangsten",
        "it": "entrate, ricavi, proventi, incassi",
        "fa": "درآمد, درآمدها, دریافت ها, دریافتی ها",
    },
    "expense": {
        "en": "expense, expenses, expenditure, expenditures, costs, spending, outflows, outgoings,"
        " payments, uses of funds, cash out, cash outflows, money out",
        "fr": "dépenses, charges, décaissements, sorties, emplois",
        "es": "gastos, egresos, salidas",
        "pt": "despesas, gastos, saídas",
        "de": "ausgaben, aufwendungen, kosten, auszahlungen",
        "ru": "расходы, затраты, выплаты",
        "ar": "المصروفات, مصروفات, النفقات",
        "uk": "витрати, видатки",
        "nl": "uitgaven, lasten, kosten",
        "it": "uscite, spese, costi, oneri, pagamenti",
        "fa": "هزینه, هزینه ها, مخارج, پرداخت ها",
    },
    "net": {
        "en": "net, net income, net total, surplus, deficit, surplus/deficit,"
        " surplus/(deficit), surplus (deficit), result, difference, balance, net position, net result,"
        " net cash flow, profit, loss, profit/loss, profit/(loss), profit or loss,"
        " net profit, net loss, net surplus, excess of income over expenditure, net receipts,"
        " net receipts/(payments), net payments, net movement, net movement in funds,"
        " net income/(expenditure), net expenditure, excess of receipts over payments",
        "fr": "résultat, solde, excédent, déficit, excédent/déficit, différence, résultat net,"
        " bénéfice, perte, bénéfice/perte, résultat de l'exercice",
        "es": "resultado, saldo, superávit, déficit, diferencia, resultado neto, superávit/déficit,"
        " beneficio, pérdida, excedente, remanente, resultado del ejercicio",
        "pt": "resultado, saldo, superávit, défice, déficit, diferença, resultado líquido, lucro,"
        " prejuízo, excedente, superávit/déficit, resultado do exercício",
        "de": "ergebnis, saldo, überschuss, fehlbetrag, differenz, gewinn, verlust, gewinn/verlust,"
        " jahresergebnis, überschuss/fehlbetrag",
        "ru": "сальдо, результат, разница, остаток, дефицит, профицит, прибыль, убыток,"
        " финансовый результат",
        "ar": "الفائض, العجز, الصافي, الفرق, الرصيد, الربح, الخسارة, صافي الربح, النتيجة",
        "uk": "сальдо, результат, різниця, залишок, дефіцит, профіцит",
        "nl": "resultaat, saldo, verschil, overschot, tekort",
        "it": "risultato, saldo, differenza, avanzo, disavanzo, avanzo/disavanzo,"
        " risultato d'esercizio",
        "fa": "مانده, تفاوت, مازاد, کسری, مازاد/کسری, خالص, تراز",
    },
}
"""Texts that stand alone in a row above income or spending, or beside the difference of the two."""

VERSIONS: Mapping[str, str] = {
    "final": "final revised approved current définitif révisé approuvé definitivo revisado aprobado"
    " aprovado endgültig bewilligt итоговый утверждённый утвержденный المعتمد",
    "old": "old draft previous prior original initial forecast projected ancien brouillon précédent"
    " prévision antiguo borrador anterior pronóstico rascunho previsão alt entwurf vorjahr prognose"
    " старый черновик прошлый прогноз قديم مسودة",
}
"""Words for the version of an amount, such as draft and final. A sheet may have a column for
each version."""

OTHER_WORDS = (
    "sheet tabelle feuil feuille hoja folha planilha лист ورقة data summary overview template"
    " example table detail details list our all main new old copy version final draft project and"
    " of the for in per to on by with a an de la le les des du et pour par sur el los las del y por"
    " para da do dos das e der die das und für im von по за на и в"
    " annual monthly quarterly year month quarter fiscal fy q1 q2 q3 q4 t1 t2 t3 t4 cash book bank"
    " account work staff travel equipment office training programme program"
    " foglio cassa anno trimestre attività scheda blad lijst overzicht аркуш рік квартал صفحه برگه"
    " کاربرگ سال ماه"
    " usd eur gbp chf brl xof xaf kes ugx inr zar mxn ars cop uah rub ils"
)
"""Words on tabs and above columns that name no person."""

DEBITS = "debit dr db d debited débité débit debito débito debe soll s дебет дт д مدين بدهکار debet dare дебит"
CREDITS = "credit cr c credited crédité crédit credito crédito haber haben h кредит кт к دائن بستانکار avere a"
"""Words and letters for the two sides of an account, in all languages. They do not say whether
money came in or went out."""

CAME_IN = (
    "grant grants donation donations donor gift contribution contributions membership dues"
    " fundraising funder sponsor sponsorship subvention subventions dons cotisation adhésion mécénat"
    " subvención donación donativo donaciones aporte aportación doação doações donativos subvenção"
    " contribuição spende zuschuss zuschüsse fördermittel förderung mitgliedsbeitrag zuwendung грант"
    " пожертвован взнос поступлен субсиди спонсор пожертв внесок внесок надходжен منحة تبرع تبرعات"
    " اشتراكات subsidie giften donatie contributie donazione donazioni contributo contributi"
    " sovvenzione erogazione کمک اهدا اهدایی گرنت عضویت"
)
"""Beginnings of words for what comes in. Words of up to four letters are known only as a whole."""

WENT_OUT = (
    "rent salary salaries wage wages stipend food fuel taxi bus train travel electricity water"
    " internet phone airtime stationery printing postage stamps repair repairs paint paper insurance"
    " purchase bought trainer catering lunch tea coffee hosting software hire materials cleaning"
    " audit loyer salaire achat essence carburant électricité téléphone papeterie impression frais"
    " fourniture assurance repas déplacement honoraire réparation timbres affranchissement alquiler"
    " arriendo salario sueldo compra combustible gasolina transporte luz agua teléfono papelería"
    " imprenta impresión comida materiales honorarios seguro reparación viaje comisión aluguel"
    " aluguer salário gasóleo água telefone papelaria impressão materiais honorários reparação"
    " viagem alimentação lanche miete gehalt lohn honorar einkauf benzin fahrkarte fahrtkosten strom"
    " wasser büro druck porto versicherung material reparatur essen gebühr аренд зарплат заработн"
    " покупк бензин транспорт такси электр вода связь телефон канц канцтовары печать бумаг продукт"
    " питани ремонт страхов комисси закупк билет оренд заробітн купівл пальн таксі папір харчуван"
    " комісі закупів квитк إيجار ايجار راتب رواتب شراء وقود نقل مواصلات كهرباء انترنت هاتف قرطاسية"
    " طباعة طعام صيانة تأمين huur salaris loon aankoop benzine trein stroom elektra drukwerk"
    " verzekering materiaal boodschappen affitto stipendio acquisto benzina carburante trasporto"
    " acqua cancelleria stampa assicurazione materiale cibo viaggio riparazione canone treno"
    " bolletta اجاره حقوق دستمزد خرید بنزین سوخت حمل برق آب اینترنت تلفن لوازم چاپ غذا تعمیر بیمه"
    " تاکسی"
)
"""Beginnings of words for what is paid, in the same form."""

CAME_BACK = (
    "refund refunded return returned reversal reversed deposit back remboursement retour annulation"
    " caution reembolso devolución devolução devuelto estorno erstattung rückerstattung storno"
    " kaution rückzahlung возврат повернення залог استرداد مرتجع terugbetaling borg rimborso storno"
    " cauzione برگشت بازگشت"
)
"""Beginnings of words for money that came back, so that the row may stand on either side."""

TO_OTHERS = (
    "to paid payment à au aux versé versée a al ao pago pagado an ausgezahlt auszahlung aan betaald"
    " выплат выплачен виплат виплачен إلى مدفوع به پرداخت ai alla agli pagato"
)
"""Beginnings of words beside which a grant or a donation may be one that the group gave to others."""

# Words within a heading or a text. Each is found as a whole; with a star at its beginning or end,
# other letters may stand there: `sachleistung*` finds `Sachleistungen`, too.

IN_KIND: Mapping[str, str] = {
    "en": "in kind, in-kind, non cash, non-cash",
    "fr": "en nature, contribution volontaire, contributions volontaires,"
    " valorisation du bénévolat",
    "es": "en especie, no monetario, no monetarios, no monetaria, no monetarias",
    "pt": "não financeir*, em géneros, bens e serviços",
    "de": "sachleistung*, sachspende*, unbar *, unbare *, eigenleistung*",
    "ru": "*неденежн*, *нефинансов*, *в натуральн*",
    "ar": "*عيني*",
    "uk": "*негрошов*",
    "nl": "in natura",
    "it": "in natura",
    "fa": "*غیرنقدی*, *غیر نقدی*",
}
"""Words for contributions that are no money."""

TO_DATE_WORDS: Mapping[str, str] = {
    "en": "to date, ytd, cumul*",
    "fr": "à ce jour, cumul*",
    "es": "acumulad*, a la fecha",
    "pt": "acumulad*, até à data",
    "de": "bisher",
    "ru": "с начала года, нарастающим итогом",
    "ar": "تراكمي, حتى تاريخه",
    "uk": "з початку року, наростаючим підсумком",
    "nl": "tot heden, tot op heden",
    "it": "ad oggi, progressivo",
    "fa": "تاکنون, تا کنون, تراکمی",
}
"""Words for amounts since the beginning of the year or of the project."""

OTHER_TIME: Mapping[str, str] = {
    "en": "last year*, last period*, last month*, prior year*, prior period*, prior month*,"
    " previous year*, previous period*, previous month*, current month, cumul*",
    "fr": "n-1, cumul*",
}
"""Words for amounts of another time, besides those since the beginning."""

CHARGED: Mapping[str, str] = {
    "en": "*charg*, *alloc*, *project*, *donor*, *funder*, *fund*, *grant*",
    "fr": "*imput*, *financ*, *projet*, *bailleur*",
    "es": "*cargo*, *financ*, *proyecto*",
    "pt": "*projeto*",
    "de": "*förder*, *projekt*",
    "ru": "*проект*, *донор*",
    "ar": "*المشروع*, *المانح*",
    "uk": "*проєкт*",
}
"""Words in the heading of the share of a line that a project or a donor pays."""

SIGNATURES: Mapping[str, str] = {
    "en": "signature, signed, signatures",
    "fr": "émargement",
    "es": "firma, firmas",
    "pt": "assinatura",
    "de": "unterschrift",
    "ru": "подпись",
    "ar": "*التوقيع*, *توقيع*",
    "uk": "підпис",
    "nl": "handtekening",
    "fa": "*امضا*",
}
"""Headings of columns in which people sign for what they got."""

PAID_ON: Mapping[str, str] = {
    "en": "paid, *payment*",
    "fr": "*paiement*, payé*",
    "es": "pago, pagado",
    "pt": "pago, pagamento",
    "de": "*bezahlt*, *zahl*",
    "ru": "*оплат*",
    "ar": "*الدفع*",
    "uk": "*сплач*",
    "nl": "*betaal*",
    "it": "pagamento, pagato",
    "fa": "*پرداخت*",
}
"""Headings of columns with the days on which something was paid."""

THOUSANDS: Mapping[str, str] = {
    "en": "thousand, thousands, million, millions, *'000*, *’000*, 000s, k€*, k eur",
    "fr": "milliers",
    "es": "miles de, millones",
    "pt": "milhares, milhões",
    "de": "tausend, tsd, teur, mio",
    "ru": "тыс, тысяч, млн",
    "ar": "*بالآلاف*, *بالألف*, *ميليون*",
    "uk": "тис, тисяч",
    "nl": "duizend, duizenden",
    "it": "migliaia, milioni",
    "fa": "*هزار*, *میلیون*, *تومان*, toman, tomans",
}
"""Words for amounts in thousands or millions, or in tomans, of which each is ten rials."""

CURRENCIES: Mapping[str, str] = {
    "USD": "us dollar, us dollars, u.s. dollars, american dollars, dollar américain, dollars"
    " américains, dólar estadounidense, dólares estadounidenses, dólares americanos, us-dollar,"
    " доллар сша, доллары сша, долларов сша, долларах сша, долар сша, долари сша, доларів сша,"
    " доларах сша, *دولار أمريكي, *دولار امريكي, *الدولار الأمريكي, *الدولار الامريكي, دلار آمریکا,"
    " amerikaanse dollar, amerikaanse dollars, dollari usa, dollari statunitensi",
    "EUR": "euro, euros, евро, євро, *اليورو, *یورو",
    "GBP": "pounds sterling, pound sterling, livres sterling, libras esterlinas, britische pfund,"
    " фунтов стерлингов, фунты стерлингов, *جنيه إسترليني, *الجنيه الإسترليني, britse pond",
    "KZT": "тенге",
    "UAH": "гривня, гривні, гривень, гривнях, гривна, гривны, гривен, гривнах",
    "RUB": "рубль, рубли, рублей, рублях, российских рублях",
    "GEL": "лари",
    "AMD": "драм, драмы, драмов, драмах",
    "AZN": "манат, манаты, манатов, манатах",
    "JOD": "jordanian dinar, jordanian dinars, *دينار أردني, *دينار اردني, *الدينار الأردني",
    "TND": "dinar tunisien, dinars tunisiens, *دينار تونسي, *الدينار التونسي",
    "DZD": "dinar algérien, dinars algériens, *دينار جزائري, *الدينار الجزائري",
    "IQD": "iraqi dinar, iraqi dinars, *دينار عراقي, *الدينار العراقي",
    "MAD": "dirham marocain, dirhams marocains, *درهم مغربي, *الدرهم المغربي",
    "EGP": "egyptian pound, egyptian pounds, *جنيه مصري, *الجنيه المصري",
    "LBP": "lebanese pound, lebanese pounds, livres libanaises, *ليرة لبنانية, *الليرة اللبنانية",
    "SYP": "syrian pound, syrian pounds, *ليرة سورية, *الليرة السورية",
    "KES": "kenyan shilling, kenyan shillings, kenya shillings",
    "UGX": "ugandan shilling, ugandan shillings, uganda shillings",
    "TZS": "tanzanian shilling, tanzanian shillings, tanzania shillings",
    "NGN": "naira",
    "GHS": "cedi, cedis, ghana cedis",
    "INR": "indian rupee, indian rupees",
    "NPR": "nepalese rupee, nepalese rupees, nepali rupees",
    "PKR": "pakistani rupee, pakistani rupees",
    "IDR": "rupiah",
    "MXN": "pesos mexicanos, peso mexicano",
    "COP": "pesos colombianos, peso colombiano",
    "ARS": "pesos argentinos, peso argentino",
    "CLP": "pesos chilenos, peso chileno",
    "BRL": "reais",
    "CHF": "schweizer franken, francs suisses, franchi svizzeri, swiss francs",
}
"""The names of currencies in titles and headings, as they are written in the languages of the
groups that use them. A name that several currencies share, such as *dollar*, is not here."""

"""The headings that banks give to the columns of CSV files, in many languages. The most likely
ones come first."""

from __future__ import annotations

from budgettrack.core.records.tables import normal


def _words(listed: str) -> tuple[str, ...]:
    return tuple(normal(word) for word in listed.split("|"))


DAY = _words(
    "booking date|booked on|booking|buchungstag|buchungsdatum|transaction date|posting date|"
    "posted date|post date|date|datum|fecha|fecha operacion|fecha operación|data|"
    "data lançamento|data mov.|data operacji|data księgowania|date operation|date opération|"
    "date de comptabilisation|дата|дата операции|дата операції|дата i час операції|التاريخ|"
    "completed date|completion time|created|day|tarih|dato|bokföringsdag|bokföringsdatum|"
    "transactiedatum|uitvoeringsdatum|data contabile|data movimento|kuupäev|datums|dátum|"
    "datum zaúčtování|datum knjiženja|ημερομηνία|valuta|value date|value dat"
)
AMOUNT = _words(
    "amount|betrag|umsatz|gross|brutto|net|importe|monto|montant|valor|importo|bedrag|сумма|сума|"
    "المبلغ|transaction amount|kwota|kwota operacji|value|belopp|beløb|beløp|summa|suma|movimento|"
    "částka|objem|összeg|tutar|ποσό|iznos|сума в валюті картки|"
    "transaktionsbetrag|amount in account currency"
)
IN_ACCOUNT_CURRENCY = _words(
    "amount in account currency|account currency amount|account amount|billing amount|"
    "billed amount|settlement amount|amount in card currency|сумма в валюте счета|"
    "сумма в валюте счёта|сумма в валюте карты|сума в валюті рахунку|сума у валюті рахунку|"
    "сума в валюті картки|betrag in kontowährung|importe en divisa de la cuenta|"
    "importe en moneda de la cuenta|montant en devise du compte|montant dans la devise du compte|"
    "importo in valuta del conto|kwota w walucie rachunku|bedrag in rekeningvaluta"
)
"""Headings of amounts in the currency of the account, in a file that also has a column of amounts
as they were paid. Example: a card pays 10 USD, and the account is charged 9 EUR."""
AS_PAID = _words(
    "original amount|amount in original currency|operation amount|transaction amount|"
    "amount in transaction currency|foreign amount|foreign currency amount|merchant amount|"
    "сумма операции|сумма в валюте операции|сума операції|сума в валюті операції|"
    "ursprungsbetrag|originalbetrag|betrag in fremdwährung|fremdwährungsbetrag|importe original|"
    "importe de la operación|montant d'origine|montant original|importo originale|kwota operacji|"
    "kwota oryginalna|oorspronkelijk bedrag"
)
CURRENCY_AS_PAID = _words(
    "original currency|operation currency|transaction currency|foreign currency|"
    "валюта операции|валюта операції|originalwährung|ursprungswährung|fremdwährung|"
    "divisa original|moneda original|devise d'origine|valuta originale|waluta operacji|"
    "waluta oryginalna|oorspronkelijke valuta"
)
ACCOUNT_CURRENCY = _words(
    "account currency|currency of account|billing currency|settlement currency|card currency|"
    "валюта счета|валюта счёта|валюта карты|валюта рахунку|валюта картки|kontowährung|"
    "divisa de la cuenta|moneda de la cuenta|devise du compte|valuta del conto|waluta rachunku|"
    "rekeningvaluta"
)
IN = _words(
    "credit|credits|in|money in|paid in|deposit|deposits|haben|gutschrift|abono|abonos|haber|"
    "crédit|credito|crédito|ingreso|ingresos|entrate|приход|кредит|دائن|received|"
    "credit amount|paid in amount|bij|deposit amt.|deposit amount|entrada|entradas|"
    "uznania|надходження|avere"
)
OUT = _words(
    "debit|debits|out|money out|paid out|withdrawal|withdrawals|soll|belastung|cargo|cargos|"
    "debe|débit|debito|débito|gasto|gastos|uscite|расход|дебет|مدين|withdrawn|debit amount|"
    "paid out amount|af|withdrawal amt.|withdrawal amount|saída|saídas|obciążenia|видаток|dare"
)
BALANCE = _words(
    "balance|saldo|solde|kontostand|running balance|account balance|saldo nach buchung|"
    "остаток|баланс|الرصيد|saldo contabilístico|saldo disponible|ledger balance|closing balance|"
    "saldo na trn|saldo po operacji|залишок|залишок після операції|balance after|zůstatek|"
    "saldo after|egyenleg|bakiye|υπόλοιπο|guthaben"
)
TEXT = _words(
    "description|details|text|verwendungszweck|buchungstext|concepto|descripción|descripcion|"
    "libellé|libelle|descrição|descricao|causale|descrizione|omschrijving|mededelingen|"
    "назначение платежа|описание|деталі операції|narration|narrative|particulars|payee|name|"
    "memo|remarks|purpose|الوصف|البيان|beneficiary|empfänger|auftraggeber|tekst|tytuł|histórico"
)
REFERENCE = _words(
    "reference|ref|transaction id|referenz|referencia|référence|reference number|"
    "referenznummer|transaction reference|номер документа|id|receipt no.|chq/ref number|"
    "identificador|transactiereferentie|volgnr"
)
ACCOUNT = _words(
    "account|account number|konto|kontonummer|iban|cuenta|compte|conta|rekening|rekeningnummer|"
    "счет|рахунок|auftragskonto|own account|iban/bban|account id"
)
CURRENCY = _words(
    "currency|währung|waehrung|moneda|divisa|devise|munt|valuta|valutacode|waluta|moeda|валюта|"
    "العملة|mena|měna|para birimi|currency code|ccy|cur|whg"
)
FEE = _words(
    "fee|fees|charge|charges|commission|gebühr|gebühren|entgelt|comisión|comision|comissão|frais|"
    "commissione|kosten|opłata|prowizja|комиссия|комісія|сума комісій"
)
NET = _words("net|net amount|netto|neto|net total|líquido|valor líquido")
STATE = _words(
    "status|state|zustand|estado|statut|stato|stan|статус|стан|transaction status|info|"
    "booking status|umsatzstatus"
)
SIGN = _words(
    "type|debit/credit|credit/debit|d/c|c/d|dr/cr|cr/dr|cd|dc|indicator|direction|soll/haben|s/h|"
    "af bij|af/bij|+/-|sens|тип|transaction type|sign|vorzeichen|znak|creditdebet|debet/credit|"
    "credit debit indicator|d/k|k/d|side|way"
)

BOOKED = frozenset(
    _words(
        "completed|complete|booked|gebucht|posted|cleared|settled|done|umsatz gebucht|executed|"
        "success|successful|paid|abgeschlossen|completado|completada|concluído|concluída|terminé|"
        "zaksięgowana|rozliczona|проведено|исполнено|виконано|выполнено|geboekt|uitgevoerd|"
        "contabilizado|contabilizada|processed|ok"
    )
)
"""The words that banks write in a row that is booked."""

ALL = (DAY, AMOUNT, IN, OUT, BALANCE, TEXT, REFERENCE, ACCOUNT, CURRENCY, FEE, STATE, SIGN)

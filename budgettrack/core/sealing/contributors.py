"""Finds the contributor of each payment (the person or firm that is paid), as a keyed hash. No name
is kept.

Two payments have the same contributor in these cases: they have the same payee, they are parts of
one split receipt, one is the refund of the other, or they have the same receipt on the same day. If
no payee is known at all, all payments with the same line and description have one contributor.

If two contributors are counted as one, a sum waits longer than necessary. If one contributor is
counted as two, a sum may reveal an amount. So in doubt they are counted as one."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator, Mapping

from budgettrack.core.records.model import Expense
from budgettrack.core.sealing.former import NOWHERE, Former

_WIDTH = 16
"""The number of bytes of a hash that are kept."""

_SEVERAL = re.compile(r"[&+/;|\n]|,.*,| (?:and|und|et|y|e|и|та|و) ")
"""Recognises a text that may name more than one payee."""

_VOWELS = frozenset("aeiouyhаеєиіїйоуыэюяьъαεηιουω")
"""Letters that are often left out or typed wrongly, in small letters and without accents."""

Expenses = Mapping[str, Expense]


class Contributors:
    """The contributors of a group's payments.

    `key`: the secret key of the group. Without it, every budget line is one contributor.
    `payees`: the hash of the payee by the ID of the expense (see `payee_hash`). `expenses`: all
    expenses, to find the parts of splits, refunds and receipts. `former`: where rows stood before
    they were moved, so that it is known who has seen them."""

    def __init__(
        self,
        key: bytes | None,
        payees: Mapping[str, str],
        expenses: Expenses,
        former: Former = NOWHERE,
    ) -> None:
        self.former = former
        self._key = key
        self._payees = payees if key else {}
        self._words: dict[tuple[str, str], str] = {}
        self._joined = _Joined()
        if key:
            for expense in expenses.values():
                for mark in self._marks(expense, expenses):
                    self._joined.join(f"expense {expense.id}", mark)

    @property
    def reads_payees(self) -> bool:
        """Whether the payee of any payment is known."""
        return bool(self._payees)

    def of(self, expense: Expense) -> str:
        """Returns the contributor of a payment, as 32 hexadecimal digits.

        Returns '' if payees are read and the payee of this payment is not known."""
        if self._key is None:
            return self.hashed("line", expense.line or expense.grant)
        return self._joined.contributor(f"expense {expense.id}")

    def hashed(self, table: str, whole: str, *texts: str) -> str:
        """Returns the contributor for these texts, as a hash. If there is no key, returns `whole`:
        a line, a grant or a kind of giver."""
        if self._key is None:
            plain = "\0".join(("line:", table, whole)).encode("utf-8", "surrogatepass")
            return hashlib.sha256(plain).hexdigest()[: 2 * _WIDTH]
        return _hash(self._key, table, whole, *map(folded, texts))

    def _marks(self, expense: Expense, expenses: Expenses) -> Iterator[str]:
        """Yields keyed hashes of an expense: of the payee, of the receipt and the like. Two
        expenses with one keyed hash in common have the same contributor."""
        assert self._key is not None
        for other in (expense.split_of, expense.refund_of):
            if other in expenses:
                yield f"expense {other}"
        if receipt := folded(expense.receipt):
            yield f"receipt {expense.date} {receipt}"
        if payee := self._payees.get(expense.id):
            yield _CONTRIBUTOR + payee
        elif not self._payees:
            yield self._of_words(expense.line or expense.grant, expense.description)

    def _of_words(self, line: str, description: str) -> str:
        """Returns the keyed hash of a line and a description. Results are remembered, because most
        of these texts come again and again."""
        mark = self._words.get((line, description))
        if mark is None:
            mark = _CONTRIBUTOR + self.hashed("line", line, description)
            self._words[line, description] = mark
        return mark


def payee_hash(key: bytes, name: str) -> str:
    """Returns the keyed hash of a payee's name.

    Accents, vowels, doubled letters, punctuation and the order of the words make no difference,
    so that a misspelt name gives the same payee. Returns '' if the text does not say who it is:
    it has no letter or digit, or it names several persons."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    skeleton = "" if _SEVERAL.search(text) else _skeleton(text)
    return _hash(key, "payee", skeleton) if skeleton else ""


def folded(text: str) -> str:
    """Returns a text in the form in which texts are compared: compatibility form of Unicode,
    small letters, no punctuation, words in alphabetical order.

    >>> folded("Travel,  to\u00a0Lyon") == folded("lyon: TRAVEL to")
    True
    """
    return " ".join(sorted(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())))


def _skeleton(text: str) -> str:
    """Returns the consonants and digits of each word, in alphabetical order.

    >>> _skeleton("müller, anna") == _skeleton("ana muler")
    True
    """
    plain = "".join(
        sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign)
    )
    return " ".join(sorted(_consonants(word) for word in folded(plain).split()))


def _consonants(word: str) -> str:
    """Returns the consonants and digits of a word. A word with fewer than two of them stays
    whole, because Ali and Lea are not the same."""
    single = re.sub(r"([^\W\d])\1+", r"\1", word)
    consonants = "".join(sign for sign in single if sign not in _VOWELS)
    return consonants if len(consonants) > 1 else single


def _hash(key: bytes, *texts: str) -> str:
    message = "\0".join(texts).encode("utf-8", "surrogatepass")
    return hmac.new(key, message, hashlib.sha256).digest()[:_WIDTH].hex()


_CONTRIBUTOR = "is "
"""The beginning of a text that stands for a known contributor in a set of keyed hashes."""


class _Joined:
    """Sets of keyed hashes that belong to one contributor (a disjoint-set forest).

    The smallest hash in a set stands for the whole set."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}
        self._hash: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        first, second = self._top(one), self._top(other)
        if first == second:
            return
        self._above[second] = first
        hashes = [mark for mark in (self._hash.get(first), self._hash.get(second)) if mark]
        if hashes:
            self._hash[first] = min(hashes)

    def contributor(self, mark: str) -> str:
        """Returns the hash of the set that has this keyed hash. Returns '' if no set has it."""
        return self._hash.get(self._top(mark), "")

    def _top(self, mark: str) -> str:
        if mark not in self._above:
            self._above[mark] = mark
            if mark.startswith(_CONTRIBUTOR):
                self._hash[mark] = mark.removeprefix(_CONTRIBUTOR)
        while self._above[mark] != mark:
            self._above[mark] = self._above[self._above[mark]]
            mark = self._above[mark]
        return mark

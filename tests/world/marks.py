"""Columns whose values are needed for a plan to work, and so bear no mark."""

from __future__ import annotations

WORKING = {
    "id", "grant", "activity", "budget_line", "state", "status", "currency", "kind", "host_fee_on", "paid", "report_every",
    "periods_from", "received_currency", "refund_of", "split_of", "from_whom", "valued_by", "publish", "restricted",
    "match_for", "timing", "profile", "month",
}  # fmt: skip
"""Columns of text that figures depend on: they keep their values."""

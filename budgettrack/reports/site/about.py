"""The parts of the public page in which the group describes itself and its partners."""

from __future__ import annotations

from budgettrack.core.records.tables import REACH
from budgettrack.core.views.public_types import PublicFacts, PublicView
from budgettrack.reports.base.document import Block, Bullets, Subheading, Text
from budgettrack.reports.base.translations import Words
from budgettrack.reports.base.wording import paragraphs


def about_us(facts: PublicFacts, w: Words) -> list[Block]:
    """Returns the group's own words about itself: first its aims, then the rest by topic. The
    page says at its end how to reach the group."""
    told = [(topic, words) for topic, words in facts.about.items() if topic not in ("aims", REACH)]
    blocks: list[Block] = [Text(line) for line in paragraphs(facts.about.get("aims", ""))]
    for topic, words in told:
        blocks += [Subheading(_begun(w.term(topic))), *map(Text, paragraphs(words))]
    return blocks


def partners(view: PublicView, w: Words) -> list[Block]:
    """Returns the published agreements, by kind and organisation. Returns nothing if there are
    none."""
    lines = [
        w.say("{kind}: {name}", kind=_begun(w.term(each.kind)), name=each.party)
        for each in view.facts.agreements
    ]
    return [Bullets(lines)] if lines else []


def _begun(words: str) -> str:
    """Returns a text with a capital letter at the beginning."""
    return words[:1].upper() + words[1:]

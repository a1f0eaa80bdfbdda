"""The network's page: no figure of a group that is not named can be computed, whoever joins,
leaves, is named or is named no more. Faults that were planted are noticed."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from budgettrack.core.sealing import network
from budgettrack.core.sealing.batches import Batch, Labels
from budgettrack.core.sealing.network import NetworkSums
from budgettrack.host import network as host_network
from budgettrack.reports.site import network_page
from tests.auditor import networks_in_memory
from tests.auditor.networks import MonthOfGroup, Told, drawn

FOUND = [5, 29]
"""Networks that once gave a group away."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*FOUND, 9, 100, 101, 102, 103])
def test_no_groups_figures_can_be_computed(seed: int, tmp_path: Path) -> None:
    report = networks_in_memory.audited(drawn(seed), tmp_path)

    assert not report.breaches, f"seed {seed}: {report}"


def six(months: int = 3, *, named: int = 0, left: Mapping[str, int] | None = None) -> Told:
    """Six groups that spend about the same on food. `named`: how many are named. `left`: the month
    from which a group tells nothing."""
    draw = random.Random(7)
    return Told(
        {
            code: [
                MonthOfGroup(
                    {"Food": draw.randrange(20_000, 40_000)} if month < last else {},
                    month < last,
                    theirs=number < named,
                    ours=number < named,
                    held=300_000,
                )
                for month in range(months)
            ]
            for number in range(6)
            for code in [f"GR-{number + 1}"]
            for last in [(left or {}).get(code, months)]
        }
    )


def test_sums_of_six_groups_are_published_and_the_named_ones_stand_there(tmp_path: Path) -> None:
    told = six(named=2)
    report = networks_in_memory.audited(told, tmp_path)

    assert not report.breaches, report
    assert report.figures == 5
    assert told.named == ["GR-1", "GR-2"]


def test_who_leaves_changes_no_sum_of_before(tmp_path: Path) -> None:
    report = networks_in_memory.audited(six(4, left={"GR-6": 2}), tmp_path)

    assert not report.breaches, report
    assert report.figures == 7


def test_of_two_groups_beside_named_ones_nothing_is_shown(tmp_path: Path) -> None:
    report = networks_in_memory.audited(six(named=4), tmp_path)

    assert not report.breaches, report
    assert report.figures == 0


@pytest.mark.slow
def test_the_command_gives_nobody_away_either(tmp_path: Path) -> None:
    told = six(named=1, left={"GR-2": 2})
    past = [*told.groups["GR-1"]]
    told.groups["GR-1"][2:] = [dataclasses.replace(past[2], theirs=False)]
    report = told.audited(tmp_path)

    assert not report.breaches, report
    assert report.figures
    assert "Circle GR-1" in (tmp_path / "world-0/shown-1/index.html").read_text()


# ---- Faults that were planted


def _raw(known: NetworkSums, new: Any, page: str, *, number: Any, **_: Any) -> NetworkSums:
    """Publishes the raw total of a month, whoever stands behind it."""
    parts = tuple(new)
    batch = Batch(number(), page, "spent", False, Labels("", None, ""), parts)
    return replace(known, batches=[*known.batches, batch], pages=[*known.pages, page])


def test_a_raw_total_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "sealed", _raw)
    two = six(2, left=dict.fromkeys(["GR-3", "GR-4", "GR-5", "GR-6"], 1))
    report = networks_in_memory.audited(two, tmp_path)

    assert "exact" in report.kinds(), report


def test_the_difference_on_leaving_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true = network.sealed

    def opened(known: NetworkSums, *args: Any, left: Mapping[str, int], **more: Any) -> NetworkSums:
        """Takes the money of whoever left out of the sums."""
        sums = true(known, *args, left=left, **more)
        kept = [
            replace(batch, parts=tuple(part for part in batch.parts if part.contributor in left))
            for batch in sums.batches
        ]
        return replace(sums, batches=kept)

    monkeypatch.setattr(network, "sealed", opened)
    report = networks_in_memory.audited(six(4, left={"GR-6": 2}), tmp_path)

    assert "exact" in report.kinds(), report
    assert any("GR-6" in breach.words for breach in report.breaches)


def test_a_number_of_groups_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    true: Callable[..., list[str]] = network_page._reading
    monkeypatch.setattr(
        network_page, "_reading", lambda *given: [*true(*given), "2 groups are not named."]
    )
    report = networks_in_memory.audited(six(), tmp_path)

    assert report.kinds() == {"unexplained"}, report


@pytest.mark.slow
def test_a_name_without_the_groups_own_consent_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_sided(groups: Any, _told: Any) -> tuple[dict[str, str], list[str]]:
        return {one.code: one.text("public_name") for one in groups if one.text("listed")}, []

    told = six(1, named=1)
    told.groups["GR-2"][0].ours = True
    monkeypatch.setattr(host_network, "_asking", one_sided)
    report = told.audited(tmp_path)

    assert report.kinds() == {"named"}, report
    assert any("Circle GR-2" in breach.words for breach in report.breaches)


def test_a_group_named_at_once_although_earlier_sums_show_others_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three of five are named only after sums of all five were published."""
    told = six(2)
    del told.groups["GR-6"]
    for code in ("GR-1", "GR-2", "GR-3"):
        told.groups[code][1].theirs = told.groups[code][1].ours = True
    again = Told(told.groups)
    assert not networks_in_memory.audited(again, tmp_path / "good").breaches
    assert again.named == []
    monkeypatch.setattr(network, "named_now", lambda _, asking: frozenset(asking))
    report = networks_in_memory.audited(Told(told.groups), tmp_path / "bad")
    assert report.breaches

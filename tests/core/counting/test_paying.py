from __future__ import annotations

from msgspec.structs import replace

from budgettrack.core.counting.paying import paying_line
from budgettrack.core.records.plan import plan as plan_of
from tests.world.host_plan import with_rows


def test_the_line_that_is_named_pays_else_the_only_one() -> None:
    plan = plan_of(with_rows(), base="EUR")[0]
    named = replace(plan.given["V-1"], line="B-1")
    assert "B-1" in plan.lines
    assert paying_line(plan, named) == "B-1"
    other = replace(plan, lines={**plan.lines, "B-9": replace(plan.lines["B-1"], id="B-9")})
    assert paying_line(other, named) == "B-1"
    assert paying_line(other, plan.given["V-1"]) == ""
    alone = replace(plan, lines={"B-1": plan.lines["B-1"]})
    assert paying_line(alone, plan.given["V-1"]) == "B-1"
    # The line of another grant does not pay, and no other line does in its place.
    of_other = replace(plan.lines["B-1"], id="B-8", grant="G-9")
    strange = replace(alone, lines={**alone.lines, "B-8": of_other})
    assert paying_line(strange, replace(named, line="B-8")) == ""

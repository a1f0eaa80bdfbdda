"""Several Google accounts of a host: who shares with whom, and what is said if nobody can."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgettrack.config.load import Config, load
from budgettrack.core.base.errors import ConfigError
from budgettrack.host.accounts import (
    NO_ROOM,
    GoogleAccount,
    account_of,
    accounts_of,
    assigned,
)
from budgettrack.host.directory import HostedGroup
from budgettrack.host.jobs import JobOrder, JobOutcome
from budgettrack.host.run import run
from tests.world.hosted import cells_of, host_in, opened, row

LINK = "https://docs.google.com/spreadsheets/d/1AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef/edit"
A, B = (
    GoogleAccount(Path(f"{name}.json"), f"{name}@books.iam.gserviceaccount.com", "books")
    for name in "ab"
)


def key(path: Path, **content: object) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content))
    path.chmod(0o600)


def with_accounts(
    folder: Path, *names: str, settings: str = "", codes: int = 3, own: str = ""
) -> Path:
    """Makes a host with accounts of these names, and groups with online sheets."""
    groups = [row(f"GR-{number}", workbook=LINK) for number in range(1, codes + 1)]
    config = host_in(folder, groups, settings=f'accounts = "accounts"\n{settings}')
    if own:
        text = config.read_text()
        config.write_text(text.replace("[workbook]", f'[workbook]\ncredentials = "{own}"'))
    for name in names:
        address = f"{name}@books.iam.gserviceaccount.com"
        key(folder / "accounts" / f"{name}.json", client_email=address, project_id="books")
    return config


def addresses(config: Config) -> list[str]:
    return [account.address.partition("@")[0] for account in accounts_of(config)]


@given(
    st.lists(st.sampled_from(["", A.address, B.address.upper(), "gone@example.org"]), max_size=30),
    st.integers(1, 12),
)
def test_each_group_gets_one_account_with_room_and_keeps_it(had: list[str], most: int) -> None:
    groups = [
        HostedGroup(f"GR-{n}", {"workbook": LINK, "share_with": address, "state": "ready"})
        for n, address in enumerate(had)
    ]
    new = assigned(groups, (A, B), most)
    after = [
        HostedGroup(
            one.code, {**one.fields, "share_with": new.get(one.code, one.fields["share_with"])}
        )
        for one in groups
    ]

    kept = [one for one in groups if account_of(one, (A, B)) is not None]
    assert not {one.code for one in kept} & set(new)
    held = [account_of(one, (A, B)) for one in after]
    before = [account_of(one, (A, B)) for one in groups]
    for account in (A, B):
        assert held.count(account) <= max(most, before.count(account))
    if None in held:
        assert all(held.count(account) >= most for account in (A, B))
    elif not kept:
        assert abs(held.count(A) - held.count(B)) <= 1
    assert assigned(after, (A, B), most) == {}


def test_a_file_a_group_that_left_and_an_unknown_address_get_no_account() -> None:
    file = HostedGroup("GR-1", {"workbook": "plan.xlsx", "state": "ready"})
    left = HostedGroup("GR-2", {"workbook": LINK, "state": "left", "share_with": A.address})
    new = HostedGroup("GR-3", {"workbook": LINK, "state": "invited"})

    assert assigned([file, left, new], (A,), 1) == {"GR-3": A.address}
    assert assigned([file, left, new], (GoogleAccount(None),), 1) == {}
    assert account_of(new, (GoogleAccount(None),)) == GoogleAccount(None)


def test_the_job_of_a_group_has_the_key_of_its_account(tmp_path: Path) -> None:
    config = with_accounts(tmp_path, "a", "b")
    orders: list[JobOrder] = []

    def job(order: JobOrder, _: int) -> JobOutcome:
        orders.append(order)
        return JobOutcome("asks", ("Share it.",))

    with opened(config) as host:
        run(host, run_job=job)
        told = cells_of(config)
        run(host, only=["GR-3"], run_job=job)

    names = [Path(order.content["workbook"]["credentials"]).name for order in orders]
    assert names == ["a.json", "b.json", "a.json", "a.json"]
    shown = [told[f"GR-{n}"]["Share with"].partition("@")[0] for n in (1, 2, 3)]
    assert shown == ["a", "b", "a"]


def test_a_group_without_an_account_is_not_run_and_the_host_is_told(tmp_path: Path) -> None:
    config = with_accounts(tmp_path, "a", "b", settings="account_groups = 1")
    with opened(config) as host:
        done = run(host, run_job=lambda _, __: JobOutcome("done", (), "2026-11-02"))

    told = cells_of(config)
    assert told["GR-3"]["What to do"] == NO_ROOM
    assert (told["GR-3"]["Share with"], told["GR-3"]["State"]) == (None, "invited")
    assert [done.outcomes[code].result for code in ("GR-1", "GR-2", "GR-3")] == [
        "done",
        "done",
        "asks",
    ]

    # The host adds an account, and the group shares with that one.
    key(tmp_path / "accounts" / "c.json", client_email="c@example.org")
    with opened(config) as host:
        run(host, run_job=lambda _, __: JobOutcome("done", (), "2026-11-02"))
    assert cells_of(config)["GR-3"]["Share with"] == "c@example.org"
    assert cells_of(config)["GR-1"]["Share with"] == "a@books.iam.gserviceaccount.com"


def test_a_group_whose_account_is_gone_gets_another(tmp_path: Path) -> None:
    config = with_accounts(tmp_path, "a", "b")
    done = JobOutcome("done", (), "2026-11-02")
    with opened(config) as host:
        run(host, run_job=lambda _, __: done)
    (tmp_path / "accounts" / "b.json").unlink()
    with opened(config) as host:
        run(host, run_job=lambda _, __: done)

    assert {told["Share with"] for told in cells_of(config).values()} == {A.address}


def test_the_account_of_the_host_s_own_sheet_comes_first(tmp_path: Path) -> None:
    config = with_accounts(tmp_path, "a", own="own.json")
    key(tmp_path / "own.json", client_email="own@example.org")
    assert addresses(load(config)) == ["own", "a"]
    # The same key may lie in the folder too.
    key(tmp_path / "accounts" / "b.json", client_email="own@example.org")
    assert addresses(load(config)) == ["own", "a"]
    # A person's sign-in has no address to share with.
    key(tmp_path / "own.json", type="authorized_user", refresh_token="x")
    assert addresses(load(config)) == ["a", "own"]


def test_who_acts_as_a_service_account_shares_with_it(tmp_path: Path) -> None:
    config = with_accounts(tmp_path)
    url = "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/x@their.iam.gserviceaccount.com:generateAccessToken"
    key(
        tmp_path / "accounts" / "x.json",
        type="external_account",
        service_account_impersonation_url=url,
    )

    (account,) = accounts_of(load(config))
    assert (account.address, account.project) == ("x@their.iam.gserviceaccount.com", "their")
    assert account.places(50, 250) == {f"account {account.address}": 50, "project their": 250}


def test_a_wrong_folder_of_accounts_is_told(tmp_path: Path) -> None:
    config = load(with_accounts(tmp_path))
    with pytest.raises(ConfigError, match=r"accounts has no key file \(\*\.json\)"):
        accounts_of(config)
    (tmp_path / "accounts").mkdir()
    (tmp_path / "accounts" / "a.json").write_text("not JSON")
    with pytest.raises(ConfigError, match=r"a\.json cannot be read"):
        accounts_of(config)
    key(tmp_path / "accounts" / "a.json", type="authorized_user")
    with pytest.raises(ConfigError, match="names no address with which groups can share"):
        accounts_of(config)


def test_an_unreadable_key_of_the_host_s_own_sheet_changes_no_account(tmp_path: Path) -> None:
    config = load(with_accounts(tmp_path, "a", own="own.json"))
    (tmp_path / "own.json").write_text("not JSON")

    with pytest.raises(ConfigError, match=r"own\.json cannot be read"):
        accounts_of(config)

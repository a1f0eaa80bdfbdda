"""Ways out, against real servers: what became of a mail is known, or it is said that nobody
knows."""

from __future__ import annotations

import json
import re
import shutil
import stat
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from standardwebhooks.webhooks import Webhook as Verifier
from werkzeug import Request, Response
from werkzeug.serving import make_server

from budgettrack.config.load import load
from budgettrack.config.mail import MailServer, Webhook
from budgettrack.core.base.errors import ConfigError, TrackError
from budgettrack.monthly.delivery import webhook
from budgettrack.monthly.delivery.folder import published
from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD, WEBHOOK_SECRET, secret
from budgettrack.monthly.delivery.smtp import Handed, MailError, post
from tests.world.smtp_server import PASSWORD, USER, MailHost

pytestmark = pytest.mark.filterwarnings(
    "ignore:Requiring AUTH while not requiring TLS"
)  # TLS from the first byte
TO = "office@partners.example.org"


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MAIL_PASSWORD, PASSWORD)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MailHost]:
    with MailHost(tmp_path) as made:
        yield made


def server_of(host: MailHost, **other: object) -> MailServer:
    given: dict[str, object] = {
        "host": "127.0.0.1",
        "port": host.port,
        "security": host.security,
        "sender": "Harbour Peers <books@harbour.example.org>",
        "user": USER,
        "authorities": host.authorities,
        "seconds": 1,
    } | other
    return MailServer(**given)  # type: ignore[arg-type]


def letter(to: str = TO, text: str = "Figures.\n.a line that begins with a dot\n") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Harbour Peers <books@harbour.example.org>"
    message["To"] = to
    message["Subject"] = "October"
    message["Message-ID"] = "<1@harbour.example.org>"
    message.set_content(text)
    return message


def hand_over(host: MailHost, *letters: EmailMessage, **other: object) -> list[Handed]:
    with post(server_of(host, **other)) as way:
        found = []
        for each in letters:
            way.open()
            found.append(way.hand_over(each))
        return found


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_arrives_over_tls_with_a_login(tmp_path: Path, security: str) -> None:
    with MailHost(tmp_path, security) as host:  # type: ignore[arg-type]
        assert (
            hand_over(host, letter(), letter("other@partners.example.org"))
            == [Handed("confirmed", "")] * 2
        )
        assert [each.to for each in host.taken] == [TO, "other@partners.example.org"]
        assert (
            host.taken[0].message.get_content() == "Figures.\r\n.a line that begins with a dot\r\n"
        )


def test_a_refused_login_says_what_to_do_and_shows_no_secret(
    host: MailHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(MAIL_PASSWORD, "a wrong secret")
    with pytest.raises(MailError) as error:
        hand_over(host, letter())
    assert re.search(
        r"The mail server 127\.0\.0\.1, port \d+, does not accept this user and password \(535\)\."
        r" Correct user in "
        r"\[mail\], and the password \(BUDGETTRACK_MAIL_PASSWORD\).* Nothing was sent\.",
        str(error.value),
    )
    assert "a wrong secret" not in str(error.value) + repr(error.value.__context__)
    assert host.taken == []


def test_greylisting_is_put_off_and_comes_through_later(host: MailHost) -> None:
    answers = iter(["451 4.7.1 Greylisted, try later", ""])
    host.does.rcpt = lambda _: next(answers)
    one, other = hand_over(host, letter(), letter())
    assert one == Handed("deferred", "The server asks to try later (451). The next run does.")
    assert other.state == "confirmed"
    assert len(host.taken) == 1


def test_one_refused_among_five_keeps_no_other_back(host: MailHost) -> None:
    bad = "gone@partners.example.org"
    host.does.rcpt = lambda to: "550 5.1.1 No such user" if to == bad else ""
    names = ["a", "b", "gone", "d", "e"]
    found = hand_over(host, *(letter(f"{name}@partners.example.org") for name in names))
    assert [each.state for each in found] == [
        "confirmed",
        "confirmed",
        "refused",
        "confirmed",
        "confirmed",
    ]
    assert (
        found[2].words
        == "The server refuses it (550). Check the address in the config, then send it again:"
        " budgettrack deliveries retry."
    )


def test_a_cut_before_the_text_surely_left_nothing_there(host: MailHost) -> None:
    cuts = iter(["cut", ""])
    host.does.rcpt = lambda _: next(cuts)
    one, other = hand_over(host, letter(), letter())
    assert one == Handed(
        "deferred",
        "The connection was lost before the mail. Nothing arrived; the next run tries again.",
    )
    assert other.state == "confirmed"


@pytest.mark.parametrize(("fault", "there"), [("cut", 0), ("cut after", 1), ("stall", 1)])
def test_a_cut_or_silence_after_the_text_is_known_to_nobody(
    host: MailHost, fault: str, there: int
) -> None:
    faults = iter([fault, ""])
    host.does.data = lambda _: next(faults)
    one, other = hand_over(host, letter(), letter("other@partners.example.org"))
    assert one == Handed(
        "marked",
        "The connection was lost while the server took the mail. Ask the reader whether it arrived;"
        " if not: budgettrack deliveries retry.",
    )
    assert len(host.to(TO)) == there
    assert other.state == "confirmed"


def test_the_servers_own_no_after_the_text_is_no(host: MailHost) -> None:
    host.does.data = lambda _: "554 5.7.1 Looks like spam"
    assert hand_over(host, letter())[0].state == "refused"
    host.does.data = lambda _: "452 4.3.1 Disk full"
    assert hand_over(host, letter())[0].state == "deferred"


@pytest.mark.slow
def test_a_mail_of_thirty_megabytes_is_refused_with_what_to_do(tmp_path: Path) -> None:
    heavy = letter()
    heavy.add_attachment(
        b"x" * 22_500_000, maintype="application", subtype="pdf", filename="G-1.pdf"
    )
    with MailHost(tmp_path, limit=10_000_000) as host:
        one, other = hand_over(host, heavy, letter())
        assert one == Handed(
            "refused",
            "The mail has 30.8 MB, and the server takes 10 MB at most. Write attach = false at this"
            " recipient, then send it again: budgettrack deliveries retry.",
        )
        assert other.state == "confirmed"
        host.does.data = lambda _: "552 5.3.4 Too big"
        assert hand_over(host, letter())[0].words.startswith(
            "The mail has 0.0 MB, and the server refuses it."
        )


def test_a_wrong_certificate_stops_before_the_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MailHost(tmp_path, name="mail.elsewhere.example.org") as host:
        logins: list[object] = []
        monkeypatch.setattr(host, "_login", logins.append)
        with pytest.raises(
            MailError,
            match=r"shows a certificate that cannot be trusted \(.*\)\. Check host in \[mail\]",
        ):
            hand_over(host, letter())
        assert logins == []
    with MailHost(tmp_path) as host, pytest.raises(MailError, match="cannot be trusted"):
        hand_over(host, letter(), authorities=None)


def test_a_server_that_speaks_no_tls_gets_no_password(tmp_path: Path) -> None:
    with MailHost(tmp_path, "tls") as host, pytest.raises(MailError, match=r"did not answer in time|does not speak TLS|cannot be reached"):  # fmt: skip
        hand_over(host, letter(), security="starttls")
    with MailHost(tmp_path) as host, pytest.raises(MailError, match=r'does not speak TLS as asked. Check port and security'):  # fmt: skip
        hand_over(host, letter(), security="tls")


def test_nobody_there_is_said(host: MailHost) -> None:
    with pytest.raises(MailError, match=r"cannot be reached\. Check host and port in \[mail\]"):
        hand_over(host, letter(), port=1)
    with pytest.raises(
        MailError, match="The certificates in \\[mail\\] authorities cannot be read"
    ):
        hand_over(host, letter(), authorities=Path("/nowhere.pem"))


# Secrets


def test_a_secret_comes_from_the_environment_a_file_or_the_keyring(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import keyring
    from keyring.backend import KeyringBackend

    # The package chooses among the classes that it knows, so it chooses before it knows this one.
    before = keyring.get_keyring()

    class Kept(KeyringBackend):
        # With 1, a chain of keyrings would ask this one in later tests too.
        priority = 0

        def get_password(self, service: str, username: str) -> str | None:
            return (
                "of the keyring" if (service, username) == ("budgettrack", MAIL_PASSWORD) else None
            )

        def set_password(self, service: str, username: str, password: str) -> None: ...

        def delete_password(self, service: str, username: str) -> None: ...

    file = tmp_path / "password"
    file.write_text("of the file\n")
    file.chmod(0o600)
    keyring.set_keyring(Kept())  # type: ignore[no-untyped-call]
    try:
        assert (
            secret(MAIL_PASSWORD, file, {MAIL_PASSWORD: "of the environment"})
            == "of the environment"
        )
        assert secret(MAIL_PASSWORD, file, {}) == "of the file"
        assert secret(MAIL_PASSWORD, None, {f"{MAIL_PASSWORD}_FILE": str(file)}) == "of the file"
        assert secret(MAIL_PASSWORD, None, {}) == "of the keyring"
        with pytest.raises(
            ConfigError, match=r"There is no BUDGETTRACK_WEBHOOK_SECRET\. Set it in the environment"
        ):
            secret(WEBHOOK_SECRET, None, {})
    finally:
        keyring.set_keyring(before)
    monkeypatch.delenv(MAIL_PASSWORD)


def test_without_the_keyrings_package_its_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    with pytest.raises(ConfigError) as refused:
        secret(MAIL_PASSWORD, None, {})

    assert str(refused.value).splitlines() == [
        "There is no BUDGETTRACK_MAIL_PASSWORD. Set it in the environment, put it into a file that only you"
        " can read and name that file in the config, or keep it in the system's keyring: keyring set"
        " budgettrack BUDGETTRACK_MAIL_PASSWORD",
        "The keyring needs the extra 'keyring', which is not installed. In the folder of the release: pip"
        " install --require-hashes -r requirements-keyring.txt",
    ]


def test_a_secrets_file_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("very secret")
    file.chmod(0o640)
    with pytest.raises(ConfigError) as error:
        secret(MAIL_PASSWORD, file, {})
    assert str(error.value).startswith(
        "Other users may read password, which holds BUDGETTRACK_MAIL_PASSWORD."
    )
    assert "very secret" not in str(error.value)
    file.chmod(0o600)
    file.write_text(" \n")
    with pytest.raises(ConfigError, match="password is empty"):
        secret(MAIL_PASSWORD, file, {})
    with pytest.raises(ConfigError, match=r"cannot be read from gone: No such file"):
        secret(MAIL_PASSWORD, tmp_path / "gone", {})


# The folder


def test_the_public_folder_holds_the_site_and_nothing_else_of_ours(tmp_path: Path) -> None:
    public, folder = tmp_path / "public", tmp_path / "www"
    for name in ("index.html", "grants/G-1.html", "data/months.csv", "grants/.hidden.part"):
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        (public / name).write_text(name)
    assert published(public, folder) == Handed("confirmed", "")
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {
        "index.html",
        "grants/G-1.html",
        "data/months.csv",
        ".budgettrack-files",
    }
    assert stat.S_IMODE((folder / "index.html").stat().st_mode) == 0o644
    (folder / "theirs.html").write_text("a page of the group's own")
    (public / "grants/G-1.html").unlink()
    published(public, folder)
    assert not (folder / "grants/G-1.html").exists(), (
        "a grant that was withdrawn is withdrawn there too"
    )
    assert (folder / "theirs.html").exists()
    (folder / "index.html").unlink()
    (folder / "index.html").mkdir()
    with pytest.raises(
        TrackError, match=r"The public folder .* cannot be written: Is a directory\."
    ):
        published(public, folder)


def _site(public: Path, *names: str) -> None:
    """A site of these files."""
    for name in names:
        (public / name).parent.mkdir(parents=True, exist_ok=True)
        (public / name).write_text(f"our {name}")


def test_a_missing_site_empties_no_delivered_folder(tmp_path: Path) -> None:
    public, folder = tmp_path / "public", tmp_path / "www"
    public.mkdir()
    (public / "index.html").write_text("all")
    (public / "2026-10.html").write_text("October")
    published(public, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for lost in (public / "index.html", public):
        lost.unlink() if lost.is_file() else shutil.rmtree(lost)
        with pytest.raises(TrackError) as failed:
            published(public, folder)
        assert str(failed.value) == (
            f"There is no site in {public}, so nothing was delivered, and {folder} is as it was."
            " Make it again: budgettrack report transparency"
        )
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_files_of_strangers_in_the_public_folder_are_neither_deleted_nor_replaced(
    tmp_path: Path,
) -> None:
    public, folder = tmp_path / "public", tmp_path / "www"
    theirs = ("data/theirs.csv", "data/theirs.html", "grants/theirs.html", "2019-05.html", "a.txt")
    _site(folder, *theirs)
    _site(public, "index.html", "2026-01.html", "data/months.csv", "grants/G-1.html")

    published(public, folder)
    (public / "2026-01.html").unlink()
    (public / "grants/G-1.html").unlink()
    published(public, folder)

    assert all((folder / name).read_text() == f"our {name}" for name in theirs)
    assert not (folder / "2026-01.html").exists()
    assert not (folder / "grants/G-1.html").exists()

    _site(public, "a.txt")
    (public / "a.txt").write_text("of another content")
    with pytest.raises(TrackError) as refused:
        published(public, folder)
    assert str(refused.value) == (
        f"{folder / 'a.txt'} is there already, and this program did not write it. Move it away, or"
        " name another folder."
    )
    assert (folder / "a.txt").read_text() == "our a.txt"


def test_a_copy_from_before_there_were_lists_is_known_and_cleared(tmp_path: Path) -> None:
    public, folder = tmp_path / "public", tmp_path / "www"
    names = ("index.html", "2026-01.html", "data/months.csv", "grants/G-1.html")
    for name in (*names, "2016-01.html", "data/old.csv", "grants/G-2.html"):
        _site(folder, name)
        if name.endswith(".html"):
            (folder / name).write_text('<link type="application/atom+xml" href="feed.xml">')
    tables = {"resources": [{"path": "data/months.csv"}, {"path": "data/old.csv"}]}
    (folder / "datapackage.json").write_text(json.dumps(tables))
    _site(folder, "grants/theirs.html", "data/theirs.csv", "2019-05.html")
    _site(public, *names, "datapackage.json")

    published(public, folder)

    left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert left == {
        *names,
        "datapackage.json",
        "grants/theirs.html",
        "data/theirs.csv",
        "2019-05.html",
        ".budgettrack-files",
    }


def test_a_list_that_leads_out_of_the_folder_deletes_nothing_there(tmp_path: Path) -> None:
    public, folder = tmp_path / "public", tmp_path / "www"
    _site(public, "index.html")
    published(public, folder)
    outside = tmp_path / "outside.txt"
    outside.write_text("somebody's")
    (folder / ".budgettrack-files").write_text(f"../outside.txt\n{outside}\nindex.html\n")

    published(public, folder)

    assert outside.read_text() == "somebody's"


@pytest.mark.parametrize("to", ["file", "folder"])
def test_a_link_in_the_site_is_not_delivered(tmp_path: Path, to: str) -> None:
    public, folder, private = tmp_path / "public", tmp_path / "www", tmp_path / "private"
    _site(public, "index.html")
    _site(private, "G-1.html")
    (public / "more").symlink_to(private / "G-1.html" if to == "file" else private)

    with pytest.raises(TrackError) as refused:
        published(public, folder)

    assert str(refused.value) == (
        f"{public / 'more'} is a symbolic link, so nothing was delivered: what it leads to may be"
        " private. Remove it."
    )
    assert not folder.exists()


@pytest.mark.parametrize("name", ["index.html", "grants", ".budgettrack-files"])
def test_a_link_in_the_public_folder_is_not_followed(tmp_path: Path, name: str) -> None:
    public, folder, elsewhere = tmp_path / "public", tmp_path / "www", tmp_path / "elsewhere"
    _site(public, "index.html", "grants/G-1.html")
    _site(elsewhere, "grants/G-1.html", "index.html")
    folder.mkdir()
    (folder / name).symlink_to(elsewhere / name)

    with pytest.raises(TrackError) as refused:
        published(public, folder)

    assert str(refused.value) == (
        f"{folder / name} is a symbolic link, which is not followed. Remove it, or name another"
        " folder."
    )
    assert (elsewhere / "index.html").read_text() == "our index.html"
    assert [path.name for path in folder.iterdir()] == [name]


# The webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[Request], list[int]]]:
    """A real server: its address, what it was sent, and the answers that it will give (then
    204)."""
    got: list[Request] = []
    answers: list[int] = []

    @Request.application
    def application(request: Request) -> Response:
        request.get_data(cache=True)
        got.append(request)
        return Response(status=answers.pop(0) if answers else 204)

    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/hook", got, answers
    server.shutdown()
    thread.join()
    server.server_close()


def copied(url: str, key: str = "2026-10 1", at: datetime | None = None) -> Handed:
    return webhook.copy(
        Webhook(url), key, b'{"month": "2026-10"}', at or datetime.now(UTC), pause=0.001
    )


def test_a_copy_is_signed_so_that_its_receiver_can_tell(
    receiver: tuple[str, list[Request], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, got, _ = receiver
    monkeypatch.setenv(WEBHOOK_SECRET, SECRET)
    assert copied(url).state == "confirmed"
    assert copied(url).state == "confirmed"
    one, other = got
    verified = Verifier(SECRET).verify(one.get_data(), dict(one.headers))
    assert verified == {"month": "2026-10"} == json.loads(one.get_data())
    assert one.headers["webhook-id"] == other.headers["webhook-id"]
    copied(url, "2026-11 1")
    assert got[-1].headers["webhook-id"] != one.headers["webhook-id"]


def test_a_copy_is_tried_again_a_bounded_number_of_times(
    receiver: tuple[str, list[Request], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, got, answers = receiver
    monkeypatch.setenv(WEBHOOK_SECRET, SECRET)
    answers += [503, 429]
    assert copied(url).state == "confirmed"
    assert len(got) == 3
    got.clear()
    answers += [500] * 9
    assert copied(url) == Handed(
        "deferred", "The address of [deliver] webhook answered 500. The next run tries again."
    )
    assert len(got) == 4
    got.clear()
    answers[:] = [401]
    assert (
        copied(url).words
        == "The address of [deliver] webhook answered 401. Correct it or its secret, then send it"
        " again: budgettrack deliveries retry."
    )
    answers[:] = [302]
    assert copied(url).state == "refused"
    assert copied("http://127.0.0.1:1/").words.startswith(
        "The address of [deliver] webhook cannot be reached."
    )


def test_a_copy_without_a_secret_or_with_a_wrong_one_is_not_sent(
    receiver: tuple[str, list[Request], list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, got, _ = receiver
    monkeypatch.delenv(WEBHOOK_SECRET, raising=False)
    with pytest.raises(ConfigError, match="There is no BUDGETTRACK_WEBHOOK_SECRET"):
        copied(url)
    monkeypatch.setenv(WEBHOOK_SECRET, "not base 64 !")
    with pytest.raises(ConfigError, match="BUDGETTRACK_WEBHOOK_SECRET is not a webhook secret"):
        copied(url)
    assert got == []


def test_a_monitor_is_pinged_and_its_silence_is_no_failure(
    receiver: tuple[str, list[Request], list[int]],
) -> None:
    url, got, _ = receiver
    for sign in ("start", "", "fail"):
        webhook.ping(url, sign)
    assert [each.path for each in got] == ["/hook/start", "/hook", "/hook/fail"]
    webhook.ping("http://127.0.0.1:1/", "")


# The config


def test_every_mistake_about_sending_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "budgettrack.toml"
    path.write_text(
        """[workbook]
xlsx = "plan.xlsx"
[mail]
host = "smtp.example.org"
security = "none"
password = "secret"
sender = "nobody"
pauses = [4000]
[monthly]
day = 31
hour = "6"
operator = "me"
ping = "http://example.org/x"
blocking = { funder = ["no-such"], host = [] }
[[recipients]]
name = "one"
address = "one@example.org"
audience = "funder"
[[recipients]]
name = "One"
address = "a, b@example.org"
audience = "public"
language = "xx-yy-zz"
attach = "no"
[[recipients]]
name = "me@example.org"
audience = "internal"
""",
        "utf-8",
    )
    with pytest.raises(ConfigError) as error:
        load(path)
    assert [line.removeprefix("budgettrack.toml, ") for line in error.value.problems] == [
        "line 5, mail.security: Mail would be sent without encryption. Type starttls or tls.",
        (
            "line 6, mail.password: A password does not belong here. Put it into the environment as"
            " BUDGETTRACK_MAIL_PASSWORD, or into a file that only you can read, and name that in"
            " password_file."
        ),
        'line 7, mail.sender: The value is not a mail address. Write it as "books@example.org".',
        (
            "line 8, mail.pauses: The value is not a list of seconds, up to an hour each. Write pauses = [60,"
            " 300]."
        ),
        "line 10, monthly.day: Not every month has that day. Write a day from 1 to 28.",
        'line 11, monthly.hour: "6" is not a time of day. Write it as "06:00".',
        'line 12, monthly.operator: The value is not a mail address. Write it as "books@example.org".',
        (
            "line 13, monthly.ping: The value is not an address that begins with https://. Write it as"
            ' "https://example.org/x".'
        ),
        (
            'line 14, monthly.blocking: "host" is not an audience that can be blocked. Write blocking = {'
            ' funder = ["variance-unexplained"] }.'
        ),
        'line 14, monthly.blocking: There is no finding "no-such". See docs/findings.md.',
        (
            "line 18, recipients.1.audience: The recipient one has no audience. Write audience ="
            ' "public", or "funder:G-1" (with the grant\'s ID), "host" or "internal".'
        ),
        'line 20, recipients.2.name: There are two recipients "One". Give each a name of its own.',
        'line 21, recipients.2.address: The value is not a mail address. Write it as "books@example.org".',
        'line 23, recipients.2.language: "xx-yy-zz" is not a language. Type it as en, pt or en_GB.',
        (
            "line 24, recipients.2.attach: The value is neither true nor false. Write attach = false, or leave"
            " it out."
        ),
        (
            "line 25, recipients.3.address: recipient 3 has no address. Write address ="
            ' "office@example.org".'
        ),
        (
            "line 26, recipients.3.name: The name is an address. Lists show the name: choose a word instead."
        ),
    ]
    assert "secret" not in str(error.value).replace("password", "")


def test_recipients_need_a_server_and_a_server_its_parts(tmp_path: Path) -> None:
    path = tmp_path / "budgettrack.toml"
    path.write_text('[workbook]\nxlsx = "plan.xlsx"\n[[recipients]]\nname = "a"\naddress = "a@example.org"\naudience = "public"\n')  # fmt: skip
    with pytest.raises(ConfigError, match=r"mail\.host: No mail server is configured"):
        load(path)
    path.write_text('recipients = "a"\n[workbook]\nxlsx = "plan.xlsx"\n[mail]\nuser = "a"\nsecurity = "ssl"\n[monthly]\nblocking = 1\n')  # fmt: skip
    with pytest.raises(ConfigError) as error:
        load(path)
    assert [line.split(", ", 2)[2] for line in error.value.problems] == [
        "recipients: The value is not a list of sections. Write [[recipients]] above each of them.",
        'mail.host: The mail server is missing. Write host = "smtp.example.org".',
        'mail.sender: The sender\'s address is missing. Write sender = "books@example.org".',
        'mail.security: "ssl" is not known. Type starttls or tls.',
        (
            "monthly.blocking: The value is not a list for each audience. Write blocking = { funder ="
            ' ["variance-unexplained"] }.'
        ),
    ]

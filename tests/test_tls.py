"""Who stands between us and a server learns nothing: certificates, downgrades and redirects,
against real servers."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from standardwebhooks.webhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError
from werkzeug import Request, Response
from werkzeug.serving import make_server

from budgettrack.config.mail import MailServer, Webhook
from budgettrack.core.base.errors import RegisterError, WorkbookError
from budgettrack.monthly.delivery import webhook
from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD, WEBHOOK_SECRET
from budgettrack.monthly.delivery.smtp import Handed, MailError, post
from budgettrack.register import queries
from budgettrack.register.postgresql import way_to
from budgettrack.register.store import open_register
from budgettrack.workbook.google.credentials import WRITING, credentials_of
from budgettrack.workbook.google.workbook import Connection, GoogleWorkbook
from tests.sheets_api.server import DEFAULT_EMAIL, Server
from tests.sheets_api.tokens import service_account_file
from tests.world.certificates import BAD, GOOD, NAME, server_context
from tests.world.needs import needed
from tests.world.registers import fresh, on_server
from tests.world.scripted_smtp import Answers, ScriptedMailServer
from tests.world.smtp_server import PASSWORD, USER, MailHost

pytestmark = [
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
    pytest.mark.slow,
]
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CONTENT = b'{"month": "2026-10"}'

Certificate = Callable[[trustme.CA, Path], Path]


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MAIL_PASSWORD, PASSWORD)
    monkeypatch.setenv(WEBHOOK_SECRET, SECRET)


# Mail


def sent(port: int, security: str, authorities: Path | None) -> Handed:
    """What becomes of a mail."""
    message = EmailMessage()
    message["From"], message["To"] = "books@harbour.example.org", "office@partners.example.org"
    message["Subject"] = "October"
    message.set_content("Figures.\n")
    server = MailServer(
        host=NAME,
        port=port,
        security=security,  # type: ignore[arg-type]
        sender="books@harbour.example.org",
        user=USER,
        authorities=authorities,
        seconds=2,
    )
    with post(server) as way:
        way.open()
        return way.hand_over(message)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_good_certificate_lets_the_mail_pass(tmp_path: Path, security: str) -> None:
    with MailHost(tmp_path, security, name=NAME) as host:  # type: ignore[arg-type]
        assert sent(host.port, security, host.authorities).state == "confirmed"


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(("certificate", "why"), BAD.values(), ids=BAD)
def test_a_bad_certificate_gets_neither_password_nor_mail(
    tmp_path: Path, certificate: Certificate, why: str, security: str
) -> None:
    with MailHost(tmp_path, security, certificate=certificate) as host:  # type: ignore[arg-type]
        with pytest.raises(MailError) as failed:
            sent(host.port, security, host.authorities)

        assert (host.logins, host.asked, len(host.taken)) == ([], [], 0)
    assert f"shows a certificate that cannot be trusted ({why}" in str(failed.value)
    assert str(failed.value).endswith("Nothing was sent.")
    assert PASSWORD not in str(failed.value)


STRIPPED = b"250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n"


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"EHLO": STRIPPED}, "offers no TLS or no login there."),
        ({"STARTTLS": b"454 not now\r\n"}, "answered 454 before any mail."),
        ({"STARTTLS": b"502 what?\r\n"}, "answered 502 before any mail."),
        ({"EHLO": b"502 what?\r\n", "HELO": b"250 hello\r\n"}, "offers no TLS or no login there."),
        ({}, "did not answer in time."),
        ({"STARTTLS": b"220 ready\r\n250 AUTH PLAIN\r\n"}, "did not answer in time."),
    ],
    ids=["stripped", "refused", "unknown", "helo", "silent", "goes on in the open"],
)
def test_a_downgrade_of_starttls_hears_no_password_and_no_mail(
    answers: Answers, words: str
) -> None:
    with ScriptedMailServer(answers) as server:
        with pytest.raises(MailError) as failed:
            sent(server.port, "starttls", None)

        verbs = {line.split(" ")[0].upper() for line in server.heard}
    assert verbs.isdisjoint({"AUTH", "MAIL", "RCPT", "DATA"}), server.heard
    assert words in str(failed.value)
    assert "Nothing was sent." in str(failed.value)


def test_what_is_said_before_tls_counts_for_nothing_within(tmp_path: Path) -> None:
    """An attacker adds answers to the one that begins TLS, as if the server had given them."""
    context, authorities = server_context(tmp_path)
    injected = b"220 ready\r\n250-mail.example.org\r\n250 AUTH XATTACK\r\n235 welcome\r\n250 OK\r\n"
    with ScriptedMailServer({"STARTTLS": injected}, context) as server:
        assert sent(server.port, "starttls", authorities) == Handed("confirmed", "")

    assert server.heard[-1] == "STARTTLS"
    assert [line.split(" ")[0].upper() for line in server.secret][:3] == ["EHLO", "AUTH", "MAIL"]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_an_old_version_of_tls_is_not_spoken(tmp_path: Path) -> None:
    context, authorities = server_context(tmp_path)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with ScriptedMailServer({}, context) as server:
        with pytest.raises(MailError, match=r"does not speak TLS as asked"):
            sent(server.port, "starttls", authorities)
        assert server.secret == []


# The webhook, and the monitor


@contextmanager
def receiver(
    answer: Response | None = None, context: ssl.SSLContext | None = None
) -> Iterator[tuple[str, list[Request]]]:
    """A server over TLS, or in the open; yields its address, and what it got."""
    got: list[Request] = []

    @Request.application
    def application(request: Request) -> Response:
        request.get_data()
        got.append(request)
        return answer or Response("taken")

    server = make_server("127.0.0.1", 0, application, threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http{'s' if context else ''}://{NAME}:{server.server_port}/hook", got
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def copied(url: str) -> Handed:
    return webhook.copy(Webhook(url), "2026-10 1", CONTENT, datetime.now(UTC), pause=0.001)


def trusted(monkeypatch: pytest.MonkeyPatch, authorities: Path) -> None:
    """The machine trusts this authority, as one of its own."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authorities))


def test_a_copy_goes_over_tls_to_a_good_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authorities = server_context(tmp_path, GOOD)
    trusted(monkeypatch, authorities)
    with receiver(context=context) as (url, got):
        assert copied(url) == Handed("confirmed", "")
        webhook.ping(url, "start")

    assert [request.path for request in got] == ["/hook", "/hook/start"]


@pytest.mark.parametrize(("certificate", "why"), BAD.values(), ids=BAD)
def test_a_bad_certificate_gets_no_copy_and_no_ping(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: Certificate, why: str
) -> None:
    context, authorities = server_context(tmp_path, certificate)
    trusted(monkeypatch, authorities)
    with receiver(context=context) as (url, got):
        handed = copied(url)
        webhook.ping(url, "start")

    assert got == []
    assert handed.state == "deferred"
    assert handed.words.startswith(
        f"The address of [deliver] webhook shows a certificate that cannot be trusted ({why}"
    )
    assert handed.words.endswith("Nothing was sent there. The next run tries again.")
    assert SECRET not in handed.words


def test_a_server_that_speaks_in_the_open_where_tls_is_asked_gets_no_copy() -> None:
    with receiver() as (url, got):
        handed = copied(url.replace("http:", "https:"))

    assert got == []
    assert handed == Handed(
        "deferred",
        "The address of [deliver] webhook does not speak TLS. Check the address, and tell the"
        " people who run that server. Nothing was sent there. The next run tries again.",
    )


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_leads_no_copy_and_no_ping_elsewhere(code: int) -> None:
    with receiver() as (elsewhere, theirs):
        away = Response(status=code, headers={"Location": elsewhere})
        with receiver(away) as (url, got):
            handed = copied(url)
            webhook.ping(url, "start")

    assert theirs == []
    assert len(got) == 2
    assert handed == Handed(
        "refused",
        f"The address of [deliver] webhook answered {code}. Correct it or its secret, then send it"
        " again: budgettrack deliveries retry.",
    )


def test_who_has_no_key_can_neither_change_a_copy_nor_send_one_of_another_day() -> None:
    with receiver() as (url, got):
        copied(url)
    (request,) = got
    content, headers = request.get_data(), dict(request.headers)

    assert Verifier(SECRET).verify(content, headers) == {"month": "2026-10"}
    later = str(int(headers["Webhook-Timestamp"]) + 1)
    for changed, about in [
        (content.replace(b"10", b"11"), headers),
        (content, {**headers, "Webhook-Id": "msg_other"}),
        (content, {**headers, "Webhook-Timestamp": later}),
    ]:
        with pytest.raises(WebhookVerificationError):
            Verifier(SECRET).verify(changed, about)
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_" + "A" * 32).verify(content, headers)
    assert SECRET.removeprefix("whsec_") not in str(headers)


# Google


@contextmanager
def google(context: ssl.SSLContext) -> Iterator[tuple[Server, str]]:
    """The stand-in for Google behind TLS; yields it and its address."""
    stand_in = Server()
    server = make_server("127.0.0.1", 0, stand_in._application, threaded=True, ssl_context=context)
    url = f"https://{NAME}:{server.server_port}"
    stand_in.tokens.audience = f"{url}/token"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield stand_in, url
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sheet_of(folder: Path, server: Server, url: str) -> GoogleWorkbook:
    """The sheet on that server, with a key whose token comes from there too."""
    text, account = service_account_file(DEFAULT_EMAIL, f"{url}/token")
    server.tokens.accounts[DEFAULT_EMAIL] = account
    key = folder / "key.json"
    key.write_text(text)
    key.chmod(0o600)
    connection = Connection(credentials_of(key, WRITING), address=url, tries=3, pause=0.001)
    return GoogleWorkbook(server.spreadsheet().id, connection)


@pytest.mark.google_http
def test_a_sheet_is_read_over_tls_with_a_good_certificate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, authorities = server_context(tmp_path, GOOD)
    trusted(monkeypatch, authorities)
    with google(context) as (server, url):
        assert [grid.tab for grid in sheet_of(tmp_path, server, url).read().grids] == ["Sheet1"]


@pytest.mark.google_http
@pytest.mark.parametrize("certificate", [make for make, _ in BAD.values()], ids=BAD)
def test_a_server_that_is_not_google_hears_neither_token_nor_sheet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certificate: Certificate
) -> None:
    context, authorities = server_context(tmp_path, certificate)
    trusted(monkeypatch, authorities)
    with google(context) as (server, url):
        with pytest.raises(WorkbookError) as failed:
            sheet_of(tmp_path, server, url).read()

        assert server.calls == []
    assert str(failed.value) == (
        "The connection to localhost is not safe: its certificate is not accepted. Something between"
        " here and Google reads along, or this machine's clock or certificates are out of date."
        " Nothing was sent."
    )


# PostgreSQL


@contextmanager
def encrypted(certificate: Certificate, folder: Path) -> Iterator[Path]:
    """The tests' server, with that certificate for new connections; yields the file of the
    authority that a client trusts."""
    needed("postgres")
    ((place,),) = on_server("SHOW data_directory")
    home = Path(place)
    if not home.is_dir():
        pytest.skip("the tests' PostgreSQL is on another machine")
    authority = trustme.CA()
    authorities = folder / "authorities.pem"
    authority.cert_pem.write_to_path(authorities)
    own = home / "tls.pem"
    own.write_bytes(certificate(authority, folder).read_bytes())
    own.chmod(0o600)
    os.chown(own, home.stat().st_uid, home.stat().st_gid)
    try:
        for name, value in (
            ("ssl_cert_file", "tls.pem"),
            ("ssl_key_file", "tls.pem"),
            ("ssl", "on"),
        ):
            on_server(f"ALTER SYSTEM SET {name} = '{value}'")
        _reloaded("on")
        yield authorities
    finally:
        for name in ("ssl", "ssl_cert_file", "ssl_key_file"):
            on_server(f"ALTER SYSTEM RESET {name}")
        _reloaded("off")
        own.unlink()


def _reloaded(ssl_: str) -> None:
    """The server reads its settings again; a new connection has them."""
    on_server("SELECT pg_reload_conf()")
    for _ in range(200):
        if on_server("SHOW ssl") == [(ssl_,)]:
            return
        threading.Event().wait(0.02)
    raise AssertionError(f"ssl is not {ssl_}")


def over_tls(url: str, **more: object) -> str:
    """A URL that asks for a proof of who the server is."""
    asked = "&".join(
        f"{name}={value}" for name, value in {"sslmode": "verify-full", **more}.items()
    )
    return f"{url.replace('127.0.0.1', NAME)}{'&' if '?' in url else '?'}{asked}"


@pytest.mark.postgres
def test_a_register_is_opened_over_tls_with_a_good_certificate(tmp_path: Path) -> None:
    with (
        encrypted(GOOD, tmp_path) as authorities,
        fresh("postgresql", tmp_path) as url,
        open_register(over_tls(url, sslrootcert=authorities)) as register,
    ):
        assert register.ask(queries.newest_change) == 0
        used = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
        assert list(register.ask(lambda ask: ask.rows(used))) == [(True,)]


@pytest.mark.postgres
@pytest.mark.parametrize("certificate", [make for make, _ in BAD.values()], ids=BAD)
def test_a_server_with_a_bad_certificate_gets_no_register(
    tmp_path: Path, certificate: Certificate
) -> None:
    with encrypted(certificate, tmp_path) as authorities, fresh("postgresql", tmp_path) as url:
        with pytest.raises(RegisterError) as failed:
            open_register(over_tls(url, sslrootcert=authorities))

        schema = url.rpartition("%3D")[2]
        tables = f"SELECT count(*) FROM pg_tables WHERE schemaname = '{schema}'"
        assert on_server(tables) == [(0,)], "nothing was made there"
    assert str(failed.value) == (
        "The register on localhost, database postgres: the server shows a certificate that cannot be"
        " trusted, or that of another server. Nothing was read or written, and no password was sent."
        " Correct the host and sslrootcert in [register] url, or ask whoever keeps the server for a"
        " valid certificate."
    )


@pytest.mark.postgres
def test_a_server_without_tls_and_a_missing_authority_are_told(tmp_path: Path) -> None:
    needed("postgres")
    with fresh("postgresql", tmp_path) as url:
        with pytest.raises(RegisterError, match="the server does not speak TLS as") as failed:
            open_register(over_tls(url, sslrootcert="system"))
        assert str(failed.value).endswith("Ask whoever keeps the server to switch it on.")
    with (
        encrypted(GOOD, tmp_path),
        fresh("postgresql", tmp_path) as url,
        pytest.raises(RegisterError, match="certificate of its authority is not here"),
    ):
        open_register(over_tls(url, sslrootcert=tmp_path / "nowhere.pem"))


@pytest.mark.parametrize(
    ("url", "environment", "way"),
    [
        ("db.example.org/books", {}, ("db.example.org", "prefer")),
        ("db.example.org/books?sslmode=require", {}, ("db.example.org", "require")),
        ("db.example.org/books?sslmode=verify-full", {}, ("db.example.org", "verify-full")),
        ("db.example.org/books", {"PGSSLMODE": "verify-full"}, ("db.example.org", "verify-full")),
        ("/books", {"PGHOST": "db.example.org"}, ("db.example.org", "prefer")),
        ("/books?host=10.0.0.7,127.0.0.1", {}, ("10.0.0.7", "prefer")),
        ("localhost/books", {}, ("", "prefer")),
        ("127.0.0.1:5432/books", {}, ("", "prefer")),
        ("[::1]/books", {}, ("", "prefer")),
        ("/books?host=/var/run/postgresql", {}, ("", "prefer")),
        ("/books", {}, ("", "prefer")),
    ],
)
def test_the_way_to_a_register_is_known_by_its_url_and_the_environment(
    monkeypatch: pytest.MonkeyPatch, url: str, environment: dict[str, str], way: tuple[str, str]
) -> None:
    for name in ("PGHOST", "PGSSLMODE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert way_to(f"postgresql://books:secret@{url}") == way

"""What a mail server offers and answers at the edges of its codes."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from budgettrack.config.mail import MailServer
from budgettrack.monthly.delivery.secrets import MAIL_PASSWORD
from budgettrack.monthly.delivery.smtp import Handed, post
from tests.world.smtp_server import PASSWORD, USER, MailHost

TO = "office@partners.example.org"


class Asked(MailHost):
    """A server that keeps the options of MAIL FROM."""

    options: list[str]

    async def handle_MAIL(  # noqa: N802 - the library's name
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        self.options = list(options)
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(MAIL_PASSWORD, PASSWORD)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MailHost]:
    with MailHost(tmp_path) as made:
        yield made


def handed(host: MailHost) -> Handed:
    message = EmailMessage()
    message["From"] = "Harbour Peers <books@harbour.example.org>"
    message["To"] = TO
    message["Subject"] = "October"
    message.set_content("Figures.\n")
    server = MailServer(
        host="127.0.0.1",
        port=host.port,
        security=host.security,
        sender="Harbour Peers <books@harbour.example.org>",
        user=USER,
        authorities=host.authorities,
        seconds=1,
    )
    with post(server) as way:
        way.open()
        return way.hand_over(message)


@pytest.mark.parametrize(
    ("code", "state"), [(400, "deferred"), (499, "deferred"), (500, "refused"), (599, "refused")]
)
@pytest.mark.parametrize("when", ["rcpt", "data"])
def test_an_answer_of_four_hundred_is_tried_again_and_one_of_five_hundred_is_not(
    host: MailHost, when: str, code: int, state: str
) -> None:
    setattr(host.does, when, lambda _: f"{code} something")

    assert handed(host).state == state


@pytest.mark.parametrize(("limit", "offered"), [(1_000_000, True), (0, False)])
def test_the_size_is_told_to_servers_that_ask_for_it_and_to_no_others(
    tmp_path: Path, limit: int, offered: bool
) -> None:
    host = Asked(tmp_path, limit=limit)
    with host:
        assert handed(host).state == "confirmed"
        sizes = [each for each in host.options if each.upper().startswith("SIZE=")]
        assert bool(sizes) == offered
        if offered:
            assert sizes[0].partition("=")[2] == str(len(host.taken[0].raw))


def test_a_mail_of_the_servers_limit_goes_and_a_longer_one_is_not_offered(tmp_path: Path) -> None:
    with MailHost(tmp_path) as host:
        handed(host)
        length = len(host.taken[0].raw)
    for limit, state in ((length, "confirmed"), (length - 1, "refused")):
        with MailHost(tmp_path, limit=limit) as host:
            assert handed(host).state == state
            assert len(host.taken) == (state == "confirmed")

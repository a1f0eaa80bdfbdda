"""The image is built and run as a group would: with secrets beside it, which get into no layer, as its
own user, with a mounted secret, and stopped in the midst of a month. Takes minutes: `make jobs`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.markers import Marker

from tests.world.partners import Sending, partners
from tests.world.smtp_server import PASSWORD, MailHost, address

ROOT = Path(__file__).parents[1]
BOOKS = 10001
"""The user of the image."""

_MISSING = [name for name in ("buildah", "mmdebstrap", "make") if shutil.which(name) is None]
pytestmark = [
    pytest.mark.skipif(not os.environ.get("SHIPPED"), reason="takes minutes: make jobs"),
    pytest.mark.skipif(bool(_MISSING), reason=f"not here: {', '.join(_MISSING)}"),
    pytest.mark.skipif(
        not sys.platform.startswith("linux") or os.geteuid() != 0,
        reason="only root on Linux can build an image without a service",
    ),
]

Buildah = Callable[..., str]


def done(*words: str | Path, folder: Path | None = None) -> str:
    ran = subprocess.run(words, capture_output=True, text=True, check=False, cwd=folder)
    assert ran.returncode == 0, (words, ran.stdout[-2000:], ran.stderr[-3000:])
    return ran.stdout.strip()


@pytest.fixture(scope="module")
def buildah(tmp_path_factory: pytest.TempPathFactory) -> Buildah:
    store = tmp_path_factory.mktemp("store")
    kept = ("--root", store / "root", "--runroot", store / "run", "--storage-driver", "vfs")
    return lambda *words: done("buildah", *kept, *words)


@pytest.fixture(scope="module")
def group_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A group's own folder, into which somebody put a release and builds the image."""
    folder = tmp_path_factory.mktemp("books")
    secret = ("budgettrack.toml", ".budgettrack.key", "mail-password", "credentials.json")
    for name in (*secret, "plan.xlsx", "register.sqlite", "reports/private/mail/1.eml"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"PLANTED in {name}")
    (folder / "budgettrack.toml").write_text('[workbook]\nxlsx = "plan.xlsx"  # PLANTED\n')
    release = tmp_path_factory.mktemp("release") / "dist"
    done("make", "--assume-old=.venv/.ready", "release", f"DIST={release}", folder=ROOT)
    config = folder / "budgettrack.toml"
    program = (sys.executable, "-m", "budgettrack", "--config", config)
    done(*program, "schedule", "--install", "container", "--out", folder)
    for file in release.iterdir():
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="module")
def image(buildah: Buildah, group_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The image, built on Debian's own Python. Its packages were fetched before, so that the build
    needs no settings of this machine's package index."""
    folder = tmp_path_factory.mktemp("image")
    base = folder / "base.tar"
    given = os.environ.get("BASE_TAR")
    if given:
        base = Path(given)
    else:
        # A mirror that lags behind is as good: the base is thrown away after the test.
        lagging = '--aptopt=Acquire::Check-Valid-Until "false"'
        with_python = "--include=python3,python3-venv"
        done("mmdebstrap", lagging, "--variant=minbase", with_python, "stable", base)
    container = buildah("from", "scratch")
    buildah("add", "--quiet", container, base, "/")
    buildah("commit", "--quiet", container, "localhost/base")
    wheels = folder / "wheels"
    # For the base's own Python. What has no wheel is built there, by setuptools.
    python = buildah("run", "--isolation", "chroot", container, "python3", "--version").split()[1]
    files = ("requirements.txt", "requirements-pdf.txt")
    listed = "".join((group_folder / name).read_text("utf-8") for name in files)
    packages = [
        package
        for package, marker in re.findall(r"(?m)^(\S+==\S+)(?: ; (.+))? \\$", listed)
        if not marker or Marker(marker).evaluate({"python_full_version": python})
    ]
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", wheels)
    done(*pip, "--python-version", python, *packages)
    done(*pip, "setuptools", "wheel", "packaging")
    settings = folder / "pip.conf"
    settings.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
    buildah(
        *("build", "--quiet", "--isolation", "chroot", "--build-arg", "BASE=localhost/base"),
        *("--volume", f"{wheels}:/wheels:ro", "--volume", f"{settings}:/etc/pip.conf:ro"),
        *("--file", group_folder / "Containerfile", "--tag", "localhost/budgettrack", group_folder),
    )
    return "localhost/budgettrack"


def test_nothing_of_the_groups_folder_gets_into_a_layer(
    buildah: Buildah, image: str, tmp_path: Path
) -> None:
    buildah("push", "--quiet", "--format", "oci", image, f"dir:{tmp_path / 'layers'}")

    names: list[str] = []
    for layer in (tmp_path / "layers").iterdir():
        if not tarfile.is_tarfile(layer):
            continue
        with tarfile.open(layer) as tar:
            for entry in tar:
                names.append(Path(entry.name).name)
                file = tar.extractfile(entry) if entry.isfile() and entry.size < 5000 else None
                assert file is None or b"PLANTED" not in file.read(), entry.name

    assert "budgettrack" in names, "the program is in a layer, so the layers were read"
    assert not {"budgettrack.toml", ".budgettrack.key", "register.sqlite", "1.eml"} & set(names)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MailHost]:
    with MailHost(tmp_path) as made:
        yield made


def _pid_of(words: bytes) -> int:
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = (status.parent / "cmdline").read_bytes()
            users = status.read_text().split("Uid:")[1].split()[:1]
        except OSError:
            continue
        # Buildah's own process has the words of the command too.
        if b"python" in command.split(b"\0")[0] and words in command and users == [str(BOOKS)]:
            return int(status.parent.name)
    raise AssertionError("the program does not run as the user of the image")


def test_a_container_that_is_stopped_in_the_midst_of_a_month_ends_it_first(
    buildah: Buildah, image: str, tmp_path: Path, host: MailHost
) -> None:
    books = tmp_path / "books"
    books.mkdir()
    group = Sending(books, host, to=partners())
    (books / "authorities.pem").write_bytes(host.authorities.read_bytes())
    config = group.config.read_text().replace(str(host.authorities), "authorities.pem")
    group.config.write_text(config)
    secret = tmp_path / "mail-password"
    secret.write_text(PASSWORD)
    secret.chmod(0o444)
    for path in (books, *books.rglob("*")):
        os.chown(path, BOOKS, BOOKS)
    stopped: list[int] = []

    def stop(_: str) -> str:
        if not stopped:
            stopped.append(_pid_of(b"\0schedule\0--send"))
            os.kill(stopped[0], signal.SIGTERM)
        return ""

    host.does.data = stop
    container = buildah("from", image)
    buildah(
        *("run", "--isolation", "chroot", "--user", "books", "--workingdir", "/books"),
        *("--volume", f"{books}:/books", "--volume", f"{secret}:/run/secrets/mail-password:ro"),
        *("--env", "BUDGETTRACK_MAIL_PASSWORD_FILE=/run/secrets/mail-password"),
        *(container, "--", "/opt/budgettrack/bin/budgettrack", "schedule", "--send"),
    )

    assert len(stopped) == 1
    reached = {item: len(host.to(address(item))) for item in ("everybody", "lecteurs", "host")}
    assert reached == {"everybody": 1, "lecteurs": 1, "host": 1}, "each mail once"
    assert not {item.state for item in group.deliveries()} & {"sending", "unconfirmed", "marked"}

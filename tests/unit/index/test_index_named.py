from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from uplock.errors import ConfigError
from uplock.index.client_config import Places
from uplock.index.credentials import Credentials, Secret
from uplock.index.named import NamedIndex, indexes_of
from uplock.lockfile.indexes import IndexEntry

DEFAULT = {"UPLOCK_INDEX_URL": "https://default.example/simple"}


def entry(name: str, *packages: str, explicit: bool = False, default: bool = False) -> IndexEntry:
    url = f"https://{name.lower()}.example/simple/"
    return IndexEntry(name=name, url=url, packages=packages, explicit=explicit, default=default)


def read(
    home: Path,
    *entries: IndexEntry,
    environ: Mapping[str, str] = DEFAULT,
    flag: str | None = None,
    configured: str | None = None,
) -> tuple[NamedIndex, ...]:
    places = Places(home=home, project=home, system=home, prefix=home)
    return indexes_of(places, entries, flag=flag, configured=configured, environ=environ)


def secrets(index: NamedIndex) -> tuple[str, str | None] | None:
    known = index.settings.credentials
    return None if known is None else (known.user.reveal(), known.password.reveal() if known.password else None)


def test_without_entries_there_is_the_default_index_alone(tmp_path: Path) -> None:
    (only,) = read(tmp_path)
    assert (only.name, only.settings.url, only.packages, only.explicit) == (
        "default",
        "https://default.example/simple",
        (),
        False,
    )


def test_entries_come_before_the_default_index_in_their_order(tmp_path: Path) -> None:
    found = read(tmp_path, entry("b", "acme-*"), entry("a", "x", explicit=True))
    assert [(each.name, each.settings.url, each.packages, each.explicit) for each in found] == [
        ("b", "https://b.example/simple", ("acme-*",), False),
        ("a", "https://a.example/simple", ("x",), True),
        ("default", "https://default.example/simple", (), False),
    ]
    assert found[0].settings.source == "the project's configuration (index b)"


def test_an_entry_may_stand_in_the_place_of_the_default_index(tmp_path: Path) -> None:
    found = read(tmp_path, entry("mirror", "only-here", default=True), entry("team"))
    assert [(each.name, each.settings.url) for each in found] == [
        ("team", "https://team.example/simple"),
        ("mirror", "https://mirror.example/simple"),
    ]
    assert found[-1].packages == ("only-here",)


def test_the_command_line_names_another_default_index_and_its_pins_stay(tmp_path: Path) -> None:
    (last,) = read(tmp_path, entry("mirror", "only-here", default=True), flag="https://flag.example")
    assert (last.name, last.settings.url, last.packages) == ("mirror", "https://flag.example", ("only-here",))
    assert last.settings.source == "the command line"


def test_every_index_has_credentials_of_its_own(tmp_path: Path) -> None:
    environ = {
        **DEFAULT,
        "UPLOCK_INDEX_USERNAME": "general",
        "UPLOCK_INDEX_PASSWORD": "g",
        "UPLOCK_INDEX_MY_TEAM_USERNAME": "ann",
        "UPLOCK_INDEX_MY_TEAM_PASSWORD": "a",
        "UPLOCK_INDEX_TOKEN_PASSWORD": "t",
    }
    found = read(tmp_path, entry("My.team"), entry("token"), entry("open"), environ=environ)
    assert [secrets(each) for each in found] == [("ann", "a"), ("", "t"), None, ("general", "g")]


def test_an_entry_that_is_the_default_has_no_general_credentials(tmp_path: Path) -> None:
    environ = {"UPLOCK_INDEX_USERNAME": "general", "UPLOCK_INDEX_PASSWORD": "g", "UPLOCK_INDEX_MIRROR_USERNAME": "ann"}
    (mirror,) = read(tmp_path, entry("mirror", default=True), environ=environ)
    assert secrets(mirror) == ("ann", None)
    (flagged,) = read(tmp_path, entry("mirror", default=True), environ=environ, flag="https://flag.example")
    assert secrets(flagged) == ("general", "g")


def test_credentials_come_from_netrc_by_host(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("machine team.example login ann password sesame\n", encoding="utf-8")
    team, default = read(tmp_path, entry("team"))
    assert team.settings.credentials == Credentials(user=Secret("ann"), password=Secret("sesame"))
    assert default.settings.credentials is None
    assert str(tmp_path / ".netrc") in team.settings.probes


@pytest.mark.parametrize(("one", "other"), [("my-team", "my.team"), ("team", "TEAM")])
def test_names_that_would_share_credentials_are_refused(tmp_path: Path, one: str, other: str) -> None:
    with pytest.raises(ConfigError, match=f"{one} and {other} would share UPLOCK_INDEX_.*_PASSWORD") as raised:
        read(tmp_path, entry(one), entry(other))
    assert raised.value.remedy


def test_authorities_and_proxies_are_the_same_for_all(tmp_path: Path) -> None:
    environ = {**DEFAULT, "SSL_CERT_FILE": "/etc/authority.pem", "HTTPS_PROXY": "http://proxy.example:3128"}
    team, default = read(tmp_path, entry("team"), environ=environ)
    assert team.settings.ca_bundle == default.settings.ca_bundle == "/etc/authority.pem"
    assert team.settings.proxy == default.settings.proxy
    assert team.settings.proxy.https is not None


def test_what_is_not_used_is_told_once(tmp_path: Path) -> None:
    found = read(tmp_path, entry("team"), environ={**DEFAULT, "PIP_FIND_LINKS": "/x"})
    assert [len(each.settings.ignored) for each in found] == [0, 1]


def test_an_address_that_cannot_be_asked_names_its_index(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="query") as raised:
        read(tmp_path, IndexEntry(name="team", url="https://team.example/simple?x=1"))
    assert raised.value.context == "the project's configuration (index team)"

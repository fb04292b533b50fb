from __future__ import annotations

import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from uplock.errors import ConfigError, InputError, ToolError, UsageError
from uplock.index.client_config import Places
from uplock.index.credentials import Credentials, Secret, ask_keyring
from uplock.index.settings import IndexSettings, ProxySettings, parse_default, published_default, settings_of
from uplock.index.settings import read_settings as read_from_the_machine
from uplock.model.value import encode


class Machine:
    """Four folders with configuration files, and nothing else."""

    def __init__(self, root: Path) -> None:
        self.places = Places(home=root / "home", project=root / "project", system=root / "etc", prefix=root / "venv")
        for folder in (self.places.home, self.places.project, self.places.system, self.places.prefix):
            folder.mkdir()

    def write(self, path: Path, text: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def read(
        self, environ: Mapping[str, str] | None = None, *, flag: str | None = None, configured: str | None = None
    ) -> IndexSettings:
        return settings_of(self.places, flag=flag, configured=configured, environ=environ or {})


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


DEFAULTED = {"UPLOCK_INDEX_URL": "https://index.example/simple"}


# --- which index --------------------------------------------------------------------------------------------------


def test_every_source_gives_way_to_the_one_before_it(machine: Machine) -> None:
    places = machine.places
    sources = [
        places.system / "xdg" / "pip" / "pip.conf",
        places.system / "pip.conf",
        places.home / ".pip" / "pip.conf",
        places.home / ".config" / "pip" / "pip.conf",
        places.prefix / "pip.conf",
    ]
    for number, path in enumerate(sources):
        machine.write(path, f"[global]\nindex-url = https://pip{number}.example/simple/\n")
        found = machine.read()
        assert (found.url, found.source) == (f"https://pip{number}.example/simple", f"pip: {path}")
    found = machine.read({"PIP_INDEX_URL": "https://pip-env.example"})
    assert (found.url, found.source) == ("https://pip-env.example", "pip: the environment (PIP_INDEX_URL)")
    uv = [
        places.system / "uv" / "uv.toml",
        places.system / "xdg" / "uv" / "uv.toml",
        places.home / ".config" / "uv" / "uv.toml",
        places.project / "uv.toml",
    ]
    for number, path in enumerate(uv):
        machine.write(path, f'[[index]]\nurl = "https://uv{number}.example/simple"\ndefault = true\n')
        found = machine.read({"PIP_INDEX_URL": "https://pip-env.example"})
        assert (found.url, found.source) == (f"https://uv{number}.example/simple", f"uv: {path}")
    environ = {"UV_INDEX_URL": "https://uv-old.example"}
    assert machine.read(environ).url == "https://uv-old.example"
    environ["UV_DEFAULT_INDEX"] = "corp=https://uv-env.example/simple"
    assert machine.read(environ).url == "https://uv-env.example/simple"
    environ["UPLOCK_INDEX_URL"] = "https://own.example"
    assert machine.read(environ).source == "the environment (UPLOCK_INDEX_URL)"
    assert machine.read(environ, configured="https://project.example").url == "https://project.example"
    found = machine.read(environ, configured="https://project.example", flag="https://flag.example/simple//")
    assert (found.url, found.source) == ("https://flag.example/simple", "the command line")


def test_the_index_of_pyproject_counts_for_uv(machine: Machine) -> None:
    text = (
        '[tool.uv]\nindex-url = "https://old.example"\n[[tool.uv.index]]\nurl = "https://x.example"\ndefault = true\n'
    )
    path = machine.write(machine.places.project / "pyproject.toml", text)
    assert machine.read().url == "https://x.example"
    machine.write(path, '[tool.uv]\nindex-url = "https://old.example"\n')
    assert machine.read().url == "https://old.example"


def test_a_project_without_uv_settings_is_no_source(machine: Machine) -> None:
    machine.write(machine.places.project / "pyproject.toml", '[project]\nname = "x"\n')
    assert machine.read(DEFAULTED).ignored == ()


def test_an_explicit_uv_file_replaces_the_found_ones(machine: Machine, tmp_path: Path) -> None:
    machine.write(machine.places.project / "uv.toml", 'index-url = "https://project.example"\n')
    path = machine.write(tmp_path / "my.toml", 'index-url = "https://mine.example"\n')
    assert machine.read({"UV_CONFIG_FILE": str(path)}).url == "https://mine.example"
    found = machine.read({"UV_NO_CONFIG": "1", "PIP_INDEX_URL": "https://pip.example"})
    assert found.url == "https://pip.example"
    assert not any("uv.toml" in probe for probe in found.probes)


def test_an_explicit_pip_file_replaces_the_users_own(machine: Machine, tmp_path: Path) -> None:
    machine.write(machine.places.home / ".config" / "pip" / "pip.conf", "[global]\nindex-url = https://own.example\n")
    machine.write(machine.places.system / "pip.conf", "[global]\nindex_url = https://etc.example\n")
    other = machine.write(tmp_path / "other.conf", "[install]\nno-deps = true\n")
    assert machine.read({"PIP_CONFIG_FILE": str(other)}).url == "https://etc.example"
    found = machine.read({"PIP_CONFIG_FILE": "/dev/null", **DEFAULTED})
    assert not any(probe.endswith("pip.conf") for probe in found.probes)


def test_xdg_variables_move_the_folders(machine: Machine, tmp_path: Path) -> None:
    machine.write(tmp_path / "xdg" / "uv" / "uv.toml", 'index-url = "https://moved.example"\n')
    assert machine.read({"XDG_CONFIG_HOME": str(tmp_path / "xdg")}).url == "https://moved.example"
    assert machine.read({"XDG_CONFIG_DIRS": f"{tmp_path / 'none'}:{tmp_path / 'xdg'}"}).url == "https://moved.example"


def test_files_that_were_looked_for_are_named_whether_they_exist_or_not(machine: Machine) -> None:
    probes = machine.read(DEFAULTED).probes
    assert str(machine.places.project / "uv.toml") in probes
    assert str(machine.places.home / ".netrc") in probes
    assert all(Path(probe).is_absolute() for probe in probes)
    assert len(set(probes)) == len(probes)


def test_without_any_setting_the_resolver_is_asked_for_its_default(machine: Machine) -> None:
    found = machine.read()
    assert found.source == "uv's default"
    assert found.url.startswith("https://")
    assert found.url.endswith("/simple")
    assert found.url == published_default({})


def test_the_default_is_read_from_wrapped_help_text() -> None:
    assert parse_default("URL (by\n   default: <https://index.example/simple>).") == "https://index.example/simple"
    with pytest.raises(ToolError, match="names no default index"):
        parse_default("nothing here")


def test_the_machines_own_places_are_asked_by_default(tmp_path: Path) -> None:
    found = read_from_the_machine(
        flag="https://index.example", configured=None, environ={}, home=tmp_path, project=tmp_path
    )
    assert "/etc/pip.conf" in found.probes


@pytest.mark.parametrize(
    "url", ["file:///srv/simple", "./simple", "https://index.example/?a=b", "https://x.example/#f"]
)
def test_an_index_that_cannot_be_asked_is_the_callers_or_the_authors_fault(machine: Machine, url: str) -> None:
    with pytest.raises(UsageError) as raised:
        machine.read(flag=url)
    assert raised.value.context == "the command line"
    with pytest.raises(ConfigError) as configured:
        machine.read({"UV_DEFAULT_INDEX": url})
    assert configured.value.context == "uv: the environment (UV_DEFAULT_INDEX)"


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("project/uv.toml", "index = 3", "not an array of tables"),
        ("project/uv.toml", "[[index]]\nname = 'x'", "without a url"),
        ("project/uv.toml", "[[index", "not valid TOML"),
        ("project/pyproject.toml", "[tool]\nuv = 3", "not a table"),
        ("project/pyproject.toml", "tool = 3", "not a table"),
        ("etc/pip.conf", "no section", "not a valid pip.conf"),
        ("etc/pip.conf", "[global]\na = 1\na = 2", "not a valid pip.conf"),
        ("home/.netrc", "machines index.example", "malformed"),
    ],
)
def test_a_malformed_file_is_named(machine: Machine, tmp_path: Path, file: str, text: str, message: str) -> None:
    path = machine.write(tmp_path / file, text)
    with pytest.raises(ConfigError, match=message) as raised:
        machine.read(DEFAULTED)
    assert raised.value.context.startswith(str(path))


def test_a_file_that_is_no_text_or_too_large_is_refused(machine: Machine) -> None:
    path = machine.places.system / "pip.conf"
    path.write_bytes(b"\xff\xfe[global]")
    with pytest.raises(ConfigError, match="not UTF-8"):
        machine.read(DEFAULTED)
    path.write_bytes(b"#" * (1 << 20) + b"##")
    with pytest.raises(InputError, match="larger than"):
        machine.read(DEFAULTED)


# --- what is not used ---------------------------------------------------------------------------------------------


def test_everything_that_would_let_the_machine_decide_is_named_and_not_used(machine: Machine) -> None:
    conf = machine.write(
        machine.places.home / ".config" / "pip" / "pip.conf",
        "[global]\nextra-index-url = https://u:secret@x.example\nfind-links = /opt\nconstraint = c.txt\n"
        "trusted-host = x.example\nno-index = yes\n",
    )
    toml = machine.write(
        machine.places.project / "uv.toml",
        'find-links = ["/opt"]\nextra-index-url = ["https://y.example"]\n'
        '[[index]]\nname = "second"\nurl = "https://z.example"\n[[index]]\nurl = "https://z2.example"\n',
    )
    environ = {"PIP_FIND_LINKS": "/opt", "UV_INDEX": "https://v.example", "UV_NO_INDEX": "1", **DEFAULTED}
    ignored = machine.read(environ).ignored
    assert set(ignored) == {
        "UV_INDEX in the environment is not used: further indexes belong to the project's configuration",
        "UV_NO_INDEX in the environment is not used: uplock needs an index",
        "PIP_FIND_LINKS in the environment is not used: uplock asks indexes only",
        f"index in {toml} (second) is not used: further indexes belong to the project's configuration",
        f"index in {toml} (without a name) is not used: further indexes belong to the project's configuration",
        f"extra-index-url in {toml} is not used: further indexes belong to the project's configuration",
        f"find-links in {toml} is not used: uplock asks indexes only",
        f"extra-index-url in {conf} is not used: further indexes belong to the project's configuration",
        f"find-links in {conf} is not used: uplock asks indexes only",
        f"no-index in {conf} is not used: uplock needs an index",
        f"constraint in {conf} is not used: constraints belong to the project",
        f"trusted-host in {conf} is not used: certificates are always verified",
    }
    assert "secret" not in " ".join(ignored)


def test_what_is_switched_off_is_not_named(machine: Machine) -> None:
    machine.write(machine.places.system / "pip.conf", "[global]\nno-index = false\nfind-links =\n")
    assert machine.read(DEFAULTED).ignored == ()


# --- certificates and proxies -------------------------------------------------------------------------------------


def test_the_first_certificate_setting_wins(machine: Machine, tmp_path: Path) -> None:
    assert machine.read(DEFAULTED).ca_bundle is None
    environ = {"SSL_CERT_DIR": str(tmp_path / "dir"), **DEFAULTED}
    assert machine.read(environ).ca_bundle == str(tmp_path / "dir")
    machine.write(machine.places.system / "pip.conf", f"[global]\ncert = {tmp_path / 'conf.pem'}\n")
    assert machine.read(environ).ca_bundle == str(tmp_path / "conf.pem")
    for variable in ("PIP_CERT", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        environ[variable] = str(tmp_path / variable)
        assert machine.read(environ).ca_bundle == str(tmp_path / variable)


def test_proxies_come_per_scheme_and_keep_their_password_to_themselves(machine: Machine) -> None:
    assert machine.read(DEFAULTED).proxy == ProxySettings()
    environ = {"HTTPS_PROXY": "http://me:hush@proxy.example:3128", "no_proxy": "a.example", **DEFAULTED}
    proxy = machine.read(environ).proxy
    assert proxy.http is None
    assert proxy.https is not None
    assert proxy.https.url == "http://proxy.example:3128"
    assert proxy.https.credentials == Credentials(user=Secret("me"), password=Secret("hush"))
    assert proxy.bypass == "a.example"
    assert "hush" not in repr(proxy)


def test_lower_case_proxy_variables_win_and_pips_proxy_is_the_last(machine: Machine) -> None:
    machine.write(machine.places.system / "pip.conf", "[global]\nproxy = [::1]:1\n")
    environ = {"HTTP_PROXY": "upper.example", "http_proxy": "lower.example:2", **DEFAULTED}
    proxy = machine.read(environ).proxy
    assert proxy.http is not None
    assert proxy.https is not None
    assert (proxy.http.url, proxy.https.url) == ("http://lower.example:2", "http://[::1]:1")


def test_a_proxy_of_another_kind_is_refused(machine: Machine) -> None:
    with pytest.raises(ConfigError) as raised:
        machine.read({"HTTPS_PROXY": "socks5://proxy.example", **DEFAULTED})
    assert raised.value.context == "the environment (HTTPS_PROXY)"


# --- credentials --------------------------------------------------------------------------------------------------


def known(settings: IndexSettings) -> tuple[str, str | None] | None:
    if settings.credentials is None:
        return None
    password = settings.credentials.password
    return settings.credentials.user.reveal(), None if password is None else password.reveal()


def test_credentials_leave_the_url_and_show_up_nowhere(machine: Machine) -> None:
    settings = machine.read(flag="https://alice:pa%24s@index.example/simple/")
    assert settings.url == "https://index.example/simple"
    assert known(settings) == ("alice", "pa$s")
    for shown in (repr(settings), str(settings), f"{settings}", repr(settings.credentials)):
        assert "alice" not in shown
        assert "pa$s" not in shown
    with pytest.raises(TypeError):
        encode(settings)


def test_secrets_compare_and_hash_by_their_text() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1


def test_the_environment_gives_credentials_unless_the_url_does(machine: Machine) -> None:
    environ = {"UPLOCK_INDEX_USERNAME": "env", "UPLOCK_INDEX_PASSWORD": "word", **DEFAULTED}
    assert known(machine.read(environ)) == ("env", "word")
    assert known(machine.read(environ, flag="https://url@index.example")) == ("url", "word")
    assert known(machine.read(environ, flag="https://url:own@index.example")) == ("url", "own")
    assert known(machine.read({"UPLOCK_INDEX_PASSWORD": "word", **DEFAULTED})) == ("", "word")


def test_netrc_gives_the_password_of_the_same_host_and_user_only(machine: Machine, tmp_path: Path) -> None:
    netrc = "machine index.example login bob password pw\nmachine other.example login eve password no\n"
    machine.write(machine.places.home / ".netrc", netrc)
    assert known(machine.read(DEFAULTED)) == ("bob", "pw")
    assert known(machine.read(flag="https://bob@index.example")) == ("bob", "pw")
    assert known(machine.read(flag="https://carol@index.example")) == ("carol", None)
    assert known(machine.read(flag="https://third.example")) is None
    moved = machine.write(tmp_path / "moved", "machine third.example login x password y\n")
    assert known(machine.read({"NETRC": str(moved)}, flag="https://third.example")) == ("x", "y")


def test_an_unreadable_netrc_is_an_error_and_no_silence(machine: Machine) -> None:
    machine.write(machine.places.home / ".netrc", "").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigError, match="malformed"):
        machine.read(DEFAULTED)


def test_a_named_uv_index_has_its_own_variables(machine: Machine) -> None:
    machine.write(
        machine.places.project / "uv.toml", '[[index]]\nname = "my-corp"\nurl = "https://c.example"\ndefault = true\n'
    )
    environ = {"UV_INDEX_MY_CORP_USERNAME": "u", "UV_INDEX_MY_CORP_PASSWORD": "p"}
    assert known(machine.read(environ)) == ("u", "p")
    assert known(machine.read({"UV_INDEX_MY_CORP_PASSWORD": "p"})) == ("", "p")
    assert known(machine.read({"UV_INDEX_MY_CORP_USERNAME": "u"})) == ("u", None)
    assert known(machine.read({})) is None


def keyring(folder: Path, script: str) -> str:
    folder.mkdir(exist_ok=True)
    program = folder / "keyring"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(folder)


def test_the_keyring_is_asked_for_the_url_and_then_for_the_host(tmp_path: Path) -> None:
    user = Credentials(user=Secret("bob"))
    path = keyring(tmp_path / "bin", '[ "$1 $2 $3" = "get index.example bob" ] && echo "sesame" || exit 1')
    found = ask_keyring("https://index.example/simple", user, path)
    assert found == Credentials(user=Secret("bob"), password=Secret("sesame"))
    assert ask_keyring("https://other.example/simple", user, path) is None


def test_the_keyring_is_left_alone_without_a_user_or_program(tmp_path: Path) -> None:
    path = keyring(tmp_path / "bin", "echo no")
    whole = Credentials(user=Secret("bob"), password=Secret("pw"))
    assert ask_keyring("https://index.example", None, path) is None
    assert ask_keyring("https://index.example", whole, path) is None
    assert ask_keyring("https://index.example", Credentials(user=Secret("bob")), str(tmp_path)) is None


def test_a_keyring_that_cannot_be_run_gives_nothing(tmp_path: Path) -> None:
    path = keyring(tmp_path / "bin", "")
    (tmp_path / "bin" / "keyring").write_bytes(b"\x7fELF")
    assert ask_keyring("https://index.example", Credentials(user=Secret("bob")), path) is None

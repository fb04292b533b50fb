"""A proxy that takes every tunnel (CONNECT) to one server on loopback, with a certificate for any host it is given.

So the whole way of a command that asks a public host can be tried: proxy, certificate authorities, name check.
"""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.tuf_repository import TufRepository, TufServer
from uplock.attest.roots import update_address

if TYPE_CHECKING:
    import pytest


def host_tls(folder: Path, host: str) -> tuple[ssl.SSLContext, str]:
    """Return a server context for ``host`` and the path of the certificate to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "intercepting")])
    now, day = datetime.now(UTC), timedelta(days=1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now - day, now + day)
    certificate = (
        builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain, private = folder / "host.pem", folder / "host.key"
    chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, private)
    return context, str(chain)


class ConnectProxy:
    """Forwards every tunnel to ``port``; ``asked`` are the hosts that were asked for. Use as a context manager."""

    def __init__(self, port: int) -> None:
        self.asked: list[str] = []
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def url(self) -> str:
        """What goes into ``HTTPS_PROXY``."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(client,), daemon=True).start()

    def _tunnel(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head and (more := client.recv(4096)):
            head += more
        self.asked.append(head.split()[1].decode())
        with client, socket.create_connection(("127.0.0.1", self._port)) as server:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
            back.start()
            _pass_on(client, server)
            back.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@contextmanager
def in_place_of_the_public_one(
    served: TufRepository, keys: bytes, shipped: bytes, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TufServer]:
    """Serve a repository under the name of Sigstore's, to a machine with a sigstore that ships ``keys`` and a root.

    The machine has a proxy and an authority that leads there, as behind the firewall of a company.
    """
    url = update_address("production")
    installed = folder / "installed" / "sigstore"
    store = installed / "_store" / quote(url, safe="")
    store.mkdir(parents=True)
    (installed / "__init__.py").touch()
    (store / "root.json").write_bytes(keys)
    (store / "trusted_root.json").write_bytes(shipped)
    monkeypatch.delitem(sys.modules, "sigstore", raising=False)
    monkeypatch.syspath_prepend(installed.parent)
    tls, bundle = host_tls(folder, url.removeprefix("https://"))
    with TufServer(served, tls) as server, ConnectProxy(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("SSL_CERT_FILE", bundle)
        yield server
        assert set(proxy.asked) <= {f"{url.removeprefix('https://')}:443"}

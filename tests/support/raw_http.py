"""HTTP by hand: one request, exactly as written."""

from __future__ import annotations

import socket


def raw(url: str, method: str, path: str, host: str | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Send one request to the server of ``url``; return status, headers and body."""
    authority = url.split("/")[2]
    name, _, port = authority.partition(":")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host or authority}", "Connection: close"]
    lines += [f"{key.replace('_', '-')}: {value}" for key, value in headers.items()]
    with socket.create_connection((name, int(port)), timeout=5) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *fields = head.decode().split("\r\n")
    return int(status.split()[1]), dict(field.split(": ", 1) for field in fields), body

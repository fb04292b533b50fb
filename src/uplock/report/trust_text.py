"""Text of ``uplock trust``, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from uplock.model.trust_outcome import Authority, Log, RootRecord, TrustRefreshResult, TrustShowResult
from uplock.report.text import Paint, count, join, moment, plain

_STATES = {"new": "cyan", "updated": "green", "unchanged": "green"}


def trust_show_text(result: TrustShowResult) -> str:
    """Render ``uplock trust show``."""
    content = result.content
    return _shown(
        [
            f"uplock trust show · {result.source} · as of {result.as_of.date()}",
            "",
            f"  sha256       {result.root.sha256}",
            f"  origin       {result.root.origin}",
            f"  TUF version  {_known(result.root.tuf_version)}",
            f"  age          {_age(result)}",
            f"  media type   {content.media_type}",
            *([] if result.record is None else _record(result.record)),
            *_authorities("certificate authorities", content.certificate_authorities, result.as_of),
            *_logs("certificate logs", content.certificate_logs, result.as_of),
            *_logs("transparency logs", content.transparency_logs, result.as_of),
            *_authorities("timestamp authorities", content.timestamp_authorities, result.as_of),
        ]
    )


def trust_refresh_text(result: TrustRefreshResult, paint: Paint) -> str:
    """Render ``uplock trust refresh``."""
    record = result.record
    return _shown(
        [
            f"uplock trust refresh · {result.file} · {paint(result.state, _STATES[result.state])}",
            "",
            f"  sha256       {record.sha256}",
            *([f"  before       {result.before}"] if result.state == "updated" else []),
            f"  instance     {record.instance}",
            *_record(record),
        ]
    )


def _record(record: RootRecord) -> list[str]:
    versions = record.versions
    told = ", ".join(f"{role} {getattr(versions, role)}" for role in ("root", "timestamp", "snapshot", "targets"))
    return [
        f"  TUF          {told}",
        f"  confirmed    {record.confirmed}, by metadata that is signed until {moment(record.expires)}",
    ]


def _age(result: TrustShowResult) -> str:
    dated = result.root.dated
    if dated is None:
        return "unknown"
    if result.age_days is None:
        return f"unknown: it is dated {dated}, which is later"
    return f"{count(result.age_days, 'day')} (dated {dated})"


def _authorities(title: str, found: tuple[Authority, ...], as_of: datetime) -> Iterator[str]:
    yield from ("", f"{title} ({len(found)})")
    for each in found:
        yield f"  {each.url or 'no address'} · {each.subject or 'no name'} · {_period(each.start, each.end, as_of)}"
        for certificate in each.certificates:
            yield (
                f"    {certificate.subject} · {certificate.key} · "
                f"{certificate.not_before.date()} to {certificate.not_after.date()}"
            )
            yield f"      sha256 {certificate.sha256}"


def _logs(title: str, found: tuple[Log, ...], as_of: datetime) -> Iterator[str]:
    yield from ("", f"{title} ({len(found)})")
    for each in found:
        yield f"  {each.url or 'no address'} · {each.key} · {_period(each.start, each.end, as_of)}"
        yield f"    log id {each.log_id}"
        yield from [] if each.log_id == each.sha256 else [f"    key sha256 {each.sha256}"]


def _period(start: datetime | None, end: datetime | None, as_of: datetime) -> str:
    since = "from the beginning" if start is None else f"from {start.date()}"
    if end is None:
        return since
    return f"{since} to {end.date()}{', ended' if end < as_of else ''}"


def _shown(lines: Iterable[str]) -> str:
    """Return the text. Names and addresses are those of a file that may come from anywhere."""
    return join(plain(line) for line in lines)


def _known(version: int | None) -> str:
    return "unknown" if version is None else str(version)

"""The report as one page: nothing is fetched, so that it can be mailed, and kept."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from simulations.report.columns import COLUMNS, FRONTIER_MEANINGS, MEANINGS
from simulations.report.content import Content
from simulations.report.pictures import Picture
from simulations.report.tables import Table, fixed_tables, frontier_table, point_table, run_tables
from simulations.summary import Summary

_CSS = Path(__file__).with_name("page.css")


def page(content: Content, pictures: Sequence[Picture]) -> str:
    """The whole document; whatever comes from files is escaped."""
    summary = content.summary
    title = f"Simulation: {escape(summary.data)}"
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_CSS.read_text(encoding='utf-8')}</style>\n</head>\n"
        f"<body>\n<h1>{title}</h1>\n{_scope(content)}{_tables(content)}"
        f"{''.join(_figure(picture) for picture in pictures)}</body>\n</html>\n"
    )


def _scope(content: Content) -> str:
    summary = content.summary
    scope = (
        f"<p>{summary.requests:,} requests, {len(summary.models)} models, up to {summary.seeds} "
        "seeds. In brackets: 95 % bootstrap intervals over seeds.</p>\n"
    )
    if not content.missing:
        return scope
    return f'{scope}<p class="missing">{content.missing} trials are missing from this report.</p>\n'


def _tables(content: Content) -> str:
    summary = content.summary
    told = _frontiers(summary) if summary.frontiers else _runs(summary)
    fixed = "".join(_table(table) for table in fixed_tables(content.fixed))
    when = ", second half of the requests" if summary.frontiers else ""
    return told + _section(f"Models{when}", fixed)


def _frontiers(summary: Summary) -> str:
    """The frontiers; every setting is there for who opens it."""
    points = "".join(_table(point_table(frontier)) for frontier in summary.frontiers)
    return (
        f"{_section('Frontiers', _table(frontier_table(summary)))}"
        f"{_meanings(FRONTIER_MEANINGS)}{_closed('Every setting of the dial', points)}"
        f"{_closed('All policies at every setting of the dial', _run_tables(summary))}"
    )


def _runs(summary: Summary) -> str:
    if not summary.runs:
        return ""
    return _section("Policies", _run_tables(summary)) + _meanings(MEANINGS)


def _run_tables(summary: Summary) -> str:
    return "".join(_table(table) for table in run_tables(summary, COLUMNS))


def _closed(heading: str, body: str) -> str:
    return f"<details><summary>{escape(heading)}</summary>\n{body}</details>\n"


def _section(heading: str, body: str) -> str:
    return f"<h2>{heading}</h2>\n{body}"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in table.headings)
    rows = "".join(_row(row) for row in table.rows)
    return (
        f'<h3>{escape(table.title)}</h3>\n<div class="wide"><table>\n<thead><tr>{head}</tr></thead>'
        f"\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )


def _row(cells: Sequence[str]) -> str:
    name, *rest = cells
    told = "".join(f"<td>{_cell(cell)}</td>" for cell in rest)
    return f'<tr><th scope="row">{escape(name)}</th>{told}</tr>\n'


def _cell(text: str) -> str:
    first, _, second = text.partition("\n")
    return f"{escape(first)}<br><small>{escape(second)}</small>" if second else escape(first)


def _meanings(meanings: Mapping[str, str]) -> str:
    told = "".join(
        f"<dt>{escape(heading)}</dt><dd>{escape(meaning)}</dd>\n"
        for heading, meaning in meanings.items()
    )
    return _closed("What the columns mean", f"<dl>\n{told}</dl>")


def _figure(picture: Picture) -> str:
    return (
        f"<h2>{escape(picture.title)}</h2>\n<figure>\n<figcaption>{escape(picture.caption)}"
        '</figcaption>\n<div class="wide"><picture>\n'
        f'<source media="(prefers-color-scheme: dark)" srcset="{_inline(picture.dark)}">\n'
        f'<img src="{_inline(picture.light)}" alt="{escape(picture.caption)}">\n'
        "</picture></div>\n</figure>\n"
    )


def _inline(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"

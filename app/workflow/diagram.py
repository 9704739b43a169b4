"""The workflow as a Mermaid diagram and as a table, generated from the rows so that it cannot go stale."""

from __future__ import annotations

from typing import Any

from app.workflow.machine import Machine, Row


def mermaid(machine: Machine[Any, Any, Any]) -> str:
    """A Markdown page: the drawn machine, and each row in words."""
    lines = [
        "# The way of an application",
        "",
        "Generated from `app/workflow/table.py` by `tandem diagram docs/workflow.md`; a test keeps it current.",
        "",
        "```mermaid",
        "stateDiagram-v2",
        "    [*] --> draft",
    ]
    seen: set[str] = set()
    for row in machine.rows:
        for start in sorted(row.start):
            for end in sorted(row.reachable()):
                line = f"    {start} --> {end}: {row.move}{_stages(row)}"
                if line not in seen:
                    lines.append(line)
                    seen.add(line)
    ends = sorted(
        {end for row in machine.rows for end in row.reachable()} - {s for row in machine.rows for s in row.start}
    )
    lines += [f"    {end} --> [*]" for end in ends] + ["```", ""]
    lines += [
        "| move | from | to | by | only in calls with | not in calls with | guards | then |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_table_line(row) for row in machine.rows]
    return "\n".join(lines) + "\n"


def _stages(row: Row[Any, Any, Any]) -> str:
    parts = [*(f"with {stage}" for stage in sorted(row.only)), *(f"without {stage}" for stage in sorted(row.without))]
    return f" ({', '.join(parts)})" if parts else ""


def _table_line(row: Row[Any, Any, Any]) -> str:
    cells = (
        str(row.move),
        ", ".join(sorted(row.start)),
        ", ".join(sorted(row.reachable())),
        ", ".join(sorted(row.by)),
        ", ".join(sorted(row.only)),
        ", ".join(sorted(row.without)),
        ", ".join(guard.__name__.replace("_", " ") for guard in row.when)
        + (", reason given" if row.needs_reason else ""),
        ", ".join(row.then),
    )
    return "| " + " | ".join(cell.strip(", ") or "–" for cell in cells) + " |"

"""A played scenario for people: a timeline on the terminal, and a self-contained page to pass on."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from simulator.scenario.runner import Moment, Story

SAID = {"given": "given", "happens": "", "seen": "✓", "missed": "✗"}  # on the page
MARKS = {"given": "given", "happens": "·", "seen": "✓", "missed": "✗"}
STYLE = """
:root { color-scheme: light; --ink: #1d2433; --soft: #667085; --line: #e4e7ec; --ok: #067647; --bad: #b42318 }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); margin: 0 auto; padding: 2rem 1rem;
  max-width: 70rem }
h1 { font-size: 1.6rem; margin: 0 }
p.about { color: var(--soft); max-width: 60ch }
p.verdict { font-weight: 600 } .passed { color: var(--ok) } .failed { color: var(--bad) }
nav { color: var(--soft); font-size: .9rem } nav a { color: var(--bad) }
ol { list-style: none; margin: 2rem 0; padding: 0; border-left: 2px solid var(--line) }
li { padding: .35rem 0 .35rem 1.25rem; position: relative }
li::before { content: ""; position: absolute; left: -6px; top: .85rem; width: 10px; height: 10px;
  border-radius: 50%; background: #98a2b3 }
li.seen::before { background: var(--ok) } li.missed::before { background: var(--bad) }
li b { font-weight: 600; margin-right: .35rem } li.seen b { color: var(--ok) }
li.missed b, li.missed { color: var(--bad) }
time { color: var(--soft); font-variant-numeric: tabular-nums; font-size: .85rem; margin-right: .75rem }
.told { color: var(--soft) } li.missed .told { color: var(--bad) }
code { font-size: .8rem; color: var(--soft); overflow-wrap: anywhere }
li { overflow-wrap: anywhere }
details { margin: .4rem 0 } summary { cursor: pointer; color: var(--soft); font-size: .9rem }
.shelves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem;
  margin-top: .5rem }
iframe { display: block; width: 100%; height: 29rem;
  border: 1px solid var(--line); border-radius: 8px; background: #fff }
figure { margin: 0 } figcaption { font-size: .85rem; color: var(--soft) }
"""


def line(moment: Moment) -> str:
    """One moment as a line of the timeline."""
    told = f"  → {moment.told}" if moment.told else ""
    spot = f"  ({moment.place})" if moment.kind == "missed" else ""
    return f"{moment.at}  {MARKS[moment.kind]:<5}  {moment.text}{told}{spot}"


def verdict(story: Story) -> str:
    """How it ended, in one line."""
    missed = sum(moment.kind == "missed" for moment in story.moments)
    seen = sum(moment.kind == "seen" for moment in story.moments)
    if missed:
        return f"failed  {story.name}: {missed} not as it must be, {seen} as it must be (seed {story.seed})"
    return f"passed  {story.name}: {seen} seen as it must be (seed {story.seed})"


def page(story: Story) -> str:
    """The story as one HTML page that needs nothing else, with the storefronts whenever they changed."""
    before: Mapping[str, str] = {}
    rows = []
    for number, moment in enumerate(story.moments, start=1):
        changed = moment.shelves if moment.shelves != before else {}
        rows.append(_row(moment, number, changed))
        before = moment.shelves or before
    outcome = "passed" if story.has_passed else "failed"
    about = f'<p class="about">{escape(story.about.strip())}</p>' if story.about else ""
    timeline = "\n".join(rows)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(story.title)}</title><style>{STYLE}</style></head><body>
<h1>{escape(story.title)}</h1>
{about}
<p class="verdict {outcome}">{escape(verdict(story))}</p>
{_way_to_misses(story)}<ol>
{timeline}
</ol></body></html>
"""


def _way_to_misses(story: Story) -> str:
    missed = [n for n, moment in enumerate(story.moments, start=1) if moment.kind == "missed"]
    links = ", ".join(f'<a href="#step-{n}">step {n}</a>' for n in missed)
    return f"<nav>not as it must be: {links}</nav>\n" if missed else ""


def _row(moment: Moment, number: int, shelves: Mapping[str, str]) -> str:
    told = f' <span class="told">→ {escape(moment.told)}</span>' if moment.told else ""
    spot = f" <code>{escape(moment.place)}</code>" if moment.kind == "missed" else ""
    mark = f"<b>{SAID[moment.kind]}</b>" if SAID[moment.kind] else ""
    return (
        f'<li id="step-{number}" class="{moment.kind}"><time>{escape(moment.at)}</time>{mark}'
        f"{escape(moment.text)}{told}{spot}{_shelves(moment, shelves)}</li>"
    )


def _shelves(moment: Moment, shelves: Mapping[str, str]) -> str:
    if not shelves:
        return ""
    frames = "".join(
        f'<figure><figcaption>{escape(channel)}</figcaption><iframe sandbox loading="lazy" title='
        f'"{escape(channel)} at {escape(moment.at)}" srcdoc="{escape(html, quote=True)}"></iframe></figure>'
        for channel, html in sorted(shelves.items())
    )
    return (
        "<details open><summary>the storefronts now</summary>"
        f"<div class=shelves>{frames}</div></details>"
    )

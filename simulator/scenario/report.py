"""A played scenario for people: a timeline on the terminal, and a self-contained page to pass on."""

from __future__ import annotations

from html import escape

from simulator.scenario.runner import Moment, Story

MARKS = {"given": "given", "happens": "·", "seen": "✓", "missed": "✗"}
STYLE = """
:root { color-scheme: light; --ink: #1d2433; --soft: #667085; --line: #e4e7ec; --ok: #067647; --bad: #b42318 }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); margin: 0 auto; padding: 2rem 1rem;
  max-width: 70rem }
h1 { font-size: 1.6rem; margin: 0 }
p.about { color: var(--soft); max-width: 60ch }
p.verdict { font-weight: 600 } .passed { color: var(--ok) } .failed { color: var(--bad) }
ol { list-style: none; margin: 2rem 0; padding: 0; border-left: 2px solid var(--line) }
li { padding: .35rem 0 .35rem 1.25rem; position: relative }
li::before { content: ""; position: absolute; left: -6px; top: .85rem; width: 10px; height: 10px;
  border-radius: 50%; background: #98a2b3 }
li.seen::before { background: var(--ok) } li.missed::before { background: var(--bad) }
time { color: var(--soft); font-variant-numeric: tabular-nums; font-size: .85rem; margin-right: .75rem }
.told { color: var(--soft) } li.missed .told { color: var(--bad) }
code { font-size: .8rem; color: var(--soft) }
details { margin: .4rem 0 } summary { cursor: pointer; color: var(--soft); font-size: .9rem }
.shelves { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(22rem, 100%), 1fr)); gap: 1rem;
  margin-top: .5rem }
iframe { width: 100%; height: 26rem; border: 1px solid var(--line); border-radius: 8px; background: #fff }
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
    """The story as one HTML page that needs nothing else, with the storefronts at each step."""
    rows = "\n".join(_row(moment) for moment in story.moments)
    outcome = "passed" if story.has_passed else "failed"
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(story.title)}</title><style>{STYLE}</style></head><body>
<h1>{escape(story.title)}</h1>
<p class="about">{escape(story.about)}</p>
<p class="verdict {outcome}">{escape(verdict(story))}</p>
<ol>
{rows}
</ol></body></html>
"""


def _row(moment: Moment) -> str:
    told = f' <span class="told">→ {escape(moment.told)}</span>' if moment.told else ""
    spot = f" <code>{escape(moment.place)}</code>" if moment.kind == "missed" else ""
    return (
        f'<li class="{moment.kind}"><time>{escape(moment.at)}</time>{escape(moment.text)}{told}{spot}'
        f"{_shelves(moment)}</li>"
    )


def _shelves(moment: Moment) -> str:
    if not moment.shelves:
        return ""
    frames = "".join(
        f'<figure><figcaption>{escape(channel)}</figcaption><iframe sandbox loading="lazy" title='
        f'"{escape(channel)} at {escape(moment.at)}" srcdoc="{escape(html, quote=True)}"></iframe></figure>'
        for channel, html in sorted(moment.shelves.items())
    )
    return f"<details><summary>the storefronts then</summary><div class=shelves>{frames}</div></details>"

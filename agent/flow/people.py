"""What people beside the agent decide: what goes live, what is let go on, what is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from agent.errors import NotFound, PlanRefused
from agent.flow import plan
from agent.flow.ingest import approve_file, reject_file
from agent.flow.site import Did, Site
from agent.store import channel_state, files, items, offers, parked
from agent.store.moments import to_text


@dataclass(frozen=True, slots=True)
class Held:
    """Something that waits for a person: a plan's held part, or an export file."""

    what: Literal["plan", "file"]
    digest: str
    where: str  # the channel, or the file's name
    reasons: tuple[str, ...]


def activate(site: Site, skus: Sequence[str]) -> None:
    """Let these items go live, for good. NotFound, naming near ones, when the ERP never named one."""
    if strangers := items.strangers(site.db, skus):
        near = get_close_matches(strangers[0], offers.skus(site.db), n=3)
        advice = (
            f"did you mean {' or '.join(near)}?" if near else "see `tally status` for new items"
        )
        raise NotFound(f'unknown sku "{strangers[0]}"', "the ERP's export files", advice)
    offers.activate(site.db, skus, to_text(site.ports.clock.now()))


def waiting(site: Site) -> list[str]:
    """The new items that nobody has let go live yet."""
    return offers.waiting_for_activation(site.db)


def held(site: Site) -> list[Held]:
    """Everything that waits for a person's word, plans before files."""
    plans = [
        Held("plan", p.held_digest, p.channel, tuple(hold.reason for hold in p.holds))
        for p in plan.held_plans(site)
        if p.waiting
    ]
    return plans + [Held("file", f.digest, f.name, (f.fault,)) for f in files.held(site.db)]


def answer(site: Site, digest: str, word: Literal["approve", "reject"]) -> Held:
    """Approve or reject what waits under a digest, or its first eight digits or more.

    PlanRefused, naming the present digests, when nothing waits under it.
    """
    meant = [h for h in held(site) if h.digest == digest or _abbreviates(digest, h.digest)]
    if len(meant) == 1 and meant[0].what == "file":
        decide = approve_file if word == "approve" else reject_file
        decide(site, meant[0].digest)
        return meant[0]
    if not meant and (waiting := held(site)):
        present = ", ".join(f"{h.where} {h.digest[:12]}" for h in waiting)
        raise PlanRefused(
            f'nothing waits under the digest "{digest}"',
            f"waiting now: {present}",
            "look at `tally plan` again, and answer with the digest that it shows",
        )
    settle = plan.approve if word == "approve" else plan.reject
    done = settle(site, digest)
    return meant[0] if meant else Held("plan", done.held_digest, done.channel, ())


def try_refused_again(site: Site) -> None:
    """A person has mended the cause: every listing change that a channel refused may be sent again,
    and channels that were in trouble are tried at once.
    """
    with site.db.atomic():
        channel_state.let_try_now(site.db)
        for shop in site.settings.channels:
            parked.lift_all(site.db, shop)


def news(site: Site) -> Did:
    """Wake every lane when another process (a person's command) has written to the database."""
    if site.db.changed_elsewhere():
        return Did(wake=frozenset({"files", "plan", "export"}))
    return Did()


def _abbreviates(short: str, digest: str) -> bool:
    return len(short) >= plan.SHORTEST and digest.startswith(short)

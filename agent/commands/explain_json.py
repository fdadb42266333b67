"""`tally explain SKU --json`: the same facts under stable keys, units in their names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from agent.decide.digest import asked, prices
from agent.flow import preview
from agent.flow.explanation import Explanation, Figure, Pending, ShopView
from agent.flow.origins import Chain
from agent.model.listing import Listing, Offer, Shown
from agent.model.plan import Planned


def facts(found: Explanation) -> dict[str, Any]:
    """Everything about a sku, as JSON values."""
    return {
        "sku": found.sku,
        "title": found.title,
        "gone": found.gone,
        "channels": {shop.shop: _shop(shop) for shop in found.shops},
        "figures": [_figure(figure) for figure in found.figures],
        "files": [_chain(chain) for chain in found.chains],
        "sold": [_pending(pending) for pending in found.pending],
        "stock_written_at": _moment(found.figures_at),
    }


def _shop(shop: ShopView) -> dict[str, Any]:
    trouble, doubt = shop.state.trouble, shop.doubt
    return {
        "shows": _listing(shop),
        "should": _offer(shop.offer),
        "changes": [_planned(planned, shop) for planned in shop.changes],
        "held_digest": shop.plan.held_digest if any(p.held_by for p in shop.changes) else "",
        "answer": shop.plan.answer,
        "parked": [{"kind": p.kind, "words": p.words, "next": p.next} for p in shop.parked],
        "in_doubt": None if doubt is None else {"since": _moment(doubt.since), "why": doubt.why},
        "working": [
            {"job": job.job, "since": _moment(job.since), "state": job.state} for job in shop.jobs
        ],
        "not_made": shop.offer.refused if shop.offer and shop.listing is None else "",
        "trouble": None
        if trouble is None
        else {"error": trouble.what, "at": trouble.where, "next": trouble.next},
        "quiet_until": _moment(shop.state.quiet_until),
        "waits": shop.waits,
        "receipts": [
            {
                "at": _moment(at),
                "kind": told.kind,
                "outcome": told.outcome,
                "words": told.words,
                "request_id": told.request_id,
            }
            for told, at in shop.receipts
        ],
    }


def _listing(shop: ShopView) -> dict[str, Any] | None:
    listing: Listing | None = shop.listing
    if listing is None:
        return None
    stamps = {"seen_at": _moment(shop.seen_at), "told_at": _moment(shop.told_at)}
    return {
        **_face(listing.shown),
        "currency": shop.currency,
        "external_id": listing.external_id,
        **stamps,
    }


def _offer(offer: Offer | None) -> dict[str, Any] | None:
    if offer is None:
        return None
    face = {"state": None} if offer.shown is None else _face(offer.shown)
    own = {"state_is_ours": offer.state_is_ours, "next_at": _moment(offer.next_at)}
    return {**face, "because": list(offer.because), **own}


def _face(shown: Shown) -> dict[str, Any]:
    stock = {"quantity": shown.quantity, "backorders": shown.backorders}
    return {"state": shown.state, **prices(shown), **stock, "title": shown.title}


def _planned(planned: Planned, shop: ShopView) -> dict[str, Any]:
    return {
        "kind": type(planned.change).__name__,
        "after": asked(planned.change),
        "what": preview.said(planned.change, shop.currency),
        "held_by": list(planned.held_by),
    }


def _figure(figure: Figure) -> dict[str, Any]:
    own = {
        "field": figure.field,
        "location": figure.location,
        "value": figure.value or None,
        "currency": figure.currency or None,
    }
    return {**own, **_origin(figure.chain)}


def _origin(chain: Chain) -> dict[str, Any]:
    newest = chain.newest
    return {
        "feed": chain.feed,
        "file": chain.changed.file,
        "line": chain.changed.line,
        "digest": chain.changed.digest,
        "newest": None
        if newest is None
        else {
            "file": newest.file,
            "line": newest.line,
            "says": newest.says,
            "reason": newest.reason,
        },
    }


def _chain(chain: Chain) -> dict[str, Any]:
    away = [{"file": f.file, "state": f.state, "what": f.what} for f in chain.turned_away]
    own = {"location": chain.location, "missing": chain.missing, "turned_away": away}
    return {**_origin(chain), **own}


def _pending(pending: Pending) -> dict[str, Any]:
    sale = pending.sale
    return {"order": sale.reference, "pieces": sale.pieces, "withheld": pending.withheld}


def _moment(at: datetime | None) -> str | None:
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"

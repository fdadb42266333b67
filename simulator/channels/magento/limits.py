"""Limits on the size of calls, for shops whose owner has turned them on. Off in a new shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.channels.magento.errors import Refusal
from simulator.channels.magento.inputs import SIMPLE

if TYPE_CHECKING:
    from simulator.channels.magento.calls import Param
    from simulator.channels.magento.dialect import Magento

SETTING = "limits on"
AT_ONCE, IN_BACKGROUND, PAGE = 20, 5000, 300
CLASSES = {  # what the refusal calls the rows
    "SourceItem": "\\Magento\\InventoryApi\\Api\\Data\\SourceItemInterface",
    "BasePrice": "\\Magento\\Catalog\\Api\\Data\\BasePriceInterface",
    "SpecialPrice": "\\Magento\\Catalog\\Api\\Data\\SpecialPriceInterface",
    "TierPrice": "\\Magento\\Catalog\\Api\\Data\\TierPriceInterface",
}


def check(
    dialect: Magento, params: tuple[Param, ...], args: Mapping[str, Any], *, is_background: bool
) -> None:
    """Refuse lists of too many objects, and pages of too many rows."""
    if not dialect.shop.setting(SETTING):
        return
    most = IN_BACKGROUND if is_background else AT_ONCE
    for param in params:
        kind, value = param.type.removesuffix("[]"), args.get(param.name)
        if param.type.endswith("[]") and kind not in SIMPLE and len(value or ()) > most:
            message = 'Maximum items of type "%type" is %max'
            raise Refusal(message, {"type": CLASSES.get(kind, kind), "max": most})
        if kind == "SearchCriteria" and ((value or {}).get("page_size") or 0) > PAGE:
            raise Refusal("Maximum SearchCriteria pageSize is %max", {"max": PAGE})

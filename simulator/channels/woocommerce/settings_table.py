"""The settings that the API lists: groups, and in them the options a shop is run by."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.channels.woocommerce.currencies import NAMES

GROUPS = {  # id: (label, parent)
    "wc_admin": ("WooCommerce Admin", ""),
    "general": ("General", ""),
    "products": ("Products", ""),
    "tax": ("Tax", ""),
    "shipping": ("Shipping", ""),
    "checkout": ("Payments", ""),
    "account": ("Accounts &amp; Privacy", ""),
    "email": ("Emails", ""),
    "integration": ("Integration", ""),
    "site-visibility": ("Site visibility", ""),
    "point-of-sale": ("Point of Sale", ""),
    "advanced": ("Advanced", ""),
    "email_new_order": ("New order", "email"),
    "email_cancelled_order": ("Cancelled order", "email"),
    "email_customer_cancelled_order": ("Cancelled order", "email"),
    "email_failed_order": ("Failed order", "email"),
    "email_customer_failed_order": ("Failed order", "email"),
    "email_customer_on_hold_order": ("Order on-hold", "email"),
    "email_customer_processing_order": ("Processing order", "email"),
    "email_customer_completed_order": ("Completed order", "email"),
    "email_customer_refunded_order": ("Refunded order", "email"),
    "email_customer_invoice": ("Order details", "email"),
    "email_customer_note": ("Customer note", "email"),
    "email_customer_reset_password": ("Reset password", "email"),
    "email_customer_new_account": ("New account", "email"),
    "email_admin_payment_gateway_enabled": ("Payment gateway enabled", "email"),
    "email_customer_pos_completed_order": ("POS completed order", "email"),
    "email_customer_pos_refunded_order": ("POS refunded order", "email"),
    "email_customer_verify_email": ("Confirm email address", "email"),
}


@dataclass(frozen=True)
class Setting:
    """One setting of a group. `choices` are the values allowed and their labels."""

    group: str
    id: str
    label: str
    type: str
    default: str
    choices: dict[str, str] = field(default_factory=dict)


_CURRENCIES = {code: name for code, (name, _) in NAMES.items()}
_YES_NO = {"yes": "Yes", "no": "No"}
SETTINGS = (
    Setting("general", "woocommerce_store_address", "Address line 1", "text", ""),
    Setting("general", "woocommerce_store_address_2", "Address line 2", "text", ""),
    Setting("general", "woocommerce_store_city", "City", "text", ""),
    Setting("general", "woocommerce_default_country", "Country / State", "text", "US:CA"),
    Setting("general", "woocommerce_store_postcode", "Postcode / ZIP", "text", ""),
    Setting("general", "woocommerce_calc_taxes", "Enable taxes", "checkbox", "no"),
    Setting("general", "woocommerce_enable_coupons", "Enable coupons", "checkbox", "yes"),
    Setting("general", "woocommerce_currency", "Currency", "select", "USD", _CURRENCIES),
    Setting("general", "woocommerce_price_thousand_sep", "Thousand separator", "text", ","),
    Setting("general", "woocommerce_price_decimal_sep", "Decimal separator", "text", "."),
    Setting("general", "woocommerce_price_num_decimals", "Number of decimals", "number", "2"),
    Setting("products", "woocommerce_weight_unit", "Weight unit", "select", "kg",
            {"kg": "kg", "g": "g", "lbs": "lbs", "oz": "oz"}),
    Setting("products", "woocommerce_dimension_unit", "Dimensions unit", "select", "cm",
            {"m": "m", "cm": "cm", "mm": "mm", "in": "in", "yd": "yd"}),
    Setting("products", "woocommerce_manage_stock", "Manage stock", "checkbox", "yes"),
    Setting("products", "woocommerce_hold_stock_minutes", "Hold stock (minutes)", "number", "60"),
    Setting("products", "woocommerce_notify_low_stock", "Notifications", "checkbox", "yes"),
    Setting("products", "woocommerce_notify_no_stock", "Notifications", "checkbox", "yes"),
    Setting("products", "woocommerce_notify_low_stock_amount", "Low stock threshold", "number",
            "2"),
    Setting("products", "woocommerce_notify_no_stock_amount", "Out of stock threshold", "number",
            "0"),
    Setting("products", "woocommerce_hide_out_of_stock_items", "Out of stock visibility",
            "checkbox", "no"),
    Setting("products", "woocommerce_stock_format", "Stock display format", "select", "",
            {"": "Always show quantity", "low_amount": "Only when low", "no_amount": "Never"}),
    Setting("tax", "woocommerce_prices_include_tax", "Prices entered with tax", "radio", "no",
            _YES_NO),
    Setting("tax", "woocommerce_tax_based_on", "Calculate tax based on", "select", "shipping",
            {"shipping": "Customer shipping address", "billing": "Customer billing address",
             "base": "Shop base address"}),
    Setting("tax", "woocommerce_tax_round_at_subtotal", "Rounding", "checkbox", "no"),
    Setting("tax", "woocommerce_tax_display_shop", "Display prices in the shop", "select", "excl",
            {"incl": "Including tax", "excl": "Excluding tax"}),
    Setting("tax", "woocommerce_tax_display_cart", "Display prices in the cart", "select", "excl",
            {"incl": "Including tax", "excl": "Excluding tax"}),
    Setting("advanced", "woocommerce_feature_fulfillments_enabled", "Order fulfillments",
            "checkbox", "no"),
)  # fmt: skip

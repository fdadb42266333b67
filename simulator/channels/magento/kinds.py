"""The objects that can be sent, field by field: {kind: {field: type}}; see `inputs` for types."""

from __future__ import annotations

from collections.abc import Mapping


def words(text: str) -> tuple[str, ...]:
    """The words of a text: names, one after the other."""
    return tuple(text.split())


def _fields(text: str) -> dict[str, str]:
    return {name: kind for name, _, kind in (pair.partition(":") for pair in text.split())}


MONEY = (  # amounts of an order that also stand in the base currency
    "discount_amount discount_canceled discount_invoiced discount_refunded grand_total"
    " discount_tax_compensation_amount discount_tax_compensation_invoiced"
    " discount_tax_compensation_refunded shipping_amount shipping_canceled"
    " shipping_discount_amount shipping_incl_tax shipping_invoiced shipping_refunded"
    " shipping_tax_amount shipping_tax_refunded subtotal subtotal_canceled subtotal_incl_tax"
    " subtotal_invoiced subtotal_refunded tax_amount tax_canceled tax_invoiced tax_refunded"
    " total_canceled total_due total_invoiced total_offline_refunded total_online_refunded"
    " total_paid total_qty_ordered total_refunded adjustment_negative adjustment_positive"
)
ORDER_ITEM_MONEY = (
    "amount_refunded discount_amount discount_invoiced discount_refunded"
    " discount_tax_compensation_amount discount_tax_compensation_invoiced"
    " discount_tax_compensation_refunded original_price price price_incl_tax row_invoiced row_total"
    " row_total_incl_tax tax_amount tax_before_discount tax_invoiced tax_refunded"
)


def _amounts(names: str) -> str:
    return " ".join(f"{n}:float base_{n}:float" for n in names.split())


_ADDRESS = (
    "region_id:int country_id:string street:string[] company:string telephone:string fax:string"
    " postcode:string city:string firstname:string lastname:string middlename:string prefix:string"
    " suffix:string vat_id:string"
)

KINDS: Mapping[str, Mapping[str, str]] = {
    "Empty": {},
    # searching
    "SearchCriteria": _fields(
        "filter_groups:FilterGroup[] sort_orders:SortOrder[] page_size:int current_page:int"
    ),
    "FilterGroup": _fields("filters:Filter[]"),
    "Filter": _fields("field:string value:string condition_type:string"),
    "SortOrder": _fields("field:string direction:string"),
    "SkuRequest": _fields("sku:string qty:float"),
    # catalogue
    "Product": _fields(
        "id:int sku:string name:string attribute_set_id:int price:float status:int visibility:int"
        " type_id:string created_at:string updated_at:string weight:float"
        " extension_attributes:ProductExtension product_links:ProductLink[] options:Option[]"
        " media_gallery_entries:MediaEntry[] tier_prices:TierOfProduct[]"
        " custom_attributes:attributes"
    ),
    "ProductExtension": _fields(
        "website_ids:int[] category_links:CategoryLink[] stock_item:StockItem"
        " configurable_product_options:ConfigurableOption[] configurable_product_links:int[]"
        " bundle_product_options:mixed downloadable_product_links:mixed"
        " downloadable_product_samples:mixed"
    ),
    "CategoryLink": _fields("position:int category_id:string extension_attributes:Empty"),
    "ProductLink": _fields(
        "sku:string link_type:string linked_product_sku:string linked_product_type:string"
        " position:int extension_attributes:mixed"
    ),
    "Option": _fields(
        "product_sku:string option_id:int title:string type:string sort_order:int is_require:bool"
        " price:float price_type:string sku:string values:mixed max_characters:int"
        " extension_attributes:mixed"
    ),
    "TierOfProduct": _fields(
        "customer_group_id:int qty:float value:float extension_attributes:TierExtension"
    ),
    "TierExtension": _fields("percentage_value:float website_id:int"),
    "StockItem": _fields(
        "item_id:int product_id:int stock_id:int qty:float is_in_stock:bool is_qty_decimal:bool"
        " show_default_notification_message:bool use_config_min_qty:bool min_qty:float"
        " use_config_min_sale_qty:int min_sale_qty:float use_config_max_sale_qty:bool"
        " max_sale_qty:float use_config_backorders:bool backorders:int"
        " use_config_notify_stock_qty:bool notify_stock_qty:float use_config_qty_increments:bool"
        " qty_increments:float use_config_enable_qty_inc:bool enable_qty_increments:bool"
        " use_config_manage_stock:bool manage_stock:bool low_stock_date:string"
        " is_decimal_divided:bool stock_status_changed_auto:int extension_attributes:Empty"
    ),
    "MediaEntry": _fields(
        "id:int media_type:string label:string position:int disabled:bool types:string[]"
        " file:string content:ImageContent extension_attributes:mixed"
    ),
    "ImageContent": _fields("base64_encoded_data:string type:string name:string"),
    "ConfigurableOption": _fields(
        "id:int attribute_id:string label:string position:int is_use_default:bool"
        " values:OptionValue[] product_id:int extension_attributes:Empty"
    ),
    "OptionValue": _fields("value_index:int extension_attributes:mixed"),
    "Attribute": _fields(
        "extension_attributes:mixed is_wysiwyg_enabled:bool is_html_allowed_on_front:bool"
        " used_for_sort_by:bool is_filterable:bool is_filterable_in_search:bool"
        " is_used_in_grid:bool is_visible_in_grid:bool is_filterable_in_grid:bool position:int"
        " apply_to:string[] is_searchable:string is_visible_in_advanced_search:string"
        " is_comparable:string is_used_for_promo_rules:string is_visible_on_front:string"
        " used_in_product_listing:string is_visible:bool scope:string attribute_id:int"
        " attribute_code:string frontend_input:string entity_type_id:string is_required:bool"
        " options:AttributeOption[] is_user_defined:bool default_frontend_label:string"
        " frontend_labels:Label[] note:string backend_type:string backend_model:string"
        " source_model:string default_value:string is_unique:string frontend_class:string"
        " validation_rules:mixed custom_attributes:attributes"
    ),
    "Label": _fields("store_id:int label:string"),
    "AttributeOption": _fields(
        "label:string value:string sort_order:int is_default:bool store_labels:Label[]"
    ),
    "AttributeSet": _fields(
        "attribute_set_id:int attribute_set_name:string sort_order:int entity_type_id:int"
        " extension_attributes:mixed"
    ),
    "AttributeGroup": _fields(
        "attribute_group_id:string attribute_group_name:string attribute_set_id:int"
        " extension_attributes:mixed"
    ),
    "Category": _fields(
        "id:int parent_id:int name:string is_active:bool position:int level:int children:string"
        " created_at:string updated_at:string path:string available_sort_by:string[]"
        " include_in_menu:bool extension_attributes:mixed custom_attributes:attributes"
    ),
    "CategoryProductLink": _fields(
        "sku:string position:int category_id:string extension_attributes:mixed"
    ),
    "ProductWebsiteLink": _fields("sku:string website_id:int"),
    "BasePrice": _fields("price:float store_id:int sku:string extension_attributes:Empty"),
    "SpecialPrice": _fields(
        "price:float store_id:int sku:string price_from:string price_to:string"
        " extension_attributes:Empty"
    ),
    "Cost": _fields("cost:float store_id:int sku:string extension_attributes:Empty"),
    "TierPrice": _fields(
        "price:float price_type:string website_id:int sku:string customer_group:string"
        " quantity:float extension_attributes:Empty"
    ),
    # stock
    "SourceItem": _fields(
        "sku:string source_code:string quantity:float status:int extension_attributes:Empty"
    ),
    "Source": _fields(
        "source_code:string name:string email:string contact_name:string enabled:bool"
        " description:string latitude:float longitude:float country_id:string region_id:int"
        " region:string city:string street:string postcode:string phone:string fax:string"
        " use_default_carrier_config:bool carrier_links:CarrierLink[]"
        " extension_attributes:SourceExtension"
    ),
    "SourceExtension": _fields(
        "is_pickup_location_active:bool frontend_name:string frontend_description:string"
    ),
    "CarrierLink": _fields("carrier_code:string position:int extension_attributes:mixed"),
    "Stock": _fields("stock_id:int name:string extension_attributes:StockExtension"),
    "StockExtension": _fields("sales_channels:SalesChannel[]"),
    "SalesChannel": _fields("type:string code:string extension_attributes:mixed"),
    "StockSourceLink": _fields(
        "stock_id:int source_code:string priority:int extension_attributes:mixed"
    ),
    "SalableRequest": _fields("sku:string qty:float extension_attributes:mixed"),
    # customers
    "Customer": _fields(
        "id:int group_id:int default_billing:string default_shipping:string confirmation:string"
        " created_at:string updated_at:string created_in:string dob:string email:string"
        " firstname:string lastname:string middlename:string prefix:string suffix:string"
        " gender:int store_id:int taxvat:string website_id:int addresses:CustomerAddress[]"
        " disable_auto_group_change:int extension_attributes:CustomerExtension"
        " custom_attributes:attributes"
    ),
    "CustomerExtension": _fields("is_subscribed:bool assistance_allowed:int"),
    "CustomerAddress": _fields(
        f"id:int customer_id:int region:Region {_ADDRESS} default_shipping:bool"
        " default_billing:bool extension_attributes:mixed custom_attributes:attributes"
    ),
    "Region": _fields("region_code:string region:string region_id:int extension_attributes:mixed"),
    # carts
    "CartItem": _fields(
        "item_id:int sku:string qty:float name:string price:float product_type:string"
        " quote_id:string product_option:ProductOption extension_attributes:mixed"
    ),
    "ProductOption": _fields("extension_attributes:ProductOptionExtension"),
    "ProductOptionExtension": _fields(
        "configurable_item_options:ChosenOption[] custom_options:mixed bundle_options:mixed"
        " downloadable_option:mixed grouped_options:mixed"
    ),
    "ChosenOption": _fields("option_id:string option_value:int extension_attributes:mixed"),
    "Address": _fields(
        f"id:int region:string region_code:string {_ADDRESS} customer_id:int email:string"
        " same_as_billing:int customer_address_id:int save_in_address_book:int"
        " extension_attributes:mixed custom_attributes:attributes"
    ),
    "ShippingInformation": _fields(
        "shipping_address:Address billing_address:Address shipping_method_code:string"
        " shipping_carrier_code:string extension_attributes:mixed custom_attributes:attributes"
    ),
    "PaymentMethod": _fields(
        "po_number:string method:string additional_data:mixed extension_attributes:mixed"
    ),
    # orders and what hangs on them
    "Order": _fields(
        f"{_amounts(MONEY)} applied_rule_ids:string base_currency_code:string"
        " shipping_discount_tax_compensation_amount:float base_total_invoiced_cost:float"
        " base_shipping_discount_tax_compensation_amnt:float base_to_global_rate:float"
        " base_to_order_rate:float billing_address_id:int can_ship_partially:int"
        " can_ship_partially_item:int coupon_code:string created_at:string customer_dob:string"
        " customer_email:string customer_firstname:string customer_gender:int"
        " customer_group_id:int customer_id:int customer_is_guest:int customer_lastname:string"
        " customer_middlename:string customer_note:string customer_note_notify:int"
        " customer_prefix:string customer_suffix:string customer_taxvat:string"
        " discount_description:string edit_increment:int email_sent:int entity_id:int"
        " ext_customer_id:string ext_order_id:string forced_shipment_with_invoice:int"
        " global_currency_code:string hold_before_state:string hold_before_status:string"
        " increment_id:string is_virtual:int order_currency_code:string"
        " original_increment_id:string payment_authorization_amount:float"
        " payment_auth_expiration:int protect_code:string quote_address_id:int quote_id:int"
        " relation_child_id:string relation_child_real_id:string relation_parent_id:string"
        " relation_parent_real_id:string remote_ip:string shipping_description:string state:string"
        " status:string store_currency_code:string store_id:int store_name:string"
        " store_to_base_rate:float store_to_order_rate:float total_item_count:int"
        " updated_at:string weight:float x_forwarded_for:string items:OrderItem[]"
        " billing_address:OrderAddress payment:OrderPayment status_histories:StatusHistory[]"
        " extension_attributes:OrderExtension"
    ),
    "OrderExtension": _fields(
        "shipping_assignments:mixed payment_additional_info:mixed applied_taxes:mixed"
        " item_applied_taxes:mixed converting_from_quote:bool taxes:mixed coupon_codes:mixed"
        " additional_itemized_taxes:mixed"
    ),
    "OrderItem": _fields(
        f"{_amounts(ORDER_ITEM_MONEY)} additional_data:string applied_rule_ids:string"
        " base_cost:float created_at:string description:string discount_percent:float"
        " ext_order_item_id:string free_shipping:int is_qty_decimal:int is_virtual:int item_id:int"
        " locked_do_invoice:int locked_do_ship:int name:string no_discount:int order_id:int"
        " parent_item_id:int product_id:int product_type:string qty_backordered:float"
        " qty_canceled:float qty_invoiced:float qty_ordered:float qty_refunded:float"
        " qty_returned:float qty_shipped:float quote_item_id:int row_weight:float sku:string"
        " store_id:int tax_canceled:float tax_percent:float updated_at:string weight:float"
        " parent_item:mixed product_option:ProductOption extension_attributes:mixed"
        " discount_tax_compensation_canceled:float weee_tax_applied:string"
    ),
    "OrderAddress": _fields(
        f"{_ADDRESS} address_type:string customer_address_id:int customer_id:int email:string"
        " entity_id:int parent_id:int region:string region_code:string vat_is_valid:int"
        " vat_request_date:string vat_request_id:string vat_request_success:int"
        " extension_attributes:mixed"
    ),
    "OrderPayment": _fields(
        "account_status:string additional_data:string additional_information:mixed"
        " amount_authorized:float amount_canceled:float amount_ordered:float amount_paid:float"
        " amount_refunded:float base_amount_authorized:float base_amount_ordered:float"
        " base_amount_paid:float base_amount_refunded:float base_shipping_amount:float"
        " base_shipping_captured:float cc_exp_month:string cc_exp_year:string cc_last4:string"
        " cc_owner:string cc_trans_id:string cc_type:string entity_id:int last_trans_id:string"
        " method:string parent_id:int po_number:string quote_payment_id:int shipping_amount:float"
        " shipping_captured:float shipping_refunded:float extension_attributes:mixed"
    ),
    "StatusHistory": _fields(
        "comment:string created_at:string entity_id:int entity_name:string"
        " is_customer_notified:int is_visible_on_front:int parent_id:int status:string"
        " extension_attributes:mixed"
    ),
    "QuantityOf": _fields("order_item_id:int qty:float extension_attributes:mixed"),
    "NewComment": _fields("comment:string is_visible_on_front:int extension_attributes:mixed"),
    "NewTrack": _fields(
        "track_number:string title:string carrier_code:string extension_attributes:mixed"
    ),
    "ShipmentArguments": _fields("extension_attributes:ShipmentArgumentsExtension"),
    "ShipmentArgumentsExtension": _fields("source_code:string"),
    "InvoiceArguments": _fields("extension_attributes:mixed"),
    "RefundArguments": _fields(
        "shipping_amount:float adjustment_positive:float adjustment_negative:float"
        " extension_attributes:RefundExtension"
    ),
    "RefundExtension": _fields("return_to_stock_items:int[]"),
    "Track": _fields(
        "order_id:int created_at:string entity_id:int parent_id:int updated_at:string"
        " weight:float qty:float description:string track_number:string title:string"
        " carrier_code:string extension_attributes:mixed"
    ),
    "Comment": _fields(
        "is_customer_notified:int parent_id:int comment:string is_visible_on_front:int"
        " created_at:string entity_id:int extension_attributes:mixed"
    ),
    "Shipment": _fields(
        "billing_address_id:int created_at:string customer_id:int email_sent:int entity_id:int"
        " increment_id:string order_id:int packages:mixed shipment_status:int"
        " shipping_address_id:int shipping_label:string store_id:int total_qty:float"
        " total_weight:float updated_at:string items:ShipmentItem[] tracks:Track[]"
        " comments:Comment[] extension_attributes:mixed"
    ),
    "ShipmentItem": _fields(
        "additional_data:string description:string entity_id:int name:string parent_id:int"
        " price:float product_id:int row_total:float sku:string weight:float order_item_id:int"
        " qty:float extension_attributes:mixed"
    ),
}

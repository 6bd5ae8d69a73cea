"""What an inspector looks at, by licence type: an explicit list, whose sentences are `checklist.<key>`."""

COMMON = ("licence_displayed", "holder_matches")
# Food: Luật An toàn thực phẩm 55/2010/QH12, art. 28-30 (catering). The others ask what the licence itself states, and
# what a passer-by would: a site's notice and fence, displayed prices.
BY_TYPE = {
    "food_safety": (
        "place_matches",
        "licence_displayed",
        "food_source",
        "storage_temperature",
        "kitchen_clean",
        "staff_health",
        "water_waste",
    ),
    "road_works": ("place_matches", "within_hours", "barriers_signs", "traffic_safe", "surface_restored"),
    "driving_licence": ("holder_matches", "class_matches"),
    "construction_permit": ("place_matches", "as_permitted", "site_sign", "site_fenced", "street_clear"),
    "travel_pass": ("holder_matches", "route_matches", "purpose_matches"),
    "business_household": ("place_matches", "licence_displayed", "business_matches", "prices_shown"),
}


def lines_of(type_key: str | None) -> tuple[str, ...]:
    return BY_TYPE.get(type_key or "", COMMON)

"""The disclosure rules that tests of publication share."""

from parity.catalogue.policy import Policy

POLICY = Policy(
    min_count=5,
    min_base_hr=10,
    min_base_survey=10,
    max_half_width=20,
    max_rse_pct=30,
    min_response_rate=15,
    flag_response_rate=30,
    flag_posts=5,
    min_base_sensitive=30,
    sensitive_levels=["country_type_gender", "country_gender", "agency_type_gender", "gender"],
)

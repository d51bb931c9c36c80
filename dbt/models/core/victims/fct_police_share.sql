-- Women's share of police officers by country and year, as the UN Statistics Division publishes it.
select
    {{ row_key(['share.country_code', 'share.period_year']) }} as police_share_id,
    share.country_code,
    coalesce(max(country.country_name), max(share.country_name), share.country_code) as country_name,
    share.period_year,
    max(share.women_pct) as women_pct,
    max(share.source_year) as source_year,
    max(share.provenance) as provenance
from {{ ref('stg_unsd__police_share') }} as share
left join {{ ref('dim_country') }} as country on share.country_code = country.country_code
where share.women_pct is not null and share.period_year is not null
group by share.country_code, share.period_year

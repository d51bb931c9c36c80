-- One row per contract, rank and period of validity; grade is null where a title stands off the ladder.
select
    contract,
    agency_code,
    trim(rank_name) as rank_name,
    grade,
    is_acting,
    coalesce(valid_from, cast('1900-01-01' as date)) as valid_from,
    coalesce(valid_to, cast('9999-12-31' as date)) as valid_to
from {{ source('raw', 'catalogue_rank') }}

-- Two versions of an agency on one day would count its people twice.
select earlier.agency_code, earlier.valid_from
from {{ ref('dim_agency') }} as earlier
inner join {{ ref('dim_agency') }} as later
    on earlier.agency_code = later.agency_code
    and earlier.valid_from < later.valid_from
    and earlier.valid_to >= later.valid_from

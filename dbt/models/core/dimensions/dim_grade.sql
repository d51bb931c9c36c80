-- Nine common grades in three bands, to which each agency's ranks are mapped.
select grade, grade_band, grade_label
from {{ ref('stg_catalogue__grade') }}

-- What the lists count is set against what the flows of people add up to: a difference without people who explain it is an error of ours.
select * from {{ ref('int_staff__reconciliation') }} where difference <> n_unexplained

"""Which deliveries of staff files stand, for every query that looks one up by its content or by its hold.

A delivery that was replaced has no rows and no entry in raw.hr_delivery_period, so queries that begin there pass over it by themselves.
"""

NOT_REPLACED = "delivery.replaced_by is null"  # `delivery`: raw.hr_delivery

"""Whether a list continues the agency's list before: it is measured, and held back from figures where it does not."""

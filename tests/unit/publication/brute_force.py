"""Every way in which small counts can agree with what a reader knows, one by one: what the attack is held against."""

import numpy as np
from hypothesis import assume

from publication.knowledge import Count

CAP = 100  # stands for "no limit": above all that the made-up tables hold
MOST = 300_000


def solutions(counts, relations):
    """Each key with its values in all solutions, as arrays of one length. Counts without a statement are 0 to CAP."""
    bounds = {}
    for count in counts:
        low, high = bounds.get(count.key, (0, CAP))
        bounds[count.key] = max(low, count.low), min(high, CAP if count.high is None else count.high)
    for relation in relations:
        bounds |= {key: (0, CAP) for key, _ in relation.terms if key not in bounds}
    number = {key: place for place, key in enumerate(bounds)}
    found = np.zeros((1, 0), dtype=np.int64)
    for key, (low, high) in bounds.items():
        complete = [relation for relation in relations if max(number[part] for part, _ in relation.terms) == number[key]]
        equation = next(
            (relation for relation in complete if not relation.is_at_most and dict(relation.terms)[key] in (1, -1)), None
        )
        if equation:
            rest = sum(
                (n * found[:, number[part]] for part, n in equation.terms if part != key), np.zeros(len(found), dtype=np.int64)
            )
            value = (equation.constant - rest) * dict(equation.terms)[key]
            found = np.column_stack([found, value])[(low <= value) & (value <= high)]
        else:
            values = np.arange(low, high + 1)
            assume(len(found) * len(values) <= MOST)
            found = np.column_stack([np.repeat(found, len(values), axis=0), np.tile(values, len(found))])
        for relation in complete:
            total = sum(n * found[:, number[part]] for part, n in relation.terms)
            found = found[total <= relation.constant if relation.is_at_most else total == relation.constant]
    return {key: found[:, place] for key, place in number.items()}


def needed(counts, key, least_values=3):
    classes = [
        count.high - count.low + 1 for count in counts if count.key == key and count.is_protected and count.high is not None
    ]
    return min([*classes, least_values])


def split(facts):
    """The statements and the relations of a set of facts."""
    counts = [fact for fact in facts if isinstance(fact, Count)]
    return counts, [fact for fact in facts if not isinstance(fact, Count)]

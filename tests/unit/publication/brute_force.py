"""Every way in which small counts can agree with what a reader knows, one by one: what the attack is held against."""

import numpy as np
from hypothesis import assume

from publication.knowledge import Count

CAP = 40  # stands for "no limit": above all that the made-up tables hold
MOST = 400_000


def solutions(counts, relations):
    """Each key with its values in all solutions, as arrays of one length. Counts without a statement are 0 to CAP."""
    bounds = {key: (0, CAP) for relation in relations for key, _ in relation.terms}
    for count in counts:
        low, high = bounds.get(count.key, (0, CAP))
        bounds[count.key] = max(low, count.low), min(high, CAP if count.high is None else count.high)
    keys = list(bounds)
    found = np.zeros((1, 0), dtype=np.int64)
    for number, key in enumerate(keys):
        low, high = bounds[key]
        values = np.arange(low, high + 1)
        assume(len(found) * len(values) <= MOST)
        found = np.column_stack([np.repeat(found, len(values), axis=0), np.tile(values, len(found))])
        for relation in relations:
            places = {key: keys.index(key) for key, _ in relation.terms}
            if max(places.values()) == number:
                total = sum(n * found[:, places[key]] for key, n in relation.terms)
                found = found[total <= relation.constant if relation.is_at_most else total == relation.constant]
    return {key: found[:, place] for place, key in enumerate(keys)}


def needed(counts, key, least_values=3):
    classes = [count.high - count.low + 1 for count in counts if count.key == key and count.is_protected and count.high is not None]
    return min(classes + [least_values])


def split(facts):
    """The statements and the relations of a set of facts."""
    counts = [fact for fact in facts if isinstance(fact, Count)]
    return counts, [fact for fact in facts if not isinstance(fact, Count)]

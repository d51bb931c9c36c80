"""Conditions of an XLSForm hold as XPath has them, and what is not known is refused, not guessed."""

import pytest

from sandbox.samples.conditions import NotUnderstood, holds

SAID = {"consent": "yes", "h1": "once", "h2": "never", "year": "2025", "why": "pay family"}


@pytest.mark.parametrize(
    ("condition", "is_so"),
    [
        ("", True),
        ("${consent} = 'yes'", True),
        ("${consent}!='yes'", False),
        ('${consent} = "yes"', True),
        ("${nobody} = 'yes'", False),
        ("${nobody} = ''", True),
        ("${consent} = 'yes' and ${h1} = 'never'", False),
        ("${consent} = 'no' or ${h1} = 'once' and ${h2} = 'never'", True),
        ("(${consent} = 'no' or ${h1} = 'once') and ${h2} = 'once'", False),
        ("not(${consent} = 'no')", True),
        ("not(${nobody})", True),
        ("true() and not(false())", True),
        ("selected(${why}, 'family')", True),
        ("selected(${why}, 'fam')", False),
        ("selected('once few many', ${h1}) or selected('once few many', ${h2})", True),
        ("selected('once few many', ${h2})", False),
        ("${year} > 2000 and ${year} <= 2025", True),
        ("${year} = 2025.0", True),
        ("${nobody} < 3", False),
        ("${nobody} >= 3", False),
        ("count-selected(${why}) = 2", True),
        ("count-selected(${nobody}) = 0", True),
        ("${year} > -1", True),
    ],
)
def test_a_condition_holds_or_not(condition, is_so):
    assert holds(condition, SAID) is is_so


@pytest.mark.parametrize(
    ("constraint", "answer", "is_so"),
    [
        (". >= 2000 and . <= 2040", "2025", True),
        (". >= 2000 and . <= 2040", "1999", False),
        ("count-selected(.) <= 2", "c1 c2", True),
        ("count-selected(.) <= 2", "c1 c2 c3", False),
        ("count-selected(.) <= 1 or not(selected(., 'none'))", "none c1", False),
        (". != ${consent}", "yes", False),
    ],
)
def test_a_constraint_is_about_the_answer_itself(constraint, answer, is_so):
    assert holds(constraint, SAID, answer) is is_so


@pytest.mark.parametrize(
    "condition",
    [
        "today() > 3",
        "regex(., 'a')",
        "${a} = ",
        "(${a} = 'b'",
        "${a} 'b'",
        "${a} + 1 > 2",
        "not(1, 2)",
        "${a} = 'b' )",
        "#",
        "and",
    ],
)
def test_what_is_not_known_is_refused_with_the_condition(condition):
    with pytest.raises(NotUnderstood, match=r"understood|lacks"):
        holds(condition, {})

"""Which found types hold what we write."""

import pytest

from core.columntype import holds, same
from core.target import IDENTITY, TARGET


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("character varying(255)", "character varying(255)"),
        ("character varying(255)", "character varying(500)"),
        ("character varying(255)", "character varying"),
        ("character varying(255)", "text"),
        ("text", "character varying"),
        ("integer", "bigint"),
        ("integer", "numeric"),
        ("timestamp without time zone", "timestamp with time zone"),
        ("numeric(3,2)", "numeric"),
        ("numeric(3,2)", "numeric(6,4)"),
        ("numeric(3,2)", "double precision"),
        (IDENTITY, "uuid"),
    ],
)
def test_a_type_that_holds_every_value_is_accepted(expected, found):
    assert holds(expected, found)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("character varying(255)", "character varying(100)"),
        ("text", "character varying(255)"),
        ("integer", "smallint"),
        ("integer", "text"),
        ("boolean", "integer"),
        ("numeric(3,2)", "numeric(3,1)"),
        ("numeric(3,2)", "integer"),
        ("timestamp without time zone", "date"),
        ("text", "jsonb"),
    ],
)
def test_a_type_that_would_lose_or_refuse_values_is_not(expected, found):
    assert not holds(expected, found)


@pytest.mark.parametrize("type", sorted({c.type for table in TARGET for c in table.columns}))
def test_every_declared_type_holds_itself(type):
    assert holds(type, type)


def test_an_identity_column_shows_itself_as_bigint():
    assert same(IDENTITY, "bigint")
    assert not same(IDENTITY, "integer")

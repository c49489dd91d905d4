"""Defaults as PostgreSQL spells them."""

import pytest

from core.columndefault import same_default


@pytest.mark.parametrize(
    ("declared", "spelled"),
    [
        ("s3", "'s3'::character varying"),
        ("s3", "'s3'::character varying(20)"),
        ("s3", "('s3'::text)::character varying"),
        ("s3", "'s3'::school.\"Provider\""),
        ("pending", "'pending'::text"),
        ("it's", "'it''s'::text"),
        ("a::b", "'a::b'::text"),
        (False, "false"),
        (None, None),
        (None, "NULL::character varying"),
    ],
)
def test_one_value_spelled_in_different_ways_is_the_same_default(declared, spelled):
    assert same_default(declared, spelled)


@pytest.mark.parametrize(
    ("declared", "spelled"),
    [
        ("s3", None),
        ("s3", "'mux'::character varying"),
        ("s3", "NULL::character varying"),
        ("s3", "lower('S3'::text)"),
        ("pending", "('pen'::text || 'ding'::text)"),
        (False, "true"),
        (False, None),
        (None, "''::text"),
    ],
)
def test_another_value_an_expression_and_none_are_other_defaults(declared, spelled):
    assert not same_default(declared, spelled)

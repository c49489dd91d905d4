"""S3's CORS rules are read as S3 reads them."""

import pytest

from core.cors import CorsRule, allowed_methods, fits

ORIGIN = "https://lectern.school.test"


@pytest.mark.parametrize(
    ("pattern", "fitting"),
    [
        (ORIGIN, True),
        ("*", True),
        ("https://*", True),
        ("https://*.school.test", True),
        ("https://lectern.*", True),
        ("https://lectern.school.test*", True),
        ("https://lectern.school.test*.test", False),
        ("http://*", False),
        ("https://*.other.test", False),
        ("https://Lectern.school.test", False),
        ("https://lectern.school.test/", False),
        ("", False),
    ],
)
def test_an_origin_may_be_named_whole_or_by_a_pattern_with_one_star(pattern: str, fitting: bool) -> None:
    assert fits(pattern, ORIGIN) is fitting


def test_methods_count_for_the_origins_of_their_own_rule() -> None:
    rules = [
        CorsRule(origins=("https://other.test",), methods=("GET", "PUT")),
        CorsRule(origins=("https://*.school.test",), methods=("HEAD",)),
        CorsRule(origins=(ORIGIN, "*"), methods=("GET",)),
    ]
    assert allowed_methods(rules, ORIGIN) == {"GET", "HEAD"}
    assert allowed_methods(rules, "https://other.test") == {"GET", "PUT"}
    assert allowed_methods([], ORIGIN) == set()

"""What the month under way is likely to come to, on the page of costs: of what is kept, and of what flows."""

from decimal import Decimal

from core.access import Role
from tests.pages.conftest import Opened, words_of
from tests.pages.fake_costs import STORED
from tests.pages.fakes import School


def test_what_is_kept_now_is_foretold_to_the_end_of_the_month(open_page: Opened, school: School) -> None:
    school.past.kept = {STORED: Decimal(31_000)}
    # kept: 31,000 min-months at 0.3 cents are 93. Delivered: 160,000 up to Sunday the 4th; to come are four
    # each of Monday to Wednesday at 10,000, of Thursday to Saturday at 17,500, and three Sundays at that:
    # 120,000 + 210,000 + 52,500. Of these 542,500 are 100,000 free, the rest at 0.1 cents: 442.50.
    # Brought in: 400, and as much again on four Fridays at 100, at 3.125 cents: 25. S3: 31 x 4 GB at 2.3
    # cents: 2.85. Less 20 of credit: 543.35
    assert "about \\$543 by the 31st" in words_of(open_page("costs.py", Role.FINANCE))


def test_without_what_is_kept_nothing_of_it_is_to_come(open_page: Opened, school: School) -> None:
    school.past.kept = {}
    # of storage only the five days that are there: 5,000 at 0.3 cents, 78 less
    assert "about \\$465 by the 31st" in words_of(open_page("costs.py", Role.FINANCE))

"""Who would lose what by row-level security."""

from dataclasses import replace

import pytest

from core.profile_found import Command
from core.profile_trial import Basis, RoleLook, Trial, losses

READER = RoleLook(
    role="report",
    basis=Basis.TRIED,
    reads_before=10,
    reads_after=6,
    changes_before=None,
    changes_after=None,
)
WRITER = replace(READER, role="web", writes=(Command.UPDATE,), changes_before=10, changes_after=6)


def said(look: RoleLook, *, enabling: bool = True) -> tuple[str, ...]:
    return losses(Trial(roles=(look,), looked_at=10, enabling=enabling))


def test_a_role_that_only_reads_may_read_less():
    assert said(READER) == ()


def test_a_role_that_could_change_fewer_rows_is_named_with_figures_and_a_way_out():
    [sentence] = said(WRITER)
    assert "web would lose writes: of 10 lessons it could change 6" in sentence
    assert 'FOR SELECT TO "web" USING (true)' in sentence


def test_a_role_that_only_deletes_or_inserts_loses_what_it_does_not_read():
    [sentence] = said(replace(READER, writes=(Command.DELETE,)))
    assert "of 10 lessons it could change 6" in sentence


def test_before_the_first_draft_a_writer_is_refused_as_well():
    [sentence] = said(replace(WRITER, reads_after=10, changes_after=10))
    assert "could not write a lesson that is not published" in sentence


@pytest.mark.parametrize(
    "look",
    [
        replace(WRITER, reads_after=10, changes_after=10, reads_all=True),
        replace(WRITER, basis=Basis.BYPASSES),
        replace(WRITER, reads_before=None, reads_after=None, changes_before=None, changes_after=None),
    ],
)
def test_who_reads_every_row_bypasses_policies_or_reads_nothing_loses_nothing(look: RoleLook):
    assert said(look) == ()


def test_where_row_level_security_was_on_before_a_further_policy_takes_nothing_away():
    assert said(replace(WRITER, reads_after=12, changes_after=10), enabling=False) == ()


def test_a_role_that_could_not_read_at_all_is_refused_even_if_it_only_reads():
    [sentence] = said(replace(READER, reads_after=None, error="permission denied for table purchases"))
    assert "report could not read lessons any more: permission denied for table purchases" in sentence

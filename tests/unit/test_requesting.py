"""What people ask the worker to do."""

import pytest

from core.access import Person, Role
from core.errors import NotAllowed
from core.records import Job
from core.requesting import request_reconcile, request_scan
from tests.pages.fakes import School, services


def person(role: Role) -> Person:
    return Person(subject="u", email="kim@school.example", roles=frozenset({role}))


@pytest.mark.parametrize(
    ("request_it", "job", "subject"),
    [(request_scan, Job.SCAN, "sources"), (request_reconcile, Job.RECONCILE, "assets")],
)
def test_a_request_is_one_job_and_one_line_of_the_audit(request_it, job, subject):
    school = School()
    request_it(by=person(Role.OPS), services=services(school))
    assert school.jobs == [(job, {"key": job.value})]
    assert school.audited == [("kim", job.value, subject)]


@pytest.mark.parametrize("request_it", [request_scan, request_reconcile])
def test_whoever_may_not_ask_leaves_nothing_behind(request_it):
    school = School()
    with pytest.raises(NotAllowed):
        request_it(by=person(Role.TEACHER), services=services(school))
    assert (school.jobs, school.audited) == ([], [])

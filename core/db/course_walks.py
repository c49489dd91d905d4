"""How learners walk through lessons, as `own_seen` knows it."""

from collections.abc import Sequence

from sqlalchemy import Connection, text

from core.course_walk import Walk

# A line for each place that is somebody's furthest, and one for all learners together. The lessons are named
# twice, so that their rows are looked up in the key's index: how many a list has, the database cannot know.
# What the first take-in found has one day, that of the last change: who is in it may have begun earlier.
WALK = text("""
WITH each AS (
    SELECT max(place) - 1 AS furthest, count(*) FILTER (WHERE completed) = cardinality(:lessons) AS has_all,
        max(finished_day) - min(first_day) + 1 AS days
    FROM unnest(CAST(:lessons AS text[])) WITH ORDINALITY AS course (lesson_id, place)
    JOIN own_seen USING (lesson_id)
    WHERE own_seen.lesson_id = ANY(:lessons) AND (watched_ms > 0 OR completed)
    GROUP BY user_id
)
SELECT furthest, count(*) AS learners, count(*) FILTER (WHERE has_all) AS finished,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE has_all) AS days
FROM each GROUP BY GROUPING SETS ((furthest), ())
""")


def walk(connection: Connection, lessons: Sequence[str]) -> Walk:
    """Through these lessons, in this order."""
    furthest: dict[int, int] = {}
    finished, days = 0, None
    for row in connection.execute(WALK, {"lessons": [*lessons]}):
        if row.furthest is None:
            finished, days = row.finished, row.days
        else:
            furthest[row.furthest] = row.learners
    return Walk(furthest=furthest, finished=finished, days=days)

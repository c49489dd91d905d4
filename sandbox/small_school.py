"""A small school for a stack: few words, as many lessons as a test or a bench wants."""

import psycopg

from sandbox.school.clips import Clip, make_clip
from sandbox.school.tables import TABLES
from sandbox.stack import BUCKET, Stack

SCHOOL = """
insert into users (id, email, name, role) values
    ('t1', 'tess@school.test', 'Tess Teacher', 'teacher'), ('a1', 'ada@school.test', 'Ada Admin', 'admin');
insert into courses (title, teacher_id) select 'Course ' || n, 't1' from generate_series(1, 4) as n;
insert into lessons (title, course_id, creator_id, status, position, video_url)
    select 'Lesson ' || n, 1 + n % 4, 't1', 'published', n, 's3://{bucket}/{prefix}' || key
    from (select n, lpad((n / 1000)::text, 4, '0') || '/recording-' || lpad(n::text, 6, '0') || '.mp4' as key
          from generate_series(0, {count} - 1) as n) as keys;
insert into videos
    (lesson_id, title, filename, file_path, file_size, uploaded_by, course_id, s3_bucket, s3_key)
    select id, title, 'recording.mp4', video_url, 1, 't1', course_id, '{bucket}',
        split_part(video_url, '{bucket}/', 2) from lessons where id % 3 = 0;
"""


def fill(stack: Stack, *, lessons: int, duration_s: int = 2, prefix: str = "") -> None:
    """`lessons` lessons, each with an object of its own bytes; every third has a row in `videos` too."""
    folder = stack.folder / "media"
    folder.mkdir(exist_ok=True)
    clips = [Clip(title="Clip", subtitle="", number=n, hue=n / 4, duration_s=duration_s) for n in range(4)]
    for clip in clips:
        make_clip(clip, folder)
    stack.s3.seed(BUCKET, prefix=prefix, count=lessons, clips=[folder / clip.name for clip in clips])
    with psycopg.connect(stack.env["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(TABLES)
        connection.execute(SCHOOL.format(bucket=BUCKET, prefix=prefix, count=lessons))

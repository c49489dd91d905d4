"""What real buckets and tables hold besides well-named videos."""

from sandbox.school.builder import Link, SchoolBuilder
from sandbox.school.rows import Content, Course, Cut, Hls, SampleObject
from sandbox.school.spellings import (
    ARCHIVE,
    ARCHIVE_PREFIX,
    MEDIA,
    cloudfront,
    custom_domain,
    encoded_throughout,
    s3_scheme,
    virtual_hosted,
)

PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
VTT = b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello.\n"
JPEG_START = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"
LONGEST_KEY_BYTES = 900


def add_awkward(build: SchoolBuilder) -> None:
    courses = {course.title: course for course in build.school.courses}
    odd_keys(build, courses)
    odd_files(build, courses)
    shared_and_missing(build, courses)
    hls_folders(build, courses)
    elsewhere(build, courses)
    nobodys(build, courses)
    beside_the_videos(build)


def odd_keys(build: SchoolBuilder, courses: dict[str, Course]) -> None:
    longest = f"history/{'a-very-long-name-' * 60}"[: LONGEST_KEY_BYTES - len("courses/.mp4")]
    rows = (
        ("Spanish for beginners", "español/¿Qué tal? Saludos.mp4", encoded_throughout),
        ("Drawing", "drawing/light (second take) final FINAL.mp4", virtual_hosted),
        ("Algebra I", "algebra-1/1+1=2 & 100% #1.mp4", cloudfront),
        ("Music theory", "music/高音部記号 – treble clef.mp4", s3_scheme),
        ("Modern history", f"{longest}.mp4", custom_domain),
        ("Geometry", "geometry/CIRCLES_0042.MP4", virtual_hosted),
    )
    for course_title, name, spelling in rows:
        course = courses[course_title]
        title = name.rpartition("/")[2].rpartition(".")[0][:60]
        item = build.object(
            SampleObject(bucket=MEDIA, key=f"courses/{name}", content=build.clip(title, course))
        )
        build.lesson(course, title, item, link=Link.BOTH_WAYS, spelling=spelling)


def odd_files(build: SchoolBuilder, courses: dict[str, Course]) -> None:
    def add(course: Course, name: str, title: str, content: Content, content_type: str = "video/mp4") -> None:
        item = SampleObject(bucket=MEDIA, key=f"courses/{name}", content=content, content_type=content_type)
        build.lesson(course, title, build.object(item))

    python, music = courses["Programming in Python"], courses["Music theory"]
    clip = build.clip
    cut = Cut(clip=clip("Files, interrupted", python, index_first=False, duration_s=8))
    add(python, "python/files-upload-2.mp4", "Files, interrupted upload", cut)
    add(python, "python/tests-empty.mp4", "Tests, empty upload", b"")
    add(python, "python/handout.pdf", "Handout", PDF, "application/pdf")
    add(python, "python/slides.mp4", "Slides, named as a video", PDF + b"%")
    by_ear = clip("Cadences by ear", music, container="mp3")
    add(music, "music/cadences.mp3", "Cadences by ear", by_ear, "audio/mpeg")
    add(music, "music/form-export", "Form, as exported", clip("As exported", music), "binary/octet-stream")
    phone = clip("From the phone", music, container="mov", width=180, height=320)
    add(music, "music/IMG_0815.MOV", "Rhythm from the phone", phone, "video/quicktime")
    browser = clip("In the browser", music, container="webm")
    add(music, "music/scales.webm", "Scales in the browser", browser, "video/webm")
    both = clip("In two languages", music, audio_languages=("eng", "spa"))
    add(music, "music/intervals-en-es.mp4", "Intervals in two languages", both)


def shared_and_missing(build: SchoolBuilder, courses: dict[str, Course]) -> None:
    """One object for three lessons; two objects with the same bytes; rows whose object is gone."""
    algebra, chemistry = courses["Algebra II"], courses["Chemistry"]
    welcome = SampleObject(bucket=MEDIA, key="shared/welcome.mp4", content=build.clip("Welcome", algebra))
    build.object(welcome)
    for course in (algebra, chemistry, courses["Statistics"]):
        build.lesson(course, f"Welcome to {course.title}", welcome, link=Link.URL_ONLY)
    twice = build.clip("Safety in the laboratory", chemistry)
    for key in ("courses/chemistry/safety.mp4", "courses/chemistry/safety (copy).mp4"):
        item = build.object(SampleObject(bucket=MEDIA, key=key, content=twice))
        build.lesson(chemistry, "Safety in the laboratory", item)
    for number in (1, 2, 3):
        gone = SampleObject(bucket=MEDIA, key=f"courses/chemistry/removed-{number}.mp4", content=b"")
        build.lesson(chemistry, f"Removed experiment {number}", gone, link=tuple(Link)[number])


def hls_folders(build: SchoolBuilder, courses: dict[str, Course]) -> None:
    """Made by the transcoder of old: one lesson that also has a file's URL, one that has nothing else."""
    biology = courses["Biology of cells"]
    for key, title in (
        ("hls/mitosis-live/index.m3u8", "Mitosis, live"),
        ("hls/genes-live/index.m3u8", "Genes, live"),
    ):
        build.object(
            SampleObject(bucket=MEDIA, key=key, content=Hls(clip=build.clip(title, biology, duration_s=8)))
        )
    mitosis, genes = (virtual_hosted(MEDIA, f"hls/{name}-live/index.m3u8") for name in ("mitosis", "genes"))
    build.lesson(biology, "Mitosis, live", None, video_url=mitosis, hls_url=mitosis, status="published")
    build.lesson(biology, "Genes, live", None, hls_url=genes, status="published")


def elsewhere(build: SchoolBuilder, courses: dict[str, Course]) -> None:
    """Addresses that are none of our objects."""
    history = courses["Modern history"]
    build.lesson(
        history, "A lecture on YouTube", None, video_url="https://www.youtube.com/watch?v=xxxxxxxxxxx"
    )
    build.lesson(history, "From another bucket", None, video_url="s3://partner-uploads/1914/overview.mp4")
    build.lesson(history, "Not an address", None, video_url="see the shared drive")
    build.lesson(history, "Emptied", None, video_url="")


def nobodys(build: SchoolBuilder, courses: dict[str, Course]) -> None:
    """Objects that no row points at: forgotten takes, and recordings kept in the archive."""
    geometry = courses["Geometry"]
    for number in range(1, 7):
        clip = build.clip(f"Forgotten take {number}", geometry, number=900 + number)
        build.object(SampleObject(bucket=MEDIA, key=f"uploads/tmp/take-{number}.mp4", content=clip))
    for number in range(1, 9):
        clip = build.clip(f"Lecture {number}", geometry, number=950 + number)
        key = f"{ARCHIVE_PREFIX}2019/lecture-{number:02d}.mp4"
        build.object(SampleObject(bucket=ARCHIVE, key=key, content=clip))


def beside_the_videos(build: SchoolBuilder) -> None:
    """Small things that every bucket collects; the last lies outside the prefix that is scanned."""
    rows = (
        (MEDIA, "courses/algebra-1/", b"", "application/x-directory"),
        (MEDIA, "courses/.DS_Store", b"\x00\x00\x00\x01Bud1", "binary/octet-stream"),
        (MEDIA, "courses/algebra-1/01-sets.en.vtt", VTT, "text/vtt"),
        (MEDIA, "courses/algebra-1/formulae.pdf", PDF + b"%%", "application/pdf"),
        (MEDIA, "thumbnails/01-sets.jpg", JPEG_START, "image/jpeg"),
        (ARCHIVE, "backups/2019.tar", b"not for scanning", "application/x-tar"),
    )
    for bucket, key, content, content_type in rows:
        build.object(SampleObject(bucket=bucket, key=key, content=content, content_type=content_type))

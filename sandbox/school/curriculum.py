"""What the school teaches, and who is there. Names only; no dates, no files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    slug: str
    title: str
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: str
    email: str
    name: str
    role: str


# Two lines each: the slug and the title, then what the lessons are about.
SYLLABUS = """
algebra-1 Algebra I
    Sets, Fractions, Linear equations, Inequalities, Powers, Roots, Polynomials, Functions, Problems
algebra-2 Algebra II
    Quadratics, Logarithms, Growth, Sequences, Series, Matrices, Complex numbers, Induction, Limits
geometry Geometry
    Angles, Triangles, Pythagoras, Circles, Similarity, Vectors, Solids, Coordinates, Proofs
statistics Statistics
    Mean and median, Spread, Probability, Bayes, The normal curve, Sampling, Confidence, Tests, Trends
mechanics Physics: mechanics
    Motion, Forces, Newton's laws, Energy, Momentum, Rotation, Gravity, Oscillation, Waves
chemistry Chemistry
    Atoms, The periodic table, Bonds, Moles, Acids and bases, Oxidation, Gases, Equilibrium, Carbon
biology Biology of cells
    The cell, Membranes, Enzymes, Respiration, Photosynthesis, DNA, Mitosis, Genes, Evolution
history Modern history
    1789, Napoleon, Industry, Nations, Empires, 1914, The twenties, 1939, The Cold War
spanish Spanish for beginners
    Greetings, Numbers, Family, Food, Travel, The past tense, Ser and estar, Pronouns, Small talk
music Music theory
    Notes, Rhythm, Scales, Intervals, Triads, Cadences, Modulation, Counterpoint, Form
drawing Drawing
    Lines, Shapes, Light, Perspective, Hands, Faces, Figures, Charcoal, Composition
python Programming in Python
    Values, Names, Functions, Loops, Lists, Dictionaries, Files, Tests, Classes
"""
FORMS = ("{}", "{}: worked examples", "{}: exercises")
LESSONS_PER_SUBJECT = 24

STAFF = (
    (
        "usr_admin_dana",
        "dana.moreau@school.example",
        "Dana Moreau",
        "admin, ops",
    ),  # a small school: she does both
    ("usr_admin_idris", "idris.khan@school.example", "Idris Khan", "admin"),
    ("usr_ops_olu", "olu.adeyemi@school.example", "Olu Adeyemi", "ops"),
    ("usr_fin_frida", "frida.lind@school.example", "Frida Lind", "finance"),
    ("usr_t_ana", "ana.costa@school.example", "Ana Costa", "teacher"),
    ("usr_t_ben", "ben.fischer@school.example", "Ben Fischer", "teacher"),
    (
        "usr_t_chloe",
        "Chloe.Martin@School.example",
        "Chloe Martin",
        "teacher",
    ),  # capitals, as typed at sign-up
    ("usr_t_david", "david.novak@school.example", "David Novák", "teacher"),
    ("usr_t_emi", "emi.sato@school.example", "Emi Sato", "teacher"),
    ("usr_t_farid", "farid.haddad@school.example", "Farid Haddad", "teacher"),
)
FIRST_NAMES = ("Alma", "Bo", "Carla", "Dilan", "Elif", "Finn", "Greta", "Hugo", "Ines", "Jonas")
LAST_NAMES = ("Berg", "Okafor", "Rossi", "Yilmaz")
# Twice the same address but for its case: neither of the two can be told by it.
TWINS = (
    ("usr_s_twin1", "sam.doe@school.example", "Sam Doe", "student"),
    ("usr_s_twin2", "Sam.Doe@school.example", "Sam Doe", "student"),
)


def subjects() -> list[Subject]:
    lines = SYLLABUS.strip().splitlines()
    return [subject(heading, topics) for heading, topics in zip(lines[::2], lines[1::2], strict=True)]


def subject(heading: str, topics: str) -> Subject:
    slug, _, title = heading.partition(" ")
    return Subject(slug=slug, title=title, topics=tuple(topic.strip() for topic in topics.split(",")))


def people() -> list[Person]:
    named = [(first, last) for last in LAST_NAMES for first in FIRST_NAMES]
    students = [
        (f"usr_s_{number:03d}", f"{first}.{last}@school.example".lower(), f"{first} {last}", "student")
        for number, (first, last) in enumerate(named, start=1)
    ]
    rows = (*STAFF, *students, *TWINS)
    return [Person(id=id_, email=email, name=name, role=role) for id_, email, name, role in rows]


def teachers() -> list[str]:
    return [id_ for id_, _, _, role in STAFF if role == "teacher"]


def students() -> list[str]:
    return [person.id for person in people() if person.role == "student"]


def lesson_titles(taught: Subject) -> list[str]:
    titles = [form.format(topic) for topic in taught.topics for form in FORMS]
    return titles[:LESSONS_PER_SUBJECT]

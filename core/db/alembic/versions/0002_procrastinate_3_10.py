"""The job queue's tables, as procrastinate 3.10 ships them.

The file is a copy: a revision never changes once released, while the package's own file does. A newer
procrastinate comes with a new revision made of its numbered migrations.
"""

from pathlib import Path

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    # Straight to the driver: SQLAlchemy would read the file's `%` as parameters.
    op.get_bind().connection.cursor().execute(statements)

"""Reading a lesson's script: its captions and chapters, for whoever may play it."""

from core.access import Action, Person
from core.admitting import admitted
from core.caption_looking import captions, captions_file
from core.captions import read
from core.cue import Cue
from core.errors import AppError, NotAllowed, NotFound
from core.ports import Services
from core.script import Script, in_order


def script(lesson_id: str, *, by: Person, services: Services) -> Script:
    """What is known of it. Empty for whoever may not play the lesson, because what is said is the video's
    own; what cannot be read keeps nobody from the rest."""
    found: dict[str, tuple[Cue, ...]] = {}
    trouble = ""
    for name, cues_of in (("cues", _cues), ("chapters", _chapters)):
        try:
            found[name] = cues_of(lesson_id, by, services)
        except (NotFound, NotAllowed):
            continue
        except AppError as error:
            trouble = error.sentence
    return Script(cues=found.get("cues", ()), chapters=found.get("chapters", ()), trouble=trouble)


def _cues(lesson_id: str, by: Person, services: Services) -> tuple[Cue, ...]:
    """Of the captions that the school's row names, else of the first that can be read."""
    known = captions(lesson_id, by=by, services=services)
    found = sorted((one for one in known.lines if one.can_be_read), key=lambda one: not one.is_named)
    if not known.may_read or not found:
        return ()
    return in_order(captions_file(lesson_id, found[0].key, by=by, services=services))


def _chapters(lesson_id: str, by: Person, services: Services) -> tuple[Cue, ...]:
    with services.uow("script.chapters.read") as tx:
        found = tx.playables.get(lesson_id, by.host_user_id)
    admitted(by, Action.PLAY, lesson_id, found.ties if found else None)
    if found is None or found.chapters is None:
        return ()
    return in_order(read(services.store.read(found.chapters)))

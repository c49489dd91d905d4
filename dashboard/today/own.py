"""What a teacher needs to know: which of their own lessons have a file that is missing or did not move, and
what became of the jobs that they started."""

import streamlit as st

from core.access import Action, Person, allows
from core.migration import Trouble
from core.own_videos import OwnTrouble, OwnVideos
from core.source import Finding
from dashboard import bones, formats, note
from dashboard.reasons import TROUBLE
from dashboard.services import services
from dashboard.today import notes
from dashboard.words import Term

MOST = 20
SILENT = Term("Does not play", "error", "red")
STAYS = Term("Not on Mux", "visibility", "orange")
SENTENCES = {
    Finding.MISSING: "Its file is not where the lesson says, so it does not play. Upload it again.",
    Finding.EMPTY: "Its file has no bytes, so it does not play. Upload it again.",
    Finding.UNREADABLE: "Its file could not be read as a video; it may be cut off. Upload a sound one.",
}


def show(person: Person) -> None:
    """The lessons in trouble, one by one; else that all is well."""
    st.subheader("Your lessons", anchor=False)
    if not person.host_user_id:
        bones.nothing(
            "The school's list of users does not have you, so your lessons cannot be told.",
            "Ask whoever runs Lectern to compare your e-mail address with the school's.",
        )
        return
    with services().uow("own.read") as tx:
        own = tx.sources.own_videos(person.host_user_id, limit=MOST)
    needs = [] if allows(person, Action.SEE_BATCHES) else list(notes.of_batches(person))
    note.show(needs)
    _answer(own, is_calm=not needs)
    for number, one in enumerate(own.troubled):
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"own_{number}"):
            badge = (SILENT if one.finding else STAYS).badge
            st.markdown(f"{badge} **{title(one)}**: {sentence(one)}", width="stretch")
            if one.finding in SENTENCES:
                bones.link("upload.py", "Upload")
    if own.in_trouble > len(own.troubled):
        st.caption(f"And {formats.number(own.in_trouble - len(own.troubled))} more.")


def _answer(own: OwnVideos, *, is_calm: bool) -> None:
    if not own.videos:
        bones.nothing(
            "No video of yours has been found yet.",
            "What your lessons have in S3 stands here after an admin's next scan.",
            page="upload.py",
            label="Upload a video",
        )
        return
    videos = formats.counted(own.videos, "video")
    said = f"**{formats.number(own.on_mux)} of your {videos} on Mux.**"
    if own.in_trouble:
        st.markdown(f"{said} The others play as before, but for these:")
    else:
        st.markdown(f"{said} The others play as before.")
    if not own.in_trouble and is_calm:
        st.markdown(":green-badge[:material/check_circle: Nothing needs you today]")


def title(one: OwnTrouble) -> str:
    return formats.literal(one.title or one.key.rsplit("/", 1)[-1])


def sentence(one: OwnTrouble) -> str:
    """What is the matter with it, and what its teacher can do."""
    if one.finding in SENTENCES:
        return SENTENCES[one.finding]
    reason = TROUBLE[one.trouble or Trouble.UNEXPECTED].short
    return f"{reason}, so it did not move to Mux. It plays as before; an admin looks after it."

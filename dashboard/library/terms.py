"""The library's own words: what plays a lesson, how its video stands, and in what order lessons come."""

from collections.abc import Mapping

from core.asset import Quality
from core.library import Captions, Film, LibrarySort, Published
from core.library_view import LibraryLook
from core.playback import Provider
from dashboard.words import Term

PROVIDER: Mapping[Provider, Term] = {
    Provider.MUX: Term("Mux", "cloud_done", "green", "Plays from Mux."),
    Provider.S3: Term("S3", "inventory_2", "gray", "Plays the file in S3."),
    Provider.HLS: Term("S3, as a stream", "inventory_2", "gray", "Plays the HLS folder in S3."),
    Provider.NONE: Term("Nothing", "videocam_off", "gray", "Has no video that plays."),
}

FILM: Mapping[Film, Term] = {
    Film.PLAYS: Term("Plays", "play_circle", "green"),
    Film.PREPARING: Term("Preparing", "hourglass_top", "blue", "Mux makes it ready to play."),
    Film.FAILED: Term("Failed", "error", "red", "Mux could not make it."),
    Film.DELETED: Term("Deleted at Mux", "delete", "red", "The copy is gone, and no file is left to play."),
    Film.MISSING: Term("No video", "videocam_off", "gray", "Nothing was uploaded yet."),
}

DRAFT = Term("Draft", "edit_note", "orange", "Not published.")

CAPTIONS: Mapping[Captions, str] = {Captions.WITH: "With captions", Captions.WITHOUT: "Without"}
PUBLISHED: Mapping[Published, str] = {Published.YES: "Published", Published.NO: "Draft"}
QUALITY: Mapping[Quality, str] = {one: one.value.capitalize() for one in Quality}

LOOK: Mapping[LibraryLook, str] = {
    LibraryLook.CARDS: ":material/grid_view: Cards",
    LibraryLook.TABLE: ":material/table_rows: Table",
}

SORT: Mapping[LibrarySort, str] = {
    LibrarySort.NEWEST: "Newest first",
    LibrarySort.OLDEST: "Oldest first",
    LibrarySort.TITLE: "By title",
    LibrarySort.LONGEST: "Longest first",
}

"""Why something failed, was skipped, or waits: what happened, why, and what to do, in that order."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from core.migration import SkipReason, Trouble


class Remedy(StrEnum):
    """What a person does about a failed item."""

    RETRY = "Retry"
    SCAN_AND_RETRY = "Scan and retry"
    LOOK = "Look at the file"
    SETTINGS = "Correct, then retry"


@dataclass(frozen=True, slots=True)
class Reason:
    """`short` heads a group of failures; `sentence` explains it and says what to do."""

    short: str
    sentence: str
    remedy: Remedy = Remedy.RETRY


TROUBLE: Mapping[Trouble, Reason] = {
    Trouble.SOURCE_CHANGED: Reason(
        "Changed since the scan",
        "The object in S3 is not the one that was ticked: it was replaced since the scan. "
        "Scan again, then retry to move the new one.",
        Remedy.SCAN_AND_RETRY,
    ),
    Trouble.SOURCE_GONE: Reason(
        "Gone from S3",
        "The object is not in S3 any more: it was moved or deleted since the scan. "
        "Scan again, then tick it where it is now.",
        Remedy.SCAN_AND_RETRY,
    ),
    Trouble.SOURCE_DENIED: Reason(
        "S3 refuses to read it",
        "S3 answered 403: our credentials may list this object but not read it. "
        "Allow s3:GetObject on its key, then retry.",
        Remedy.SETTINGS,
    ),
    Trouble.SOURCE_UNREACHABLE: Reason(
        "S3 does not answer",
        "S3 could not be reached, also not after several tries. Retry when it answers again.",
    ),
    Trouble.LENGTH_UNKNOWN: Reason(
        "Length not known",
        "The file does not say how long it is, so the copy cannot be compared with it. "
        "Play the file, and upload a sound one in its place.",
        Remedy.LOOK,
    ),
    Trouble.LENGTH_DIFFERS: Reason(
        "The copy has another length",
        "The copy at Mux is longer or shorter than the file, so it was not used. "
        "Often the file is cut off near its end: play it to the end.",
        Remedy.LOOK,
    ),
    Trouble.DOWNLOAD_FAILED: Reason(
        "Mux could not download it",
        "Mux did not get the file from S3: the key may have moved, or S3 was too slow. "
        "Scan again, then retry.",
        Remedy.SCAN_AND_RETRY,
    ),
    Trouble.FILE_DAMAGED: Reason(
        "The file is damaged",
        "Mux could not read it as a video (invalid input). Play the file; upload a sound one in its place.",
        Remedy.LOOK,
    ),
    Trouble.MUX_REFUSED: Reason(
        "Mux refused it",
        "Mux said no and gave the reason that stands at the video. Correct the cause, then retry.",
        Remedy.SETTINGS,
    ),
    Trouble.MUX_SILENT: Reason(
        "Mux never confirmed it",
        "Mux was asked several times, never answered properly, and made nothing. "
        "Look at status.mux.com, then retry.",
    ),
    Trouble.NOT_PLAYABLE: Reason(
        "The copy does not play",
        "Mux says that the copy is ready, but no picture could be read from it. Retry makes a new one.",
    ),
    Trouble.NOT_REACHED: Reason(
        "The copy could not be checked",
        "The copy is ready at Mux, but its stream, or S3, did not answer for minutes or turned us away. "
        "Correct what the video's own reason names, then retry: the same copy is checked again.",
    ),
    Trouble.ASSET_DELETED: Reason(
        "Deleted at Mux",
        "Somebody deleted the copy at Mux before it was used. Retry makes a new one.",
    ),
    Trouble.ROW_CHANGED: Reason(
        "The lesson changed meanwhile",
        "A row of the lesson was changed since, so it was left as it is. "
        "Look at the lesson before you repeat the action.",
        Remedy.LOOK,
    ),
    Trouble.ROW_REFUSED: Reason(
        "The school's tables refuse it",
        "The database does not take what is to be written into the lesson's rows; the reason that stands "
        "beside it names the right or the rule. Correct it, then repeat the action: a copy at Mux is kept.",
        Remedy.SETTINGS,
    ),
    Trouble.SIGNING_KEY_MISSING: Reason(
        "No signing key",
        "The copy needs signed playback, and no signing key is set. "
        "Set MUX_SIGNING_KEY and MUX_PRIVATE_KEY, then retry.",
        Remedy.SETTINGS,
    ),
    Trouble.LESSON_GONE: Reason(
        "The lesson is gone",
        "The school deleted it before its turn came. There is nothing left to do.",
        Remedy.LOOK,
    ),
    Trouble.NOT_YOURS: Reason(
        "Somebody else's lesson",
        "Whoever started the batch may not edit it (any more): it belongs to somebody else. Ask an admin.",
        Remedy.LOOK,
    ),
    Trouble.NO_CAPTIONS: Reason(
        "No captions came of it",
        "Mux could not write captions, or they were deleted before they were ready: the lesson's own reason "
        "says which. Correct it, then retry: they are written anew.",
        Remedy.SETTINGS,
    ),
    Trouble.NO_MASTER: Reason(
        "Mux does not give the original",
        "There is no file in S3 to make the copy from, and Mux did not give the one that it keeps. "
        "Retry asks for it once more.",
    ),
    Trouble.CAPTIONS_REFUSED: Reason(
        "Its captions cannot go along",
        "The new copy could not be given the lesson's captions, so the old one stays. The reason stands at "
        "the lesson: correct it, then retry.",
        Remedy.SETTINGS,
    ),
    Trouble.UNEXPECTED: Reason(
        "Something unforeseen",
        "A step ended in a way that Lectern did not foresee; the log has it. Retry once, then ask for help.",
    ),
}

SKIP: Mapping[SkipReason, Reason] = {
    SkipReason.NOT_VIDEO: Reason("not a video", "Documents, pictures and sound stay in S3."),
    SkipReason.EMPTY: Reason("empty", "The object has no bytes."),
    SkipReason.MISSING: Reason("not seen in S3", "A lesson points at it, but no scan sees it there."),
    SkipReason.ON_MUX: Reason("on Mux already", "A verified copy is there."),
    SkipReason.MOVING: Reason("in another batch", "It is under way in a batch that is not done."),
    SkipReason.UNREADABLE: Reason("unreadable", "It could not be read as a video; it may be cut off."),
    SkipReason.SPARE: Reason(
        "HLS beside its film", "Its lessons name the film itself as well, which moves instead."
    ),
    SkipReason.ALREADY: Reason("as wanted already", "The lesson is like that, so nothing was changed."),
    SkipReason.NOT_YOURS: Reason("somebody else's", "Only who made a lesson, or an admin, changes it."),
    SkipReason.NOT_AT_MUX: Reason("without a copy at Mux", "The lesson does not play from Mux."),
    SkipReason.NOT_READY: Reason(
        "not ready at Mux", "Its copy cannot be played (yet), so nothing was asked of it."
    ),
    SkipReason.TOGETHER: Reason(
        "playing a copy that is named already",
        "Another lesson of the choice plays the same copy; what becomes of it becomes of this one, too.",
    ),
    SkipReason.NO_SOUND: Reason("without sound", "Its copy at Mux has no sound."),
    SkipReason.CAPTIONED: Reason(
        "captioned already",
        "It has captions in that language, or a file of captions that the school wrote in.",
    ),
    SkipReason.CAPTIONS_COMING: Reason(
        "being captioned", "Captions in that language are on their way already."
    ),
    SkipReason.MOVED_ON: Reason(
        "named by no lesson any more",
        "Since the scan its lessons were given another video, or deleted, so no copy was made. "
        "Scan again to see what they name now.",
    ),
}

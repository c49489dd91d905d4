"""An HLS folder joined into one fragmented MP4, packet by packet: no frame is decoded."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from heapq import merge
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import av
from av.bitstream import BitStreamFilterContext

from core.errors import InvalidInput
from core.media.hls import Track
from core.media.opening import codec_of, first_of, open_bytes, open_stream

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream

Packet = Any
"""`av.packet.Packet`, generic over a stream's kind, which does not matter here."""

MOVFLAGS = "frag_keyframe+empty_moov+delay_moov+default_base_moof"
"""`delay_moov` writes the header after the first packets: only they tell what AAC in a TS looks like."""

PIECE_BYTES = 1024 * 1024


def remux(parts: Sequence[Track]) -> Iterator[bytes]:
    """The film in pieces of about a MiB; one segment of each track is in memory at a time."""
    written = Written()
    with av.open(written, "w", format="mp4", options={"movflags": MOVFLAGS}) as film:
        for packet in _in_order(parts, film):
            film.mux(packet)
            if written.size_bytes >= PIECE_BYTES:
                yield written.take()
    yield written.take()


def _in_order(parts: Sequence[Track], film: "OutputContainer") -> Iterator[Packet]:
    """The packets of all tracks in the order of their times, each bound to its stream of the film."""
    with ExitStack() as opened:
        samples = [opened.enter_context(open_bytes(part.sample())) for part in parts]
        begin_us = min(sample.start_time or 0 for sample in samples)
        feeds = [
            _packets(part, _streams(part, sample, film), begin_us)
            for part, sample in zip(parts, samples, strict=True)
        ]
    yield from (packet for _, packet in merge(*feeds, key=itemgetter(0)))


def _streams(part: Track, sample: "InputContainer", film: "OutputContainer") -> dict[str, "Stream"]:
    """A stream of the film for each kind that the track has."""
    found = {kind: first_of(sample, kind) for kind in part.kinds}
    return {kind: film.add_stream_from_template(stream) for kind, stream in found.items() if stream}


def _packets(part: Track, streams: Mapping[str, "Stream"], begin_us: int) -> Iterator[tuple[float, Packet]]:
    """A track's packets with their second in the film, whose clock starts at `begin_us` of the first run."""
    latest_s = dict.fromkeys(streams, float("-inf"))
    for start_s, run in part.runs():
        with open_stream(Joined(part.bodies(run))) as source:
            base_us = (source.start_time or 0) - round(start_s * 1e6) if start_s else begin_us
            for kind, packet in _demuxed(source, streams):
                at_s = _shift(packet, base_us)
                if at_s > latest_s[kind]:  # where two runs overlap, the first one stays
                    latest_s[kind] = at_s
                    packet.stream = streams[kind]
                    yield at_s, packet


def _demuxed(source: "InputContainer", streams: Mapping[str, "Stream"]) -> Iterator[tuple[str, Packet]]:
    """Packets of the kinds that are wanted, as an MP4 holds them."""
    found = [stream for kind in streams if (stream := first_of(source, kind))]
    if any(codec_of(stream) != codec_of(streams[stream.type]) for stream in found):
        raise InvalidInput("The HLS folder changes its codec midway.")
    kinds = {stream.index: stream.type for stream in found}
    # In a TS each packet of AAC brings its own header, which an MP4 has once.
    bare = {s.index: BitStreamFilterContext("aac_adtstoasc", s) for s in found if codec_of(s) == "aac"}
    for packet in source.demux(found):
        index = packet.stream_index
        if packet.dts is not None:  # the empty one at the end has none
            for kept in bare[index].filter(packet) if index in bare else [packet]:
                yield kinds[index], kept


def _shift(packet: Packet, base_us: int) -> float:
    """Move a packet's clock back by `base_us` and return its second."""
    ticks = round(base_us / 1e6 / packet.time_base)
    packet.dts -= ticks
    packet.pts = None if packet.pts is None else packet.pts - ticks
    return float(packet.dts * packet.time_base)


class Joined:
    """What a demuxer reads: bodies one after another, each fetched when its turn comes."""

    def __init__(self, bodies: Iterator[bytes]) -> None:
        self._bodies = bodies
        self._left = memoryview(b"")

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, fetched as they are needed; b'' at the end."""
        while not self._left:
            body = next(self._bodies, None)
            if body is None:
                return b""
            self._left = memoryview(body)
        piece, self._left = self._left[:size], self._left[size:]
        return bytes(piece)


class Written:
    """What a muxer writes, until it is taken. It cannot seek, so a fragmented film comes out."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self.size_bytes = 0

    def write(self, block: bytes) -> int:
        """Keep a block until somebody takes it."""
        self._blocks.append(bytes(block))
        self.size_bytes += len(block)
        return len(block)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = b"".join(self._blocks)
        self._blocks, self.size_bytes = [], 0
        return taken

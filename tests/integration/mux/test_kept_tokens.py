"""Tokens that are handed out more than once still live as long as was asked."""

from core.mux.kept_tokens import SPARE_S, KeptTokens
from tests.fakes import FakeClock, FakeSigner


def kept(**options: int) -> tuple[KeptTokens, FakeSigner, FakeClock]:
    signer, clock = FakeSigner(), FakeClock()
    return KeptTokens(signer, clock=clock, **options), signer, clock


def test_a_video_that_is_asked_for_again_gets_the_token_that_was_made() -> None:
    tokens, signer, clock = kept()
    first = tokens.token("play-1", "v", lifetime_s=600)
    clock.tick(SPARE_S - 1)
    assert tokens.token("play-1", "v", lifetime_s=600) == first
    assert len(signer.lifetimes_s) == 1


def test_a_token_that_is_handed_out_has_at_least_the_time_left_that_was_asked_for() -> None:
    tokens, signer, clock = kept()
    tokens.token("play-1", "v", lifetime_s=600)
    clock.tick(SPARE_S)
    tokens.token("play-1", "v", lifetime_s=600)
    assert signer.lifetimes_s == [600 + SPARE_S] * 2


def test_another_video_audience_or_lifetime_gets_another_token() -> None:
    tokens, signer, _ = kept()
    asked = [("play-1", "v", 600.0), ("play-1", "t", 600.0), ("play-2", "v", 600.0), ("play-1", "v", 60.0)]
    made = [tokens.token(playback_id, audience, lifetime_s=s) for playback_id, audience, s in asked]
    assert made == ["token.v.play-1", "token.t.play-1", "token.v.play-2", "token.v.play-1"]
    assert len(signer.lifetimes_s) == 4


def test_only_so_many_are_kept_and_those_asked_for_last_stay() -> None:
    tokens, signer, _ = kept(most=2)
    for playback_id in ("one", "two", "one", "three", "one"):
        tokens.token(playback_id, "v", lifetime_s=600)
    assert len(signer.lifetimes_s) == 3
    tokens.token("two", "v", lifetime_s=600)
    assert len(signer.lifetimes_s) == 4


def test_a_picture_of_another_look_gets_another_token() -> None:
    tokens, signer, _ = kept()
    for look in ((), (("width", 320),), ()):
        tokens.token("play-1", "t", lifetime_s=600, look=look)
    assert len(signer.lifetimes_s) == 2

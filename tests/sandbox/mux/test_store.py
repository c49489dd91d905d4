"""State on disk, and chance that repeats."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.mux.chance import Chance, Kind
from sandbox.mux.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


def add_three(store: Store) -> None:
    for name in ("a", "b", "c"):
        store.assets.add(name, {"name": name}, parent="even" if name == "b" else "odd")


class TestStore:
    def test_rows_come_newest_first_in_pages(self, store: Store):
        add_three(store)
        assert [row.id for row in store.assets.newest(2)] == ["c", "b"]
        assert [row.id for row in store.assets.newest(2, offset=2)] == ["a"]
        before = store.assets.newest(1)[0].seq
        assert [row.id for row in store.assets.newest(5, before=before)] == ["b", "a"]

    def test_rows_are_found_by_their_parent(self, store: Store):
        add_three(store)
        assert [row.id for row in store.assets.newest(5, parent="odd")] == ["c", "a"]

    def test_ended_rows_stay_as_history(self, store: Store):
        add_three(store)
        store.assets.save("b", {"name": "b"}, live=False)
        assert [row.id for row in store.assets.newest(5)] == ["c", "a"]
        assert [row.id for row in store.assets.every()] == ["a", "b", "c"]
        assert [row.id for row in store.assets.every(live_only=True)] == ["a", "c"]
        found = store.assets.find("b")
        assert found is not None
        assert not found.live

    def test_kinds_do_not_see_each_other(self, store: Store):
        add_three(store)
        assert store.uploads.find("a") is None

    def test_values_are_counted_by_life(self, store: Store):
        add_three(store)
        store.assets.save("a", {"name": "c"}, live=False)
        assert store.assets.tally("$.name") == {("b", True): 1, ("c", True): 1, ("c", False): 1}

    def test_what_is_written_together_comes_and_goes_together(self, store: Store):
        def stumble() -> None:
            with store.together():
                store.assets.add("x", {})
                with store.together():
                    store.assets.add("y", {})
                raise RuntimeError

        with pytest.raises(RuntimeError):
            stumble()
        assert store.assets.find("x") is None
        assert store.assets.find("y") is None

    def test_what_is_due_is_live_and_its_moment_has_come(self, store: Store):
        for key, ends_at in {"past": 5, "now": 10, "later": 11, "never": None, "deleted": 5}.items():
            store.assets.add(key, {"ends_at": ends_at})
        store.assets.add("endless", {})
        store.assets.save("deleted", {"ends_at": 5}, live=False)
        assert [row.id for row in store.assets.due("$.ends_at", 10)] == ["past", "now"]

    def test_another_store_over_the_folder_goes_on_where_this_one_is(self, store: Store, tmp_path: Path):
        store.assets.add("a", {"name": "a"})
        assert store.next_number("ids") == 1
        other = Store(tmp_path)
        assert other.assets.find("a") == store.assets.find("a")
        assert other.next_number("ids") == 2
        other.close()


class TestChance:
    def test_ids_look_like_muxs_and_never_repeat(self, store: Store):
        chance = Chance(store, 1)
        made = [chance.new_id(Kind.ASSET) for _ in range(200)]
        assert len(set(made)) == 200
        assert all(len(one) == 44 and one.isalnum() for one in made)

    def test_events_are_named_by_uuids(self, store: Store):
        parts = Chance(store, 1).new_id(Kind.EVENT).split("-")
        assert [len(part) for part in parts] == [8, 4, 4, 4, 12]

    def test_without_a_seed_a_folder_keeps_the_one_it_drew(self, store: Store):
        drawn = Chance(store, None).seed
        assert Chance(store, None).seed == drawn

    def test_a_rate_is_kept_in_the_long_run(self, store: Store):
        chance = Chance(store, 7)
        hits = sum(chance.strikes("fault", 0.2) for _ in range(1000))
        assert 160 <= hits <= 240

    def test_a_fault_that_is_off_rolls_no_dice(self, store: Store):
        chance = Chance(store, 7)
        assert not any(chance.strikes("fault", 0) for _ in range(50))
        assert store.next_number("roll:fault") == 1

    def test_one_fault_does_not_change_how_another_falls(self, store: Store, tmp_path: Path):
        alone = [Chance(store, 7).fraction("a") for _ in range(3)]
        other = Store(tmp_path / "other")
        mixed = [(Chance(other, 7).fraction("b"), Chance(other, 7).fraction("a"))[1] for _ in range(3)]
        other.close()
        assert mixed == alone

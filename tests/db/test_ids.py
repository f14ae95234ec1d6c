import multiprocessing

from db.ids import new_id, prefix_of


def made_in_a_fork(_: int) -> str:
    return new_id("exe")


def test_an_id_says_what_it_names() -> None:
    made = new_id("run")
    assert (made[:4], len(made), prefix_of(made)) == ("run_", 36, "run")


def test_the_ids_of_a_process_sort_by_creation() -> None:
    made = [new_id("exe") for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == 10_000


def test_forked_processes_make_different_ids() -> None:
    new_id("exe")
    with multiprocessing.get_context("fork").Pool(4) as pool:
        made = pool.map(made_in_a_fork, range(400), chunksize=1)
    assert len(set(made)) == 400


def test_what_is_no_id_of_ours_has_no_prefix() -> None:
    assert [prefix_of(text) for text in ("", "run", "run_", "cow_1", "_1")] == [None] * 5

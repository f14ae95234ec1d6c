from pathlib import Path

import pytest

from playhead.commands.refusal import WrongInput
from playhead.record_file import FileRecord, read_records


def refused(path: Path, key: str | None = None) -> str:
    with pytest.raises(WrongInput) as caught:
        list(read_records(path, key))
    assert len(caught.value.lines) == 1
    return caught.value.lines[0].removeprefix(f"{path}, ")


def csv(folder: Path, content: str | bytes) -> Path:
    path = folder / "records.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def json_lines(folder: Path, content: str) -> Path:
    path = folder / "records.jsonl"
    path.write_text(content)
    return path


def test_csv_values_are_text_and_empty_ones_are_null(tmp_path: Path) -> None:
    path = csv(tmp_path, 'name,place,founded\r\nAcme,"Paris, France",1902\r\nBolt,,2013 (1888)\r\n')
    assert list(read_records(path, None)) == [
        FileRecord(2, {"name": "Acme", "place": "Paris, France", "founded": "1902"}),
        FileRecord(3, {"name": "Bolt", "place": None, "founded": "2013 (1888)"}),
    ]


def test_a_csv_record_over_several_lines_counts_from_its_first(tmp_path: Path) -> None:
    path = csv(tmp_path, '\ufeffname,note\nAcme,"one\ntwo"\n\nBolt,three\n')
    assert list(read_records(path, None)) == [
        FileRecord(2, {"name": "Acme", "note": "one\ntwo"}),
        FileRecord(5, {"name": "Bolt", "note": "three"}),
    ]


def test_json_lines_keep_their_types_and_may_have_empty_lines(tmp_path: Path) -> None:
    path = json_lines(tmp_path, '{"name": "Acme", "size": 5, "tags": ["a"]}\n\n{"name": null}\n')
    assert list(read_records(path, None)) == [
        FileRecord(1, {"name": "Acme", "size": 5, "tags": ["a"]}),
        FileRecord(3, {"name": None}),
    ]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("", "line 1: takes a header: the names of the attributes"),
        ("name,,size\n", "line 1: the name of column 2 is empty"),
        ("name,size,name\n", "line 1: the name 'name' stands twice"),
        ("name,size\nAcme,1\nBolt\n", "line 3: has 1 fields, the header has 2"),
        ("name,size\nAcme,1\nBolt,2,3\n", "line 3: has 3 fields, the header has 2"),
        ('name\n"Acme" Inc\n', "line 2: is no CSV: ',' expected after '\"'"),
        (b"name\nAcme\nB\xffolt\n", "line 3: is not UTF-8 text"),
    ],
)
def test_a_fault_of_a_csv_file_is_named_with_its_line(
    tmp_path: Path, content: str | bytes, line: str
) -> None:
    assert refused(csv(tmp_path, content)) == line


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('{"a": 1}\n{"a": }\n', "line 2: is no JSON: Expecting value (column 7)"),
        ("[1]\n", "line 1: takes a JSON object: the values by the names of the attributes"),
        (
            '{"a": NaN}\n',
            "line 1: The value of 'a' cannot be stored: nan is no JSON number.",
        ),
    ],
)
def test_a_fault_of_json_lines_is_named_with_its_line(tmp_path: Path, content: str, line: str) -> None:
    assert refused(json_lines(tmp_path, content)) == line


def test_with_a_key_each_record_needs_its_own_value_of_it(tmp_path: Path) -> None:
    assert refused(csv(tmp_path, "name\nAcme\n"), "symbol") == (
        "line 2: 'symbol' is empty; with --key symbol each record needs its own"
    )
    assert (
        refused(csv(tmp_path, "name\nAcme\nBolt\nAcme\n"), "name") == "line 4: 'name' is 'Acme' as on line 2"
    )
    assert refused(json_lines(tmp_path, '{"name": ["Acme"]}\n'), "name") == (
        "line 1: 'name' takes a text, a number or a boolean"
    )


def test_another_kind_of_file_and_a_missing_one_are_refused(tmp_path: Path) -> None:
    assert (
        refused(tmp_path / "a.xlsx") == f"{tmp_path}/a.xlsx: takes a file that ends in .csv, .jsonl, .ndjson"
    )
    assert refused(tmp_path / "a.csv") == f"{tmp_path}/a.csv: cannot be read (No such file or directory)"

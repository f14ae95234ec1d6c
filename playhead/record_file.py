"""Records in a file, CSV or JSON lines: read one at a time, and each fault named with its line."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from db.record_faults import WriteRefused, check_size, check_values
from engine.values import is_empty
from playhead.commands.refusal import WrongInput

KINDS: Final = (".csv", ".jsonl", ".ndjson")
_NO_UTF8: Final = "surrogateescape"  # marks the bytes that are no UTF-8, so that the line can be named


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The values of one record, and the line on which it begins, from 1."""

    line: int
    values: dict[str, Any]


def read_records(path: Path, key: str | None) -> Iterator[FileRecord]:
    """Gives the records of a file in its order. CSV has a header; its values are text, an empty one is null.

    Args:
        path: ends in .csv, .jsonl or .ndjson.
        key: the attribute that every record must have, each its own value.

    Raises:
        WrongInput: at the first fault: the file, the line, and what is wrong.
    """
    if path.suffix.lower() not in KINDS:
        raise WrongInput(f"{path}: takes a file that ends in {', '.join(KINDS)}")
    lines: dict[object, int] = {}
    try:
        with path.open(encoding="utf-8-sig", errors=_NO_UTF8, newline="") as file:
            found = _csv(path, file) if path.suffix.lower() == ".csv" else _json_lines(path, file)
            for record in found:
                _check_values(path, record)
                if key is not None:
                    _check_key(path, record, key, lines)
                yield record
    except OSError as error:
        raise WrongInput(f"{path}: cannot be read ({error.strerror})") from error


def _csv(path: Path, file: Iterator[str]) -> Iterator[FileRecord]:
    reader = csv.reader(_utf8(path, file), strict=True)
    try:
        header = _header(path, next(reader, []))
        line = reader.line_num + 1
        for row in reader:
            if row and len(row) != len(header):
                raise _fault(path, line, f"has {len(row)} fields, the header has {len(header)}")
            if row:
                yield FileRecord(line, {name: text or None for name, text in zip(header, row, strict=True)})
            line = reader.line_num + 1
    except csv.Error as error:
        raise _fault(path, reader.line_num, f"is no CSV: {error}") from error


def _header(path: Path, names: list[str]) -> list[str]:
    if not names:
        raise _fault(path, 1, "takes a header: the names of the attributes")
    for number, name in enumerate(names, start=1):
        if not name.strip():
            raise _fault(path, 1, f"the name of column {number} is empty")
        if name in names[: number - 1]:
            raise _fault(path, 1, f"the name '{name}' stands twice")
    return names


def _json_lines(path: Path, file: Iterator[str]) -> Iterator[FileRecord]:
    for line, text in enumerate(_utf8(path, file), start=1):
        if not text.strip():
            continue
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise _fault(path, line, f"is no JSON: {error.msg} (column {error.colno})") from error
        except (ValueError, RecursionError) as error:  # a number of thousands of digits, nested too deep
            raise _fault(path, line, f"is no JSON: {error}") from error
        if not isinstance(values, dict):
            raise _fault(path, line, "takes a JSON object: the values by the names of the attributes")
        yield FileRecord(line, values)


def _utf8(path: Path, file: Iterator[str]) -> Iterator[str]:
    for line, text in enumerate(file, start=1):
        if any("\udc80" <= character <= "\udcff" for character in text):
            raise _fault(path, line, "is not UTF-8 text")
        yield text


def _check_values(path: Path, record: FileRecord) -> None:
    try:
        check_size(check_values(record.values))
    except WriteRefused as error:
        raise _fault(path, record.line, str(error)) from error


def _check_key(path: Path, record: FileRecord, key: str, lines: dict[object, int]) -> None:
    value = record.values.get(key)
    if is_empty(value):
        raise _fault(path, record.line, f"'{key}' is empty; with --key {key} each record needs its own")
    if not isinstance(value, str | int | float):
        raise _fault(path, record.line, f"'{key}' takes a text, a number or a boolean")
    if value in lines:
        raise _fault(path, record.line, f"'{key}' is {value!r} as on line {lines[value]}")
    lines[value] = record.line


def _fault(path: Path, line: int, text: str) -> WrongInput:
    return WrongInput(f"{path}, line {line}: {text}")

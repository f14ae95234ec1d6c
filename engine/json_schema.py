"""JSON Schemas that a workflow brings: whether one is in order, and where a document does not fit one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

import jsonschema_rs
import orjson

from engine.form import listed, shown
from engine.schema_work import is_large, is_too_much
from engine.values import JsonValue

MAX_FAULTS = 20
MAX_SCHEMA_BYTES = 64 * 1024

_Name = Callable[[tuple[str, ...]], str]
"""Names a place of a schema or of a document in a message."""

_NEWEST = "https://json-schema.org/draft/2020-12/schema"
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_REFERENCES = "'$ref' reaches into the schema itself alone, such as '#/$defs/name'; '$schema' names a draft from 4 to 2020-12"
_VALUE = "\ufffc"
"""Stands for the value in what the library says, as a whole value may be long."""
_WORDS = {
    f"{_VALUE} is not ": f"{_VALUE} must be ",
    f"False schema does not allow {_VALUE}": f"{_VALUE} may not be there",
    'a "regex"': "a regular expression without look-around and back-references",
}


@dataclass(frozen=True, slots=True)
class SchemaFault:
    """What is wrong at a place of a schema or of a document: the path into it, and a sentence that names the place.

    The sentence names a place of a schema as that of the config key `schema`.
    """

    path: tuple[str, ...]
    message: str


def schema_faults(schema: Mapping[str, Any]) -> list[SchemaFault]:
    """Give what is wrong with a schema itself, at most 20 faults; none where documents can be held against it.

    Drafts 4 to 2020-12 are known by `$schema`, 2020-12 where there is none. A `$ref` reaches into the schema
    itself alone; patterns are those of the linear-time kind, without look-around and back-references.

    Args:
        schema: Clean JSON.
    """
    text = orjson.dumps(schema)
    if len(text) > MAX_SCHEMA_BYTES:
        message = f"'schema' may have at most {MAX_SCHEMA_BYTES // 1024} KiB as JSON, not {len(text)} bytes."
        return [SchemaFault((), message)]
    try:
        _compiled(text)
    except jsonschema_rs.ValidationError as error:
        draft = schema.get("$schema", _NEWEST)
        found = _faults(_meta(draft).iter_errors(schema), _in_schema) if draft == _NEWEST else []
        return found or [_fault(error, _in_schema)]
    except ValueError as error:
        return [SchemaFault((), f"'schema' cannot be used: {error}.")]
    return []


def document_faults(schema: Mapping[str, Any], document: JsonValue) -> list[SchemaFault]:
    """Give where a document does not fit a schema without faults, at most 20 places; of a large one the first.

    The time that it takes is bounded: what would take too long does not fit.

    Args:
        schema: Clean JSON, in order.
        document: Clean JSON.
    """
    if is_too_much(schema, document):
        message = "The document cannot be held against 'schema': it would take too long. Let it refer to less of itself."
        return [SchemaFault((), message)]
    validator = _compiled(orjson.dumps(schema))
    if validator.is_valid(document):
        return []
    if is_large(document):
        return _faults(_first_error(validator, document), _in_document)
    return _faults(validator.iter_errors(document), _in_document)


def _first_error(
    validator: jsonschema_rs.Validator, document: JsonValue
) -> Iterator[jsonschema_rs.ValidationError]:
    try:
        validator.validate(document)
    except jsonschema_rs.ValidationError as error:
        yield error


@lru_cache(maxsize=256)
def _compiled(text: bytes) -> jsonschema_rs.Validator:
    return _validator(orjson.loads(text))


@lru_cache(maxsize=1)
def _meta(draft: str) -> jsonschema_rs.Validator:
    return _validator({"$ref": draft})


def _validator(schema: dict[str, Any]) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        schema,
        offline=True,
        validate_formats=True,
        pattern_options=jsonschema_rs.RegexOptions(),
        mask=_VALUE,
    )


def _in_schema(path: tuple[str, ...]) -> str:
    return f"'{'.'.join(('schema', *path))}'"


def _in_document(path: tuple[str, ...]) -> str:
    return f"'{'.'.join(path)}'" if path else "The document"


def _faults(errors: Iterable[jsonschema_rs.ValidationError], name: _Name) -> list[SchemaFault]:
    return list(islice(dict.fromkeys(_fault(error, name) for error in errors), MAX_FAULTS))


def _fault(error: jsonschema_rs.ValidationError, name: _Name) -> SchemaFault:
    path = tuple(str(part) for part in error.instance_path)
    where, said = name(path), _said(error, path)
    if _VALUE not in said:
        return SchemaFault(path, f"{where}: {said}.")
    return SchemaFault(path, f"{said.replace(_VALUE, where)}; it is {shown(error.instance)}.")


def _said(error: jsonschema_rs.ValidationError, path: tuple[str, ...]) -> str:
    """Give what the library says, in words that say what would be right."""
    if path[-1:] == ("type",) and list(error.schema_path) == ["properties", "type", "anyOf"]:
        return f"{_VALUE} must be {listed(_TYPES)}, or a list of some of these"
    if error.kind.name == "$ref":
        return f"{error.message}; {_REFERENCES}"
    found = error.message
    for theirs, ours in _WORDS.items():
        found = found.replace(theirs, ours)
    return found

"""What may stand at a place in the file: the types, keys and words that its shape allows there."""

from collections.abc import Iterable, Iterator

from msgspec import inspect

from service.settings.path import Path, node_at


def types_at(shape: type, tree: object, path: Path) -> list[inspect.Type]:
    """The types that the value at the path may have."""
    types = list(_plain(inspect.type_info(shape)))
    for depth, step in enumerate(path):
        types = _of_this_kind(types, node_at(tree, path[:depth]))
        types = [deeper for t in types for inner in _inside(t, step) for deeper in _plain(inner)]
    return _of_this_kind(types, node_at(tree, path))


def _plain(outer: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(outer, inspect.Metadata):
        yield from _plain(outer.type)
    elif isinstance(outer, inspect.UnionType):
        for inner in outer.types:
            yield from _plain(inner)
    else:
        yield outer


def _inside(outer: inspect.Type, step: str | int) -> Iterable[inspect.Type]:
    if isinstance(outer, inspect.DictType):
        return [outer.value_type]
    if isinstance(outer, inspect.VarTupleType):
        return [outer.item_type]
    if isinstance(outer, inspect.StructType):
        if step == outer.tag_field:
            return [inspect.LiteralType((outer.tag,))]
        return [field.type for field in outer.fields if field.name == step]
    return []


def _of_this_kind(types: list[inspect.Type], node: object) -> list[inspect.Type]:
    """Without the structs of another tag than the node has, where it has that of one of them."""
    kind = node.get("kind") if isinstance(node, dict) else None
    fitting: list[inspect.Type] = [
        t for t in types if isinstance(t, inspect.StructType) and t.tag == kind
    ]
    return fitting if kind is not None and fitting else types


def fields(types: list[inspect.Type]) -> dict[str, str]:
    """The keys that may stand in such a value, with their meanings."""
    structs = [t for t in types if isinstance(t, inspect.StructType)]
    kinds = [str(t.tag) for t in structs if t.tag_field]
    known = {"kind": f"one of {', '.join(kinds)}"} if kinds else {}
    return known | {field.name: _meaning(field.type) for t in structs for field in t.fields}


def choices(types: list[inspect.Type]) -> list[str]:
    """The words that such a value may be."""
    literals = [v for t in types if isinstance(t, inspect.LiteralType) for v in t.values]
    return [str(value) for value in literals]


def _meaning(of: inspect.Type) -> str:
    described = of.extra_json_schema if isinstance(of, inspect.Metadata) else None
    return str((described or {}).get("description", "")).rstrip(".")

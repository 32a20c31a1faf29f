"""Holds the constructed answers of AWS against botocore's service models and botocore's own parsers.

Every element and member must be one that the output shape knows, every required one must be there, every value must be
of its type and within its bounds; botocore must read from a file as much as stands in it. Errors must be known to the
service or be of those that all services have, with their HTTP status. Usage: validate.py FOLDER
"""

import json
import re
import sys
from pathlib import Path
from xml.etree import ElementTree

import botocore
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.parsers import create_parser

SERVICES = ("sts", "iam", "organizations", "cloudformation")
# "Common errors" of the services' API references, and the codes that their gateways answer with before the service does.
COMMON = {
    "query": {
        "AccessDenied": 403,
        "ExpiredToken": 403,
        "InternalFailure": 500,
        "InvalidClientTokenId": 403,
        "RequestExpired": 400,
        "ServiceUnavailable": 503,
        "SignatureDoesNotMatch": 403,
        "SlowDown": 503,
        "Throttling": 400,
        "ValidationError": 400,
    },
    "json": {
        "ExpiredTokenException": 400,
        "InvalidSignatureException": 400,
        "ThrottlingException": 400,
        "UnrecognizedClientException": 400,
    },
}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Problem(Exception):
    """What is wrong with a file."""


def name_of(element):
    return element.tag.rsplit("}", 1)[-1]


def leaf(shape, value, where):
    """A single value, as its text or its JSON value."""
    kind = shape.type_name
    text = value if isinstance(value, str) else json.dumps(value)
    if kind in ("integer", "long"):
        if not re.fullmatch(r"-?\d+", text):
            raise Problem(f"{where} is no integer: {text}")
        bounds(shape, int(text), where)
    elif kind in ("float", "double"):
        float(text)
    elif kind == "boolean":
        if text not in ("true", "false"):
            raise Problem(f"{where} is no boolean: {text}")
    elif kind == "timestamp":
        if isinstance(value, str) and not TIME.fullmatch(text):
            raise Problem(f"{where} is no timestamp: {text}")
    elif kind == "string":
        if not isinstance(value, str):
            raise Problem(f"{where} is no string: {text}")
        string(shape, value, where)
    else:
        raise Problem(f"{where} has the type {kind}, which this check does not know")


def string(shape, value, where):
    if shape.enum and value not in shape.enum:
        raise Problem(f"{where} is `{value}`, expected one of {', '.join(shape.enum)}")
    bounds(shape, len(value), where)
    pattern = shape.metadata.get("pattern")
    if pattern:
        try:
            found = re.fullmatch(pattern, value)
        except re.error:
            # Java's classes, such as \p{L}, which Python does not have.
            return
        if not found:
            raise Problem(f"{where} is `{value}`, which is not of the pattern {pattern}")


def bounds(shape, number, where):
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if (least is not None and number < least) or (most is not None and number > most):
        raise Problem(f"{where} is {number}, expected {least} to {most}")


def required(shape, present, where):
    for name in shape.required_members:
        if name not in present:
            raise Problem(f"{where} has no {name}")


def xml(shape, element, where):
    """Checks an element; gives how many values stand in it."""
    children = list(element)
    kind = shape.type_name
    if kind == "structure":
        members = {member.serialization.get("name", name): (name, member) for name, member in shape.members.items()}
        count, present = 0, set()
        for child in children:
            tag = name_of(child)
            if tag not in members:
                raise Problem(f"{where} has the unknown element `{tag}`")
            name, member = members[tag]
            if name in present:
                raise Problem(f"{where} has `{tag}` twice")
            present.add(name)
            count += xml(member, child, f"{where}.{name}")
        required(shape, present, where)
        return count
    if kind == "list":
        item = shape.member.serialization.get("name", "member")
        bounds(shape, len(children), where)
        for child in children:
            if name_of(child) != item:
                raise Problem(f"{where} has the element `{name_of(child)}`, expected `{item}`")
        return sum(xml(shape.member, child, f"{where}[]") for child in children)
    if kind == "map":
        names = [shape.key.serialization.get("name", "key"), shape.value.serialization.get("name", "value")]
        for child in children:
            if name_of(child) != "entry" or [name_of(part) for part in child] != names:
                raise Problem(f"{where} has an entry that is not of {names}")
            leaf(shape.key, child[0].text or "", f"{where}.key")
            leaf(shape.value, child[1].text or "", f"{where}.value")
        return len(children)
    if children:
        raise Problem(f"{where} has elements, expected a {kind}")
    leaf(shape, element.text or "", where)
    return 1


def members_of(shape, value, where):
    """Checks a JSON value; gives how many values stand in it."""
    kind = shape.type_name
    if kind == "structure":
        count = 0
        for name, inner in value.items():
            if name not in shape.members:
                raise Problem(f"{where} has the unknown member `{name}`")
            count += members_of(shape.members[name], inner, f"{where}.{name}")
        required(shape, value.keys(), where)
        return count
    if kind == "list":
        bounds(shape, len(value), where)
        return sum(members_of(shape.member, inner, f"{where}[]") for inner in value)
    leaf(shape, value, where)
    return 1


def count_of(value):
    """How many values botocore read."""
    if isinstance(value, dict):
        return sum(count_of(inner) for inner in value.values())
    if isinstance(value, list):
        return sum(count_of(inner) for inner in value)
    return 1


def parsed(model, status, body, shape):
    headers = {"x-amzn-requestid": "c0ffee00-1111-2222-3333-444455556666"}
    answer = create_parser(model.metadata["protocol"]).parse({"headers": headers, "body": body, "status_code": status}, shape)
    answer.pop("ResponseMetadata", None)
    return answer


def answer(model, file):
    """An answer of a call that succeeded: OPERATION.xml or OPERATION.VARIANT.xml."""
    body = file.read_bytes()
    action = file.name.split(".", 1)[0]
    operation = model.operation_model(action)
    shape = operation.output_shape
    if model.metadata["protocol"] == "json":
        stands = members_of(shape, json.loads(body), action)
    else:
        root = ElementTree.fromstring(body)
        namespace = model.metadata["xmlNamespace"]
        if root.tag != f"{{{namespace}}}{action}Response":
            raise Problem(f"its root is {root.tag}")
        wrapper = shape.serialization.get("resultWrapper") if shape is not None else None
        parts = [name_of(child) for child in root]
        if parts != ([wrapper] if wrapper else []) + ["ResponseMetadata"]:
            raise Problem(f"it has {parts}, expected the result `{wrapper}` and `ResponseMetadata`")
        if [name_of(child) for child in root[-1]] != ["RequestId"]:
            raise Problem("its ResponseMetadata is not a RequestId")
        stands = xml(shape, root[0], action) if wrapper else 0
    read = count_of(parsed(model, 200, body, shape))
    if read != stands:
        raise Problem(f"botocore reads {read} values, {stands} stand in it")
    return action


def error(model, file):
    """An error: CODE.STATUS.xml or CODE.VARIANT.STATUS.xml."""
    body = file.read_bytes()
    parts = file.name.split(".")
    code, status = parts[0], int(parts[-2])
    protocol = model.metadata["protocol"]
    known = dict(COMMON[protocol])
    shapes = {}
    for operation in model.operation_names:
        for shape in model.operation_model(operation).error_shapes:
            declared = shape.metadata.get("error", {})
            name = declared.get("code", shape.name)
            known[name] = declared.get("httpStatusCode", 500 if shape.metadata.get("fault") else 400)
            shapes[name] = shape
    if code not in known:
        raise Problem(f"the service has no error `{code}`")
    if known[code] != status:
        raise Problem(f"the status of `{code}` is {known[code]}")
    found = parsed(model, status, body, None)["Error"]
    if found.get("Code") != code or not found.get("Message"):
        raise Problem(f"botocore reads {found}")
    if protocol == "json":
        members = json.loads(body)
        members.pop("__type")
        if code in shapes:
            members_of(shapes[code], members, code)
        elif list(members) != ["message"]:
            raise Problem(f"it has {list(members)}, expected `message`")
        return
    root = ElementTree.fromstring(body)
    if root.tag != f"{{{model.metadata['xmlNamespace']}}}ErrorResponse":
        raise Problem(f"its root is {root.tag}")
    tree = [(name_of(child), [name_of(part) for part in child]) for child in root]
    if tree != [("Error", ["Type", "Code", "Message"]), ("RequestId", [])]:
        raise Problem(f"it has {tree}")
    if root[0][0].text != ("Sender" if status < 500 else "Receiver"):
        raise Problem(f"its Type is {root[0][0].text} under the status {status}")


def main():
    folder = Path(sys.argv[1])
    loader = Loader()
    problems, answers, errors, calls = [], 0, 0, set()
    for service in SERVICES:
        description = loader.load_service_model(service, "service-2")
        model = ServiceModel(description, service)
        for check, place in ((answer, folder / service), (error, folder / "errors" / service)):
            files = sorted(path for path in place.iterdir() if path.suffix in (".xml", ".json"))
            for file in files:
                try:
                    if check is answer:
                        calls.add((service, check(model, file)))
                        answers += 1
                    else:
                        check(model, file)
                        errors += 1
                except Exception as problem:  # A file that breaks the check is a problem of the file.
                    problems.append(f"{file.relative_to(folder)}: {type(problem).__name__}: {problem}")
    for problem in problems:
        print(problem)
    calls = len(calls)
    print(f"constructed-aws: {answers} answers of {calls} calls and {errors} errors are as botocore {botocore.__version__} has them")
    if problems or not answers or not errors:
        print(f"constructed-aws: {len(problems)} files are not")
        sys.exit(1)


main()

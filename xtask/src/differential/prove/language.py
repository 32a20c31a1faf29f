"""Reads pairs of policies into plain values, from AWS's documentation alone: statements, operators, patterns with
wildcards and variables, numbers, times, addresses. What they mean stands in `encode`; nothing here knows of SMT.

Pages (IAM user guide): reference_policies_grammar, reference_policies_elements_*, reference_policies_variables,
reference_policies_elements_condition_operators, reference_policies_multi-value-conditions."""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from fractions import Fraction


class Unsupported(Exception):
    """Nothing is said of the pair, and why."""


@dataclass(frozen=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True)
class Variable:
    """`${key}` or `${key, 'default'}`."""

    key: str
    default: str | None


ANY_RUN = "*"
ANY_ONE = "?"


@dataclass(frozen=True)
class Condition:
    """One operator on one key."""

    base: str
    qualifier: str | None
    if_exists: bool
    key: str
    values: tuple
    variables: bool


@dataclass(frozen=True)
class Statement:
    allow: bool
    # (negated, [(kind, text)]) or None
    principals: tuple | None
    actions: tuple
    # (negated, [pattern]) or None; a pattern is a list of six segments, or of one flat text
    resources: tuple | None
    conditions: tuple


@dataclass(frozen=True)
class Side:
    """Policies that stand together. `base` is a list of documents, each a tuple of statements."""

    resource_based: bool
    base: tuple
    boundary: tuple | None
    session: tuple
    service_control: tuple | None
    resource_control: tuple | None

    def statements(self):
        groups = [self.base, (self.boundary,) if self.boundary is not None else (), self.session]
        groups += list(self.service_control or ()) + list(self.resource_control or ())
        for group in groups:
            for document in group:
                yield from document


# Operator -> type of its values (reference_policies_elements_condition_operators).
FAMILIES = {
    "String": ["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"],
    "Numeric": ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"],
    "Date": ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"],
    "Arn": ["Equals", "NotEquals", "Like", "NotLike"],
}
OPERATORS = {family + name: family for family, names in FAMILIES.items() for name in names}
OPERATORS |= {"Bool": "Bool", "IpAddress": "Ip", "NotIpAddress": "Ip", "Null": "Null"}


def is_negated(base):
    return "Not" in base


def positive(base):
    return base.replace("Not", "", 1)


def items(value):
    return value if isinstance(value, list) else [value]


def read_operator(text):
    qualifier, name = None, text
    if ":" in text:
        qualifier, name = text.split(":", 1)
        if qualifier not in ("ForAllValues", "ForAnyValue"):
            raise Unsupported(f"operator {text}")
    if_exists = name.endswith("IfExists")
    base = name.removesuffix("IfExists")
    if base not in OPERATORS or (base == "Null" and (qualifier or if_exists)):
        raise Unsupported(f"operator {text}")
    return base, qualifier, if_exists


def word(value):
    """A value of a condition as text: quotes are optional around numbers and booleans."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    return str(value)


VARIABLE = re.compile(r"\$\{(?:([*?$])|([^${},'\"*?\s][^${},'\"*?]*?)(?:\s*,\s*'([^']*)')?)\}")


def tokens(text, wildcards, variables):
    """The pieces of a text. Variables are known in version 2012-10-17 alone; `${*}`, `${?}`, `${$}` are these characters."""
    found, at = [], 0

    def literal(piece):
        if found and isinstance(found[-1], Literal):
            found[-1] = Literal(found[-1].text + piece)
        else:
            found.append(Literal(piece))

    while at < len(text):
        character = text[at]
        if variables and text.startswith("${", at):
            match = VARIABLE.match(text, at)
            if not match:
                raise Unsupported(f"variable in {text}")
            if match[1]:
                literal(match[1])
            else:
                found.append(Variable(match[2].lower(), match[3]))
            at = match.end()
        elif wildcards and character in "*?":
            if not (character == ANY_RUN and found and found[-1] == ANY_RUN):
                found.append(character)
            at += 1
        else:
            literal(character)
            at += 1
    return tuple(found)


def arn_pattern(text, variables):
    """Six segments, each with its own wildcards, variables in the last one alone; or flat text when it has fewer."""
    parts = text.split(":", 5)
    if len(parts) < 6:
        return (tokens(text, True, variables),)
    return tuple(tokens(part, True, False) for part in parts[:5]) + (tokens(parts[5], True, variables),)


def read_value(base, text, variables):
    family = OPERATORS[base]
    if family == "String":
        return tokens(text, positive(base) == "StringLike", variables)
    if family == "Arn":
        if not text.startswith(("arn:", "*", "?", "$")):
            raise Unsupported(f"ARN {text}")
        return arn_pattern(text, variables)
    if family == "Numeric":
        return number(text)
    if family == "Date":
        return moment(text)
    if family == "Ip":
        return network(text)
    if text.lower() not in ("true", "false"):
        raise Unsupported(f"{base} of {text}")
    return text.lower() == "true"


def number(text):
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
        raise Unsupported(f"number {text}")
    return Fraction(text)


DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def moment(text):
    """Seconds since 1970: the W3C forms of ISO 8601, or epoch seconds (other than four digits, which are a year)."""
    if re.fullmatch(r"-?\d+(\.\d+)?", text) and len(text) != 4:
        return Fraction(text)
    match = DATE.fullmatch(text)
    if not match:
        raise Unsupported(f"date {text}")
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    at = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0),
                  tzinfo=timezone.utc)
    if zone and zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
        at = at - offset if zone[0] == "+" else at + offset
    delta = at - EPOCH
    return Fraction(delta.days * 86_400 + delta.seconds) + (Fraction(int(fraction), 10 ** len(fraction)) if fraction else 0)


def network(text):
    """(version, address, prefix length); an address without a mask is that one alone."""
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError as error:
        raise Unsupported(f"address {text}") from error
    return found.version, int(found.network_address), found.prefixlen


def read_condition(operator, key, values, variables):
    base, qualifier, if_exists = read_operator(operator)
    texts = [word(value) for value in items(values)]
    if not texts:
        raise Unsupported("a condition without values")
    known = tuple(read_value(base, text, variables) for text in texts)
    return Condition(base, qualifier, if_exists, key.lower(), known, variables)


def read_principals(statement):
    for name, negated in (("Principal", False), ("NotPrincipal", True)):
        if name not in statement:
            continue
        element = statement[name]
        if element == "*":
            return negated, (("AWS", "*"),)
        return negated, tuple((kind, text) for kind, texts in element.items() for text in items(texts))
    return None


def read_statement(statement, variables):
    negated = "NotAction" in statement
    actions = tuple(text.lower() for text in items(statement["NotAction" if negated else "Action"]))
    resources = None
    for name, not_these in (("Resource", False), ("NotResource", True)):
        if name in statement:
            resources = not_these, tuple(arn_pattern(text, variables) for text in items(statement[name]))
    conditions = tuple(
        read_condition(operator, key, values, variables)
        for operator, block in (statement.get("Condition") or {}).items()
        for key, values in block.items()
    )
    effect = statement["Effect"]
    if effect not in ("Allow", "Deny"):
        raise Unsupported(f"effect {effect}")
    return Statement(effect == "Allow", read_principals(statement), (negated, actions), resources, conditions)


def read_document(document):
    # Without `Version` a document is of 2008-10-17, which has no variables (reference_policies_elements_version).
    variables = document.get("Version", "2008-10-17") == "2012-10-17"
    return tuple(read_statement(statement, variables) for statement in items(document["Statement"]))


COMPOSED = ["identityPolicies", "resourcePolicy", "permissionsBoundary", "sessionPolicies", "serviceControlPolicies",
            "resourceControlPolicies"]


def read_side(value, resource_based):
    """A document, a list of them, or an object that says which policy is which."""
    if isinstance(value, dict) and any(name in value for name in COMPOSED):
        resource_based = "resourcePolicy" in value
        base = [value["resourcePolicy"]] if resource_based else value.get("identityPolicies", [])
        boundary = value.get("permissionsBoundary")
        levels = [value.get(name) for name in ("serviceControlPolicies", "resourceControlPolicies")]
        controls = [None if level is None else tuple(tuple(read_document(one) for one in own) for own in level)
                    for level in levels]
        return Side(resource_based, tuple(read_document(document) for document in base),
                    None if boundary is None else read_document(boundary),
                    tuple(read_document(document) for document in value.get("sessionPolicies", [])), *controls)
    documents = tuple(read_document(document) for document in items(value))
    return Side(resource_based, documents, None, (), None, None)


def names_principals(value):
    if isinstance(value, dict) and "resourcePolicy" in value:
        return True
    documents = items(value)
    statements = [statement for document in documents for statement in items(document.get("Statement", []))]
    return any("Principal" in statement or "NotPrincipal" in statement for statement in statements)


def read_pair(line):
    """(reference, candidate) of a line that was read as JSON."""
    if line.get("mode", "open") != "open":
        raise Unsupported("the catalogue of actions")
    sides = line["reference"], line["candidate"]
    resource_based = line.get("type") == "resource" or any(names_principals(side) for side in sides)
    return tuple(read_side(side, resource_based) for side in sides)

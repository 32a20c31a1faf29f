"""Who may ask, and what follows from it: the keys of the caller, which principal elements name it, which policies bind it
(IAM user guide: reference_policies_elements_principal, reference_policies_elements_notprincipal,
reference_policies_condition-keys, access_policies_boundaries)."""

import re

from cvc5 import Kind

from texts import Arn

ACCOUNT_OF_ARN = re.compile(r"arn:([^:]+):(?:iam|sts)::(\d{12}):(.+)", re.DOTALL)
# Keys whose values follow from the caller.
CALLER_KEYS = {"aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:principalisawsservice",
               "aws:principalservicename", "aws:username", "aws:userid"}
# Kinds whose ARN is open: arn:partition:iam::account:…
OPEN = ("role", "user", "root", "session", "identified")
BOUND_BY_BOUNDARY = ("role", "user", "session", "named session", "federated user", "identified")


def is_user(kind, text):
    """Unique IDs of users begin with AIDA, of roles with AROA (reference_identifiers)."""
    return kind == "user" or (kind == "identified" and text.startswith("AIDA"))


class Key:
    """A condition key of the request. `elements` are (is in the list, value); `listed` tells a list from one value."""

    def __init__(self, present, family, value, listed=None, elements=()):
        self.present, self.family, self.value, self.listed, self.elements = present, family, value, listed, elements


class Callers:
    """The callers of a pair: users and roles; for resource policies also the root user, sessions, services, and so on."""

    def __init__(self, question):
        self.question = question
        self.texts = question.texts
        self.kinds = self.list()
        self.number = None
        if len(self.kinds) > 1:
            self.number = question.declare("caller", question.manager.getIntegerSort())
            question.require(self.texts.term(Kind.LEQ, self.integer(0), self.number))
            question.require(self.texts.term(Kind.LT, self.number, self.integer(len(self.kinds))))
        self.parts = self.name = None

    def integer(self, number):
        return self.question.manager.mkInteger(number)

    def list(self):
        """(kind, what it is named by)."""
        sides = self.question.sides
        statements = [statement for side in sides for statement in side.statements()]
        keys = {key for key in self.question.conditions_by_key if key in CALLER_KEYS} | self.variables(statements)
        sessions = any(side.session for side in sides)
        kinds = [("role", None), ("user", None)]
        if not any(side.resource_based for side in sides):
            # Session policies are passed when a role is assumed. Else a user and a role differ in their keys alone.
            return kinds if keys and not sessions else kinds[:1]
        kinds += [("root", None), ("session", None), ("anonymous", None), ("service", "other.amazonaws.com")]
        for statement in statements:
            for kind, text in statement.principals[1] if statement.principals else ():
                kinds += [one for one in self.named(kind, text) if one not in kinds]
        return kinds

    def variables(self, statements):
        texts = set()
        for statement in statements:
            values = [value for condition in statement.conditions for value in condition.values]
            patterns = [pattern for pattern in (statement.resources[1] if statement.resources else ())]
            for token in _tokens([*values, *patterns]):
                if getattr(token, "key", None) in CALLER_KEYS:
                    texts.add(token.key)
        return texts

    @staticmethod
    def named(kind, text):
        if kind == "Service":
            return [("service", text)]
        if kind == "Federated":
            return [("federated", "login.example.com" if text == "*" else text)]
        if kind == "CanonicalUser":
            return [("canonical", text)]
        if re.fullmatch(r"(AIDA|AROA)[A-Z0-9]+", text):
            return [("identified", text)]
        match = ACCOUNT_OF_ARN.fullmatch(text)
        if match and match[3].startswith("assumed-role/"):
            return [("named session", text)]
        if match and match[3].startswith("federated-user/"):
            return [("federated user", text)]
        return []

    def is_(self, at):
        return self.texts.true if self.number is None else self.texts.equal(self.number, self.integer(at))

    def where(self, test):
        return self.texts.any_of([self.is_(at) for at, caller in enumerate(self.kinds) if test(*caller)])

    # The ARN of users, roles and root users.

    def arn(self):
        """(whole, partition, account) of callers whose ARN is open."""
        if self.parts is None:
            texts, question = self.texts, self.question
            partition, account, last = (question.declare(name) for name in ("partition", "account", "caller"))
            question.require(texts.within(partition, texts.term(Kind.REGEXP_PLUS, texts.no_colon())))
            digit = texts.letters([(48, 57)])
            twelve = question.manager.mkTerm(question.manager.mkOp(Kind.REGEXP_REPEAT, 12), digit)
            question.require(texts.within(account, twelve))
            # A name may have a path.
            name = texts.term(Kind.REGEXP_PLUS, texts.none_of(":*?"))
            shapes = {"user": ("user/", name), "root": ("root", None)}
            for at, (kind, text) in enumerate(self.kinds):
                if kind not in OPEN:
                    continue
                if kind == "identified":
                    kind = "user" if is_user(kind, text) else "role"
                head, behind = shapes.get(kind, ("role/", name))
                shape = texts.term(Kind.STRING_TO_REGEXP, texts.text(head))
                shape = shape if behind is None else texts.sequence([shape, behind])
                question.require(texts.term(Kind.IMPLIES, self.is_(at), texts.within(last, shape)))
            whole = texts.joined([texts.text("arn:"), partition, texts.text(":iam::"), account, texts.text(":"), last])
            self.parts = whole, partition, account, last
            segments = [partition, texts.text("iam"), texts.text(""), account, last]
            question.arns[whole] = Arn(texts, whole, texts.true, question.declare, question.require, segments)
        return self.parts

    # Keys that follow from the caller.

    def key(self, name):
        if name not in CALLER_KEYS:
            return None
        cases = [(at, *self.key_of(name, *caller)) for at, caller in enumerate(self.kinds)]
        present = self.texts.any_of([self.texts.all_of([self.is_(at), has]) for at, has, _ in cases])
        value = None
        for at, has, own in reversed(cases):
            if has != self.texts.false:
                value = own if value is None else self.texts.term(Kind.ITE, self.is_(at), own, value)
        return Key(present, "Text", self.texts.text("") if value is None else value)

    def key_of(self, name, kind, text):
        texts, yes, no = self.texts, self.texts.true, self.texts.false
        of_account = kind in OPEN or kind in ("named session", "federated user")
        if name == "aws:principalarn":
            if kind in OPEN:
                return yes, self.arn()[0]
            if kind == "named session":
                return yes, self.role_with_path(text)
            return (yes, texts.text(text)) if kind == "federated user" else (no, None)
        if name == "aws:principalaccount":
            if kind in OPEN:
                return yes, self.arn()[2]
            if of_account:
                return yes, texts.text(ACCOUNT_OF_ARN.fullmatch(text)[2])
            return (yes, texts.text("anonymous")) if kind == "anonymous" else (no, None)
        if name == "aws:principaltype":
            if kind == "identified":
                kind = "user" if is_user(kind, text) else "role"
            types = {"role": "AssumedRole", "session": "AssumedRole", "named session": "AssumedRole", "user": "User",
                     "root": "Account", "federated user": "FederatedUser", "anonymous": "Anonymous"}
            return (yes, texts.text(types[kind])) if kind in types else (no, None)
        if name == "aws:principalisawsservice":
            return (yes, texts.text("true" if kind == "service" else "false")) if of_account or kind == "service" \
                else (no, None)
        if name == "aws:principalservicename":
            return (yes, texts.text(text)) if kind == "service" else (no, None)
        if name == "aws:username":
            return (yes, self.user_name()) if is_user(kind, text) else (no, None)
        if kind == "identified":
            # "role-id:caller-specified-role-name" for a role.
            own = texts.text(text)
            return yes, own if is_user(kind, text) else texts.joined([texts.text(f"{text}:"), self.question.declare(name)])
        return self.question.flag(f"has {name}"), self.question.declare(name)

    def role_with_path(self, session):
        """The ARN of a session does not tell the path of its role, which `aws:PrincipalArn` has."""
        texts = self.texts
        role = role_of(session)
        head, name = role.split(":role/")
        statements = [one for side in self.question.sides for one in side.statements() if one.principals]
        if any(("AWS", role) in one.principals[1] for one in statements):
            # Names of roles are unique in an account: one that is named without a path has none (reference_iam-quotas).
            return texts.text(role)
        path = self.question.declare("path")
        behind = texts.sequence([texts.term(Kind.REGEXP_PLUS, texts.none_of(":*?")), self.expression("/")])
        self.question.require(texts.within(path, texts.term(Kind.REGEXP_UNION, self.expression(""), behind)))
        return texts.joined([texts.text(f"{head}:role/"), path, texts.text(name)])

    def expression(self, text):
        return self.texts.term(Kind.STRING_TO_REGEXP, self.texts.text(text))

    def user_name(self):
        if self.name is None:
            # User names have letters, digits and some signs; no wildcard, colon or slash among them (reference_iam-quotas).
            self.name = self.question.declare("aws:username")
            sound = self.texts.within(self.name, self.texts.term(Kind.REGEXP_PLUS, self.texts.none_of(":*?/")))
            self.question.require(sound)
            named = any(statement.principals for side in self.question.sides for statement in side.statements())
            if named or "aws:principalarn" in self.question.conditions_by_key:
                self.name_in_arn()
        return self.name

    def name_in_arn(self):
        """The ARN of a user ends with its path and name."""
        texts, question, last = self.texts, self.question, self.arn()[3]
        path = question.declare("path")
        behind = texts.sequence([texts.term(Kind.REGEXP_STAR, texts.none_of(":*?")), self.expression("/")])
        question.require(texts.within(path, texts.term(Kind.REGEXP_UNION, self.expression(""), behind)))
        same = texts.equal(last, texts.joined([texts.text("user/"), path, self.name]))
        question.require(texts.term(Kind.IMPLIES, self.where(is_user), same))

    # Which policies bind whom.

    def of_account(self):
        return self.where(lambda kind, _: kind in OPEN or kind in ("named session", "federated user"))

    def bound_by_boundary(self):
        return self.where(lambda kind, _: kind in BOUND_BY_BOUNDARY)

    def bound_by_session(self):
        bound = ("role", "session", "named session", "federated user")
        return self.where(lambda kind, text: kind in bound or (kind == "identified" and not is_user(kind, text)))

    # Principal elements.

    def match(self, statement, has_boundary):
        negated, named = statement.principals
        texts = self.texts
        deny = not statement.allow
        cases = []
        for at, (kind, text) in enumerate(self.kinds):
            if negated and deny:
                # A principal is exempt when every form of it is listed; one with a boundary never is.
                listed = self.in_all_forms(named, kind, text)
                if has_boundary and kind in BOUND_BY_BOUNDARY:
                    listed = texts.false
            else:
                listed = self.in_some_form(named, kind, text)
            cases.append(texts.all_of([self.is_(at), texts.negate(listed) if negated else listed]))
        return texts.any_of(cases)

    def in_some_form(self, named, kind, text):
        return self.texts.any_of([self.everyone(named), self.own_account(named, kind, text), self.own_role(named, kind, text),
                                  self.itself(named, kind, text)])

    def in_all_forms(self, named, kind, text):
        everyone, itself = self.everyone(named), self.itself(named, kind, text)
        account, role = self.own_account(named, kind, text), self.own_role(named, kind, text)
        needed = {"root": [account], "role": [account, itself], "user": [account, itself], "identified": [account, itself],
                  "session": [account, role, itself], "named session": [account, role, itself],
                  "federated user": [account, itself]}.get(kind, [itself])
        return self.texts.any_of([everyone, self.texts.all_of(needed)])

    def everyone(self, named):
        return self.texts.true if ("AWS", "*") in named else self.texts.false

    def own_account(self, named, kind, text):
        texts = self.texts
        if kind not in OPEN and kind not in ("named session", "federated user"):
            return texts.false
        found = []
        for own_kind, own in named:
            match = ACCOUNT_OF_ARN.fullmatch(own)
            if own_kind != "AWS" or not (re.fullmatch(r"\d{12}", own) or (match and match[3] == "root")):
                continue
            account, partition = (match[2], match[1]) if match else (own, None)
            if kind in OPEN:
                _, own_partition, own_account, _ = self.arn()
                same = [texts.equal(own_account, texts.text(account))]
                same += [texts.equal(own_partition, texts.text(partition))] if partition else []
                found.append(texts.all_of(same))
            else:
                mine = ACCOUNT_OF_ARN.fullmatch(text)
                found.append(texts.true if mine[2] == account and partition in (None, mine[1]) else texts.false)
        return texts.any_of(found)

    def own_role(self, named, kind, text):
        """A role stands for its sessions."""
        texts = self.texts
        if kind == "session":
            return self.texts.any_of([texts.equal(self.arn()[0], texts.text(own)) for own_kind, own in named
                                      if own_kind == "AWS" and ":role/" in own])
        if kind != "named session":
            return texts.false
        own_role = role_of(text)
        same = any(own_kind == "AWS" and ":role/" in own and without_path(own) == own_role for own_kind, own in named)
        return texts.true if same else texts.false

    def itself(self, named, kind, text):
        texts = self.texts
        if kind in ("role", "user", "identified", "root"):
            found = [texts.equal(self.arn()[0], texts.text(own)) for own_kind, own in named
                     if own_kind == "AWS" and re.search(r":iam::\d{12}:(user|role)/", own)]
            if kind == "identified" and ("AWS", text) in named:
                found.append(texts.true)
            return texts.any_of(found)
        wanted = {"service": "Service", "federated": "Federated", "canonical": "CanonicalUser", "named session": "AWS",
                  "federated user": "AWS"}.get(kind)
        listed = (wanted, text) in named or (kind == "federated" and ("Federated", "*") in named)
        return texts.true if listed else texts.false


def role_of(session):
    """The ARN of a session does not tell the path of its role."""
    partition, account, last = ACCOUNT_OF_ARN.fullmatch(session).groups()
    return f"arn:{partition}:iam::{account}:role/{last.split('/')[1]}"


def without_path(role):
    head, last = role.split(":role/", 1)
    return f"{head}:role/{last.rsplit('/', 1)[-1]}"


def _tokens(values):
    for value in values:
        if isinstance(value, tuple):
            yield from _tokens(value)
        else:
            yield value

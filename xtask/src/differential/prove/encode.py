"""IAM's semantics as SMT: which requests two sets of policies tell apart. Written from AWS's documentation; each rule names
its page of the IAM user guide, or says "inferred". The prover that is checked with it shares no code and no algorithm.

A request: a caller, an action (service and name, in lower case), a resource (an ARN of six segments, or `*`), and the
condition keys that the policies speak of, each absent or with any value of its type. A key that both kinds of operators
are used on may hold one value or a list of them."""

import cvc5
from cvc5 import Kind

from callers import Callers, Key
from language import OPERATORS, Unsupported, is_negated, positive, tokens
from texts import Arn, Texts, has_literal_wildcard, has_variable

# Multi-valued keys of the documentation (reference_policies_condition-keys, service authorization reference).
MULTI_VALUED = {
    "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths", "aws:sourceorgpaths",
    "aws:tagkeys", "dynamodb:attributes", "dynamodb:leadingkeys",
}

# Services that resource control policies apply to (Organizations user guide, "Resource control policies"). More have joined
# since; a pair that names none of these cannot tell.
RCP_SERVICES = ("cognito-identity", "cognito-idp", "dynamodb", "ecr", "kms", "logs", "s3", "secretsmanager", "sqs", "sts")

# The one action that no policy can deny (STS API reference).
FREE_ACTION = ("sts", "getcalleridentity")


class Question:
    """One pair on its way to cvc5."""

    def __init__(self, reference, candidate, time_limit_ms, models=False):
        self.manager = cvc5.TermManager()
        self.solver = cvc5.Solver(self.manager)
        self.solver.setLogic("ALL")
        self.solver.setOption("strings-exp", "true")
        self.solver.setOption("tlimit-per", str(time_limit_ms))
        if models:
            self.solver.setOption("produce-models", "true")
        self.texts = Texts(self.manager, self.variable)
        self.sides = reference, candidate
        self.count = 0
        self.constraints = []
        self.keys = {}
        self.arns = {}
        self.conditions_by_key = {}
        for side in self.sides:
            for statement in side.statements():
                for condition in statement.conditions:
                    self.conditions_by_key.setdefault(condition.key, set()).add(condition)
        self.callers = Callers(self)
        self.request()

    def require(self, term):
        self.constraints.append(term)

    def declare(self, name, sort=None):
        self.count += 1
        return self.manager.mkConst(sort or self.texts.string, f"{name} {self.count}")

    def flag(self, name):
        return self.declare(name, self.manager.getBooleanSort())

    # The request.

    def request(self):
        """Which letters a name is made of matters to no pattern, as long as one letter is left that no pattern names."""
        texts = self.texts
        self.service, self.name = self.declare("service"), self.declare("name")
        for term in (self.service, self.name):
            self.require(self.not_empty(term))
        free = [texts.equal(term, texts.text(own)) for term, own in zip((self.service, self.name), FREE_ACTION)]
        self.require(texts.negate(texts.all_of(free)))
        self.resource = self.resource_arn()

    def not_empty(self, term):
        return self.texts.negate(self.texts.equal(term, self.texts.text("")))

    def without(self, term, character):
        return self.texts.negate(self.texts.term(Kind.STRING_CONTAINS, term, self.texts.text(character)))

    def resource_arn(self):
        """`arn:partition:service:region:account-id:resource` (reference-arns), or `*`. No wildcards stand in a request."""
        texts = self.texts
        self.is_star = self.flag("star")
        # As segments, not as one text: small unknowns are far easier than a large one.
        segments = [self.declare("resource") for _ in range(5)]
        partition, service, _, _, last = segments
        for segment in segments[:4]:
            self.require(self.without(segment, ":"))
        for segment in (partition, service, last):
            self.require(self.not_empty(segment))
        patterns = [pattern for side in self.sides for statement in side.statements() if statement.resources
                    for pattern in statement.resources[1]]
        # Other patterns cannot tell a wildcard from any other character.
        if any(has_variable(pattern) or has_literal_wildcard(pattern) for pattern in patterns):
            for wildcard in "*?":
                self.require(self.without(last, wildcard))
        parts = [texts.text("arn")]
        for segment in segments:
            parts += [texts.text(":"), segment]
        is_arn = texts.negate(self.is_star)
        return Arn(texts, texts.joined(parts), is_arn, self.declare, self.require, segments)

    def family(self, key):
        families = {OPERATORS[condition.base] for condition in self.conditions_by_key.get(key, ())} - {"Null"}
        families = {"Text" if family in ("String", "Arn") else family for family in families}
        if len(families) > 1:
            raise Unsupported("a key under operators of two types")
        return families.pop() if families else "Text"

    def sort(self, family):
        manager = self.manager
        return {"Text": self.texts.string, "Numeric": manager.getRealSort(), "Date": manager.getRealSort(),
                "Bool": manager.getBooleanSort()}[family]

    def fresh(self, key, family):
        """A value of a key; an address is (is IPv6, IPv4, IPv6)."""
        if family == "Ip":
            return (self.flag(key), self.declare(key, self.manager.mkBitVectorSort(32)),
                    self.declare(key, self.manager.mkBitVectorSort(128)))
        return self.declare(key, self.sort(family))

    def key(self, name):
        if name not in self.keys:
            self.keys[name] = self.callers.key(name) or self.own_key(name)
        return self.keys[name]

    def own_key(self, name):
        family = self.family(name)
        conditions = self.conditions_by_key.get(name, ())
        qualified = [condition for condition in conditions if condition.qualifier]
        plain = any(not condition.qualifier and condition.base != "Null" for condition in conditions)
        known = name in MULTI_VALUED
        present = self.flag(f"has {name}")
        value = self.fresh(name, family)
        if not qualified:
            return Key(present, family, value, self.texts.true if plain and known else None)
        # Every condition needs one value at most to hold or to fail: so many elements are enough.
        elements = [(self.flag(name), self.fresh(name, family)) for _ in qualified]
        either = plain and not known
        return Key(present, family, value, self.flag(f"list {name}") if either else self.texts.true, elements)

    def variable(self, name):
        """A variable has a value where its key holds one (reference_policies_variables)."""
        key = self.key(name)
        if key.family != "Text":
            raise Unsupported("a variable whose key is no text")
        single = [] if key.listed is None else [self.texts.negate(key.listed)]
        return self.texts.all_of([key.present, *single]), key.value

    # Conditions (reference_policies_elements_condition_operators, reference_policies_multi-value-conditions).

    def condition(self, condition):
        texts, key = self.texts, self.key(condition.key)
        if condition.base == "Null":
            wanted = [texts.negate(key.present) if absent else key.present for absent in condition.values]
            return texts.any_of(wanted)
        if condition.if_exists:
            absent = texts.true
        elif condition.qualifier:
            absent = texts.true if condition.qualifier == "ForAllValues" else texts.false
        else:
            absent = texts.true if is_negated(condition.base) else texts.false
        one, many = texts.false, texts.false
        if key.listed is None or key.listed != texts.true:
            one = self.of_one(condition, key)
        if key.listed is not None and condition.qualifier:
            many = self.of_list(condition, key)
        held = one if key.listed is None else texts.term(Kind.ITE, key.listed, many, one)
        if key.present == texts.true:
            return held
        return texts.any_of([texts.all_of([key.present, held]), texts.all_of([texts.negate(key.present), absent])])

    def of_one(self, condition, key):
        holds = self.of_value(condition, key, key.value)
        if not condition.qualifier or key.family != "Text":
            return holds
        # "or if the key values resolve to a null data set, such as an empty string".
        counts = self.texts.negate(self.texts.equal(key.value, self.texts.text("")))
        return self.quantified(condition.qualifier, [(counts, holds)])

    def of_list(self, condition, key):
        texts, found = self.texts, []
        for listed, value in key.elements:
            counts = listed
            if key.family == "Text":
                counts = texts.all_of([listed, texts.negate(texts.equal(value, texts.text("")))])
            found.append((counts, self.of_value(condition, key, value)))
        return self.quantified(condition.qualifier, found)

    def quantified(self, qualifier, found):
        texts = self.texts
        if qualifier == "ForAllValues":
            return texts.all_of([texts.any_of([texts.negate(counts), holds]) for counts, holds in found])
        return texts.any_of([texts.all_of([counts, holds]) for counts, holds in found])

    def of_value(self, condition, key, value):
        """OR over the values of the policy, NOR for a negated operator."""
        base = positive(condition.base)
        held = self.texts.any_of([self.compare(base, key, value, expected) for expected in condition.values])
        return self.texts.negate(held) if is_negated(condition.base) else held

    def compare(self, base, key, value, expected):
        texts, family = self.texts, OPERATORS[base]
        if family == "String":
            if base == "StringLike":
                return texts.matches(value, expected)
            return texts.equals(value, expected, base == "StringEqualsIgnoreCase")
        if family == "Arn":
            if value not in self.arns:
                is_arn = texts.term(Kind.STRING_PREFIX, texts.text("arn:"), value)
                self.arns[value] = Arn(texts, value, is_arn, self.declare, self.require)
            return texts.arn_matches(self.arns[value], expected)
        if family == "Ip":
            return self.within_network(value, expected)
        if family == "Bool" and key.family == "Text":
            # A key of the caller.
            return texts.equal(value, texts.text("true" if expected else "false"))
        if family == "Bool":
            return value if expected else texts.negate(value)
        relation = {"Equals": Kind.EQUAL, "LessThan": Kind.LT, "LessThanEquals": Kind.LEQ, "GreaterThan": Kind.GT,
                    "GreaterThanEquals": Kind.GEQ}[base.removeprefix(family)]
        return texts.term(relation, value, self.manager.mkReal(expected.numerator, expected.denominator))

    def within_network(self, value, expected):
        """A range of one version holds no address of the other."""
        is_six, four, six = value
        version, first, prefix = expected
        texts, width = self.texts, 32 if version == 4 else 128
        of_version = is_six if version == 6 else texts.negate(is_six)
        if prefix == 0:
            return of_version
        high = self.manager.mkOp(Kind.BITVECTOR_EXTRACT, width - 1, width - prefix)
        network = self.manager.mkBitVector(prefix, format(first >> (width - prefix), "x"), 16)
        same = texts.equal(texts.term(high, six if version == 6 else four), network)
        return texts.all_of([of_version, same])

    # Statements and policies.

    def action_matches(self, pattern):
        texts = self.texts
        if pattern == "*":
            return texts.true
        if ":" not in pattern:
            raise Unsupported(f"action {pattern}")
        service, name = pattern.split(":", 1)
        if "*" in service or "?" in service:
            raise Unsupported(f"action {pattern}")
        return texts.all_of([texts.equal(self.service, texts.text(service)),
                             texts.matches(self.name, tokens(name, True, False))])

    def resource_matches(self, pattern):
        texts = self.texts
        matched = texts.all_of([texts.negate(self.is_star), texts.arn_matches(self.resource, pattern)])
        if len(pattern) > 1:
            return matched
        on_star = texts.all_of([self.is_star, texts.matches(texts.text("*"), pattern[0])])
        return texts.any_of([matched, on_star])

    def statement(self, statement, has_boundary):
        texts = self.texts
        negated, actions = statement.actions
        acts = texts.any_of([self.action_matches(pattern) for pattern in actions])
        parts = [texts.negate(acts) if negated else acts]
        if statement.resources:
            negated, patterns = statement.resources
            found = texts.any_of([self.resource_matches(pattern) for pattern in patterns])
            parts.append(texts.negate(found) if negated else found)
        if statement.principals:
            parts.append(self.callers.match(statement, has_boundary))
        parts += [self.condition(condition) for condition in statement.conditions]
        return texts.all_of(parts)

    def allowed(self, side):
        """Explicit deny anywhere, else an allow at every step (reference_policies_evaluation-logic)."""
        texts, callers = self.texts, self.callers
        has_boundary = side.boundary is not None
        steps, denies = [], []

        def step(documents, binds):
            terms = [(one.allow, self.statement(one, has_boundary)) for document in documents for one in document]
            allows = texts.any_of([term for allow, term in terms if allow])
            steps.append(texts.any_of([texts.negate(binds), allows]))
            denies.extend(texts.all_of([binds, term]) for allow, term in terms if not allow)

        step(side.base, texts.true)
        if has_boundary:
            step((side.boundary,), callers.bound_by_boundary())
        if side.session:
            step(side.session, callers.bound_by_session())
        for level in side.service_control or ():
            step(level, callers.of_account())
        applies = texts.any_of([texts.equal(self.service, texts.text(name)) for name in RCP_SERVICES])
        for level in side.resource_control or ():
            # RCPFullAWSAccess cannot be taken away from a level; one without any policy lets nothing through (inferred).
            steps.append(texts.any_of([texts.negate(applies), texts.true if level else texts.false]))
            denies.extend(texts.all_of([applies, self.statement(one, has_boundary)])
                          for document in level for one in document if not one.allow)
        return texts.all_of([*steps, texts.negate(texts.any_of(denies))])

    def ask(self):
        """`sat`, `unsat` or `unknown`."""
        reference, candidate = self.sides
        texts = self.texts
        question = texts.all_of([self.allowed(candidate), texts.negate(self.allowed(reference))])
        for term in [question, *self.constraints]:
            self.solver.assertFormula(term)
        found = self.solver.checkSat()
        return "sat" if found.isSat() else "unsat" if found.isUnsat() else "unknown"

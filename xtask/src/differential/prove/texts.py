"""Texts as SMT terms: globs as regular expressions, texts with variables as concatenations, ARNs as six segments.

Globs with variables have no regular expression: they are matched from the left, each piece between two `*` at its first
place behind the piece before, which finds a match whenever there is one. So no quantifier is needed in either polarity."""

import re

from cvc5 import Kind

from language import ANY_ONE, ANY_RUN, Literal, Unsupported, Variable

LAST_CHARACTER = 0x2FFFF


class Texts:
    """Terms of one pair. `value_of` gives (has a value, value) for the key of a variable."""

    def __init__(self, manager, value_of):
        self.manager = manager
        self.value_of = value_of
        self.string = manager.getStringSort()
        self.true, self.false = manager.mkTrue(), manager.mkFalse()
        self.expressions = {}
        self.any_character = manager.mkTerm(Kind.REGEXP_ALLCHAR)
        self.anything = manager.mkTerm(Kind.REGEXP_ALL)

    def term(self, kind, *parts):
        return self.manager.mkTerm(kind, *parts)

    def all_of(self, terms):
        terms = [term for term in terms if term != self.true]
        if self.false in terms:
            return self.false
        return self.true if not terms else terms[0] if len(terms) == 1 else self.term(Kind.AND, *terms)

    def any_of(self, terms):
        terms = [term for term in terms if term != self.false]
        if self.true in terms:
            return self.true
        return self.false if not terms else terms[0] if len(terms) == 1 else self.term(Kind.OR, *terms)

    def negate(self, term):
        return self.false if term == self.true else self.true if term == self.false else self.term(Kind.NOT, term)

    def text(self, text):
        return self.manager.mkString("".join(f"\\u{{{ord(one):x}}}" if one == "\\" or ord(one) > 126 or ord(one) < 32
                                             else one for one in text), True)

    def joined(self, parts):
        return self.text("") if not parts else parts[0] if len(parts) == 1 else self.term(Kind.STRING_CONCAT, *parts)

    def equal(self, left, right):
        return self.term(Kind.EQUAL, left, right)

    # Regular expressions.

    def letters(self, ranges):
        """One character out of these ranges of code points."""
        one = [self.term(Kind.REGEXP_RANGE, self.code(first), self.code(last)) for first, last in ranges]
        return one[0] if len(one) == 1 else self.term(Kind.REGEXP_UNION, *one)

    def code(self, number):
        return self.manager.mkString(f"\\u{{{number:x}}}", True)

    def none_of(self, characters):
        """One character that is none of these."""
        ranges, first = [], 0
        for character in sorted(characters):
            if ord(character) > first:
                ranges.append((first, ord(character) - 1))
            first = ord(character) + 1
        return self.letters([*ranges, (first, LAST_CHARACTER)])

    def named(self, name, make):
        if name not in self.expressions:
            self.expressions[name] = make()
        return self.expressions[name]

    def no_colon(self):
        return self.named("no colon", lambda: self.none_of(":"))

    def sequence(self, parts):
        if not parts:
            return self.term(Kind.STRING_TO_REGEXP, self.text(""))
        return parts[0] if len(parts) == 1 else self.term(Kind.REGEXP_CONCAT, *parts)

    def glob(self, tokens, within_segment=False):
        """The expression of a text without variables; inside a segment wildcards stop at colons."""
        one = self.no_colon() if within_segment else self.any_character
        parts = []
        for token in tokens:
            if isinstance(token, Literal):
                parts.append(self.term(Kind.STRING_TO_REGEXP, self.text(token.text)))
            elif token == ANY_RUN:
                run = self.named("segment", lambda: self.term(Kind.REGEXP_STAR, one)) if within_segment else self.anything
                parts.append(run)
            elif token == ANY_ONE:
                parts.append(one)
            else:
                raise Unsupported("a variable in an expression")
        return self.sequence(parts)

    def within(self, term, expression):
        return self.term(Kind.STRING_IN_REGEXP, term, expression)

    # Patterns.

    def matches(self, term, tokens):
        """Whether a text matches wildcards and variables."""
        if all(isinstance(token, Literal) for token in tokens):
            return self.equal(term, self.text("".join(token.text for token in tokens)))
        if tokens == (ANY_RUN,):
            return self.true
        if any(isinstance(token, Variable) for token in tokens):
            known, pieces = self.resolved(tokens)
            return self.all_of([known, self.matches_pieces(term, pieces)])
        return self.within(term, self.glob(tokens))

    def resolved(self, tokens):
        """Whether every variable has a value, and the pieces with these values as terms."""
        known, pieces = [], []
        for token in tokens:
            if isinstance(token, Literal):
                pieces.append(self.text(token.text))
            elif isinstance(token, Variable):
                present, value = self.value_of(token.key)
                if token.default is None:
                    known.append(present)
                    pieces.append(value)
                else:
                    pieces.append(self.term(Kind.ITE, present, value, self.text(token.default)))
            else:
                pieces.append(token)
        return self.all_of(known), pieces

    def equals(self, term, tokens, ignoring_case):
        """Whether a text is this one, whose variables have values."""
        if not ignoring_case:
            return self.matches(term, tokens)
        if not any(isinstance(token, Variable) for token in tokens):
            return self.within(term, self.in_any_case("".join(token.text for token in tokens)))
        known, pieces = self.resolved(tokens)
        lower = [self.term(Kind.STRING_TO_LOWER, one) for one in (term, self.joined(pieces))]
        return self.all_of([known, self.equal(*lower)])

    def in_any_case(self, text):
        parts = []
        for character in text:
            if ord(character) > 126:
                raise Unsupported("other letters without regard to case")
            # "ignoring case": the Kelvin sign's lower case is `k` (Unicode).
            forms = {character.lower(), character.upper()} | ({"\u212a"} if character in "kK" else set())
            parts.append(self.letters([(ord(form), ord(form)) for form in sorted(forms)]))
        return self.sequence(parts)

    def length(self, term):
        return self.term(Kind.STRING_LENGTH, term)

    def plus(self, terms):
        return terms[0] if len(terms) == 1 else self.term(Kind.ADD, *terms)

    def matches_pieces(self, term, pieces):
        """Pieces are terms and wildcards."""
        chunks = [[]]
        for piece in pieces:
            if isinstance(piece, str) and piece == ANY_RUN:
                chunks.append([])
            else:
                chunks[-1].append(piece)
        if len(chunks) == 1:
            return self.anchored(term, chunks[0], self.manager.mkInteger(0), self.length(term))
        first, *middle, last = chunks
        conditions = []
        zero = self.manager.mkInteger(0)
        size = self.size(first)
        conditions.append(self.anchored(term, first, zero, size))
        conditions.append(self.term(Kind.LEQ, size, self.length(term)))
        at = size
        for chunk in middle:
            found = self.found(term, chunk, at)
            conditions.append(self.term(Kind.GEQ, found, zero))
            at = self.plus([found, self.size(chunk)])
        start = self.term(Kind.SUB, self.length(term), self.size(last))
        conditions.append(self.term(Kind.GEQ, start, at))
        conditions.append(self.anchored(term, last, start, self.length(term)))
        return self.all_of(conditions)

    def size(self, chunk):
        one = self.manager.mkInteger(1)
        sizes = [one if isinstance(piece, str) else self.length(piece) for piece in chunk]
        return self.plus(sizes) if sizes else self.manager.mkInteger(0)

    def found(self, term, chunk, at):
        if any(isinstance(piece, str) for piece in chunk):
            raise Unsupported("`?` beside a variable between two `*`")
        return self.term(Kind.STRING_INDEXOF, term, self.joined(chunk), at)

    def anchored(self, term, chunk, start, end):
        """Whether the chunk stands exactly from `start` to `end`."""
        zero = self.manager.mkInteger(0)
        if not any(isinstance(piece, str) for piece in chunk):
            whole = self.joined(chunk)
            if start == zero and end == self.length(term):
                return self.equal(term, whole)
            if start == zero:
                return self.term(Kind.STRING_PREFIX, whole, term)
            if end == self.length(term):
                return self.term(Kind.STRING_SUFFIX, whole, term)
        conditions, at = [], start
        for piece in chunk:
            if isinstance(piece, str):
                at = self.plus([at, self.manager.mkInteger(1)])
                continue
            size = self.length(piece)
            conditions.append(self.equal(self.term(Kind.STRING_SUBSTR, term, at, size), piece))
            at = self.plus([at, size])
        conditions.append(self.equal(at, end))
        return self.all_of(conditions)

    # ARNs.

    def arn_expression(self, pattern):
        """The texts beginning with `arn:` that a pattern without variables matches; None: there are none."""
        if len(pattern) == 1:
            begins = self.sequence([self.term(Kind.STRING_TO_REGEXP, self.text("arn:")), self.anything])
            return self.term(Kind.REGEXP_INTER, self.glob(pattern[0]), begins)
        if not matches_plainly(pattern[0], "arn"):
            return None
        parts = [self.term(Kind.STRING_TO_REGEXP, self.text("arn"))]
        for segment in pattern[1:5]:
            parts += [self.term(Kind.STRING_TO_REGEXP, self.text(":")), self.glob(segment, True)]
        parts += [self.term(Kind.STRING_TO_REGEXP, self.text(":")), self.glob(pattern[5])]
        return self.sequence(parts)

    def arn_matches(self, arn, pattern):
        """Whether an `Arn` matches a pattern."""
        if not has_variable(pattern):
            if len(pattern) == 1 and pattern[0] == (ANY_RUN,):
                return arn.is_arn
            if arn.known and len(pattern) == 6:
                return self.segments_match(arn, pattern)
            expression = self.arn_expression(pattern)
            return self.false if expression is None else self.within(arn.whole, expression)
        if len(pattern) == 1:
            return self.all_of([arn.is_arn, self.matches(arn.whole, pattern[0])])
        return self.segments_match(arn, pattern)

    def segments_match(self, arn, pattern):
        if not matches_plainly(pattern[0], "arn"):
            return self.false
        terms = arn.split()
        own = [self.matches(term, tokens) for term, tokens in zip(terms, pattern[1:])]
        return self.all_of([arn.is_arn_of_six(), *own])


def has_variable(pattern):
    return any(isinstance(token, Variable) for segment in pattern for token in segment)


def has_literal_wildcard(pattern):
    literals = [token.text for segment in pattern for token in segment if isinstance(token, Literal)]
    return any("*" in text or "?" in text for text in literals)


def matches_plainly(tokens, text):
    """A glob on a known text."""
    parts = {ANY_RUN: ".*", ANY_ONE: "."}
    expression = "".join(re.escape(token.text) if isinstance(token, Literal) else parts[token] for token in tokens)
    return re.fullmatch(expression, text, re.DOTALL) is not None


class Arn:
    """A text that may be an ARN; its segments are made when somebody asks. An ARN of six segments has one split only."""

    def __init__(self, texts, whole, is_arn, declare, require, segments=None):
        self.texts, self.whole, self.is_arn = texts, whole, is_arn
        self.declare, self.require = declare, require
        self.segments, self.known = segments, segments is not None
        self.six = texts.true if segments is not None else None

    def is_arn_of_six(self):
        self.split()
        return self.six

    def split(self):
        if self.segments is None:
            texts = self.texts
            run = texts.glob((ANY_RUN,), True)
            colon = texts.term(Kind.STRING_TO_REGEXP, texts.text(":"))
            shape = [texts.term(Kind.STRING_TO_REGEXP, texts.text("arn"))]
            for _ in range(4):
                shape += [colon, run]
            self.six = texts.within(self.whole, texts.sequence([*shape, colon, texts.anything]))
            self.segments = [self.declare("segment") for _ in range(5)]
            parts = [texts.text("arn")]
            for segment in self.segments:
                parts += [texts.text(":"), segment]
            for segment in self.segments[:4]:
                self.require(texts.within(segment, run))
            self.require(texts.term(Kind.IMPLIES, self.six, texts.equal(self.whole, texts.joined(parts))))
        return self.segments

"""The signs and words that values in the source of a program are told by."""

import re

SPACE = re.compile(r"(?:\s+|//[^\n]*|#(?![{\[])[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?)+")
NAME = re.compile(r"[$@&*]{0,2}[A-Za-z_][\w$]*")
NUMBER = re.compile(r"-?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?[fFlLmMdDuU]?(?!\w)")
# A name that stands for itself, in Ruby.
SYMBOL = re.compile(r":([a-z_]\w*)(?![\w:])")
# What says nothing about the value behind it; a backslash stands in PHP's long names.
WORDS = re.compile(
    r"(?:await|return|new|async|yield|throw|try[?!]?)\b\s*|[!&*](?=\w)"
    r"|(?:\\|[A-Za-z_]\w{0,99}+\\)(?=[A-Za-z_])"
)
GENERIC = re.compile(r"(?:<[\w<>\[\], .?*]{0,80}>)(?=\s*[({])")
TYPED = re.compile(
    r"(?:map)?\[\w{0,20}\]\*?(?:interface\{\}|[\w.]{1,40})(?=[{(])"
    r"|new\s*(?:\w+)?\[\]\s*(?=\{)|(?:http\.Header|url\.Values)(?=\{)"
)
MEMBER = re.compile(r"\s*+(?:(?:\?|!!?)?(?P<dot>\.)|->|::)(?=[A-Za-z_]|(?<=:)\$)")
JOINS = re.compile(
    r"\s*+(?P<sign>\+(?![+=])|\.\.|\.(?=\s*[\"'$(]|[ ]*[A-Za-z_]\w*)"
    r"|&(?=\s*[\"(])|%(?=[\s(]))\s*"
)
OTHERWISE = re.compile(r"\s*+(?:\|\||\?\?|\?:|\bor\b)\s*+")
# ``one if a else other``, and ``a ? one : other``.
IF_ELSE = re.compile(
    r"[ \t]++if\b(?:[^\n\"'`]|\"[^\"\n]{0,99}\"|'[^'\n]{0,99}'){1,200}?\belse\b[ \t]*"
)
CHOICE = re.compile(r"\s*+(?:[=!]==?[ ]?[\w.\"']{1,40}\s*+)?\?(?=[\s\"'`])\s*+")
OTHER = re.compile(r"\s*+:(?!:)\s*+")
ARROW = re.compile(r"\s*+=>\s*+")
KEY_MARK = re.compile(r"\s*+(?:=>|:(?!:)|=(?!=)|,(?=\s*[\"'`]))\s*")
NAMED = re.compile(r"(?P<name>[A-Za-z_]\w*)\s*(?:=(?![=>~])|:(?![:=]))\s*")
UNWRAPPED = re.compile(r"!!?(?=[\s,).!;])(?!=)")
PATH = re.compile(r"[\w.\[\]>-]+")
BRACE = re.compile(r"\s{0,99}(?=\{)")
CALLED = re.compile(r"\s{0,20}\(")
SPREAD = re.compile(r"\.\.\.|\*\*")
WORD_VALUES = {
    **dict.fromkeys(("true", "True", "TRUE", "YES"), True),
    **dict.fromkeys(("false", "False", "FALSE", "NO"), False),
    **dict.fromkeys(("null", "None", "nil", "NULL", "undefined", "Nothing")),
}

"""Quoted-printable: what a mail program writes for signs that mail cannot carry."""

import re

# The sign itself, as it is written.
EQUALS = "=3D"
# A line that goes on where it is broken.
LINE = re.compile(r"(?:[^\n]*[^=\n]=[ \t]*\r?\n)*+[^\n]*\n?")
# Behind another equals sign, as in what parts a mail, none but that is one.
SIGN = re.compile(r"(?<!=)=(?:[ \t]*\r?\n|[0-9A-F]{2})|=3D")
# An equals sign that no mail program leaves. It writes that sign itself, where a line
# ends, blanks before that, and other alphabets in UTF-8: two bytes or more a letter.
_END = r"[ \t]*\r?(?:\n|\Z)"
BARE = re.compile(
    rf"=(?!3D|{_END}|(?:20|09)=?{_END}|[C-F][0-9A-F](?:={_END})?=[89AB][0-9A-F]"
    r"|(?:(?<==[89A-F][0-9A-F]=)|(?<=\n=))[89AB][0-9A-F])"
)
# A line is broken where it gets longer than 76 signs.
BROKEN = re.compile(r"^[^\n]{55,75}=[ \t]*\r?$", re.MULTILINE)

"""How programs are given passwords: by options, in settings, among arguments."""

import re

# The options of cURL and HTTPie that hold a user's password, a token or cookies.
USER_OPTION = re.compile(
    r"(-(?<![^\s\"'\[(]-)(?:(?:(?:[aUu]|-auth|-proxy-user|-user)(?:[ =]?|[\"'],[ ]?)"
    r"|[A-Za-z]{1,4}u[ ])"
    r"[\"']?[^\s:\"']{1,400}:(?!//)"
    r"|-oauth2-bearer[ =][\"']?|(?:A|-auth-type)[ =]bearer[ ]+-(?:a|-auth)[ =][\"']?"
    r"))([^\s\"']+)"
)
COOKIE_OPTION = re.compile(
    r"(-(?<!\S-)(?:b|-cookie)[ =]?[\"']?)([\w.$-]+=[^\s\"']+(?:[ ][\w.$-]+=[^\s\"']+)*)"
)
# The short option for a password, of the few programs where it is one. In a list of
# arguments there are quotes and commas between.
_FURTHER_ON = r"(?:[\"'],)?[ ](?:[^\r\n;|&]{0,200}?[ ])?[\"']?"
PASS_OPTION = re.compile(
    rf"((?<![\w-])(?:(?:mysql(?:admin|dump|sh)?|mariadb(?:-dump)?){_FURTHER_ON}-p"
    r"|sshpass[ ]-p[ ]?|(?:docker|helm[ ]registry|nerdctl|oc|podman|az(?:[ ]acr)?)"
    rf"[ ]login{_FURTHER_ON}-p[ =]?|redis-cli{_FURTHER_ON}-a[ ]"
    rf"|(?:sqlcmd|bcp|osql){_FURTHER_ON}-P[ ]?"
    r"|htpasswd[ ]-(?:\w{0,9}n\w{0,9}b|\w{0,9}b\w{0,9}(?:n|[ ]\S{1,200}))\w{0,9}[ ]"
    r"\S{1,200}[ ])[\"']?)"
    r"([^\s\"']+)"
)
OPTIONS = (USER_OPTION, COOKIE_OPTION, PASS_OPTION)
# A text has this if one of those is in it.
OPTION = re.compile(r"-(?<![^\s\"'\[(]-)(?:[APUabpu]|[A-Za-z]{1,4}[bu][ ]|-[acopu])")
# A user with a password in Base64, in the settings of Docker and npm.
AUTH_PAIR = re.compile(
    r"auth(?<=[\"_]auth)(?:\"\s{0,2}:\s{0,2}\"|=\"?)(?=[^\s\"]{0,99}[\d+/=])"
    r"(?P<value>[A-Za-z0-9+/]{8,}={0,2})"
)
# PostgreSQL's file of passwords.
PGPASS = re.compile(r"(\w:543\d:[\w*-]{1,60}:[\w.-]{1,60}:)([^\s:]+)")
# How a program logs in to a database: its address, a user and a password.
DATABASE = re.compile(
    r"((?:PDO|mysqli)(?:(?:_real)?_connect|->(?:__construct|(?:real_)?connect))?"
    r"\((?:Object\(\w{1,40}\),\s?)?(?:['\"][^'\"\r\n]{1,200}['\"],\s{0,99}){2}['\"])"
    r"([^'\"\r\n]{3,200})"
)
# The same in cURL's file of options.
USER_SET = re.compile(r"(user = \"[^\s\":]{1,200}:)([^\s\"]+)")
# How a server is told a password, and what opens a page to choose another.
AUTH_TOLD = re.compile(
    r"AUTH(?<![^\s>:]AUTH)[ ](?P<value>(?=\S{0,99}\d)[\w.~+/=-]{16,})"
)
RESET = re.compile(
    r"pass(?:word|ord)?(?:[/-]reset)?/(?P<value>(?=[\w~.-]{0,99}\d)[\w~.-]{20,})",
    re.IGNORECASE,
)
# How a shell and SQL are given a password.
SECURE = re.compile(
    r"securestring\s{1,9}(?:-string\s{1,9})?[\"'](?P<value>[^\"'\r\n]+)", re.IGNORECASE
)
IDENTIFIED = re.compile(
    r"(?:password|identified(?:[ ]with[ ]\w+)?[ ]by)\s{1,9}'"
    r"(?P<value>(?:[^'\r\n]|'')+)",
    re.IGNORECASE,
)
# A user with a password in a program.
USER_CALLED = re.compile(
    r"pwd[\"']?(?:,|\s?=>)\s?[\"'][^\s:\"']+:(?P<value>[^\s\"']+)", re.IGNORECASE
)
# A user with a password among the arguments of a call, or in a list.
AUTH_CALLED = re.compile(
    r"auth(?:(?:(?<=asicauth)|(?<=asic_auth)|(?<=\.auth))\w{0,12}\(|[\"']?\s{0,2}(?:=>|[:=])\s{0,2}[(\[])"
    r"\s{0,99}[\"'][^\"'\r\n]{1,60}[\"'],\s{0,99}[\"'](?P<value>[^\"'\r\n]{4,})[\"']",
    re.IGNORECASE,
)
# The secret that a signature is made with.
HMAC_CALLED = re.compile(
    r"hmac[\w.:]{0,30}\((?:[\"'][\w-]{3,12}[\"'],\s{0,9}|\$?[\w.>-]{1,40},\s{0,9}){0,2}"
    r"(?:[\w.:]{1,40}\(){0,2}b?[\"'](?P<value>[^\"'\r\n]{8,})[\"']",
    re.IGNORECASE,
)
# Each with a piece of text that every place has where it matches.
LOGINS = ((":543", PGPASS), ("sql", DATABASE), ('user = "', USER_SET))

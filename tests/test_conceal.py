"""What is masked in a text, and what is left alone."""

import json
import re
import time
from base64 import b64encode
from gzip import compress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vippsdiag.conceal import conceal, conceal_named, still_masked
from vippsdiag.looks import PADDED_BASE64, matches
from vippsdiag.samples import CLIENT_ID, CLIENT_SECRET, SUBSCRIPTION_KEY, token
from vippsdiag.secret import MASK, Secret
from vippsdiag.sensitive import SENSITIVE_ENDINGS, SENSITIVE_NAMES, is_sensitive

CANARY = "hush4Canary9Zq"

SECRET_TEXTS = {
    "after-another-name": "error: client_secret={}",
    "in-quotes-after-a-name": 'msg="client_secret={}"',
    "in-braces": "headers: {{client_secret: {}}}",
    "in-a-form": "a=1&client_secret={}&b=2",
    "blank-before-the-colon": "client_secret : {}",
    "in-a-list": "- client_secret: {}",
    "percent-encoded": "%7B%22client_secret%22%3A%22{}%22",
    "percent-encoded-form": "x%3D1%26client_secret%3D{}",
    "after-an-escaped-line-break": "\\nclient_secret={}",
    "json-in-json": '{{\\"client_secret\\":\\"{}\\"}}',
    "behind-a-tab": "Client secret\t{}",
    "on-the-next-line": "client_secret\n{}",
    "on-the-next-line-with-a-colon": "client_secret:\n  {}",
    "pretty-json": '"client_secret":\n "{}"',
    "with-is": "my client secret is {}",
    "with-er": "Vår subscription key er {}",
    "open-quote": "client_secret: '{}",
    "curly-quotes": "client_secret: “{}”",
    "xml-element": "<client_secret>{}</client_secret>",
    "xml-attributes": '<add key="VippsClientSecret" value="{}" />',
    "name-and-value": '{{"name": "client_secret", "value": "{}"}}',
    "name-and-value-on-lines": '"key": "client_secret",\n  "value": "{}"',
    "option": "--client-secret {} --verbose",
    "value-before-name": '<input value="{}" type="text" name="client_secret">',
    "attribute-between": '<input name="client_secret" type="text" value="{}">',
    "setting": '<setting name="ClientSecret" type="String"><value>{}</value>',
    "property-list": "<key>clientSecret</key>\n\t<string>{}</string>",
    "value-below": "- name: CLIENT_SECRET\n  value: {}\n",
    "default-below": 'variable "client_secret" {{\n  type = a\n  default = "{}"\n}}',
    "yaml-block": "client_secret: >-\n    {}\n",
    "typed": "val clientSecret: String = '{}'",
    "php-dump": '["client_secret"]=>\n  string(14) "{}"',
    "php-serialized": 's:13:"client_secret";s:14:"{}";',
    "arrow": "client_secret -> {}, x",
    "dash": "Client secret - {}",
    "dots": "Client secret ..... {}",
    "stars": "**Client secret:** {}",
    "stars-and-backticks": "**client_secret**: `{}`",
    "cell": "| client_secret | `{}` |",
    "column": "msn;client_secret;name\n123456;{};Shop",
    "second-row": "a,client_secret\n1,\n2,{}\n",
    "markdown-column": "| msn | secret |\n|---|---|\n| 123456 | {} |",
    "cookies-of-a-capture": '"cookies": [{{"name": "a", "value": "{}"}}]',
    "second-cookie": '"cookies":[{{"name":"a","value":""}},{{"value":"{}"}}]',
    "longer-name": "export SHOP_SECRET={}",
    "element-with-a-type": '<v:ClientSecret x:type="string">{}</v:ClientSecret>',
    "object": '{{"client_secret": {{"type": "text", "value": "{}"}}}}',
    "list-of-php": "[client_secret] => Array ( [0] => {} )",
    "setter": 'client.setClientSecret("{}")',
    "basic-dialect": 'Dim ClientSecret As String = "{}"',
    "in-brackets-which": "client secret (test): {}",
    "fence": "Client secret:\n```\n{}\n```",
    "heading-above": "## Client secret\n\n{}\n",
    "button-above": "client_secret\nShow\n{}\nCopy",
    "wiki-column": "||client_secret||msn||\n|{}|123456|",
    "token-of-another": "csrf_token={}",
    "possessive": "Hemmeligheten vår er {} og",
    "for-what": "Passord til portalen: {}",
    "user-option": "curl -u shop:{} https://x.no",
    "bearer-option": "curl --oauth2-bearer {} https://x.no",
    "cookie-option": "curl -b 'sid={}' https://x.no",
    "httpie-user": "http -a shop:{} x.no",
    "httpie-bearer": "http -A bearer -a {} x.no",
    "token-in-an-address": "https://ghp_0123456789{}@git.example/a.git",
    "private-key": "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
    "url-with-password": "https://shop:{}@proxy.example:8080/",
    "define": "define('VIPPS_CLIENT_SECRET', '{}');",
    "tuple": "('client_secret', '{}')",
    "test-decoration": "VIPPS_CLIENT_SECRET_TEST={}",
    "blank-inside-quotes": 'client_secret = "abc {}"',
    "ampersand-in-a-header": "client_secret: a&{}",
    "quote-inside": "client_secret=ab'{}",
    "authorization-scheme": "Authorization: Digest {}",
    "several-cookies": "Cookie: a=b; c={}",
    "header-list": '{{"authorization": ["Bearer {}"]}}',
    "json-number-like": '{{"phoneNumber": {}}}',
    "doubled-bearer": "Authorization: Bearer Bearer {}",
    "angle-brackets": "client_secret: <{}>",
    "angle-brackets-in-quotes": '{{"client_secret": "<{}>"}}',
    "angle-brackets-behind-bearer": "Authorization: Bearer <{}>",
    "braces": "client_secret={{{}}}",
    "two-braces": "client_secret: {{{{{}}}}}",
    "square-brackets": "client_secret: [{}]",
    "percent-signs": "client_secret=%{}%",
    "dollar": "client_secret=${}",
    "dollar-and-braces": "client_secret=${{{}}}",
    "like-a-command": "client_secret=$({})",
    "words-and-it-in-brackets": "client_secret: <your client secret {}>",
    "behind-an-angle-bracket": "client_secret: ab<{}",
    "behind-a-closing-bracket": "client_secret: ab>{}",
    "behind-a-backslash": "client_secret: ab\\{}",
    "behind-a-mask": 'client_secret: "•••{}"',
    "like-an-error": "client_secret: invalid_{}",
    "second-of-a-list": '{{"cookies": ["a=b", "session={}"]}}',
    "second-number-of-a-list": '{{"phoneNumber": [4794559249, {}]}}',
    "behind-a-quoted-cookie": 'Cookie: a="b"; session={}',
    "html-bold": "<p>Client secret: <b>{}</b></p>",
    "html-cells": "<tr><td>client_secret</td><td>{}</td></tr>",
    "cdata": "<client_secret><![CDATA[{}]]></client_secret>",
    "tag-before-the-colon": "<b>Sub key</b>: {}<br>",
    "fence-on-the-line": "*Sub key:* ```{}```",
    "default-of-a-script": 'process.env["CLIENT_SECRET"] ||= "{}"',
    "list-of-go": 'req.Header["client_secret"] = []string{{"{}"}}',
    "blank-of-a-page": "Client secret:\u00a0{}\u200b",
    "wide-blank": "Client secret\u2003{}",
    "which-of-two": "Vipps-Subscription-Key - Primary\n{}\n",
    "norwegian-name-of-a-key": "Sekundærnøkkel: {}",
    "with-the-article": "Secreten er {} og",
    "misspelt": "subscribtion key: {}",
    "number-of-a-phone": '{{"phone": {{"number": "{}", "country": "NO"}}}}',
    "my-own": "Passordet mitt er {}",
    "short-word-for-it": "auth: {{ user: 'a', pass: '{}' }}",
    "which-in-brackets-above": "Client secret (test)\n{}\n",
    "stars-in-a-cell": "| **Client secret** | `{}` |",
    "option-behind-its-name": "gh secret set CLIENT_SECRET --body {}",
    "put-into-a-table": "INSERT INTO a (b, secret) VALUES ('x', '{}');",
    "second-row-of-a-table": "(`secret`, b) VALUES\n('a', 1),\n('{}', 2)",
    "name-of-a-gateway": "apim key: {}",
    "bar-before-the-next-name": "client_secret={}|msn=123456",
    "three-quotes": 'api_token = """{}"""',
    "an-ampersand-in-a-password": "pwd = a1&{}",
    "an-ampersand-before-no-name": "password=a1&{}!z;b=2",
    "words-before-the-verb": "Passordet til den gamle portalen er {}.",
    "finnish-words-before-the-verb": "Salasana hallintaan on {} nyt",
    "behind-a-note-in-brackets": "personnumret (för BankID) är {}",
    "as-the-client-secret": "we use {} as our client secret",
    "as-the-password": "log in with {} as the password",
    "is-the-password": "so «{}» er passordet vårt",
    "the-secret-one": "id 284610\n  hemmelig {}\n",
    "server-variable": "HTTP_COOKIE => a=b; cart_c={}\n",
    "session-in-a-log": "curl/8.0 .AspNetCore.Session={0}{0} 200",
    "user-and-password": 'basicAuth: "admin:{}"',
    "user-and-password-of-php": 'curl_setopt($c, CURLOPT_USERPWD, "shop:{}");',
    "user-option-among-others": "curl -sSu shop:{} https://x.no",
    "password-of-a-database": "mysql -u root -p{} shop",
    "password-of-a-shell": "sshpass -p '{}' ssh a@b.no",
    "password-of-a-registry": "docker login -u ci -p {} x.no",
    "secret-of-a-frame": "secret_key_base {}",
    "key-of-a-machine": '<machineKey validationKey="{}" decryption="AES">',
    "private-property-of-php": '["secret":"V\\C":private]=>\n  string(9) "{}"',
    "answer-of-a-shell": ">>> os.environ[\"VIPPS_SECRET\"]\n'{}'",
    "answer-of-tinker": '>>> $a->client_secret\n=> "{}"',
    "copied-into-a-table": "COPY a (id, secret) FROM stdin;\n1\tx\n2\t{}\n\\.\n",
    "below-a-rule": "   msn   |        secret        \n-----+-----\n 284610 | {}\n",
    "below-a-boxed-rule": "| msn | secret |\n+----+----+\n| 284610 | {} |\n",
    "what-it-begins-with": "Refresh-tokenet begynner på {}",
    "token-for-another-password": "/reset?reset_token={}&uid=8812",
    "cookies-below-their-name": "cookie\r\na=b; basket={}\r\n",
    "secure-string": "ConvertTo-SecureString '{}' -AsPlainText",
    "password-of-sql": "ALTER ROLE a WITH PASSWORD '{}!'",
    "password-of-my-sql": "CREATE USER a IDENTIFIED BY '{}!'",
    "password-of-sqlcmd": "sqlcmd -S a -U sa -P {} -Q x",
    "login": "innlogging er per@x.no / {}!",
    "hook-of-a-chat": "https://hooks.slack.com/services/T01AB/B01AB/{0}{0}",
    "short-word-of-a-password": "vault_db_pw: {}",
    "short-word-in-a-sentence": "pw for the zip: {}#a",
    "further-on-in-a-line": "Passordet for SFTP er byttet, fra Ab1!xy{0} til {0}!Ab",
    "quoted-further-on": 'the temporary password will be "{}#"',
    "login-in-ticks": "Logg inn med `a@b.no` og `{}!A`",
    "key-of-stripe": "from Stripe (sk_live_{0}{0})",
    "finnish-name": "Asiakkaan salaisuus: {}",
    "password-of-a-php-server": "[PHP_AUTH_PW] => {}",
    "brand-behind-a-name": "secret_vipps: {}",
    "user-and-password-of-a-call": 'req.SetBasicAuth("shop", "{}")',
    "user-and-password-of-python": "HTTPBasicAuth('shop', '{}')",
    "user-and-password-in-a-list": "'auth' => ['shop', '{}']",
    "user-and-password-in-a-tuple": "get(url, auth=('shop', '{}'))",
    "secret-of-a-signature": "createHmac('sha256', '{}')",
    "secret-of-a-signature-in-python": "hmac.new(b'{}', body)",
    "secret-of-a-signature-in-c": 'new HMACSHA256(UTF8.GetBytes("{}"))',
    "element-of-a-value": '<p name="a.name">client_secret</p>\n<p n="a.value">{}</p>',
    "list-in-a-pair": '{{"Key":"client_secret","Value":["{}"]}}',
    "parameters-of-sql": "@Name = N'ClientSecret', @Value = N'{}'",
    "update-of-sql": "SET value = '{}' WHERE name = 'client_secret'",
    "header-of-swift": 'setValue("{}", forHTTPHeaderField: "client_secret")',
    "header-of-objective-c": 'setValue:@"{}" forHTTPHeaderField:@"client_secret"',
    "jar-of-cookies": "a.no\tFALSE\t/\tTRUE\t0\tsid\t{}\n",
    "box": "│ client_secret │ '{}' │",
    "stars-before-a-dash": "**Client secret:** abc-{}",
    "put-together": 'auth = "Bearer " + "{}"',
    "put-together-in-php": "'client_secret: ' . '{}'",
    "two-columns": "msn,284610\nclient_secret,{}\n",
    "two-columns-with-semicolons": "client_secret;{}\r\nmsn;284610",
    "name-behind": "vi bruker {} som klienthemmelighet",
    "name-of-two-words-behind": "{} is our Client Secret",
    "name-of-three-words-behind": "we use {} as the Vipps Client Secret",
    "default-in-a-template": "client_secret={{{{ a_b | default('{}') }}}}",
    "semicolon": '"client_secret";"{}"',
    "user-and-password-of-an-agent": "req.auth('shop', '{}')",
    "default-of-a-setting": 'secret = config.get("SHOP_SECRET", "{}")',
    "default-behind-an-entry": 'secret: ENV["SHOP_SECRET"] || "{}"',
    "optional": 'client_secret: Optional[str] = "{}"',
    "given-to-a-function": 'secret = Secret::new("{}".into())',
    "like-a-call": "client_secret: hunter({})",
    "like-a-path": "client_secret: a.b.{}",
    "password-among-arguments": '["CMD", "mysqladmin", "-uroot", "-p{}"]',
    "user-among-arguments": 'run(["curl", "-u", "shop:{}", "https://x.no"])',
    "login-to-a-database": "new PDO('mysql:host=db', 'magento', '{}')",
    "login-in-a-trace-of-php": "#1 a.php(7): mysqli_connect('db', 'shop', '{}')",
    "second-half": "'sub_key' => '0123456789abcdef' .\n    '{}',",
    "part-of-a-form": 'form-data; name="password"\r\n\r\n{}#\r\n--b',
    "part-of-a-form-in-json": 'form-data; name=\\"password\\"\\r\\n\\r\\n{}#\\r\\n',
    "part-of-a-part": 'form-data; name="login[password]"\n\n{}#\n--b',
    "part-with-a-short-name": 'form-data; name="login[pass]"\n\n{}\n--b',
    "key-of-a-form": "form_key={}",
    "signature-of-an-address": "GET /a?id=1&sig={0}{0}",
    "pair-of-a-registry": '{{"x.no":{{"auth":"{0}{0}"}}}}',
    "file-of-passwords": "db.x.no:5432:shop:shop:{}\n",
    "password-of-a-file": "htpasswd -nb admin {}",
    "password-for-a-file": "htpasswd -cb .htpasswd admin {}",
    "cell-of-a-server-variable": "$_ENV['DB_PASSWORD']</td><td class=\"v\">{}</td>",
    "cell-behind-a-blank": '<td>DB_PASSWORD </td><td class="v">{} </td>',
    "page-for-another-password": "GET /reset-password/{0}{0}?a=b",
    "part-of-a-private-key": '{{"kty":"oct","kid":"a1","k":"{0}{0}"}}',
    "part-of-a-private-key-in-json": '{{\\"kty\\":\\"EC\\",\\"d\\":\\"{0}{0}\\"}}',
    "what-a-server-is-told": "AUTH {0}{0}\r\n",
    "user-in-a-file-of-options": 'user = "shop:{}"',
    "longer-name-of-a-value": '{{"setting":"app_secret","setting_value":"{}"}}',
    "below-its-name-in-an-answer": "> Password:\n> {}\n",
    "heading-above-a-login": "h3. Passwords\n* admin / {}#A",
    "element-with-a-long-type": '<Password Type="http://x.no/'
    + "a" * 99
    + '#Text">{}</Password>',
}


@pytest.mark.parametrize("text", SECRET_TEXTS.values(), ids=SECRET_TEXTS)
def test_a_value_under_a_sensitive_name_is_masked(text: str) -> None:
    concealed = conceal(text.format(CANARY))
    assert CANARY not in str(concealed)
    assert MASK in str(concealed)
    assert isinstance(concealed, Secret)
    assert concealed.reveal() == text.format(CANARY)


@pytest.mark.parametrize(
    "value",
    [CLIENT_SECRET, SUBSCRIPTION_KEY, token(), "+47 945 59 249", "+4512345678"],
    ids=["client-secret", "subscription-key", "token", "phone", "phone-dk"],
)
@pytest.mark.parametrize(
    "text", ["{}", "see {} there", '["{}"]', "x={}&y", "({})"], ids=repr
)
def test_a_value_of_a_sensitive_shape_is_masked_anywhere(text: str, value: str) -> None:
    assert value not in str(conceal(text.format(value)))


GROUPED = "phone: +47 945 59 249, phoneNumber: 945 59 249\n"


def test_what_opens_an_address_is_masked() -> None:
    text = f"https://x.no/a.pdf?X-Amz-Date=1&X-Amz-Signature={'5f' * 32}&b=2"
    assert "5f5f" not in str(conceal(text))
    assert str(conceal(text)).endswith("&b=2")


def test_a_key_that_blanks_got_into_is_masked_whole() -> None:
    key = "4106578d 93449d94 8fb88971 52bfa47f"
    shown = str(conceal(f"Subscription key: {key}\nMSN: 123456"))
    assert re.fullmatch(rf"Subscription key: {MASK}\w*\nMSN: 123456", shown)


@pytest.mark.parametrize("text", ["key: {}\r\n{}", "key: {}\n> {}\n> "])
def test_a_key_that_a_mail_wrapped_is_masked_whole(text: str) -> None:
    start, end = SUBSCRIPTION_KEY[:20], SUBSCRIPTION_KEY[20:]
    shown = str(conceal("Subscription " + text.format(start, end)))
    assert start not in shown
    assert end not in shown


# A national identity number as each country writes it.
NATIONAL = [
    *("01017812345", "010178 12345", "01 01 78 12345", "19780101-1234", "780101-1234"),
    *("780101+1234", "010178-1234", "010178 - 1234", "0101781234", "010178-123A"),
    *("010105A123X", "010178+123T", "010192Y123B"),
]
BORN = [
    *("1978-01-31", "31.01.1978", "31.1.78", "31/1/1978", "19780131", "31. mars 1978"),
    *("31 March 1978", "3 maaliskuuta 1978"),
]
CALLED_NATIONAL = [
    *("fnr", "Fødselsnummeret", "personnr", "CPR", "cpr-nr.", "hetu", "Henkilötunnus"),
    *("D-nummer", "F.nr", "nationalId", "nin", "SSN", "fodselsnr"),
]
CALLED_BORN = [
    *("birthdate", "Fødselsdato", "Fødselsdag", "Födelsedatum", "Syntymäaika", "dob"),
    *("date of birth", "Født", "Född"),
]


@pytest.mark.parametrize("form", ["{}: {}\n", "kunden ({}: {}) får 401", "{}={}"])
@pytest.mark.parametrize("number", NATIONAL)
@pytest.mark.parametrize("name", CALLED_NATIONAL)
def test_a_national_identity_number_is_masked_whole(name, number, form) -> None:
    shown = str(conceal(form.format(name, number)))
    assert number[-4:] not in shown
    assert number[:4] not in shown


@pytest.mark.parametrize("number", [one for one in NATIONAL if one[2] != " "])
def test_a_national_identity_number_is_masked_without_a_mark(number: str) -> None:
    shown = str(conceal(f"Fødselsnummeret er {number} og"))
    assert number[-4:] not in shown
    assert number[:4] not in shown


@pytest.mark.parametrize(
    "text",
    [
        *("Personnummeret til daglig leder er {}, tlf", "cpr for kunden: {}"),
        *("Personnummer för testkund: {}.", "henkilötunnus asiakkaalla on {}"),
    ],
)
def test_a_national_identity_number_is_masked_where_words_tell_of_it(text) -> None:
    assert "01017812345" not in str(conceal(text.format("01017812345")))


@pytest.mark.parametrize("day", BORN)
@pytest.mark.parametrize("name", CALLED_BORN)
def test_a_day_of_birth_is_masked_whole(name: str, day: str) -> None:
    shown = str(conceal(f"{name}: {day}, 401"))
    assert day[-2:] not in shown
    assert "ma" not in shown.removeprefix(name).lower()


@pytest.mark.parametrize("day", [one for one in BORN if " " not in one])
def test_a_day_of_birth_is_masked_without_a_mark(day: str) -> None:
    assert day not in str(conceal(f"Hun er født {day} i Oslo"))
    assert day not in str(conceal(f"Fødselsdato er {day}"))
    assert day not in str(conceal(f"date of birth {day}, 401"))


def test_a_national_identity_number_is_known_by_its_checks_in_a_sentence() -> None:
    assert "21109140489" not in str(conceal("BankID med 21109140489 virker ikke"))
    assert "21109140489" not in str(conceal("VALUES (1, '21109140489')"))
    assert "21109140489" not in str(conceal('["Ola","21109140489"]'))


def test_a_key_of_letters_alone_is_masked_behind_its_name() -> None:
    key = "hNaACUAHyAyOfdLlkpIp"
    assert key not in str(conceal(f"Client secret\n{key}\n"))


@pytest.mark.parametrize("day", BORN)
def test_a_day_of_birth_is_masked_in_a_column(day: str) -> None:
    assert day not in str(conceal(f'"msn","birthdate"\n"123456","{day}"\n'))


@pytest.mark.parametrize("number", [*NATIONAL, "923 61 547", "040 923 6154"])
def test_a_number_in_groups_is_masked_in_a_column(number: str) -> None:
    text = f"order,fnr,phone,amount\n10020,{number},{number},49900\n"
    shown = str(conceal(text))
    assert number not in shown
    assert "49900" in shown


MIXED = "kR10vLRAttbnvGdBe2NdaCsNN7S5PjLP"
LONE = "kR10vLRAttbnvGdBe2NdaCsNN7S5PjLPq8+Zx3Yw"
DASHED = "kR10vLRA-tbnvGdBe2Nd_CsNN7S5PjLP"
ENTRA = "abc8Q~dEfGhIjKlMnOpQrStUvWxYz0123456-.7_8"
GUID_KEY = "7c1e9a4f-d2b8-4630-a5f8-e3c06b917d24"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("our client secret, from last week, {}, does not work", MIXED),
        ("Hemmeligheten som vi fikk er denne: {}.", MIXED),
        (f"{CLIENT_ID}\n{{}}\n284610", MIXED),
        (f"\n{{}}\n{CLIENT_ID}\n", MIXED),
        ("og nøkkelen er {}. Hilsen", GUID_KEY),
        ("Primary   {}   Copy", GUID_KEY),
        ('{{"name":"code","value":"{}"}}', MIXED),
        ("callback: code={}, state=1", MIXED),
        ('"code": "{}"', MIXED),
        ("prøv {} i stedet", LONE),
        ("{} then", LONE),
        ("HEM={} BUTIKK=284610", LONE),
        ("ikke den fra i dag, {}. Den er", LONE),
        ("med {}.", LONE),
        ("Jeg fikk {} som hemmelighet", GUID_KEY),
        ("Buffer.from('{}')", LONE),
        ("salaisuuden {}, mutta", MIXED),
        ("The webhook secret, which I believe is {}, has not", GUID_KEY),
        ('hemligheten vi fick var "{}" och', DASHED),
        ("the client secret (it's {}) from", DASHED),
        ("Vi fik client secret'en {} i mandags", DASHED),
        (f"| client secret | `{LONE}` | `{{}}` |", DASHED),
        (f"med {CLIENT_ID}:{{}} i basic auth", DASHED),
        (f"{CLIENT_ID} / {{}}", DASHED),
        (f"284610|{CLIENT_ID}|{{}}|x", DASHED),
        (f"284610,{CLIENT_ID},{{}}", DASHED),
        (f"new Client('{CLIENT_ID}', '{{}}', '284610')", DASHED),
        (f'["{CLIENT_ID}","{{}}"]', DASHED),
        ("this one: {} from the portal", ENTRA),
        ("https://x.no/a?sp=r&sig={}", DASHED + DASHED),
        ("\u00c2\u00ab{}\u00c2\u00bb", SUBSCRIPTION_KEY),
    ],
)
def test_a_key_is_masked_for_its_looks_where_words_tell_of_it(text, value) -> None:
    assert value not in str(conceal(text.format(value)))


@pytest.mark.parametrize(
    "value",
    [
        "$P$B" + "aB3/" * 7 + "aBc",
        "$2y$10$" + "aB3." * 13 + "a",
        "$argon2id$v=19$m=65536,t=4,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub",
        "H4sIA" + "aB3/" * 8,
        b64encode(compress(f"client_secret={CANARY}".encode(), mtime=0)).decode(),
    ],
    ids=["phpass", "bcrypt", "argon2", "gzip-cut", "gzip"],
)
def test_what_only_hides_a_secret_is_masked_for_its_looks(value: str) -> None:
    assert value[10:-3] not in str(conceal(f"(1,'admin','{value}',0)"))


def packed(text: str) -> str:
    """Return a compressed text; with equals signs it would be taken for a secret."""
    return b64encode(compress(text.encode(), mtime=0)).decode().rstrip("=")


def test_a_compressed_text_without_a_secret_stays() -> None:
    text = f"body: {packed('status is ok ' * 9)}"
    assert conceal(text) is text


@pytest.mark.parametrize(
    "text",
    [f"it was {packed(f'client_secret={CANARY}')}", "a" * 1_000_000],
    ids=["compressed again", "of no end"],
)
def test_a_compressed_text_that_cannot_be_seen_through_is_masked(text: str) -> None:
    assert packed(text) not in str(conceal(f"body: {packed(text)}"))


def test_no_more_is_unpacked_than_a_text_is_long() -> None:
    chance = Random(1)
    said = [" ".join(chance.choices(["a", "bc", "d"], k=20_000)) for _ in range(9)]
    shown = str(conceal("".join(f"body: {packed(text)}\n" for text in said)))
    assert [packed(text) in shown for text in said][::8] == [True, False]


@pytest.mark.parametrize("value", ["aQ7!xkPm2v#z", "Sommer&2026!"])
def test_a_password_is_masked_where_it_is_called_a_code(value: str) -> None:
    assert value not in str(conceal(f"Koden til admin er {value}, prøv igjen"))


@pytest.mark.parametrize("end", ["", "=", "=="])
def test_a_header_in_a_command_ends_at_its_quote(end: str) -> None:
    rest = "' https://api.vipps.no/accesstoken/get"
    shown = str(conceal(f"curl -H 'Authorization: Basic c2hvcDpodXNoNENhbm{end}{rest}"))
    assert shown.endswith(rest)
    assert "c2hvcD" not in shown


def test_a_private_key_is_masked_also_where_it_was_cut() -> None:
    lines = "\n".join(["aB3/" * 16] * 3)
    text = f"-----BEGIN RSA PRIVATE KEY-----\n{lines}\nand so on"
    shown = str(conceal(text))
    assert re.fullmatch(rf"-----BEGIN RSA PRIVATE KEY-----{MASK}\w*\nand so on", shown)


def test_a_number_that_is_written_in_groups_is_masked_whole() -> None:
    assert not any(digit in str(conceal(GROUPED)) for digit in "0123456789")


@pytest.mark.parametrize(
    "value", [CLIENT_SECRET, SUBSCRIPTION_KEY, token()], ids=["secret", "key", "token"]
)
@pytest.mark.parametrize(
    "text", ["a%3D{}", '"a\\n{}"', '"\\u003d{}"', "%20{}"], ids=repr
)
def test_an_escape_before_a_value_is_no_part_of_it(text: str, value: str) -> None:
    shown = str(conceal(text.format(value)))
    assert value not in shown
    assert shown.startswith(text.partition("{}")[0])


HOSTILE = {
    "columns": "a,secret\n",
    "attributes": 'key="secret" x="value="y" ',
    "elements": 'name="secret">',
    "cookies": '"cookies":[{"value":"a"},',
    "private-keys": "-----BEGIN PRIVATE KEY-----\n" + "A" * 64 + "\n",
    "quotes": '"',
    "backslashes": "\\",
    "escaped-quotes": '\\"',
    "names": "client_secret ",
    "names-with-colons": "client_secret:",
    "names-with-equals": "client_secret=",
    "quoted-names": '"client_secret"',
    "equals": "=",
    "colons": ":",
    "settings": "a:",
    "base64": "QUJDa1x2",
    "percent-blanks": "%20",
    "percent-quotes": "%22",
    "escaped-breaks": "\\n",
    "blanks": " ",
    "line-breaks": "\n",
    "tokens": "eyJhbGciOi.",
    "addresses": "://a:",
    "bearers": "bearer ",
    "phones": "+47 ",
    "words": "a b ",
    "name-then-blanks": '"token" ',
    "passwords": "password to ",
    "codes": "kode til ",
    "secrets-that-are": "secret that is ",
    "addresses-of-mails": "a@b.no/",
    "programs": "mysql -u ",
    "short-options": "-sSu a:",
    "sessions": "session=a",
    "hidden-passwords": "$2y$10$",
    "mobiles": "923 61 ",
    "as-named": "abcdefgh as the token ",
    "long-runs": "aB1/",
    "rules": "a|secret\n---+---\n",
    "copies": "COPY a (secret) FROM stdin;\n",
    "types": '<Password a="b" ',
    "letters": "Hilsen Kari ",
    "persons": "person a ",
    "others-to-reach": "ring 92361547 eller ",
    "fields-with-no-end": "=secret=&&/>amount",
    "blanks-of-pages": "\ufeff(pw",
    "attributes-in-odd-quotes": "..„ @value%22=  N‘xBBakoden .: er .__",
    "passes-in-passes": "pass]:1&&_",
    "users-with-no-password": "x$(-a",
    "passes-with-no-end": "_/>pass=%",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_a_time_that_grows_with_its_length(piece: str) -> None:
    def seconds(size: int) -> float:
        text = f'"token"{" " * (size // 4)}' + piece * (size // len(piece))
        start = time.process_time()
        conceal(text)
        return time.process_time() - start

    seconds(1000)
    assert seconds(160_000) < max(24 * seconds(20_000), 4)


CONTENT_HASH = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="
BENIGN_TEXTS = {
    "client-id": f"client_id: {CLIENT_ID}",
    "trace": "traceId: 00-813b63975adcaaeef2b0ec7c103c40e3-706492e906541d31-01",
    "id-of-a-call": "trace_id=813b63975adcaaeef2b0ec7c103c40e3 status=401",
    "id-of-a-request": '"X-Request-ID": "813b63975adcaaeef2b0ec7c103c40e3"',
    "pair-behind-a-scheme": "token_type=Bearer expires_in=3599",
    "certificate": "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUQ\n-----END",
    "names-over-words": "client_id, client_secret\nHello, there",
    "place-in-a-list": "nextToken: a1b2c3d4e5, pageToken=a1b2c3d4e5",
    "long-name-before-a-quote": '<a data-Test-value-2-of-theirs="x">',
    "missing-key": "Access denied due to missing subscription key. Make sure to",
    "wrong-secret": "AADSTS7000215: Invalid client secret is provided",
    "secret-then-code": "invalid client secret AADSTS7000222: The provided",
    "token-kind": '{"token_type": "Bearer", "expires_in": "3599"}',
    "words-behind-a-name": "Access token is missing or has expired",
    "time": "2026-11-24T10:00:00+0100 401",
    "code": '{"code": "Unauthorized", "errorCode": "35"}',
    "names-in-a-list": '["client_id", "client_secret", "msn"]',
    "masked-already": "client_secret: <REDACTED>",
    "masked-with-words": "client_secret: [removed by support]",
    "asked-for": "client_secret: <your client secret>",
    "asked-for-with-dashes": "client_secret=<client-secret>",
    "asked-for-in-capitals": '"client_secret": "<CLIENT_SECRET>"',
    "asked-for-in-norwegian": "client_secret: <din nøkkel her>",
    "left-out": "client_secret: <...>",
    "a-number-of-32-digits": '{"amount": 10000000000000000000000000000000}',
    "variable-in-braces": "client_secret: {{client_secret}}",
    "counts": "pass: 12, fail: 3",
    "said-of-a-number": "telefon: ikke oppgitt, nin: not allowed",
    "said-of-a-secret": "client secret: feil, subscription key: missing",
    "made-by-a-constructor": "headers.Authorization = new HeaderValue(scheme)",
    "other-phones": "microphone: built-in 2, iPhone: 15 Pro",
    "hash-of-a-file": f'md5={SUBSCRIPTION_KEY} etag: "{SUBSCRIPTION_KEY}"',
    "code-of-an-error": '{"code": "InvalidPaymentStateForCapture409"}',
    "class-behind-a-secret": "secret refused by VippsLoginV2AuthorizationHandler",
    "order-beside-an-id": f"\nacme-shop-123-order-456789abc\n{CLIENT_ID}\n",
    "number-of-an-order": "feil på 92361547, ordrenummer 48120077, status on 48120077",
    "other-column": "INSERT INTO a (b, msn) VALUES ('x1234567', '284610');",
    "class-behind-a-name": "client_secret VippsAuthenticationException",
    "hours": "Telefon 10.00-15.00, telefon 2026-11-28",
    "primary-id": "primary: true, secondary 284610",
    "sum-of-a-file": f"md5sum {SUBSCRIPTION_KEY}  pay.jar",
    "id-of-a-request-of-nginx": f'"curl/8.0" rid={SUBSCRIPTION_KEY}',
    "code-of-a-country": "landkode er 47, feilkoden er AADSTS7000215 og kode 401",
    "packed": b64encode(compress(b'{"status":  401}', mtime=0)).decode(),
    "words-as-the-name": "it is configured as the secret, build-20261121 as our token",
    "words-about-a-name": "*argon2-cffi-Bindings* is available, Py3-Crypto is passed",
    "number-of-a-payment": "BankID med 21109140488, ordre 20109140489",
    "as-the-name": "we send order-12345 as the client_id and password fails",
    "session-of-a-language": "session=nb_NO; session: created2026",
    "money-in-groups": "400 000 000 kr, 49 900,00 og 9 500 10",
    "bytes": "0000 41 42 43 44 45 46 47 48 49 50 92 36 15 47",
    "organisation": "org.nr 923 609 016",
    "what-parts-a-mail": "--===============6794429205618010792==--",
    "trace-in-a-sentence": f"403 with trace {SUBSCRIPTION_KEY}, ring",
    "trace-and-span": f"DEBUG [pay,{SUBSCRIPTION_KEY},4e5fcfcb57792f90] 1 --- x",
    "id-of-an-event": f"event_id {SUBSCRIPTION_KEY}, build hash {SUBSCRIPTION_KEY}",
    "part-of-a-host": f"https://{LONE}.x.no/ a.{LONE}",
    "where-a-shell-is": 'declare -x PWD="/srv/app1/current"\nPWD=/srv/app1',
    "place-in-a-file": "    at token (/var/task/index.js:21:11)",
    "path-of-40-letters": "GET /ePayment/v2/payments/ORD1A2B/Capture1CD x",
    "sum-of-a-commit": "commit 8820d07d70eac4655950a78912f0a1b2c3d4e5f6",
    "class-of-40-letters": "VippsLoginV2AuthorizationHandlerFactory4",
    "version-behind-an-address": "GET /oauth2/token HTTP/1.1\nHost: x",
    "size-in-a-dump-of-php": '["client_secret"]=>\n  string(0) ""',
    "who-sees-a-property": "[token:protected] => \n[secret:Api:private] => \n",
    "type-of-a-column": "client_secret varchar(255), token NVARCHAR(2000)",
    "length-of-a-token": "Got token (len=1412) for it",
    "attribute-of-17-letters": '<add name="x" connectionString="Server=a"/>',
    "digest": "Digest: SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    "digest-of-content": "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:",
    "sum-of-a-module": "v0.4.1 h1:Qd8n3hT0m1k5jVbY2xZ7uW9rP4sL6aE8cG0iK2oM4qS=",
    "id-of-a-front": "x-amz-cf-id: Qm3xH9v0rT5kY2wZ8aB1cD4eF6gH7iJ0kL2mN3oP4q==",
    "key-of-a-repetition": f"X-Idempotency-Key: {SUBSCRIPTION_KEY}",
    "key-of-a-repetition-in-json": f'"idempotencyKey":"{SUBSCRIPTION_KEY}"',
    "order-in-an-address": f"https://x.no/order/{SUBSCRIPTION_KEY}/done",
    "id-of-a-basket": f"basketId={SUBSCRIPTION_KEY} x=1",
    "hash-in-a-sentence": f"md5 of the body: {SUBSCRIPTION_KEY}, event "
    f"{SUBSCRIPTION_KEY}, etag {SUBSCRIPTION_KEY}",
    "hidden": "client_secret: (hidden), token: none",
    "token-left-out": "authorization: Bearer eyJ... (shortened)",
    "variable-of-a-shell": 'subkey: $VIPPS_SUBKEY, secret="${SHOP_SECRET}"',
    "variable-of-windows": "secret=%SHOP_SUBKEY% secret=$env:SHOP_SUBKEY",
    "variable-of-a-template": "secret: {{ shop_subkey }}",
    "reference": f'reference={SUBSCRIPTION_KEY} "pspReference":"{SUBSCRIPTION_KEY}"',
    "reference-in-a-sentence": f"referansen er {SUBSCRIPTION_KEY} og",
    "id-in-a-capture": f'{{"name": "X-Request-Id",\n "value": "{SUBSCRIPTION_KEY}"}}',
    "hash-in-a-pair": f'["sha256", "{SUBSCRIPTION_KEY}"]',
    "id-in-entities": f"&quot;requestId&quot;:&quot;{SUBSCRIPTION_KEY}&quot;",
    "id-in-an-address": f"%22orderId%22%3A%22{SUBSCRIPTION_KEY}%22",
    "id-of-a-charge": f"chargeId={SUBSCRIPTION_KEY} jti: {SUBSCRIPTION_KEY}",
    "place-of-a-value": 'log.Printf("secret=%s", x)',
    "start-of-a-token": "`token: ${token.slice(0, 8)}...`",
    "lengths": "subscription key: 32 tegn, client secret: 40 tegn",
    "trace-of-a-cloud": f"X-Cloud-Trace-Context: {SUBSCRIPTION_KEY}/1",
    "context-of-an-error": f'{{"contextId":"{SUBSCRIPTION_KEY}"}}',
    "any-name-of-an-id": f"error_id={SUBSCRIPTION_KEY} shipmentId: {SUBSCRIPTION_KEY}",
    "claims": f'{{"sid":"{SUBSCRIPTION_KEY}","oid": "{SUBSCRIPTION_KEY}"}}',
    "sum-before-a-file": f"{SUBSCRIPTION_KEY}  woo-vipps.zip",
    "sum-before-a-file-in-an-answer": f"> \n> {SUBSCRIPTION_KEY} *woo-vipps.zip",
    "sum-of-a-file-of-bsd": f"MD5 (woo-vipps.zip) = {SUBSCRIPTION_KEY}",
    "file-called-by-its-sum": f"s3://logs/2026/11/20/{SUBSCRIPTION_KEY}.tar.gz",
    "id-in-a-cell": f"<td>request id</td><td>{SUBSCRIPTION_KEY}</td>",
    "id-in-an-element": f"<requestId>{SUBSCRIPTION_KEY}</requestId>",
    "id-in-a-file-of-commas": f"time,status,request_id\n10:00,401,{SUBSCRIPTION_KEY}\n",
    "id-in-a-file-of-tabs": f'"body_md5"\t"n"\n"{SUBSCRIPTION_KEY}"\t"1"',
    "id-in-a-drawn-table": f"Hei\n\n id | trace_id\n----+----\n 7 | {SUBSCRIPTION_KEY}",
    "id-told-of": f"trace-id i svaret var {SUBSCRIPTION_KEY}, ring",
    "id-with-an-article": f"sporings-ID-en var {SUBSCRIPTION_KEY}.",
    "id-from-elsewhere": f"korrelasjons-id fra svaret: {SUBSCRIPTION_KEY}",
    "id-in-finnish": f"jäljitystunnus {SUBSCRIPTION_KEY}",
    "sum-in-a-wide-table": f"MD5             {SUBSCRIPTION_KEY}       a.zip",
    "sum-before-a-wide-colon": f"FileHash       : {SUBSCRIPTION_KEY}",
    "sum-by-what-follows": f"{SUBSCRIPTION_KEY} (md5 of the zip)",
    "hash-by-what-follows": f"expected {CONTENT_HASH} (content hash)",
    "key-of-a-cache": f"[cacheKey] => {SUBSCRIPTION_KEY}",
    "number-of-a-certificate": f"serial={SUBSCRIPTION_KEY.upper()}",
    "trace-in-a-path": f"projects/a/traces/{SUBSCRIPTION_KEY}",
    "version-of-a-file": f"/media/cache/{SUBSCRIPTION_KEY}/a.jpg?h={SUBSCRIPTION_KEY}",
    "id-in-the-line-below": f'"x-trace":\n    "{SUBSCRIPTION_KEY}",',
    "weak-etag": f'etag:\nW/"{SUBSCRIPTION_KEY}"',
    "id-in-a-quoted-cell": f"<td>trace id</td><td>&#x27;{SUBSCRIPTION_KEY}&#x27;",
    "id-behind-a-wide-blank": f"trace:\u00a0{SUBSCRIPTION_KEY}",
    "id-of-a-device": f"device id: {SUBSCRIPTION_KEY}, row id {SUBSCRIPTION_KEY}",
    "token-of-a-library": "Culture=neutral, PublicKeyToken=b03f5f7f11d50a3a",
    "id-put-into-a-table": f"INSERT INTO a (checksum) VALUES ('{SUBSCRIPTION_KEY}')",
    "ids-in-a-table-further-on": f"Hei\n\nref,trace_id\n1,{SUBSCRIPTION_KEY}\n",
    "ids-in-a-table-below-words": f"Her:\r\nref;md5\r\n1;{SUBSCRIPTION_KEY}\r\n",
    "id-given-to-a-function": f"->token('{CLIENT_ID}', 'x')",
    "browser-of-a-phone": "sec-ch-ua-mobile: ?0, mobile: true, mobile: 12",
    "ids-in-a-list": f'["{CLIENT_ID}","ref_01JDKW5T8Q9Z4X3V2B1N0M7C6A"]',
}

# Each is near to one that names an id.
NO_IDS = {
    "key-that-is-not-valid": "Subscription key invalid: {}",
    "key-as-the-client": "client_id: {} appId={}",
    "id-of-a-subscription": "subscriptionId: {}",
    "short-for-a-subscription": '{"sub": "{}"} subId: {}',
    "id-of-us": "vår id er {}, sid={}",
    "first-cell-of-a-row": "<tr><th>Key</th><th>Order id</th></tr><tr><td>{}</td>",
    "before-a-host": "{}  api.vipps.no",
    "at-the-end-of-a-sentence": "It is {}.",
    "beside-a-column-of-ids": "msn,n,order_id\n284610,{},a1\n",
    "below-an-id-in-a-sentence": "order id and the key\n{}",
    "sum-of-nothing": "key (x) = {}",
    "before-the-name-of-a-file": "our key {}  shop.txt",
    "told-of-beside-an-id": "order id and subscription key is {}",
    "told-of-behind-an-id": "trace id for the key is {}",
    "in-the-place-of-a-number": "merchant serial={}",
    "beside-what-is-in-brackets": "{} (order id 10452)",
    "with-its-hash-in-brackets": "{} (sha256 5f2c9a1b)",
    "in-a-table-behind-another": "ref,trace_id\n1,2\n\nref,sub\n1,{}\n",
    "given-to-another-function": "secret('{}', 'x')",
    "id-of-a-key-in-norwegian": "nøkkelId: {} abonnementsnøkkelId: {}",
}


@pytest.mark.parametrize("text", NO_IDS.values(), ids=NO_IDS)
def test_what_only_is_near_to_the_name_of_an_id_is_a_key(text: str) -> None:
    shown = str(conceal(text.replace("{}", SUBSCRIPTION_KEY)))
    assert SUBSCRIPTION_KEY not in shown


@pytest.mark.parametrize("text", BENIGN_TEXTS.values(), ids=BENIGN_TEXTS)
def test_a_harmless_text_is_left_alone(text: str) -> None:
    assert conceal(text) == text
    assert not isinstance(conceal(text), Secret)


def cases(shared: Path, name: str) -> list[dict[str, Any]]:
    lines = (shared / "cases" / "redaction" / name).read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_every_planted_secret_of_the_shared_cases_is_masked(shared: Path) -> None:
    left = {
        case["name"]
        for case in cases(shared, "secrets.jsonl")
        for secret in case["secrets"]
        if secret in str(conceal(case["text"]))
    }
    assert not left


def test_every_benign_id_of_the_shared_cases_is_kept(shared: Path) -> None:
    lost = {
        kept
        for case in cases(shared, "benign.jsonl")
        for kept in case["keep"]
        if kept not in str(conceal(case["text"]))
    }
    assert not lost


@pytest.mark.parametrize(
    "name",
    "client_secret Ocp-Apim-Subscription-Key Authorization access_token "
    "VIPPS_CLIENT_SECRET_TEST Cookie shop.vipps.client-secret phoneNumber".split(),
)
def test_a_name_of_a_secret_is_sensitive_in_any_spelling(name: str) -> None:
    assert is_sensitive(name)


@pytest.mark.parametrize(
    "name", "client_id msn Idempotency-Key reference traceId token_type code".split()
)
def test_a_name_of_an_id_is_not_sensitive(name: str) -> None:
    assert not is_sensitive(name)


def test_a_sentence_behind_a_token_stays() -> None:
    shown = str(conceal(f"Authorization: Bearer {token()} og får 401 fra /a/b."))
    assert shown.endswith(" og får 401 fra /a/b.")
    assert str(conceal(f"Authorization: {MIXED}== and it says no")).endswith(" no")


def test_a_second_key_behind_the_first_is_masked_too() -> None:
    assert MIXED not in str(conceal(f"Authorization: {token()} {MIXED}"))


FROM_ELSEWHERE = """
String secret = System.getenv("SHOP_SECRET");
secret = os.environ.get("SHOP_SECRET_2")
secret = os.environ["SHOP_SECRET"]
secret = config["Shop:Secret"]
secret = ctx.getString("shop.secret")
secret = cfg.Shop.Secret
secret = this.props.secretValue;
val token = tokenService.fetchToken(clientId)
secret = getSecret(shopId)
'secret' => $this->scopeConfig->getValue('payment/shop/secret'),
'secret' => get_option('shop_secret'),
secret = $_POST['shop_secret'];
$secret = $row->secret;
token = resp.data.access_token;
token = body.accessToken ?? throw new Exception("no token");
token = jwt.encode(payload, key)
token = cache.get(f"vipps:{msn}")
const token = req.headers.authorization.split(' ')[1];
const secret = Buffer.from(process.env.SHOP_SECRET, 'base64');
let secret = std::env::var("SHOP_SECRET").expect("SHOP_SECRET");
let secret = env!("SHOP_SECRET");
client_secret = models.CharField(max_length=255)
client_secret: Optional[str] = None
secretKey: z.string().min(20),
apiKey: this.configService.get<string>('SHOP_KEY'),
sub_key: Rails.application.credentials.vipps[:sub_key]
password: !Ref DbPassword
client_secret = random_password.shop.result
token = try await auth.accessToken()
""".strip().splitlines()


@pytest.mark.parametrize("text", FROM_ELSEWHERE)
def test_code_that_takes_a_secret_from_elsewhere_is_left_alone(text: str) -> None:
    assert conceal(text) == text


def test_a_function_that_is_given_a_secret_stays() -> None:
    text = "secret = base64.b64decode('{}') + x"
    assert str(conceal(text.format(CANARY))).startswith(text.partition("{")[0] + MASK)


def test_a_header_value_is_masked_behind_its_scheme() -> None:
    assert str(conceal_named("Authorization", f"Bearer {CANARY}")) == f"Bearer {MASK}"


def test_a_value_that_somebody_masked_is_recognised() -> None:
    assert still_masked("Bearer <redacted>")
    assert not still_masked(CLIENT_SECRET)


def test_a_name_before_a_mask_is_no_value() -> None:
    assert str(conceal("internationalMobileNumber=1")).startswith("international")


@pytest.mark.parametrize("name", sorted({*SENSITIVE_NAMES, *SENSITIVE_ENDINGS}))
def test_every_name_is_found_in_a_text(name: str) -> None:
    assert CANARY not in str(conceal(f'{{"{name}": "{CANARY}"}}'))
    assert CANARY not in str(conceal(f"{name.upper()}={CANARY}"))


names = st.sampled_from(["client_secret", "token", "x", "phoneNumber"]) | st.text()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(names, inner),
    max_leaves=8,
)
sensitive_strings = st.builds(
    "{}{}{}{}".format,
    st.sampled_from(["client_secret", "token", "a client_secret is"]),
    st.sampled_from([":", "=", ": ", '="', "='", " ", "\t", ': "', "\n"]),
    st.text(),
    st.text(alphabet="\"'\\:=, }]a1"),
)


def outline(value: object) -> object:
    """Return the containers and their sizes, with nothing of what they hold."""
    if isinstance(value, dict):
        return [outline(part) for part in value.values()]
    return [outline(part) for part in value] if isinstance(value, list) else None


@given(st.dictionaries(names, JSON | sensitive_strings) | st.lists(sensitive_strings))
@example({"token": [-1]})
@example({"COOKIE": None})
@example({"x": "SECRET:<0", "token": ">"})
@example({"": 10**31})
@example({"SECRET=": None, "token": {"SECRET=": [1]}})
def test_concealed_json_is_still_json_of_the_same_outline(value: object) -> None:
    shown = str(conceal(json.dumps(value)))
    assert outline(json.loads(shown)) == outline(value)


@given(st.text(), st.text())
def test_concealing_never_fails_and_is_final(before: str, after: str) -> None:
    once = conceal(f"{before} client_secret: {CANARY} {after}")
    assert CANARY not in str(once)
    assert conceal(once) is once


SIGNS = st.text(st.sampled_from("aB3+/_-=%\\ .\"'x2FDn\n"), max_size=12)
LETTERS = st.text(st.sampled_from("abcXYZ0189"), min_size=8, max_size=30)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(SIGNS, LETTERS, st.sampled_from(["=", "==", "%3D"]))))
def test_what_is_padded_is_found_by_its_equals_signs(parts: list[str]) -> None:
    text = "".join(parts)
    found = [match.span() for match in matches(text, PADDED_BASE64, bool)]
    assert found == [match.span() for match in PADDED_BASE64.finditer(text)]

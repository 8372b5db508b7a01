"""A phone number is masked and replaced in every way in which people write it."""

import re

import pytest

from vippsdiag.conceal import conceal
from vippsdiag.redact import redact

OWN = "92361547"
# With the country: these are known by their looks.
ABROAD = [
    *("+47 92361547", "+4792361547", "+47 923 61 547", "+47 92 36 15 47"),
    *("+47-92361547", "0047 92361547", "004792361547", "00 47 923 61 547"),
    *("(+47) 92361547", "+47 (923) 61 547", "+47.923.61.547", "+47  92361547"),
    *("+47\u00a092361547", "+47\u202f923\u202f61\u202f547", "%2B47%2092361547"),
    *("+45 92361547", "+45 92 36 15 47", "+358 40 92361547", "+358 9 2361547"),
    *("+46 (0)70-923 61 54", "+46 709236154", "tel:+4792361547"),
]
WITHIN = [
    *("47 92361547", "92361547", "923 61 547", "92 36 15 47", "040 9236154"),
    *("070-9236154", "0709236154", "070-923 61 54", "070 - 923 61 54", "0400 923 615"),
    *("923-61-547", "92.36.15.47", "9236 1547", "92361 547", "040 923 6154"),
]
NAMED = [
    *("phone: {}\n", "phoneNumber={}&amount=1", '"customerPhoneNumber": "{}",'),
    *("login_hint: {} and more", "Telefon {}", "<mobil>{}</mobil>", "tlf: {}, so"),
    *("Mobil: {}\nMvh", "phonenumber is {}.", "billing_phone: {}, x", "GSM: {}\n"),
    *("msisdn={}\n", "tel: {}", "customerPhone: {}"),
]
BY_A_WORD = [
    *("Mobile: {}", "Tlf.: {}", "telefonnr. {}", "customer mobile {} said", "tlf {},"),
    *(
        "Mob: {} | x",
        "Puh. {}",
        "Cell: {}",
        "tel:{}>",
        "<dt>Telefon</dt><dd>{}</dd>",
        "Tlf – {}\n",
    ),
    *("| Telefon | {} |", "Mobil (privat): {}", "Mobilnummer kunde {}"),
    *("Ring meg på {}", "call us on {}.", "soita numeroon {}", "mitt nummer er {}"),
    *("Du kan nå oss på: {}", "phone;{};NOK", "Ring {}", "SMS til {} kom", "T: {} |"),
    *('"mobile":"{}"', "[mobile] => {}", "a[mobile]={}", "'mobile' => '{}',"),
    *("> Telefon:\n> {}\n", "TEL;TYPE=work,voice:{}\n", '{{\\"mobile\\":\\"{}\\"}}'),
    *("Testbruker {} / x", "login_hint=msisdn:{}", "login_hint: urn:msisdn:{}"),
]


def digits(text: str) -> str:
    return re.sub(r"\D", "", text)


@pytest.mark.parametrize("hide", [conceal, lambda text: redact(text).text])
@pytest.mark.parametrize("form", NAMED)
@pytest.mark.parametrize("number", ABROAD + WITHIN)
def test_a_number_beside_a_name_is_hidden_whole(number, form, hide) -> None:
    assert digits(number)[-6:] not in digits(str(hide(form.format(number))))


@pytest.mark.parametrize("hide", [conceal, lambda text: redact(text).text])
@pytest.mark.parametrize("form", BY_A_WORD)
@pytest.mark.parametrize("number", [*WITHIN, "+46(0)70-923 61 54"])
def test_a_number_behind_the_word_for_it_is_hidden(number, form, hide) -> None:
    assert digits(number)[-6:] not in digits(str(hide(form.format(number))))


@pytest.mark.parametrize("hide", [conceal, lambda text: redact(text).text])
@pytest.mark.parametrize("number", ABROAD)
def test_a_number_of_a_market_is_hidden_without_a_name(number, hide) -> None:
    assert digits(number)[-6:] not in digits(str(hide(f"we rang {number} twice")))


PEOPLE = [
    *("+380 69 923 61 54", "+1 202 923 6154"),
    *("923 61 547", "92 36 15 47", "470 18 223", "040 923 6154", "045 9236154"),
    *("070-923 61 54", "073 923 61 54", "923\u00a061\u00a0547"),
]


@pytest.mark.parametrize(
    "form", ["min kollegas {}.", "tlf. dagtid {}, så", "på jobb på {} til"]
)
def test_a_number_of_a_house_is_known_by_its_groups_in_a_sentence(form: str) -> None:
    assert "81" not in str(conceal(form.format("29 50 87 81")))
    assert conceal("Antall 29 50 87 81 94") == "Antall 29 50 87 81 94"


@pytest.mark.parametrize("form", ["ole: {}\n", "hans er {}.", "({})", "Per\t{}\n"])
@pytest.mark.parametrize("number", PEOPLE)
def test_a_mobile_number_is_known_by_its_groups(number: str, form: str) -> None:
    assert digits(number)[-6:] not in digits(str(conceal(form.format(number))))


@pytest.mark.parametrize(
    "form",
    [
        *("Mobilnummeret til kunden er {}.", "phone of our customer is {},"),
        *("ring meg på 40118223 eller evt. mannen hennes {}", "phones 40118223, {},"),
        *("phone numbers 40118223, 40118224 and {}", "<Mobile>{}</Mobile>"),
        *("Mvh Kari {}", "Hilsen Kari Nordmann\n{}\n"),
        *("Ring endelig på {}", "tlf 40118223 er jobben, privat er {}."),
        *("før kl 16, ellers kona på {}", "Telefonen er {}"),
        *("puhelinnumero asiakkaalla on {}", "Telefonen vår: {}"),
    ],
)
def test_a_number_is_hidden_where_a_sentence_tells_of_it(form: str) -> None:
    assert OWN not in str(conceal(form.format(OWN)))


@pytest.mark.parametrize(
    "text",
    ["https://qr.vipps.no/28/2/01/031/4792361547?v=1", "puhelin +35 840 92361 547"],
    ids=["printed-code", "odd-groups"],
)
def test_a_number_is_hidden_where_it_is_written_in_no_usual_way(text: str) -> None:
    assert "61547" not in digits(str(conceal(text)))


def test_what_follows_a_whole_number_is_no_part_of_it() -> None:
    text = f"GET /a mobile={OWN} 443 10.9.9.9 - 40118223"
    assert str(conceal(text)).endswith(" 443 10.9.9.9 - 40118223")


@pytest.mark.parametrize("form", ["Tlf: {0} (privat) / {1} (jobb)", "mob {0} og {1}"])
@pytest.mark.parametrize("number", ["40118223", "401 18 223", "040 811 8223"])
def test_a_second_number_is_hidden_too(number: str, form: str) -> None:
    shown = redact(form.format("923 61 547", number)).text
    assert "8223" not in digits(shown)
    assert "61547" not in digits(shown)


@pytest.mark.parametrize("number", ABROAD + WITHIN)
def test_a_mail_program_hides_no_number(number) -> None:
    shared = redact(f"phone=3D{number}\r\n").text
    assert digits(number)[-6:] not in digits(shared)
    assert redact(shared).text == shared


@pytest.mark.parametrize(
    "number", ["+47 92361547", "(+47) 92361547", "0047 92361547", "92 36 15 47", OWN]
)
def test_a_number_has_one_pseudonym_in_whatever_groups(number) -> None:
    shared = redact(f"phone: +47 923 61 547\nphone: {number}\n").text
    first, second = (digits(line)[-8:] for line in shared.splitlines())
    assert first == second != OWN


@pytest.mark.parametrize(
    "text",
    [
        "POST /accesstoken/get 401 1532 2341",
        "the phone rang 3 times on 2026-11-24 12:00:01",
        "order 0047 of 2026, MSN 123456, amount 49900",
        "Android 15; Mobile Safari/537.36 Mobile/15E148, MobilePay 12345678",
        "10.0.45.12 - - [24/Nov/2026:12:00:00 +0000]",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "2026-11-24T12:00:00+0100 at 12:00 +0200",
        "GET /a 404 19 612, 923 600 000 kr, 92 36 15 47 41 42, 9 923 61 547",
        "Telefonen feilet og ordren er 92361547, telefon til ordre er 92361547",
        "0010  65 78 6e 67 44 51 47 2b  92 36 15 47 6e 44 51 47  |exngDQG+.6.GnD|",
        "eller ordre 92361547, 0450 123 4567",
    ],
)
def test_other_numbers_stay(text) -> None:
    assert conceal(text) == text
    assert redact(text).text == text

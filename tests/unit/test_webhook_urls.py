"""Where webhooks may go: which URLs are taken, and which addresses are public."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signalbox.domain.errors import Invalid
from signalbox.domain.webhook_urls import Target, is_public, read_url

LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
LAST_LABELS = st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
NAMES = st.builds(lambda labels, last: ".".join([*labels, last]), st.lists(LABELS, min_size=1, max_size=5), LAST_LABELS)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hooks.example.org", Target("hooks.example.org", 443, "/")),
        ("HTTPS://Hooks.Example.org/A/b?c=%20d&e", Target("hooks.example.org", 443, "/A/b?c=%20d&e")),
        ("https://hooks.example.org?a=b", Target("hooks.example.org", 443, "/?a=b")),
        ("https://hooks.example.org:8443/", Target("hooks.example.org", 8443, "/")),
        ("https://xn--bcher-kva.example/", Target("xn--bcher-kva.example", 443, "/")),
        ("https://1.1.1.1/", Target("1.1.1.1", 443, "/")),
        ("https://[2606:4700::1111]:443/", Target("2606:4700::1111", 443, "/")),
    ],
)
def test_a_url_is_taken_apart(url: str, target: Target) -> None:
    assert read_url(url) == target


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://hooks.example.org:443/", "hooks.example.org"),
        ("https://hooks.example.org:8443/", "hooks.example.org:8443"),
        ("https://[2606:4700::1111]:8443/", "[2606:4700::1111]:8443"),
    ],
)
def test_the_host_header_names_the_port_only_where_it_is_another(url: str, authority: str) -> None:
    assert read_url(url).authority == authority


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hooks.example.org/",
        "ftp://hooks.example.org/",
        "//hooks.example.org/",
        " https://hooks.example.org/",
        "https://hooks.example.org/ ",
        "https://hooks.example.org/\n",
        "https://hooks.example.org/a b",
        "https://hooks.example.org/\r\nHost: other",
        "https://hooks.example.org/#fragment",
        "https://hooks.example.org\\@127.0.0.1/",
        "https://user@hooks.example.org/",
        "https://user:pass@hooks.example.org/",
        "https://hooks.example.org:22/",
        "https://hooks.example.org:80/",
        "https://hooks.example.org:0/",
        "https://hooks.example.org:65536/",
        "https://hooks.example.org:/",
        "https://hooks.example.org./",
        "https://hooks..example.org/",
        "https://-hooks.example.org/",
        "https://bücher.example/",
        "https://localhost/",
        "https://intranet/",
        "https:///path",
        "https://" + "a" * 64 + ".example/",
        "https://" + "a." * 130 + "example/",
        "https://hooks.example.org/" + "a" * 2048,
        "https://[::1]extra/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
    ],
)
def test_what_is_no_plain_https_url_is_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(Invalid) as raised:
        read_url(url)

    assert [reason.path for reason in raised.value.reasons] == ["/url"]
    assert "hooks" not in str(raised.value)


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "127.0.0.01",
        "1.2.3.4.5",
        "256.1.1.1",
        "hooks.example.0x7f",
        "hooks.example.1",
        "127\u30020\u30020\u30021",
        "\uff11\uff12\uff17.0.0.1",
        "\u2460\u2461\u2466.0.0.1",
    ],
)
def test_another_spelling_of_an_address_is_no_host(host: str) -> None:
    with pytest.raises(Invalid):
        read_url(f"https://{host}/")


@given(st.ip_addresses(v=4))
def test_no_address_in_decimal_hex_or_octal_is_a_host(address: IPv4Address) -> None:
    parts = address.packed
    octal = ".".join(f"0{part:o}" for part in parts)
    short = f"{parts[0]}.{int.from_bytes(parts[1:])}"

    for host in (str(int(address)), hex(int(address)), octal, short, ".".join(map(hex, parts))):
        with pytest.raises(Invalid):
            read_url(f"https://{host}/")


@given(st.one_of(st.ip_addresses(), NAMES))
def test_the_host_that_is_read_is_the_one_that_was_written(host: IPv4Address | IPv6Address | str) -> None:
    written = f"[{host}]" if isinstance(host, IPv6Address) else str(host)

    target = read_url(f"https://{written}:8443/path")

    assert target == Target(str(host), 8443, "/path")
    assert target.address == (None if isinstance(host, str) else host)


@given(st.text(max_size=40))
def test_whatever_is_written_for_a_host_is_refused_or_a_name_or_an_address(text: str) -> None:
    try:
        target = read_url(f"https://{text}")
    except Invalid:
        return

    assert target.address is not None or not target.host.rpartition(".")[2][0].isdigit()
    assert target.path.isascii()
    assert target.path.isprintable()
    assert " " not in target.path


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "8.8.8.8", "100.63.255.255", "172.32.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::1"],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",  # noqa: S104 - is not listened on, but refused
        "10.0.0.1",
        "100.64.0.1",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",  # the metadata of EC2
        "169.254.170.2",  # the credentials of ECS
        "172.16.0.1",
        "192.0.0.8",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::8.8.8.8",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",  # the metadata of EC2
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ],
)
def test_an_address_of_special_use_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


PRIVATE = ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"]
PRIVATE += [
    "192.168.0.0/16",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/16",
    "64:ff9b::/96",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
]


@given(st.one_of([st.ip_addresses(network=network) for network in PRIVATE]))
def test_nothing_in_a_private_network_is_public(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_is_public_in_the_dress_of_an_ipv6_one(address: IPv4Address) -> None:
    number = int(address)

    assert not is_public(IPv6Address(0xFFFF << 32 | number))  # mapped
    assert not is_public(IPv6Address(number))  # compatible
    assert not is_public(IPv6Address((0x64_FF9B << 96) | number))  # NAT64
    assert not is_public(IPv6Address((0x2002 << 112) | (number << 80)))  # 6to4

"""Webhooks reach a receiver that fails, hangs, restarts or lies: in order, signed, none lost."""

from __future__ import annotations

import contextlib
import ipaddress
import signal
import ssl
import time
from collections.abc import Iterator
from typing import Any

import httpx
import orjson
import pytest

from api.cli.main import run as main
from api.export.cloud import cloud_event
from api.settings import Settings
from api.webhooks.delivering import Delivering, Pace
from api.webhooks.sending import Sender
from api.webhooks.signing import fresh_secret, secret_bytes, signature
from api.webhooks.special import is_public
from api.webhooks.target import permitted, read_url
from events.application import Chancery, open_chancery
from events.errors import InvalidWebhook
from events.query.filters import Filter
from events.write.commands import CorrectEvent, RecordAct, RetractEvent
from tests.api.conftest import Service
from tests.api.histories import BY, plan
from tests.api.receiver import Receiver, in_order, signed, until

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
QUICK = Pace(first_seconds=0.01, longest_seconds=0.1, give_up_seconds=60, keep_seconds=0.0)


@pytest.fixture
def chancery(tmp_path) -> Iterator[Chancery]:
    opened = open_chancery(f"sqlite:///{tmp_path / 'acts.db'}")
    yield opened
    opened.close()


@contextlib.contextmanager
def delivering(chancery: Chancery, pace: Pace = QUICK, **settings: Any) -> Iterator[None]:
    chosen = Settings(**{"webhook_private": True, "webhook_timeout_seconds": 10, **settings})
    running = Delivering(chancery, chosen, pace)
    running.start()
    try:
        yield
    finally:
        running.stop()


def record(chancery: Chancery, first: int, last: int, **more: Any) -> None:
    for number in range(first, last + 1):
        chancery.commands.execute(RecordAct(f"visit:{number}", [plan("2024-05", **more)], **BY))


def add(chancery: Chancery, receiver: Receiver, name: str = "desk", **wanted: Any) -> None:
    chancery.admin.webhooks().add(name, receiver.url, SECRET, Filter(**wanted))


def progress(chancery: Chancery, name: str = "desk") -> Any:
    return chancery.admin.webhooks().get(name).progress


def test_each_new_record_comes_once_in_order_as_a_signed_cloudevent(chancery):
    record(chancery, 1, 2)
    with Receiver() as receiver, delivering(chancery):
        add(chancery, receiver)
        record(chancery, 3, 30)
        until(lambda: len(receiver.messages) == 28)
        until(lambda: progress(chancery).position == 30)
    assert receiver.taken == list(range(3, 31))
    page = chancery.query.records(2, 100)["events"]
    for message, one in zip(receiver.messages, page, strict=True):
        headers = message.headers
        assert headers["content-type"] == "application/cloudevents+json"
        assert message.event == cloud_event(one)
        expected = signed(SECRET, headers["webhook-id"], headers["webhook-timestamp"], message.body)
        assert headers["webhook-signature"] == expected
        assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
        assert headers["host"] == f"127.0.0.1:{receiver.port}"
    assert len({message.headers["webhook-id"] for message in receiver.messages}) == 28
    assert progress(chancery).delivered == 28


def test_only_what_the_filter_takes_comes(chancery):
    with Receiver() as receiver, delivering(chancery):
        add(chancery, receiver, party="KGZ", only="corrections")
        record(chancery, 1, 3)
        chancery.commands.execute(CorrectEvent("visit:2", 1, plan("2024-06"), "in June", **BY))
        chancery.commands.execute(RetractEvent("visit:3", 1, "entered twice", **BY))
        until(lambda: len(receiver.messages) == 2)
        until(lambda: progress(chancery).position == 5)
    assert [message.event["type"] for message in receiver.messages] == [
        "chancery.event.corrected",
        "chancery.event.retracted",
    ]


REFUSALS = {
    "an error": lambda number: 500 if number in (3, 4, 9) else 200,
    "a redirect": lambda number: 302 if number in (1, 7) else 200,
    "too many requests": lambda number: 429 if number == 2 else 200,
    "silence": lambda number: None if number == 4 else 200,
}


@pytest.mark.parametrize("name", REFUSALS)
def test_what_was_not_taken_is_told_again_before_anything_after_it(chancery, name):
    timeout = 0.5 if name == "silence" else 10
    with (
        Receiver(REFUSALS[name]) as receiver,
        delivering(chancery, webhook_timeout_seconds=timeout),
    ):
        add(chancery, receiver)
        record(chancery, 1, 12)
        until(lambda: {*receiver.taken} == {*range(1, 13)})
        attempts = [message.position for message in receiver.messages]
    assert list(in_order(receiver.taken)) == list(range(1, 13))
    assert attempts == sorted(attempts)
    again = [m for m in receiver.messages if attempts.count(m.position) > 1]
    assert len(again) > 1
    ids = {(message.position, message.headers["webhook-id"]) for message in again}
    assert len(ids) == len({message.position for message in again})


def test_a_receiver_that_hangs_holds_up_no_other_and_no_one_who_asks(chancery):
    with Receiver(lambda number: None) as stuck, Receiver() as well:
        add(chancery, stuck, "stuck")
        add(chancery, well, "well")
        with delivering(chancery, webhook_timeout_seconds=10):
            until(lambda: len(chancery.admin.webhooks().all()) == 2)
            record(chancery, 1, 20)
            until(lambda: len(stuck.messages) == 1)
            until(lambda: well.taken == list(range(1, 21)))
            assert chancery.query.state("KAZ-KGZ")["contact"]["acts"]["visit"] == 20
            stuck.released.set()


def test_a_receiver_that_restarts_misses_nothing(chancery):
    receiver = Receiver()
    receiver.start()
    with delivering(chancery):
        add(chancery, receiver)
        record(chancery, 1, 5)
        until(lambda: len(receiver.taken) == 5)
        receiver.stop()
        record(chancery, 6, 10)
        failing = until(lambda: progress(chancery).failures and progress(chancery))
        assert failing.position == 5
        assert failing.last
        receiver.start()
        until(lambda: len(receiver.taken) == 10)
        until(lambda: progress(chancery).failures == 0)
    receiver.stop()
    assert receiver.taken == list(range(1, 11))


def test_a_service_that_starts_again_goes_on_where_it_was(chancery):
    with Receiver() as receiver:
        add(chancery, receiver)
        with delivering(chancery):
            record(chancery, 1, 5)
            until(lambda: len(receiver.taken) == 5)
        record(chancery, 6, 9)
        assert progress(chancery).position == 5
        with delivering(chancery):
            until(lambda: len(receiver.taken) == 9)
    assert receiver.taken == list(range(1, 10))


def test_a_service_that_is_killed_loses_nothing_and_tells_at_most_its_last_second_again(tmp_path):
    service = Service(tmp_path, CHANCERY_WEBHOOK_PRIVATE="1")
    with Receiver() as receiver:
        beside = open_chancery(service.store)
        add(beside, receiver)
        beside.close()
        with service.client() as http:
            for number in range(1, 41):
                body = {"act_id": f"visit:{number}", "events": [plan("2024-05")]}
                assert http.post("/v1/acts", json=body).status_code == 201
        until(lambda: len(receiver.taken) >= 10)
        service.process.end(signal.SIGKILL)
        before = len(receiver.messages)
        again = Service(tmp_path, CHANCERY_WEBHOOK_PRIVATE="1")
        until(lambda: receiver.taken and receiver.taken[-1] == 40)
        again.stop()
    assert list(in_order(receiver.taken)) == list(range(1, 41))
    assert receiver.taken[:before] == sorted(receiver.taken[:before])
    assert receiver.taken[before:] == sorted(receiver.taken[before:])


def test_of_two_services_on_one_store_one_delivers_and_the_other_when_it_ends(chancery, tmp_path):
    beside = open_chancery(f"sqlite:///{tmp_path / 'acts.db'}")
    with Receiver() as receiver:
        add(chancery, receiver)
        with delivering(beside):
            with delivering(chancery):
                record(chancery, 1, 20)
                until(lambda: progress(chancery).position == 20)
            record(chancery, 21, 30)
            until(lambda: progress(chancery).position == 30)
        record(chancery, 31, 31)
    assert receiver.taken == list(range(1, 31))
    assert progress(chancery).delivered == 30
    beside.close()


def test_one_that_fails_too_long_is_disabled_says_why_and_can_be_enabled(chancery, caplog):
    failing = {"status": 503}
    with Receiver(lambda number: failing["status"]) as receiver:
        add(chancery, receiver)
        record(chancery, 1, 3)
        with delivering(chancery, Pace(0.01, 0.02, give_up_seconds=0.1, keep_seconds=0.0)):
            ended = until(lambda: progress(chancery).disabled and progress(chancery))
            tried = len(receiver.messages)
            assert ended.position == 0
            assert "it failed for" in ended.disabled
            assert ended.last == "status 503"
            time.sleep(0.7)
            assert len(receiver.messages) == tried
            failing["status"] = 200
            chancery.admin.webhooks().enable("desk")
            until(lambda: receiver.taken == [1, 2, 3])
    own = [entry.msg for entry in caplog.records if entry.name == "chancery.webhooks"]
    disabled = [line for line in own if line["event"] == "disabled"]
    assert [(entry["webhook"], entry["level"]) for entry in disabled] == [("desk", "error")]


def test_a_receiver_that_is_gone_is_told_nothing_more(chancery):
    with Receiver(lambda number: 410) as receiver, delivering(chancery):
        add(chancery, receiver)
        record(chancery, 1, 3)
        ended = until(lambda: progress(chancery).disabled)
        assert "410" in ended
    assert [message.position for message in receiver.messages] == [1]


def test_a_receiver_that_asks_for_a_pause_gets_it(chancery):
    answers = Receiver(lambda number: 429, headers={"Retry-After": "3600"})
    with answers as receiver, delivering(chancery):
        add(chancery, receiver)
        record(chancery, 1, 1)
        due = until(lambda: progress(chancery).next_at)
    assert 3_500 < due / 1_000_000 - time.time() <= 3_600
    assert len(receiver.messages) == 1


def test_one_that_was_removed_is_told_nothing_more(chancery):
    with Receiver() as receiver, delivering(chancery):
        add(chancery, receiver)
        record(chancery, 1, 1)
        until(lambda: receiver.taken == [1])
        chancery.admin.webhooks().remove("desk")
        time.sleep(1.2)
        record(chancery, 2, 3)
        time.sleep(0.7)
    assert receiver.taken == [1]


def test_a_pause_doubles_up_to_its_longest():
    pace = Pace()
    assert [pace.pause_seconds(n) for n in (1, 2, 3, 12, 13, 10_000)] == [
        1.0,
        2.0,
        4.0,
        2_048.0,
        3_600.0,
        3_600.0,
    ]


def test_the_signature_is_that_of_the_standard_s_own_example():
    # Standard Webhooks, its reference libraries' test vector.
    body = b'{"test": 2432232314}'
    found = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_fresh_secret_is_one_and_no_two_are_alike():
    assert len(secret_bytes(fresh_secret())) == 32
    assert fresh_secret() != fresh_secret()


@pytest.mark.parametrize("text", ["", "whsec_", "whsec_AAAA", "x" * 40, "whsec_é", "whsec_A=A" * 9])
def test_a_secret_that_is_none_is_refused_and_not_shown(text):
    with pytest.raises(InvalidWebhook) as caught:
        secret_bytes(text)
    assert caught.value.where == "secret"
    assert caught.value.got == "another text"


PUBLIC = [
    "1.1.1.1",
    "168.63.129.15",
    "192.0.1.0",
    "2606:4700:4700::1111",
    "2001:200::1",
    "64:ff9b::101:101",
    "::ffff:1.1.1.1",
]
PRIVATE = [
    "127.0.0.1",
    "127.255.0.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.9",
    "192.0.0.192",
    "192.0.2.1",
    "168.63.129.16",
    "198.18.0.1",
    "192.88.99.1",
    "::ffff:168.63.129.16",
    "64:ff9b::a83f:8110",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "3fff:fff:ffff::1",
    "4000::1",
    "5f00::1",
    "fec0::1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:101:101::",
    "fc00::1",
    "fe80::1",
    "ff02::1",
]


@pytest.mark.parametrize("text", PUBLIC)
def test_an_address_of_the_internet_may_be_told(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", PRIVATE)
def test_an_address_of_this_machine_or_of_a_private_network_may_not(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org",
        "//example.org",
        "example.org",
        "http://",
        "http://user:secret@example.org/",
        "http://example.org/#part",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://exa mple.org/",
        "http://example.org/\n",
        "http://[::1/",
        "https://example.org/" + "a" * 2_000,
        "",
    ],
)
def test_what_is_no_web_address_is_refused(text):
    with pytest.raises(InvalidWebhook) as caught:
        read_url(text)
    assert caught.value.where == "url"
    assert "secret" not in str(caught.value)


def test_one_private_address_among_a_name_s_addresses_is_enough_to_refuse_it():
    url = read_url("https://rebound.example/")
    with pytest.raises(InvalidWebhook, match=r"rebound\.example, which is 10\.0\.0\.1"):
        permitted(url, False, lambda host, port: ["1.1.1.1", "10.0.0.1"])
    assert permitted(url, False, lambda host, port: ["1.1.1.1"]) == "1.1.1.1"


@pytest.mark.parametrize("text", ["http://2130706433/", "http://0x7f.1/", "http://127.1/"])
def test_this_machine_is_known_however_its_address_is_written(text):
    with pytest.raises((InvalidWebhook, OSError)):
        permitted(read_url(text), False)


def test_a_private_address_is_not_even_connected_to(chancery):
    with Receiver() as receiver:
        add(chancery, receiver)
        record(chancery, 1, 1)
        with delivering(chancery, webhook_private=False):
            found = until(lambda: progress(chancery).last)
    assert "expected an address of the public Internet" in found
    assert receiver.messages == []


def test_the_connection_goes_to_the_address_that_was_looked_at(chancery):
    with Receiver() as receiver:
        port = receiver.port
        hook = chancery.admin.webhooks().add(
            "named", f"http://acts.example:{port}/", SECRET, Filter()
        )
        asked: list[str] = []

        def look_up(host: str, _port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        sender = Sender(2.0, True, "", look_up=look_up)
        assert sender.trial(hook).taken
        sender.close()
    assert asked == ["acts.example"]
    assert receiver.messages[0].headers["host"] == f"acts.example:{port}"


def test_a_certificate_is_checked_against_the_name_and_not_the_address(chancery, monkeypatch):
    asked: dict[str, Any] = {}

    def handler(request: httpx.Request) -> httpx.Response:
        asked["host"], asked["sni"] = request.url.host, request.extensions["sni_hostname"]
        return httpx.Response(200)

    hook = chancery.admin.webhooks().add("tls", "https://acts.example/hook", SECRET, Filter())
    sender = Sender(2.0, False, "", look_up=lambda host, port: ["1.1.1.1"])
    assert sender._client._transport._pool._ssl_context.verify_mode is ssl.CERT_REQUIRED
    assert sender._client._transport._pool._ssl_context.check_hostname
    monkeypatch.setattr(sender._client, "_transport", httpx.MockTransport(handler))
    assert sender.trial(hook).taken
    assert asked == {"host": "1.1.1.1", "sni": "acts.example"}
    sender.close()


@pytest.fixture
def webhook(seeded_store, monkeypatch, capfd) -> Any:
    """A command about webhooks: its exit code, and what it printed and complained of."""

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["webhook", *arguments, "--store", seeded_store])
        return code, *capfd.readouterr()

    monkeypatch.setenv("CHANCERY_WEBHOOK_PRIVATE", "1")
    return command


def test_the_commands_add_list_test_and_remove(webhook):
    with Receiver() as receiver:
        code, out, _ = webhook("add", "desk", receiver.url, "--party", "KAZ", "--json")
        secret = orjson.loads(out)["secret"]
        assert (code, len(secret_bytes(secret))) == (0, 32)
        _, out, _ = webhook("list", "--json")
        listed = orjson.loads(out)
        assert listed["position"] == 23
        (hook,) = listed["webhooks"]
        assert (hook["name"], hook["position"], hook["filter"]) == ("desk", 23, {"party": "KAZ"})
        assert secret not in out
        assert "nothing sent yet" in webhook("list")[1]
        assert webhook("test", "desk") == (0, "desk: status 204\n", "")
        (message,) = receiver.messages
        headers = message.headers
        expected = signed(secret, headers["webhook-id"], headers["webhook-timestamp"], message.body)
        assert headers["webhook-signature"] == expected
        assert message.event["type"] == "chancery.test"
    code, _, err = webhook("test", "desk")
    assert code == 1
    assert "webhook desk: expected it to be taken, got ConnectError" in err
    assert webhook("enable", "desk")[0] == 0
    assert webhook("remove", "desk")[0] == 0
    assert orjson.loads(webhook("list", "--json")[1])["webhooks"] == []


BAD_COMMANDS = {
    ("add", "Desk!", "http://127.0.0.1:9/"): (2, "name: expected lower-case letters"),
    ("add", "desk", "ftp://127.0.0.1/"): (2, "url: expected an http or https address"),
    ("add", "desk", "http://no-such-host.invalid/"): (2, "expected a host that has an address"),
    ("add", "desk", "http://127.0.0.1:9/", "--kind", "war"): (2, "kind: expected one of"),
    ("add", "desk", "http://127.0.0.1:9/", "--party", "XYZ"): (1, "XYZ"),
    ("add", "desk", "http://127.0.0.1:9/", "--after", "99"): (2, "a position from 0 to 23"),
    ("add", "desk", "http://127.0.0.1:9/", "--secret", "hush"): (2, "secret: expected whsec_"),
    ("test", "nobody"): (1, "no webhook is called 'nobody'"),
    ("enable", "nobody"): (1, "no webhook is called 'nobody'"),
    ("remove", "nobody"): (1, "no webhook is called 'nobody'"),
}


@pytest.mark.parametrize("command", BAD_COMMANDS, ids=" ".join)
def test_a_command_that_makes_no_sense_adds_nothing(seeded_store, monkeypatch, capfd, command):
    code, said = BAD_COMMANDS[command]
    monkeypatch.setenv("CHANCERY_WEBHOOK_PRIVATE", "1")
    assert main(["webhook", *command, "--store", seeded_store]) == code
    (line,) = capfd.readouterr().err.splitlines()
    assert said in line
    assert "hush" not in line
    opened = open_chancery(seeded_store)
    assert opened.admin.webhooks().all() == []
    opened.close()


def test_a_private_address_is_refused_when_it_is_added_unless_it_is_permitted(
    seeded_store, monkeypatch, capfd
):
    monkeypatch.setenv("CHANCERY_WEBHOOK_PRIVATE", "0")
    command = ["webhook", "add", "desk", "http://127.0.0.1:9/", "--store", seeded_store]
    assert main(command) == 2
    assert "CHANCERY_WEBHOOK_PRIVATE=1" in capfd.readouterr().err

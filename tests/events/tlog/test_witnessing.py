import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.tlog.checkpoint import Checkpoint, Policy, TreeHead, sign_checkpoint, verify_checkpoint
from events.tlog.errors import ProofError
from events.tlog.merkle import EMPTY_ROOT, consistency_proof
from events.tlog.note import Note, SignatureLine, sign_note
from events.tlog.witnessing import (
    Accepted,
    AddCheckpoint,
    Refused,
    cosigned,
    decide,
    parse_request,
    parse_size,
)
from tests.events.tlog.keyring import ASTANA, BISHKEK, LOG, ORIGIN, POLICY, changed
from tests.events.tlog.trees import Naive, entry

TREE = Naive([entry(index) for index in range(200)])
FORK = Naive([entry(index) for index in (*range(49), *range(150, 200))])
LOGS = {ORIGIN: [LOG.verifier]}
KNOWN = {ORIGIN: TreeHead(50, TREE.mth(0, 50))}


def signed(size: int, tree: Naive = TREE) -> Note:
    return sign_checkpoint(Checkpoint(ORIGIN, TreeHead(size, tree.mth(0, size))), LOG)


def request(old: int, size: int, tree: Naive = TREE) -> AddCheckpoint:
    proof = consistency_proof(old, size, tree.node) if old <= size else []
    return AddCheckpoint(old, tuple(proof), signed(size, tree))


def status(data: bytes, known: dict[str, TreeHead] | None = None) -> int:
    decision = decide(data, KNOWN if known is None else known, LOGS)
    return decision.status if isinstance(decision, Refused) else 200


def test_a_request_is_the_old_size_the_proof_an_empty_line_and_the_checkpoint():
    asked = request(50, 200)
    lines = asked.encode().decode().split("\n")

    assert lines[0] == "old 50"
    assert len(lines[1 : lines.index("")]) == len(asked.proof) > 0
    assert asked.encode().endswith(b"\n\n" + asked.checkpoint.encode())
    assert parse_request(asked.encode()) == asked


def test_the_specification_s_example_of_a_request_is_read():
    body = (
        "old 20852014\n"
        "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
        "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
        "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
        "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
        "\n"
        "example.com/behind-the-sofa\n"
        "20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        "\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
        "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    ).encode()

    asked = parse_request(body)

    assert (asked.old, len(asked.proof), asked.encode()) == (20852014, 4, body)


def test_a_first_checkpoint_is_taken_without_proof():
    decision = decide(request(0, 50).encode(), {}, LOGS)

    assert decision == Accepted(ORIGIN, KNOWN[ORIGIN], signed(50).text)


@pytest.mark.parametrize("size", [50, 51, 64, 200])
def test_a_tree_that_grew_from_the_known_one_is_cosigned(size: int):
    decision = decide(request(50, size).encode(), KNOWN, LOGS)

    assert decision == Accepted(ORIGIN, TreeHead(size, TREE.mth(0, size)), signed(size).text)


def test_an_empty_log_may_be_witnessed_and_grow():
    decision = decide(request(0, 0).encode(), {}, LOGS)

    assert isinstance(decision, Accepted)
    assert decision.head == TreeHead(0, EMPTY_ROOT)
    assert status(request(0, 9).encode(), {ORIGIN: decision.head}) == 200


def test_cosignatures_of_an_answer_join_the_checkpoint_and_fulfil_a_quorum():
    asked = request(50, 200)
    decision = decide(asked.encode(), KNOWN, LOGS)
    assert isinstance(decision, Accepted)

    answer = decision.answer(1_700_000_000, BISHKEK, ASTANA)
    note = cosigned(asked.checkpoint, answer, POLICY.witness_keys)

    assert answer.count("— ".encode()) == answer.count(b"\n") == 2
    verified = verify_checkpoint(
        note.encode(), Policy(ORIGIN, *LOGS.values(), POLICY.witness_keys, 2)
    )
    assert [one.timestamp for one in verified.cosignatures] == [1_700_000_000] * 2


def test_of_an_answer_only_known_witnesses_are_kept():
    checkpoint = signed(200)
    answer = Accepted(ORIGIN, TreeHead(1, bytes(32)), checkpoint.text).answer(7, BISHKEK, ASTANA)

    note = cosigned(checkpoint, answer, [ASTANA.verifier])

    assert [line.name for line in note.signatures] == [ORIGIN, ASTANA.name]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "malformed"),
        (b"\xff\n", "malformed"),
        (b"thank you\n", "malformed"),
        (Accepted(ORIGIN, TreeHead(1, bytes(32)), signed(200).text).answer(7, ASTANA), "unsigned"),
        (
            Accepted(ORIGIN, TreeHead(1, bytes(32)), signed(199).text).answer(7, BISHKEK),
            "bad_signature",
        ),
        (
            sign_note(signed(200).text, LOG).signatures[0].encode().encode(),
            "unsigned",
        ),
    ],
)
def test_an_answer_without_a_good_cosignature_is_refused(answer: bytes, reason: str):
    with pytest.raises(ProofError) as raised:
        cosigned(signed(200), answer, [BISHKEK.verifier, LOG.verifier])

    assert raised.value.reason == reason


def test_a_log_nobody_told_of_is_not_found():
    assert isinstance(refusal := decide(request(0, 50).encode(), {}, {}), Refused)
    assert (refusal.status, refusal.known_size) == (404, None)


def test_an_unknown_log_is_not_found_before_its_signature_is_asked_for():
    text = Checkpoint("other.example", TreeHead(1, bytes(32))).text

    assert status(AddCheckpoint(0, (), sign_note(text, LOG)).encode()) == 404


def test_a_checkpoint_that_no_trusted_key_signed_is_forbidden():
    stranger = Note(signed(60).text, (SignatureLine("x.example", b"1234", b"rubbish"),))
    forged = Note(signed(60).text, (SignatureLine(ORIGIN, LOG.verifier.key_id, bytes(64)),))

    assert status(AddCheckpoint(50, (), stranger).encode()) == 403
    assert status(AddCheckpoint(50, (), forged).encode()) == 403


def test_nothing_is_said_of_a_known_log_before_its_signature_holds():
    stranger = Note(signed(60).text, (SignatureLine("x.example", b"1234", b"rubbish"),))
    refusal = decide(AddCheckpoint(7, (), stranger).encode(), KNOWN, LOGS)

    assert isinstance(refusal, Refused)
    assert (refusal.status, refusal.known_size) == (403, None)


def test_an_old_size_beyond_the_checkpoint_is_a_bad_request():
    assert status(request(61, 60).encode()) == 400


@pytest.mark.parametrize("old", [0, 1, 49, 51, 60])
def test_a_log_that_mistakes_what_the_witness_knows_is_told_the_size(old: int):
    refusal = decide(request(old, 60).encode(), KNOWN, LOGS)

    assert isinstance(refusal, Refused)
    assert (refusal.status, refusal.known_size) == (409, 50)
    assert refusal.answer() == b"50\n"
    assert parse_size(refusal.answer()) == 50


def test_a_new_log_of_which_something_is_claimed_is_told_zero():
    refusal = decide(request(50, 60).encode(), {}, LOGS)

    assert isinstance(refusal, Refused)
    assert (refusal.status, refusal.answer()) == (409, b"0\n")


def test_a_smaller_tree_than_the_known_one_is_never_cosigned():
    assert status(request(40, 40).encode()) == 409
    assert status(request(0, 40).encode()) == 409
    assert status(request(50, 40).encode()) == 400


def test_another_root_of_the_known_size_is_a_conflict():
    assert status(AddCheckpoint(50, (), signed(50, FORK)).encode()) == 409
    assert status(request(50, 50).encode()) == 200


def test_a_fork_is_not_cosigned_whatever_proof_it_brings():
    honest, forked = request(50, 90), request(50, 90, FORK)

    assert status(forked.encode()) == 422
    assert status(AddCheckpoint(50, honest.proof, forked.checkpoint).encode()) == 422
    assert status(AddCheckpoint(50, (), honest.checkpoint).encode()) == 422


def test_a_proof_where_none_is_due_is_refused():
    assert status(AddCheckpoint(0, (bytes(32),), signed(50)).encode(), {}) == 422
    assert status(AddCheckpoint(50, (bytes(32),), signed(50)).encode()) == 422


def test_each_hash_of_the_proof_counts():
    asked = request(50, 200)
    for at in range(len(asked.proof)):
        wrong = (*asked.proof[:at], bytes(32), *asked.proof[at + 1 :])
        assert status(AddCheckpoint(50, wrong, asked.checkpoint).encode()) == 422
        assert status(AddCheckpoint(50, asked.proof[:at], asked.checkpoint).encode()) == 422
    longer = (*asked.proof, bytes(32))
    assert status(AddCheckpoint(50, longer, asked.checkpoint).encode()) == 422


GOOD = request(50, 200).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 50",
        b"old 50\n",
        b"old 50\n\n",
        GOOD.replace(b"old 50", b"old 050"),
        GOOD.replace(b"old 50", b"old -50"),
        GOOD.replace(b"old 50", b"old  50"),
        GOOD.replace(b"old 50", b"new 50"),
        GOOD.replace(b"old 50\n", b""),
        GOOD.replace(b"old 50", b"old 50\nAAAA"),
        GOOD.replace(b"old 50", b"old 50\n\xff"),
        GOOD.replace(b"old 50\n", b"old 50\n" + b"A" * 43 + b"=\n"),
        GOOD.replace(b"old 50\n", b"old 50\n\n"),
        GOOD[:-1],
        b"old 50\n\n" + sign_note("no checkpoint\n", LOG).encode(),
        b"old 50\n" + (b"A" * 43 + b"=\n") * 64 + b"\n" + signed(200).encode(),
    ],
)
def test_a_body_of_another_form_is_a_bad_request_or_a_wrong_proof(data: bytes):
    assert status(data) in {400, 422}


def test_sixty_three_hashes_are_read_and_sixty_four_are_not():
    hashes = (bytes(32),) * 63

    assert parse_request(AddCheckpoint(50, hashes, signed(200)).encode()).proof == hashes
    for old, proof in ((50, (*hashes, bytes(32))), (50, (bytes(31),)), (-1, ()), (2**63, ())):
        with pytest.raises(ProofError):
            AddCheckpoint(old, proof, signed(200))


@pytest.mark.parametrize("data", [b"", b"50", b"\n", b"050\n", b"50\n\n", b"\xff\n", b"-1\n"])
def test_an_answer_that_is_no_size_is_not_read_as_one(data: bytes):
    with pytest.raises(ProofError):
        parse_size(data)


def test_a_refusal_without_a_size_says_why_in_a_line():
    assert Refused(403, "no key has signed").answer() == b"no key has signed\n"


@given(changed(GOOD))
def test_one_changed_byte_anywhere_in_a_request_undoes_it(data: bytes):
    assert status(data) != 200


@given(st.binary(max_size=200))
def test_a_witness_answers_whatever_bytes_it_is_sent(data: bytes):
    assert status(data) == 400


@given(st.lists(st.integers(0, 200), min_size=1, max_size=8))
def test_a_witness_s_state_only_ever_grows(sizes: list[int]):
    known: dict[str, TreeHead] = {}
    for size in sizes:
        last = known.get(ORIGIN, TreeHead(0, EMPTY_ROOT))
        decision = decide(request(last.size, size).encode(), known, LOGS)
        assert isinstance(decision, Accepted) == (size >= last.size)
        if isinstance(decision, Accepted):
            known[decision.origin] = decision.head
        assert known.get(ORIGIN, last).size >= last.size

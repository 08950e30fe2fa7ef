"""The test keys of RFC 8032, section 7.1, under the names of a log and of two witnesses."""

from hypothesis import strategies as st

from events.tlog.checkpoint import Policy
from events.tlog.keys import SignatureType, SigningKey

ORIGIN = "chancery.example/log"
SEEDS = [
    bytes.fromhex(line)
    for line in (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    )
]
LOG = SigningKey(ORIGIN, SEEDS[0])
BISHKEK = SigningKey("bishkek.example/witness", SEEDS[1], SignatureType.COSIGNATURE)
ASTANA = SigningKey("astana.example/witness", SEEDS[2], SignatureType.COSIGNATURE)
POLICY = Policy(ORIGIN, (LOG.verifier,), (BISHKEK.verifier, ASTANA.verifier))

#: golang.org/x/mod/sumdb/note publishes these with its tests.
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngot"
    "pRZb6KE6RyyBwJnAM=\n"
)
GO_NOTE = f"{TEXT}\n{LINE}".encode()


def changed(data: bytes) -> st.SearchStrategy[bytes]:
    """The data with one byte replaced, left out, or put in."""
    places = st.integers(0, len(data) - 1)
    replaced = st.builds(
        lambda at, mask: data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :],
        places,
        st.integers(1, 255),
    )
    # A likely byte finds more than one of 256: lawful letters, line feeds, spaces, padding.
    likely = st.builds(
        lambda at, byte: data[:at] + bytes([byte]) + data[at + 1 :],
        places,
        st.sampled_from(b"\n\r\t +=/0129aAzZ\x00\x7f"),
    )
    left_out = st.builds(lambda at: data[:at] + data[at + 1 :], places)
    put_in = st.builds(
        lambda at, byte: data[:at] + bytes([byte]) + data[at:],
        st.integers(0, len(data)),
        st.integers(0, 255) | st.sampled_from(b"\n 0="),
    )
    return (replaced | likely | left_out | put_in).filter(lambda changed_data: changed_data != data)

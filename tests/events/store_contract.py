"""What every store must do, whatever it is made of.

A store's tests derive from `StoreContract`, or from `LastingStoreContract` where it outlives its
process, name the function that opens it in `opener`, and give the one fixture `url`.
"""

from tests.events.bounds_contract import BoundsContract
from tests.events.checkpoint_contract import CheckpointContract
from tests.events.closing_contract import ClosingContract
from tests.events.erasure_contract import ErasureContract
from tests.events.grouping_contract import GroupingContract
from tests.events.known_contract import KnownContract
from tests.events.log_contract import LogContract
from tests.events.parts_contract import PartsContract
from tests.events.question_contract import QuestionContract
from tests.events.succession_contract import SuccessionContract
from tests.events.transcription_contract import TranscriptionContract
from tests.events.window_contract import WindowContract


class StoreContract(
    LogContract,
    CheckpointContract,
    KnownContract,
    QuestionContract,
    PartsContract,
    WindowContract,
    ErasureContract,
    BoundsContract,
    GroupingContract,
    SuccessionContract,
    TranscriptionContract,
    ClosingContract,
):
    """All of it."""

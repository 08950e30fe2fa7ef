"""How one party stands to a treaty: bound, provisional, suspended, or out of it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.oracle.steps import Step


@dataclass
class Standing:
    """One party's standing, as the steps of its life have made it so far."""

    signed: bool = False
    consented: bool = False
    consent_in_effect: bool = False
    bound: Step | None = None
    """The step by which its present bound stretch began."""
    bound_by_consent: bool = False
    """Whether that stretch began by a consent alone, to a treaty already in force."""
    provisional: Step | None = None
    engaged: Step | None = None
    """The step since which it is bound or applies the treaty provisionally, without a break."""
    suspension: Step | None = None
    left: Step | None = None
    """The step by which it is out of the treaty."""

    def bind(self, step: Step, *, by_consent: bool = False) -> None:
        """Begin a bound stretch: VCLT art. 12 and 24. Definitive force ends the provisional."""
        self.left = None
        if self.bound is not None:
            return
        self.bound = step
        self.bound_by_consent = by_consent
        self.engaged = self.engaged or step
        self.provisional = None

    def bind_by_own_force(self, step: Step) -> None:
        """The party's own entry into force counts, and not the consent's day."""
        if self.bound is not None and self.bound_by_consent:
            self.bound = step
            self.bound_by_consent = False
        self.bind(step)

    def apply_provisionally(self, step: Step) -> None:
        """VCLT art. 25."""
        self.left = None
        if self.bound is None and self.provisional is None:
            self.provisional = step
            self.engaged = step

    def suspend(self, step: Step) -> None:
        """VCLT art. 57 and 58: a suspension lives within a bound stretch."""
        if self.bound is not None and self.suspension is None:
            self.suspension = step

    def unbind(self) -> None:
        """The bound stretch and the provisional application are over."""
        self.bound = None
        self.bound_by_consent = False
        self.provisional = None
        self.engaged = None
        self.suspension = None

    def leave(self, step: Step) -> None:
        """VCLT art. 54 and 56: who leaves takes back signature and consent."""
        self.end(step)
        self.signed = False
        self.consented = False
        self.consent_in_effect = False

    def end(self, step: Step) -> None:
        """The treaty ends for it: VCLT art. 54, 59 and 70. The first end is the one told."""
        self.unbind()
        self.left = self.left or step

    def take_consent_back(self) -> None:
        """The consent is withdrawn and the signature stays."""
        if self.consented or self.bound is not None:
            self.signed = True
        self.consented = False
        self.consent_in_effect = False
        if self.bound is not None:
            self.unbind()

    def stand_in_place_of(self, before: Standing, step: Step) -> None:
        """VCSST art. 24 and 34: the successor stands where its predecessor stood."""
        self.signed = self.signed or before.signed
        if before.left is not None:
            self.left = self.left or before.left
            return
        if before.bound is not None:
            self.bind(step)
            self.suspension = self.suspension or before.suspension
        elif before.provisional is not None:
            self.apply_provisionally(step)

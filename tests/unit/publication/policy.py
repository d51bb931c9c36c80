"""The disclosure rules that tests of publication share: those of the repository's own catalogue."""

from parity.catalogue.policy import load_policy
from parity.settings import REPOSITORY

POLICY = load_policy(REPOSITORY / "catalogue")

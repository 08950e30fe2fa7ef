"""Every module of the benchmark finds what it measures; those of absent packages are left out."""

import importlib
import pkgutil

import pytest

import bench

#: Peers whose packages the tests do not have.
ELSEWHERE = {"bench.peers.simple_history", "bench.peers.uma"}
MODULES = {found.name for found in pkgutil.walk_packages(bench.__path__, "bench.")}


@pytest.mark.parametrize("name", sorted(MODULES - ELSEWHERE - {"bench.__main__"}))
def test_a_module_of_the_benchmark_can_be_loaded(name):
    assert importlib.import_module(name).__doc__

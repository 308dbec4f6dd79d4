"""One scene is made; every attack gets a copy of it."""

from pathlib import Path

import pytest

from attacks.scene import Scene, make_scene


@pytest.fixture(scope="session")
def _scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture
def scene(_scene: Scene, tmp_path: Path) -> Scene:
    return _scene.copy(tmp_path)

import builders as make
from oneseek.domain.exports.legacy_tree import version_nodes
from oneseek.domain.historic.names import HistoricName
from oneseek.domain.projections.legacy_tree import SKELETON
from oneseek.domain.projections.nodes import MadeFile, TextFile

NAME = HistoricName(1, 0, "sv")


def test_a_version_stands_in_both_trees_with_the_folders_around_it() -> None:
    nodes = version_nodes(make.dna(1), NAME, make.manifest(1))
    shown = {path for path, node in nodes.items() if node != TextFile("")}
    assert shown == {
        "models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.0-SV.json",
        "models/oneseek-7b-zero/weights/oneseek-7b-zero-v1.0-SV.pth",
        "models/oneseek-7b-zero/lora_adapters/oneseek-7b-zero-v1.0-SV",
        "models/oqt/weights/oqt-1.0-v1.0-SV.json",
        "models/oqt/weights/oqt-1.0-v1.0-SV.pth",
        "models/oqt/lora_adapters/oqt-1.0-v1.0-SV",
    }
    assert len(nodes) - len(shown) == 2 * sum(map(len, SKELETON.values()))
    assert "models/oqt/weights/.gitkeep" in nodes
    assert "models/oqt/checkpoints/weekly/.gitkeep" in nodes


def test_adapter_folders_hold_the_torch_file_where_it_is_asked_for() -> None:
    plain = version_nodes(make.dna(1), NAME, make.manifest(1))
    asked = version_nodes(make.dna(1), NAME, make.manifest(1), adapter_file=True)
    more = asked.keys() - plain.keys()
    assert more == {
        "models/oneseek-7b-zero/lora_adapters/oneseek-7b-zero-v1.0-SV/adapter.pth",
        "models/oqt/lora_adapters/oqt-1.0-v1.0-SV/adapter.pth",
    }
    assert all(isinstance(asked[path], MadeFile) for path in more)

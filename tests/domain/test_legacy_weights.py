from oneseek.domain.legacy_weights import WeightsJudgement


def test_what_was_not_read_is_not_claimed() -> None:
    judged = WeightsJudgement(container="unknown", quarantine=True, reason="cut")
    assert (judged.content, judged.tensors, judged.parameters) == ("none", 0, 0)
    assert judged.finite is None
    assert judged.values is None
    assert not judged.nested

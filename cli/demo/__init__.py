"""The demonstration: the main job of OneSeek on real input, narrated, every claim checked."""

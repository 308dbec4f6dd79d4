"""An event in half a line, for people who read the log."""

from oneseek.cli.output import bytes_text, count_text, one_line
from oneseek.domain import events as e
from oneseek.domain.events import Event


def summarize(event: Event) -> str:  # noqa: C901 - one line per kind
    """Return what happened, without digests in full."""
    match event:
        case e.LedgerOpened():
            return f"{event.origin}, {event.format}"
        case e.KeyAdded():
            return f"{event.purpose} key {_key_id(event.verifier)}"
        case e.KeyRetired():
            key = f"{event.purpose} key {_key_id(event.verifier)}"
            return f"{key}: {event.reason or 'no reason given'}"
        case e.ModelKeyAdded():
            return f"model key {event.key[:8]}"
        case e.ModelKeyRetired():
            return f"model key {event.key[:8]}: {event.reason or 'no reason given'}"
        case e.KeyProtectionChanged():
            name = _key_id(event.key) if event.purpose == "checkpoint" else event.key[:8]
            how = "with a" if event.protection == "passphrase" else "without a"
            return f"{event.purpose} key {name}: {how} passphrase"
        case e.IndexLogged():
            return f"{count_text(event.streams, 'stream')} of {_entries(event.size)}"
        case e.LedgerRepaired():
            return f"{count_text(event.places, 'place')} from {event.source}"
        case e.BaseModelRegistered():
            return f"{event.name} ({event.architecture}, {event.files} files)"
        case e.DatasetRegistered():
            return f"{event.name} ({event.rows} rows, {event.language})"
        case e.TrainingStarted():
            recipe = event.recipe
            return f"{event.training}: r={recipe.lora_rank} lr={recipe.learning_rate}"
        case e.TrainingFailed():
            return f"{event.training}: {event.reason}"
        case e.TrainingCompleted():
            return f"{event.training}: {event.steps} steps, {event.duration_ms / 1000:.1f} s"
        case e.CheckpointKept():
            return f"{event.training}: {event.period} {event.name} at step {event.step}"
        case e.CheckpointDropped():
            return f"{event.training}: {event.period} {event.name}: {event.reason}"
        case e.TrainingResumed():
            return f"{event.training} at step {event.step}"
        case e.MetricsMeasured():
            return f"{event.training}: loss {event.after.loss} on {event.after.rows} rows"
        case e.ReproductionJudged():
            return f"{event.dna}: {event.verdict}"
        case e.VersionSigned():
            return f"{event.dna} by model key {event.key[:8]}"
        case e.VersionNumbered():
            return f"{event.language} {event.major}.{event.minor}"
        case e.VersionCertified() | e.VersionActivated() | e.VersionRestored():
            return event.dna
        case e.VersionWithdrawn():
            return f"{event.dna}: {event.reason or 'no reason given'}"
        case e.RegistryReset():
            what = f"{count_text(event.versions, 'version')}, {count_text(event.files, 'file')}"
            return f"{what}: {event.reason or 'no reason given'}"
        case e.QueryAnswered():
            by = f"version {event.version[:12]}" if event.version else f"base {event.base[:12]}"
            return f"{event.query} by {by}"
        case e.TextErased():
            return f"{event.query}: {event.reason or 'no reason given'}"
        case e.DriftRepaired():
            return f"{event.projection}: {count_text(event.count, 'difference')}"
        case e.AuditRecorded():
            return f"{_entries(event.size)}, {count_text(event.findings, 'finding')}"
    return _summarize_legacy(event)


def _summarize_legacy(event: Event) -> str:
    match event:
        case e.SourceScanned():
            return f"{one_line(event.path)}: {count_text(event.files, 'file')}"
        case e.VersionImported():
            return f"{event.dna}, {event.verdict}" + ("" if event.weights else ", no weights")
        case e.BaseIdentified():
            return f"{event.dna} on base {event.base[:12]}"
        case e.LedgerImported():
            blocks = count_text(event.blocks, "block")
            return f"{one_line(event.path)}: {blocks}, {event.verdict}"
        case e.LegacyItemImported():
            return f"{event.what} {one_line(event.path)}, {event.verdict}"
        case e.HistoryGap():
            return f"{event.what} in {one_line(event.path)}"
        case e.FileQuarantined():
            return f"{one_line(event.path)}: {one_line(event.reason)}"
    return _summarize_source(event)


def _summarize_source(event: Event) -> str:
    match event:
        case e.SourceMovedAway():
            return f"{one_line(event.path)} to {one_line(event.to)}"
        case e.SourceMovedBack():
            return one_line(event.path)
        case e.LegacyTextErased():
            return f"{one_line(event.path)}: {event.reason or 'no reason given'}"
    return _summarize_keeping(event)


def _summarize_keeping(event: Event) -> str:
    match event:
        case e.BackupTaken():
            what = event.dna or event.what
            return f"{what} to {event.target}: {count_text(event.objects, 'object')}"
        case e.BackupVerified():
            found = f"{event.damaged} damaged" if event.damaged else "whole"
            return f"{event.name} at {event.target}: {found}"
        case e.BackupPruned():
            return f"{event.name} at {event.target}: {event.reason}"
        case e.BackupRestored():
            fetched = count_text(event.objects, "object")
            return f"{event.dna} from {event.target}: {fetched} fetched"
        case e.LedgerRestored():
            lost = f"{_entries(event.lost)} lost"
            return f"{_entries(event.tree_size)} from {event.target}, {lost}"
        case e.ObjectsCollected():
            return f"{count_text(event.objects, 'object')}, {bytes_text(event.size)}"
        case e.HoldPlaced() | e.HoldReleased():
            return f"{event.dna}: {event.reason or 'no reason given'}"
    return ""


def _entries(number: int) -> str:
    return count_text(number, "entry", "entries")


def _key_id(verifier: str) -> str:
    """Return the middle part of ``name+hash+base64``; of other text the text itself."""
    return verifier.split("+", 2)[1] if verifier.count("+") > 1 else verifier

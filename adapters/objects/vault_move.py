"""Moving the keys of one machine into the database that all machines share."""

from oneseek.adapters.objects.vault_database import VaultDatabase
from oneseek.domain.errors import Conflict


def move_vault(source: VaultDatabase, target: VaultDatabase) -> int:
    """Move every key, tombstone and salt from ``source`` to ``target``; return how many.

    What was erased in either stays erased. A crash leaves them in both, to be moved again.

    Raises:
        Conflict: ``target`` has other salts for a dataset; nothing was moved.
    """
    with source.writing() as old:
        keys = old(f"SELECT object, key FROM {source.keys}").fetchall()
        salts = old(f"SELECT dataset, salts FROM {source.salts}").fetchall()
        with target.writing() as new:
            for name, key in keys:
                # A tombstone overrules a key, and a key overrules nothing.
                and_then = "DO NOTHING" if key is not None else "DO UPDATE SET key = NULL"
                new(
                    f"INSERT INTO {target.keys} (object, key) VALUES (?, ?) "
                    f"ON CONFLICT (object) {and_then}",
                    (name, key),
                )
            for dataset, ours in salts:
                new(
                    f"INSERT INTO {target.salts} (dataset, salts) VALUES (?, ?) "
                    "ON CONFLICT (dataset) DO NOTHING",
                    (dataset, ours),
                )
                query = f"SELECT salts FROM {target.salts} WHERE dataset = ?"
                found = new(query, (dataset,)).fetchone()
                if found is None or bytes(found[0]) != ours:
                    raise Conflict(
                        f"the vault {target.name} has other salts for dataset {dataset.hex()}",
                        hint="two machines registered it apart; nothing was moved",
                    )
        # crash here: they are in both
        old(f"DELETE FROM {source.keys}")
        old(f"DELETE FROM {source.salts}")
    source.scrub()
    target.scrub()
    return len(keys) + len(salts)

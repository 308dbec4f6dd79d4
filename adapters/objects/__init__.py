"""The content store (bytes by SHA-256) and the vault (keys of what may have to be erased).

* :mod:`~oneseek.adapters.objects.store`: objects as files, named by their digest.
* :mod:`~oneseek.adapters.objects.vault`: sealed objects, whose keys can be destroyed.
* :mod:`~oneseek.adapters.objects.hashing`: digests of files, of folders, of single tensors.
* :mod:`~oneseek.adapters.objects.durable`: writing that a crash cannot leave half done.
"""

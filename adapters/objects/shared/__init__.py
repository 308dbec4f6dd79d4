"""Objects in a place that several machines share, with the local store as a cache in front.

* :mod:`~oneseek.adapters.objects.shared.address`: the URL of the place, read without any library.
* :mod:`~oneseek.adapters.objects.shared.store`: the content store over it.
* :mod:`~oneseek.adapters.objects.shared.place`: what a place must be able to do; a folder, any file
  system of fsspec, and S3 are the three there are.
"""

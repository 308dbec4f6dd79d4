"""Shared places for tests: a folder, fsspec's memory, and a bucket of an S3-like server."""

import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "s3cret-w0rd",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


@contextmanager
def s3_server() -> Iterator[str]:
    """Run moto's server in this process while the block lasts; give its address."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def s3_environment(endpoint: str) -> dict[str, str]:
    """Return the variables with which a program finds the server and its credentials."""
    return {**CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}


@contextmanager
def bucket(endpoint: str) -> Iterator[str]:
    """Make a bucket; give the URL of a prefix in it, with the variables set for the block."""
    import boto3

    name = f"t-{secrets.token_hex(8)}"
    with patch.dict(os.environ, s3_environment(endpoint)):
        client = boto3.client("s3", endpoint_url=endpoint)
        client.create_bucket(Bucket=name)
        yield f"s3://{name}/some/prefix"

"""What is told is accepted by a receiver nobody here wrote: the `standardwebhooks` package from npm."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from service.clock import SystemClock
from service.hooks.http_sender import HttpSender
from service.hooks.outgoing import Post
from service.hooks.signing import new_secret
from tests.hooks.receivers import listening
from tests.hooks.world import LOOPBACK

pytestmark = pytest.mark.peers
HERE = Path(__file__).parent
EVENT = {"type": "refund.succeeded", "timestamp": "2026-03-01T10:00:00Z", "data": {"resource_id": "r-ü-✓", "seq": 3}}


def verified(*messages: dict[str, object]) -> list[str]:
    node = shutil.which("node")
    assert node, "Node.js is not installed"
    assert (HERE / "node_modules" / "standardwebhooks").is_dir(), "run `npm ci` in tests/peers; make test-peers does"
    answer = subprocess.run(
        [node, str(HERE / "verify_webhook.mjs")],
        input=json.dumps(messages),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


def test_what_arrives_is_accepted_with_either_secret_and_with_no_other() -> None:
    newest, former, foreign = new_secret(), new_secret(), new_secret()
    body = json.dumps(EVENT, ensure_ascii=False).encode()
    with listening() as receiver:
        post = Post(receiver.url, "msg_1", body, (newest, former), SystemClock().now())
        assert [answer.status for answer in HttpSender(LOOPBACK).send([post])] == [200]
        (received,) = receiver.received
    message = {"headers": dict(received.headers), "body": received.body.decode()}
    altered = {**message, "body": message["body"].replace("3", "4")}  # type: ignore[attr-defined]
    found = verified(
        {**message, "secret": newest},
        {**message, "secret": former},
        {**message, "secret": foreign},
        {**altered, "secret": newest},
    )
    assert [json.loads(line) for line in found[:2]] == [EVENT, EVENT]
    assert found[2:] == ["refused: No matching signature found"] * 2

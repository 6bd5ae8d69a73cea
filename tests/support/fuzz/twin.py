"""The JavaScript decoders, in a Node process that answers line by line."""

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from shared_models.credential.trust_list import make_trust_list
from tests.support.credentials import ROOT, TRUST, URI
from tests.support.fuzz.targets import TARGETS, as_text

SCRIPT = Path(__file__).resolve().parents[2] / "fuzz" / "twin.mjs"


class Twin:
    """To be used as a context."""

    def __enter__(self) -> Self:
        node = shutil.which("node")
        assert node is not None, "Node 20 is needed"
        self._process = subprocess.Popen(
            [node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        trust_list = make_trust_list(TRUST, ROOT.public, ROOT.sign).hex()
        root = {"x": ROOT.public.x.hex(), "y": ROOT.public.y.hex()}
        assert self._exchange([{"target": "world", "root": root, "trust_list": trust_list, "uri": URI}]) == ["ready"]
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _fault: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()

    def read(self, target: str, inputs: list[bytes]) -> list[str]:
        """What the twin tells of each input."""
        return self._exchange([_request(target, data) for data in inputs])

    def _exchange(self, requests: list[dict[str, Any]]) -> list[str]:
        """One after the other: were all written first, both pipes could be full with each side waiting."""
        answers = []
        for request in requests:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            answers.append(json.loads(self._process.stdout.readline()))
        return answers


def _request(target: str, data: bytes) -> dict[str, Any]:
    content = {"text": as_text(data)} if TARGETS[target].is_text else {"hex": data.hex()}
    return {"target": target, **content}

"""A webhook by HTTP: a POST of JSON. Its address may hold a secret, and is in no message and in no log."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from urllib3 import PoolManager, Timeout
from urllib3.exceptions import HTTPError

from core.budget_alert import Hook
from core.errors import Refused, Unavailable
from core.forms import Secret
from core.unanswered import why

# urllib3 writes request lines at DEBUG, and whole addresses at WARNING where an answer's head is odd.
logging.getLogger("urllib3").setLevel(logging.WARNING)
logging.getLogger("urllib3.connection").setLevel(logging.ERROR)

CONNECT_S, READ_S = 5.0, 10.0
PASSING = frozenset({408, 425, 429})
"""Beside those from 500 on, answers that may be others in a while."""

CHECK = "Check BUDGET_WEBHOOK_URL, and whether what listens there is up."


class HttpHook(Hook):
    """One request for each telling; a redirect is not followed, for it may lead anywhere."""

    def __init__(self, url: Secret, *, connect_s: float = CONNECT_S, read_s: float = READ_S) -> None:
        self._url = url
        self._http = PoolManager(retries=False, timeout=Timeout(connect=connect_s, read=read_s))

    def tell(self, said: Mapping[str, Any], *, key: str) -> None:
        status = self._post(json.dumps(said).encode(), key)
        if 200 <= status < 300:
            return
        words = f"The webhook for budgets answered {status}."
        if status in PASSING or status >= 500:
            raise Unavailable(words, hint=CHECK)
        raise Refused(words, hint=CHECK, status=status)

    def _post(self, body: bytes, key: str) -> int:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key, "User-Agent": "lectern"}
        try:
            answer = self._http.request(
                "POST", self._url, body=body, headers=headers, redirect=False, preload_content=False
            )
        except HTTPError as error:
            raise Unavailable(f"The webhook for budgets did not answer: {why(error)}.", hint=CHECK) from None
        answer.close()  # what it says beside the status is nobody's concern
        return answer.status

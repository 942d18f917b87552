"""One HTTP exchange with the JPKI, bounded in time and in bytes. [1.8]"""

import asyncio
from typing import Final

import httpx

from kofu_reference.runtime import metrics

_LONGEST_ANSWER_BYTES: Final = 4_194_304
"""A list of every revocation of one authority is the largest thing that comes."""


class Silent(Exception):
    """Nothing that could be an answer came. The text is a fixed word or two, and nothing that came."""


class JpkiLine:
    """Asks over HTTP. `wait_seconds` bounds a whole exchange, also with a peer that sends a byte now and then."""

    def __init__(self, wait_seconds: float) -> None:
        self._wait_seconds = wait_seconds
        # Proxies of the environment are for the way out, not for the line to the responder.
        self._client = httpx.AsyncClient(timeout=wait_seconds, trust_env=False)

    async def post(self, url: str, content: bytes, content_type: str) -> bytes:
        """The body of the answer; raises `Silent`."""
        return await self._exchange("OCSP", "POST", url, content, {"Content-Type": content_type})

    async def get(self, url: str) -> bytes:
        """The body of the answer; raises `Silent`."""
        return await self._exchange("CRL", "GET", url, None, {})

    async def close(self) -> None:
        await self._client.aclose()

    async def _exchange(
        self, wait: str, method: str, url: str, content: bytes | None, headers: dict[str, str]
    ) -> bytes:
        body = b""
        try:
            async with asyncio.timeout(self._wait_seconds):
                async with self._client.stream(method, url, content=content, headers=headers) as response:
                    if response.status_code != httpx.codes.OK:
                        raise Silent(f"status {response.status_code}")
                    async for part in response.aiter_bytes():
                        body += part
                        if len(body) > _LONGEST_ANSWER_BYTES:
                            raise Silent("an answer without end")
        except (httpx.HTTPError, TimeoutError) as error:
            if isinstance(error, httpx.TimeoutException | TimeoutError):
                metrics.wait_ran_out(wait)
            raise Silent(type(error).__name__) from None
        return body

"""Answers that are bytes and not JSON: signed lists, PDFs."""

import hashlib

from flask import Response, request

from shared_models.schemas.wire import to_base64url


def bytes_response(
    content: bytes,
    media_type: str,
    *,
    etag: str | None = None,
    download_name: str | None = None,
    cache: str = "no-store",
) -> Response:
    """Bytes with an ETag (of their SHA-256 when none is given); 304 when the client has them already.

    ``download_name`` is ASCII and becomes ``Content-Disposition``; ``cache`` is the ``Cache-Control``.
    """
    answer = Response(content, content_type=media_type)
    answer.set_etag(etag or to_base64url(hashlib.sha256(content).digest()[:16]))
    answer.headers["Cache-Control"] = cache
    if download_name is not None:
        answer.headers["Content-Disposition"] = f'inline; filename="{download_name}"'
    answer.make_conditional(request)
    return answer

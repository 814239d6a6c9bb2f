"""Large uploads: streamed to disk, and only from who is signed in.

Django keeps an upload in a file piece by piece, before any view has asked who sends it. What is
longer than an ordinary form is refused here, unread, from whoever is nobody; the view then asks
for the permission, as always.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class SignedInUploadHandler(FileUploadHandler):
    """Lets large bodies through from people who are signed in; keeps nothing itself."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, Any],  # noqa: N803 -- Django's own name
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse before the body is read."""
        user = getattr(self.request, "user", None)
        if content_length > settings.ANONYMOUS_UPLOAD_MAX_SIZE and not (
            user is not None and user.is_authenticated
        ):
            raise RequestDataTooBig("a large upload from nobody")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Leave the bytes to the handlers that follow."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing was kept here."""

"""Files coming in, kept whole behind the tenant's wall (pictures: `pictures.py`)."""

import hashlib

from federations.models import StoredFile


def store_file(*, tenant_id: int, name: str, content_type: str, content: bytes) -> StoredFile:
    """Keep the bytes under the tenant."""
    return StoredFile.objects.create(
        tenant_id=tenant_id,
        name=name[:160],
        content_type=content_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )

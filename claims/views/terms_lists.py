"""What the lists of terms of care, and of invoices, have in common: a file can bring rows in."""

from typing import Any, ClassVar

from django.urls import reverse

from conamus.pages.lists import ListPage
from federations.rules.roles import Permission, is_permitted
from federations.services.take_on import importer_of


class TermsList(ListPage):
    """A list whose rows may come from a file too; ``import_kind`` names what is brought."""

    abstract = True
    template_name = "claims/terms_list.html"
    import_kind: ClassVar[str]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the import to those who may."""
        needed = (Permission.IMPORT_TAKE_ON, importer_of(self.import_kind).permission)
        may = all(is_permitted(self.actor.role, permission) for permission in needed)
        url = reverse("take_on_upload", args=[self.import_kind]) if may else ""
        return super().get_context_data(import_url=url, **kwargs)

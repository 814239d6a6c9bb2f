"""A page that says what will happen, with one button that does it."""

from typing import Any, ClassVar

from conamus.pages.forms import FormPage, ServiceForm


class ConfirmPage(FormPage):
    """A form with no field, or a reason: subclasses tell what happens, and do it in ``save()``."""

    abstract = True
    form_class = ServiceForm
    template_name = "federations/confirm.html"
    is_dangerous: ClassVar[bool] = False

    def consequence(self) -> str:
        """Return what will happen, in a sentence or two."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the template says."""
        return super().get_context_data(
            consequence=self.consequence(), is_dangerous=self.is_dangerous, **kwargs
        )

"""Forms: one service called, its refusals shown beside the field they are about.

A form carries a submission key: sent twice (a double click, a line that fell), it
creates once.
"""

import uuid
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.views.generic.edit import FormMixin

from conamus.kernel.errors import DomainError, NotAllowed, NotFound
from conamus.kernel.text import has_control_characters, tidy
from conamus.pages import kept_forms
from conamus.pages.views import ActorPage

FOUND_AGAIN = (
    "Votre session s’était fermée. Ce que vous aviez tapé est retrouvé ci-dessous, mais pas "
    "encore enregistré : relisez, puis envoyez. Un fichier joint est à choisir de nouveau."
)


def refuse_control_characters(text: str) -> None:
    """Refuse what no page, sheet or document can show (it comes with a bad paste)."""
    if has_control_characters(text):
        raise ValidationError("Ce texte contient un caractère invisible : tapez-le de nouveau.")


def _read_tidied(field: forms.CharField) -> None:
    """Let a form's own field read what is typed as it will be kept (kernel.text.tidy)."""
    read, in_lines = field.to_python, isinstance(field.widget, forms.Textarea)

    def read_tidied(value: Any) -> Any:
        return read(tidy(value, in_lines=in_lines) if isinstance(value, str) else value)

    field.to_python = read_tidied  # type: ignore[method-assign]
    field.validators.append(refuse_control_characters)


class RefusableForm(forms.Form):
    """A form that shows a refusal beside the fields it is about."""

    def field_of(self, name: str | None) -> str | None:
        """Return the form's own field for one that a refusal names; None: the whole form."""
        return name if name in self.fields else None

    def refuse(self, error: DomainError) -> None:
        """Show each refusal at its field."""
        for refusal in error.each():
            self.add_error(self.field_of(refusal.field), refusal.message)


class ServiceForm(RefusableForm):
    """A form whose cleaned data goes to a service; carries the submission key."""

    submission_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    opened_by = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.actor = kwargs.pop("actor")
        super().__init__(*args, **kwargs)
        self.fields["submission_key"].initial = uuid.uuid4().hex
        self.fields[kept_forms.FIELD].initial = kept_forms.opened_by(self.actor)

    def _clean_fields(self) -> None:
        """Tidy every text before its field reads it, the rows that forms add included."""
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                _read_tidied(field)
        super()._clean_fields()  # type: ignore[misc]  # the stubs leave it out

    def _post_clean(self) -> None:
        """Who opened the form is the page's affair, not the service's."""
        super()._post_clean()  # type: ignore[misc]  # the stubs leave it out
        self.cleaned_data.pop(kept_forms.FIELD, None)


class FormPage(FormMixin, ActorPage):
    """A page with one form; subclasses give ``form_class`` and ``save()``."""

    abstract = True
    template_name = "pages/form.html"
    title: ClassVar[str]
    submit_label: ClassVar[str] = "Enregistrer"
    success_message: ClassVar[str] = "Enregistré."
    #: A sentence above the form: what it does, and that it can be undone.
    intro: ClassVar[str] = ""
    #: Whether the cursor begins in the first field that is to be filled.
    focuses_first: ClassVar[bool] = False
    #: What was typed before the session ended.
    found: QueryDict | None = None
    #: The form, kept at hand: it makes what the service asks for.
    form: Any

    def save(self, data: dict[str, Any]) -> Any:
        """Call the service with the cleaned data; return what it made."""
        raise NotImplementedError

    def done_url(self, made: Any) -> str:
        """Return where to go once it is saved."""
        raise NotImplementedError

    def success_message_for(self, made: Any) -> str:
        """Return what to say once it is saved."""
        return self.success_message

    def done(self, made: Any) -> HttpResponse:
        """Answer once it is saved: say so, and lead on."""
        messages.success(self.request, self.success_message_for(made))
        return HttpResponseRedirect(self.done_url(made))

    def show_emptied(self, **context: Any) -> HttpResponse:
        """Answer on the same page, with an empty form for the next one."""
        empty = self.get_form_class()(actor=self.actor)
        return self.render_to_response(self.get_context_data(form=empty, **context))

    def cancel_url(self) -> str:
        """Return where « Annuler » leads; empty: no such link."""
        return ""

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its actor, and what its sender typed before their session ended."""
        kwargs = {**super().get_form_kwargs(), "actor": self.actor}
        return kwargs if self.found is None else {**kwargs, "data": self.found}

    def get_form(self, form_class: Any = None) -> Any:
        """Make the form, and keep it."""
        self.form = super().get_form(form_class)
        return self.form

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form; as it was typed, where its sender had been signed out meanwhile."""
        self.found = kept_forms.take_form(request, self.actor)
        if self.found is not None:
            messages.warning(request, FOUND_AGAIN)
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save, or show the form again with what is wrong and all that was typed."""
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        try:
            made = self.save(form.cleaned_data)
        except (NotAllowed, NotFound):
            raise
        except DomainError as error:
            form.refuse(error)
            return self.form_invalid(form)
        return self.done(made)

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """Show the form again, with the status that says so."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the form template shows."""
        shown = {
            "title": self.title,
            "intro": self.intro,
            "submit_label": self.submit_label,
            "cancel_url": self.cancel_url(),
        }
        context = super().get_context_data(**{**shown, **kwargs})
        if self.focuses_first and not context["form"].is_bound:
            _focus_first(context["form"])
        return context


def _focus_first(form: forms.Form) -> None:
    """Put the cursor where typing begins: in the first needed field that says nothing yet."""
    for field in form.visible_fields():
        if field.field.required and field.value() in (None, ""):
            field.field.widget.attrs["autofocus"] = True
            return

"""Every address: the sign-in, and one line per application (machines: conamus/health.py)."""

from django.http import Http404
from django.urls import include, path

from conamus.pages.errors import not_found as page_not_found

urlpatterns = [
    # One's own address leads to one's account by a reset: an open session must not change it.
    path("compte/email/", page_not_found, {"exception": Http404()}),
    path("compte/", include("allauth.urls")),
    path("", include("federations.urls")),
    # The rights check with what remains of the ceilings, in the place of the one without.
    path("", include("claims.urls.rights")),
    path("", include("membership.urls")),
    path("soins/", include("claims.urls")),
    path("", include("prudential.urls")),
    path("", include("conamus.exports.urls")),
    path("", include("conamus.portal.urls")),
]

handler400 = "conamus.pages.errors.bad_request"
handler403 = "conamus.pages.errors.forbidden"
handler404 = "conamus.pages.errors.not_found"
handler500 = "conamus.pages.errors.server_error"

"""Addresses of the report's texts and pictures."""

from django.urls import URLPattern, path

from prudential.views import narrative as views

_SECTION = "textes/<int:year>/<slug:outline_key>/"
_PICTURE = "textes/photos/<int:picture_id>/"

urlpatterns: list[URLPattern] = [
    path("textes/", views.NarrativePage.as_view(), name="narrative"),
    path(_SECTION, views.NarrativeEdit.as_view(), name="narrative_edit"),
    path(_SECTION + "reprendre/", views.NarrativeCopy.as_view(), name="narrative_copy"),
    path(_SECTION + "photos/", views.PictureAdd.as_view(), name="narrative_picture_add"),
    path(_PICTURE, views.PictureFile.as_view(), name="narrative_picture"),
    path(_PICTURE + "legende/", views.PictureCaption.as_view(), name="narrative_picture_caption"),
    path(_PICTURE + "deplacer/", views.PictureMove.as_view(), name="narrative_picture_move"),
    path(_PICTURE + "retirer/", views.PictureRemove.as_view(), name="narrative_picture_remove"),
]

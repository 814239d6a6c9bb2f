"""Addresses of control: the queue, a case, the other sides' word, batches, the sample."""

from django.urls import URLPattern, path

from claims.views import batches, replies
from claims.views import reviews as views

_CLAIM = "<int:year>/<int:claim_id>"

urlpatterns: list[URLPattern] = [
    path("examens/", views.ReviewQueue.as_view(), name="review_queue"),
    path("examens/seance/", views.ReviewSitting.as_view(), name="review_sitting"),
    path("examens/echantillon/", batches.ReviewSample.as_view(), name="review_sample"),
    path(f"examens/{_CLAIM}/", views.ReviewCase.as_view(), name="review_case"),
    path(
        f"examens/{_CLAIM}/pieces/<uuid:paper_id>/",
        views.ReviewPaper.as_view(),
        name="review_paper",
    ),
    path("reponses/", replies.AwaitedAnswers.as_view(), name="claim_replies"),
    path(f"reponses/{_CLAIM}/", replies.ClaimReply.as_view(), name="claim_reply"),
    path(f"contestations/{_CLAIM}/", replies.ClaimContest.as_view(), name="claim_contest"),
    path("decisions/refaire/", batches.RedoDecisions.as_view(), name="claim_redo"),
    path("decisions/lots/<uuid:job_id>/", batches.BatchDetail.as_view(), name="claim_batch"),
]

"""The address of a job's page."""

from __future__ import annotations

from django.urls import URLPattern, path

from plans.jobs import views

urlpatterns: list[URLPattern] = [path("jobs/<number:job_id>/", views.job_page, name="job")]

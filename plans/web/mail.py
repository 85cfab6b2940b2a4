"""Letters: one person each, as plain text and as HTML, from the templates under ``mail/``."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse


def absolute_url(name: str, *args: object) -> str:
    """The whole address of a page, or "" when the site was not told its own address."""
    base: str = settings.TRACKER_ADDRESS
    return base + reverse(name, args=args) if base else ""


def build_message(
    to: User, *, subject: str, template: str, context: Mapping[str, object]
) -> EmailMultiAlternatives:
    """A message to one person, whose address must not be empty.

    ``template`` names ``mail/<template>.txt`` and ``.html``; both are given ``context`` and
    ``recipient``. Line breaks in ``subject`` become blanks, because a header has one line.
    """
    filled = {**context, "recipient": to}
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string(f"mail/{template}.txt", filled),
        to=[to.email],
    )
    message.attach_alternative(render_to_string(f"mail/{template}.html", filled), "text/html")
    return message

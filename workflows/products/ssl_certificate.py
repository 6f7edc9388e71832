"""SSL certificates.

Published rules: a certificate for which no application was made is refunded in full; a running or failed
application must be cancelled first; an issued certificate must be revoked, and the review of the revocation be
completed within the window; multi-domain certificates requested with Combine Certificates are not refunded.
"""

from workflows.definition import Arc, Bar, Change, Product, Refundable, Step
from workflows.fields import boolean
from workflows.reasons import COMBINED_CERTIFICATE, MUST_CANCEL_APPLICATION, MUST_REVOKE, REVOCATION_IN_REVIEW
from workflows.words import (
    CERTIFICATE_AUTHORITY,
    CUSTOMER,
    ISSUED,
    PENDING,
    REVOKED,
    REVOKING,
    VALIDATION_FAILED,
    VERIFYING,
)

SSL_CERTIFICATE = Product(
    key="ssl_certificate",
    title="SSL certificate",
    labels={PENDING: "Pending application"},
    arcs=(
        Arc(
            "certificate.application_submitted",
            (PENDING, VALIDATION_FAILED),
            VERIFYING,
            CUSTOMER,
            fields=(boolean("combined", default=False),),
            change=Change("mark combined or not", lambda _facts, data: {"combined": data["combined"]}),
        ),
        Arc("certificate.validation_failed", (VERIFYING,), VALIDATION_FAILED, CERTIFICATE_AUTHORITY),
        Arc(
            "certificate.application_cancelled",
            (VERIFYING, VALIDATION_FAILED),
            PENDING,
            CUSTOMER,
            change=Change("clear the combined mark", lambda _facts, _data: {"combined": False}),
            step=Step(MUST_CANCEL_APPLICATION),
        ),
        Arc("certificate.issued", (VERIFYING,), ISSUED, CERTIFICATE_AUTHORITY),
        Arc("certificate.revocation_requested", (ISSUED,), REVOKING, CUSTOMER, step=Step(MUST_REVOKE)),
        Arc("certificate.revocation_rejected", (REVOKING,), ISSUED, CERTIFICATE_AUTHORITY),
        Arc(
            "certificate.revocation_completed",
            (REVOKING,),
            REVOKED,
            CERTIFICATE_AUTHORITY,
            step=Step(REVOCATION_IN_REVIEW),
        ),
    ),
    refundable=(Refundable(PENDING), Refundable(REVOKED, by_deadline=True)),
    bars=(
        Bar(
            "combined certificate, from issue on",
            COMBINED_CERTIFICATE,
            lambda resource: bool(resource.facts.get("combined")) and resource.state in (ISSUED, REVOKING, REVOKED),
        ),
    ),
)

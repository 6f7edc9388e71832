"""The catalogue: every product Refundry knows. A new one is a file beside these and a line below."""

from workflows.catalogue import Catalogue
from workflows.products.certificate_repository import CERTIFICATE_REPOSITORY
from workflows.products.cloud_deployment import CLOUD_DEPLOYMENT
from workflows.products.domain_monitoring import DOMAIN_MONITORING
from workflows.products.https_acceleration_gateway import HTTPS_ACCELERATION_GATEWAY
from workflows.products.message_notification import MESSAGE_NOTIFICATION
from workflows.products.private_ca import PRIVATE_CA
from workflows.products.ssl_certificate import SSL_CERTIFICATE

CATALOGUE = Catalogue(
    SSL_CERTIFICATE,
    HTTPS_ACCELERATION_GATEWAY,
    PRIVATE_CA,
    MESSAGE_NOTIFICATION,
    DOMAIN_MONITORING,
    CERTIFICATE_REPOSITORY,
    CLOUD_DEPLOYMENT,
)

"""Who moves money for us, as the settings name them."""

from app.features.ledger.paying_out.over_http import HttpPayoutProvider
from app.features.ledger.paying_out.provider import ByHand, PayoutProvider
from app.features.ledger.payments.provider import HttpPaymentProvider, PaymentProvider
from app.features.ledger.provider_wire import ProviderWire
from app.settings import Settings


def payment_provider(settings: Settings) -> PaymentProvider | None:
    """None: companies pay by bank transfer, and finance staff credit it."""
    if not settings.payment_provider:
        return None
    token = settings.payment_token.get_secret_value()
    return HttpPaymentProvider(ProviderWire(settings.payment_provider, settings.payment_url, token))


def payout_provider(settings: Settings) -> PayoutProvider:
    if not settings.payout_provider:
        return ByHand()
    token = settings.payout_token.get_secret_value()
    return HttpPayoutProvider(ProviderWire(settings.payout_provider, settings.payout_url, token))

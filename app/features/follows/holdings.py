"""What this room holds of people."""

from app.features.follows.models import Follow
from app.features.members.privacy.holdings import Holding

HOLDINGS = (Holding(Follow, copied=("kind", "subject", "created_at"), company="company_id"),)

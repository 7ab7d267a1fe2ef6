//! What changes of campaigns mean.

use events::marketing::CampaignStarted;
use events::{Facts, NewEvent, RecordView};

use crate::Campaign;

/// The facts of marketing.
pub struct MarketingFacts;

impl Facts for MarketingFacts {
    fn concerns(&self, object: &str) -> bool {
        matches!(object, "campaign")
    }

    fn on_change(
        &self,
        object: &str,
        before: Option<&dyn RecordView>,
        after: Option<&dyn RecordView>,
    ) -> Vec<NewEvent> {
        let Some(after) = after.filter(|_| object == "campaign") else { return Vec::new() };
        let is_active = |record: &dyn RecordView| record.text(Campaign::STATUS) == Some("active");
        if !is_active(after) || before.is_some_and(is_active) {
            return Vec::new();
        }
        let campaign = after.id();
        vec![NewEvent::of(CampaignStarted { campaign }).on("campaign", campaign)]
    }
}

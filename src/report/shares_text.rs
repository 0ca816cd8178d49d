//! The summary's part about how the load was shared out: the parts of a
//! business day, the stages of a rollout, tenants and regions.

use super::lines::Summary;
use super::number::percent;
use crate::message::Localized;
use crate::message::label::{Label, criterion_name};
use crate::message::shares_label::SharesLabel;
use crate::model::RunRecord;
use crate::model::business_day::{HOURS, Part};
use crate::model::scenario::{Pattern, Soak};
use crate::model::share::{RegionFigures, Stage};

/// The day's parts, from midnight on.
const PARTS: [Part; 5] = [Part::Night, Part::Morning, Part::Lunch, Part::Afternoon, Part::Evening];

impl Summary {
    /// All of it; nothing where there is nothing.
    pub(super) fn shares(&mut self, record: &RunRecord) {
        let soak = record.scenario.soak.as_ref();
        if let Some(soak) = soak.filter(|soak| soak.pattern == Pattern::BusinessHours) {
            self.day(record, soak);
        }
        for stage in &record.stages {
            self.stage(stage);
        }
        let n = self.numbers;
        if let Some(tenants) = record.tenants.as_ref().filter(|tenants| tenants.count > 1) {
            let p99 = &tenants.response_p99_ms;
            self.indented(&SharesLabel::Tenants {
                min: n.short(p99.min),
                p50: n.short(p99.p50),
                max: n.short(p99.max),
                slowest: tenants.slowest.first().map_or(0, |tenant| tenant.no),
                busiest: percent(tenants.busiest_share),
            });
        }
        let Some(regions) = &record.regions else { return };
        let each = [
            (SharesLabel::North {}, &regions.north),
            (SharesLabel::Central {}, &regions.central),
            (SharesLabel::South {}, &regions.south),
        ];
        let each = each.iter().filter_map(|(name, figures)| {
            let RegionFigures { tenants, response_ms, .. } = figures.as_ref()?;
            let (name, p99) = (name.text(self.lang), n.short(response_ms.p99));
            Some(SharesLabel::Region { name, p99, tenants: *tenants }.text(self.lang))
        });
        let each = each.collect::<Vec<_>>().join(", ");
        self.indented(&SharesLabel::Regions { each });
    }

    /// The rows of each part of the day, by the second in which they were stored.
    fn day(&mut self, record: &RunRecord, soak: &Soak) {
        let mut rows = [0; PARTS.len()];
        for point in &record.series {
            // What is stored after the end was due in the last hour.
            let day = ((f64::from(point.second) + 0.5) / soak.duration_s).min(1.0);
            let part = Part::of(day * HOURS);
            let slot = PARTS.iter().position(|one| *one == part).unwrap_or(0);
            rows[slot] += point.rows;
        }
        let all: u64 = rows.iter().copied().fold(0, u64::saturating_add);
        if all == 0 {
            return;
        }
        let [night, morning, lunch, afternoon, evening] =
            rows.map(|rows| percent(rows as f64 / all as f64));
        let rate = self.numbers.plain(soak.rate_rows_per_s.unwrap_or_default());
        self.indented(&SharesLabel::Day { rate, night, morning, lunch, afternoon, evening });
    }

    fn stage(&mut self, stage: &Stage) {
        let n = self.numbers;
        let (percent, tenants) = (percent(stage.share), stage.tenants);
        let rate = n.whole(stage.rows_per_s.round() as u64);
        let none = || Label::NotSeen {}.text(self.lang);
        let p99 = stage.response_p99_ms.map_or_else(none, |ms| n.short(ms));
        if stage.broken.is_empty() {
            return self.indented(&SharesLabel::StageHeld { percent, tenants, rate, p99 });
        }
        let names = stage.broken.iter().map(|id| criterion_name(id, self.lang));
        let broken = names.collect::<Vec<_>>().join("; ");
        self.indented(&SharesLabel::StageBroke { percent, tenants, rate, p99, broken });
    }
}

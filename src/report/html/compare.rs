//! Two groups of runs that were compared.

use super::comparison::{changes, metric, metrics};
use super::page::Section;
use super::set::Own;
use super::words::{Both, say};
use crate::message::Localized;
use crate::message::compare_label::CompareLabel;
use crate::message::set_label::SetLabel;
use crate::message::set_page_label::SetPageLabel;
use crate::model::comparison::Compared;
use crate::model::set::Set;
use crate::report::compare_text::told;
use maud::html;

/// What a comparison has to show.
pub(super) fn own(set: &Set) -> Own {
    let Some(decides) = set.comparisons.first() else {
        let (kind, runs) = (set.kind.clone(), set.members.len());
        return Own::titled(&SetLabel::SetTitle { kind, runs });
    };
    let (base, other) = (decides.base.clone(), decides.other.clone());
    let heads = [Both::same(&base), Both::same(&other)];
    let all = set.comparisons.iter().map(|one: &Compared| (metric(one), one));
    let shown = html! {
        (changes(&SetPageLabel::MetricsDots {}, all))
        (metrics(say(&SetPageLabel::ComparedTable {}), heads, &set.comparisons))
        p.sum { (say(&SetPageLabel::CompareLegend {})) }
        ul { @for (one, note) in told(&set.comparisons) {
            li { (Both::of(|lang| {
                let (metric, text) = (metric(one).text(lang).to_owned(), note.text(lang));
                CompareLabel::MetricNote { metric, text }.text(lang)
            })) }
        } }
    };
    Own {
        sections: vec![Section::new("shown", SetPageLabel::ShownHead {}, shown)],
        ..Own::titled(&CompareLabel::Title { base, other })
    }
}

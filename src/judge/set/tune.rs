//! What a tuning says: what the evidence asks for, and each recommendation's
//! runs beside those of the server as it is set.

use super::Done;
use super::decides::beside;
use super::table::{self, breaks_integrity, broke};
use super::trials::{
    Asked, CURRENT, CURRENT_AGAIN, EVIDENCE, TOGETHER, Trials, arm_s, evidence,
    is_about_checkpoints, is_change, recommendations, trials, unmeasured,
};
use crate::judge::advise::Given;
use crate::model::advice::{Advice, Recommendation, Verification, Verified, longer_run_s};
use crate::model::comparison::Change;
use crate::model::observed::TuneNote;
use crate::model::set::Set;
use crate::model::{Note, RunRecord, Verdict};

/// Of what was due, so much has to be stored for the rate to be called reached.
const KEPT_UP: f64 = 0.95;

/// Whether a recommendation was measured, in runs that are long enough for it,
/// and helped without a run that failed.
pub fn helped(done: &[Done], recommendation: &Recommendation, trials: &Trials) -> bool {
    let rule = recommendation.rule.as_str();
    let has_failed = done.iter().any(|run| run.role == rule && run.has_failed());
    if has_failed || !trials.is_long_enough(recommendation) {
        return false;
    }
    let base = trials.base(rule);
    let base_role = base.map_or(CURRENT, |base| base.rule.as_str());
    let beside = beside(done, base_role, rule);
    beside.is_some_and(|beside| beside.outcome == Change::Better)
        && base.is_none_or(|base| helped(done, base, trials))
}

/// What is to be recommended after it was measured: without what had no effect
/// or did harm, and with the trials that helped.
pub fn kept(advised: &[Recommendation]) -> Vec<Recommendation> {
    let outcome = |r: &Recommendation| r.verified.as_ref().map(|verified| verified.outcome);
    let has_failed = |r: &Recommendation| {
        let mut notes = r.verified.iter().flat_map(|verified| &verified.notes);
        notes.any(|note| note.id == "trial_failed")
    };
    let is_out = |r: &Recommendation| {
        let outcome = outcome(r);
        has_failed(r) || matches!(outcome, Some(Verification::NoEffect | Verification::Regressed))
    };
    // A quarter of a max_wal_size that isn't recommended any more.
    let is_without_max = advised.iter().any(|r| r.rule == "max_wal_size" && is_out(r));
    let holds = |r: &&Recommendation| !(is_out(r) || is_without_max && r.rule == "min_wal_size");
    let as_proposed = |mut r: Recommendation| {
        if outcome(&r) == Some(Verification::Verified) {
            r.outcome = Advice::Proposed;
        }
        r
    };
    advised.iter().filter(holds).cloned().map(as_proposed).collect()
}

/// Fills in what a tuning says: the recommendations, and where they were
/// measured again (`asked`), what came of it. In order: a run that lost
/// something is a failure; a server that isn't safe as it is set, evidence
/// that couldn't be had, a recommendation that these runs can't tell of or
/// there was no time for are inconclusive; the rest is a pass.
pub fn judge(
    set: &mut Set,
    done: &[Done],
    given: Option<&RunRecord>,
    machine: &Given,
    asked: Option<&Asked>,
) {
    set.table = table::rows(done.iter().filter(|run| !run.has_failed()));
    let mut advised = recommendations(done, given, machine);
    if let Some(asked) = asked.filter(|asked| !asked.denied.is_empty()) {
        let settings = asked.denied.join(", ");
        set.findings.push(TuneNote::WithoutSettings { settings }.into());
    }
    let is_evidence = |run: &&Done| run.role == EVIDENCE && !run.has_failed();
    let time_s = asked.and_then(|asked| asked.time_s);
    if let (1, Some(time_s)) = (done.iter().filter(is_evidence).count(), time_s) {
        let needed_s = longer_run_s(&advised).filter(|needed_s| *needed_s as f64 > time_s);
        let note = |needed_s| TuneNote::NoTimeForEvidence { needed_s, time_s: time_s as u64 };
        set.findings.extend(needed_s.map(note).map(Note::from));
    }
    let share = evidence(done, given).and_then(|r| r.load.as_ref()?.offered_share);
    if let Some(share) = share.filter(|share| *share < KEPT_UP) {
        let percent = format!("{:.0}%", (share * 100.0).floor());
        set.findings.push(TuneNote::RateNotReached { percent }.into());
    }
    if let Some((asked, record)) = asked.zip(evidence(done, given)) {
        let trials = trials(&advised, record, asked);
        for recommendation in advised.iter_mut().filter(|r| is_change(r)) {
            recommendation.verified = Some(verified(done, recommendation, &trials, record, asked));
        }
        let together = beside(done, CURRENT_AGAIN, TOGETHER);
        set.comparisons = together.map(|beside| beside.compared).unwrap_or_default();
    }
    let (verdict, reasons) = verdict(done, &advised, asked.is_some());
    set.recommendations = advised;
    set.verdict = Some(verdict);
    set.reasons.extend(reasons);
}

fn verified(
    done: &[Done],
    recommendation: &Recommendation,
    trials: &Trials,
    record: &RunRecord,
    asked: &Asked,
) -> Verified {
    let rule = &recommendation.rule;
    let not = |note: TuneNote| Verified {
        outcome: Verification::NotVerifiable,
        compared: Vec::new(),
        notes: vec![note.into()],
    };
    if let Some(why) = unmeasured(recommendation, asked) {
        return not(why);
    }
    if trials.baseless.contains(rule) {
        return not(TuneNote::WithoutItsBase {});
    }
    if let Some((_, needed_s)) = trials.too_long.iter().find(|(long, _)| long == rule) {
        let (needed_s, time_s) = (*needed_s as u64, asked.time_s.unwrap_or_default() as u64);
        return not(TuneNote::NoTimeFor { needed_s, time_s });
    }
    if !trials.is_long_enough(recommendation) {
        let needed_s = arm_s(recommendation, record) as u64;
        let arm_s = trials.arm_s as u64;
        return not(TuneNote::ShorterThanCycles { arm_s, needed_s });
    }
    if let Some(failed) = done.iter().find(|run| run.role == *rule && run.has_failed()) {
        return not(TuneNote::TrialFailed { label: failed.label.clone() });
    }
    let base = trials.base(rule).map(|base| base.rule.clone());
    let Some(mut beside) = beside(done, base.as_deref().unwrap_or(CURRENT), rule) else {
        return not(TuneNote::NotMeasuredYet {});
    };
    beside.notes.splice(0..0, base.map(|base| TuneNote::Beside { base }.into()));
    let outcome = beside.outcome.into();
    Verified { outcome, compared: beside.compared, notes: beside.notes }
}

fn verdict(done: &[Done], advised: &[Recommendation], is_measured: bool) -> (Verdict, Vec<Note>) {
    let lost: Vec<Note> = done
        .iter()
        .filter(|run| breaks_integrity(&run.record))
        .filter_map(broke)
        .map(Note::from)
        .collect();
    if !lost.is_empty() {
        return (Verdict::Fail, lost);
    }
    let critical = advised.iter().filter(|r| r.outcome == Advice::Critical);
    let critical: Vec<Note> = critical
        .flat_map(|r| &r.settings)
        .filter(|setting| setting.proposed.is_some())
        .map(|setting| TuneNote::UnsafeAsSet { setting: setting.name.clone() }.into())
        .collect();
    if !critical.is_empty() {
        return (Verdict::Inconclusive, critical);
    }
    let failed = done
        .iter()
        .filter(|run| run.has_failed() && [EVIDENCE, CURRENT].contains(&run.role.as_str()));
    let why = |run: &Done| {
        let label = run.label.clone();
        let note = Note::from(TuneNote::TrialFailed { label });
        std::iter::once(note).chain(run.record.reasons.clone()).collect::<Vec<_>>()
    };
    let failed: Vec<Note> = failed.flat_map(why).collect();
    if advised.is_empty() || !failed.is_empty() {
        let nothing = advised.is_empty().then(|| TuneNote::NoEvidence {}.into());
        return (Verdict::Inconclusive, failed.into_iter().chain(nothing).collect());
    }
    let lacks = |r: &&Recommendation| {
        r.outcome == Advice::NotEnoughEvidence && is_about_checkpoints(&r.rule)
    };
    if !advised.iter().any(is_change) {
        return match advised.iter().any(|r| lacks(&r)) {
            true => (Verdict::Inconclusive, vec![TuneNote::NoEvidence {}.into()]),
            false => (Verdict::Pass, vec![TuneNote::NothingToPropose {}.into()]),
        };
    }
    if !is_measured {
        return (Verdict::Pass, Vec::new());
    }
    let open = unsettled(advised);
    match open.is_empty() {
        true => (Verdict::Pass, Vec::new()),
        false => (Verdict::Inconclusive, open),
    }
}

/// What was to be measured, and isn't known.
fn unsettled(advised: &[Recommendation]) -> Vec<Note> {
    let of = |is: &dyn Fn(&Verified) -> bool| {
        let rules = advised.iter().filter(|r| r.verified.as_ref().is_some_and(is));
        rules.map(|r| r.rule.as_str()).collect::<Vec<_>>().join(", ")
    };
    let was_to_be = ["no_time_for", "shorter_than_cycles", "trial_failed", "not_measured_yet"];
    let open = of(&|v| v.outcome == Verification::CouldNotTell);
    let not = of(&|v| v.notes.iter().any(|note| was_to_be.contains(&note.id.as_str())));
    let notes = [
        (!open.is_empty()).then_some(TuneNote::CouldNotTellOf { rules: open }),
        (!not.is_empty()).then_some(TuneNote::NotMeasuredOf { rules: not }),
    ];
    notes.into_iter().flatten().map(Into::into).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::judge::advise::lab::{Lab, MB};

    /// A run on a server whose max_wal_size is too small, with `timeout_s` as
    /// checkpoint_timeout.
    pub(crate) fn evidence_run() -> Done {
        let lab = Lab::new(16).run_s(576).checkpoints(0, 48).wal(42 * MB, 48 * MB);
        run(EVIDENCE, 1, lab.wal_disk(200 << 30).record)
    }

    /// The same, whose writers wait for new WAL files as well: min_wal_size is
    /// to be a part of the max_wal_size that is proposed.
    pub(crate) fn evidence_of_files() -> Done {
        let lab = Lab::new(16).value("wal_init_zero", "on").value("wal_recycle", "on");
        let lab = lab.waits(&[("IO:WALInitWrite", 20), ("CPU", 980)]).run_s(576);
        let lab = lab.checkpoints(0, 48).wal(42 * MB, 48 * MB);
        run(EVIDENCE, 1, lab.wal_disk(200 << 30).record)
    }

    pub(crate) fn run(role: &str, no: usize, record: RunRecord) -> Done {
        Done { label: format!("{role} #{no}"), role: role.to_owned(), record }
    }

    /// A run with a rate, its closing checkpoint in it.
    pub(crate) fn at_rate(role: &str, no: usize, rate: f64) -> Done {
        let mut done = run(role, no, evidence_run().record);
        let load = done.record.load.as_mut().unwrap();
        load.checkpointed_rows_per_s = Some(rate);
        load.rows_per_s = rate * 1.5;
        done
    }

    fn measured(rule: &str, gain: f64) -> Vec<Done> {
        let rates = [97.0, 98.0, 100.0, 100.0, 102.0, 103.0];
        let mut done = vec![evidence_run()];
        for (no, rate) in rates.into_iter().enumerate() {
            done.push(at_rate(CURRENT, no + 1, rate));
            done.push(at_rate(rule, no + 1, rate * gain));
        }
        done
    }

    fn asked() -> Asked {
        let only = vec!["max_wal_size".to_owned()];
        Asked { repeat: 6, only, is_private: true, ..Asked::default() }
    }

    fn judged(done: &[Done], asked: Option<&Asked>) -> Set {
        let mut set: Set = serde_json::from_value(serde_json::json!({
            "schema_version": "1.4", "tool_version": "0", "set_id": "", "kind": "tune",
            "started_at": "", "finished_at": null, "argv": [], "private": true, "members": [],
            "table": [], "verdict": null, "reasons": [], "findings": []
        }))
        .unwrap();
        judge(&mut set, done, None, &Given::default(), asked);
        set
    }

    fn of<'s>(set: &'s Set, rule: &str) -> &'s Verified {
        let recommendation = set.recommendations.iter().find(|r| r.rule == rule).unwrap();
        recommendation.verified.as_ref().unwrap()
    }

    #[test]
    fn what_came_of_it_is_that_of_the_rate_with_its_checkpoint() {
        for (gain, outcome, verdict) in [
            (1.5, Verification::Verified, Verdict::Pass),
            (1.0, Verification::NoEffect, Verdict::Pass),
            (0.7, Verification::Regressed, Verdict::Pass),
            (1.06, Verification::CouldNotTell, Verdict::Inconclusive),
        ] {
            let set = judged(&measured("max_wal_size", gain), Some(&asked()));
            let verified = of(&set, "max_wal_size");
            assert_eq!((verified.outcome, set.verdict), (outcome, Some(verdict)), "{gain}");
            let first = &verified.compared[0];
            assert_eq!(first.metric, "load.checkpointed_rows_per_s");
            assert_eq!((first.base_runs, first.other_runs), (6, 6));
            assert!((first.change.unwrap() - (gain - 1.0)).abs() < 1e-9);
        }
    }

    #[test]
    fn what_changed_nothing_or_did_harm_is_not_kept() {
        let is_kept = |gain: f64| {
            let set = judged(&measured("max_wal_size", gain), Some(&asked()));
            kept(&set.recommendations).iter().any(|r| r.rule == "max_wal_size")
        };
        // It helps; these runs can't tell; it changes nothing; it does harm.
        assert_eq!([1.5, 1.06, 1.0, 0.7].map(is_kept), [true, true, false, false]);
    }

    #[test]
    fn without_being_asked_nothing_is_measured() {
        let set = judged(&[evidence_run()], None);
        assert_eq!(set.verdict, Some(Verdict::Pass));
        assert!(set.recommendations.iter().all(|r| r.verified.is_none()));
        let proposed = set.recommendations.iter().find(|r| r.rule == "max_wal_size").unwrap();
        assert_eq!(proposed.outcome, Advice::Proposed);
        let set = judged(&[], None);
        assert_eq!(set.verdict, Some(Verdict::Inconclusive));
        assert_eq!(set.reasons[0].id, "no_evidence");
    }

    #[test]
    fn what_was_not_measured_says_why() {
        let outcome = |asked: &Asked| {
            let set = judged(&[evidence_run()], Some(asked));
            let verified = of(&set, "max_wal_size").clone();
            assert_eq!(verified.outcome, Verification::NotVerifiable);
            (verified.notes[0].id.clone(), set.verdict)
        };
        let open = Some(Verdict::Inconclusive);
        assert_eq!(outcome(&asked()), ("not_measured_yet".to_owned(), open));
        let short = Asked { time_s: Some(60.0), ..asked() };
        assert_eq!(outcome(&short), ("no_time_for".to_owned(), open));
        let short = Asked { arm_s: Some(60.0), ..asked() };
        assert_eq!(outcome(&short), ("shorter_than_cycles".to_owned(), open));
        let other = Asked { only: vec!["wal_buffers".to_owned()], ..asked() };
        assert_eq!(outcome(&other).0, "not_asked_to_measure");
    }

    #[test]
    fn arms_span_two_cycles_of_the_longer_side_where_it_is_about_checkpoints() {
        let record = evidence_run().record;
        let advised = recommendations(&[], Some(&record), &Given::default());
        let trials = trials(&advised, &record, &asked());
        let rules: Vec<_> = trials.all.iter().map(|r| r.rule.as_str()).collect();
        assert_eq!((rules, trials.arm_s), (vec!["max_wal_size"], 605.0));
        let besides_s = crate::judge::set::trials::besides_s(&record);
        assert!((trials.total_s - 12.0 * (605.0 + besides_s)).abs() < 1e-6);
    }

    #[test]
    fn a_part_of_what_is_proposed_is_measured_on_top_of_it() {
        let both = ["max_wal_size", "min_wal_size"].map(str::to_owned);
        let asked = Asked { only: both.to_vec(), ..asked() };
        // Faster than the server as it is set, and no faster than with max_wal_size.
        let mut done = vec![evidence_of_files()];
        for (no, rate) in [97.0, 98.0, 100.0, 100.0, 102.0, 103.0].into_iter().enumerate() {
            done.push(at_rate(CURRENT, no + 1, rate));
            done.extend(both.iter().map(|rule| at_rate(rule, no + 1, rate * 1.5)));
        }
        let set = judged(&done, Some(&asked));
        assert_eq!(of(&set, "max_wal_size").outcome, Verification::Verified);
        let part = of(&set, "min_wal_size");
        assert_eq!(part.outcome, Verification::NoEffect);
        assert_eq!(part.compared[0].base, "max_wal_size");
        assert_eq!(part.notes[0].id, "beside");
        // Alone it would have no room.
        let only = vec!["min_wal_size".to_owned()];
        let set = judged(&done, Some(&Asked { only, ..asked }));
        let part = of(&set, "min_wal_size");
        assert_eq!(part.outcome, Verification::NotVerifiable);
        assert_eq!(part.notes[0].id, "without_its_base");
    }

    #[test]
    fn what_the_role_may_not_set_is_left_out_and_said() {
        let denied = vec!["max_wal_size".to_owned()];
        let set = judged(&[evidence_run()], Some(&Asked { denied, ..asked() }));
        assert_eq!(of(&set, "max_wal_size").notes[0].id, "role_may_not_set");
        assert_eq!(set.findings[0].id, "without_settings");
    }

    #[test]
    fn a_rate_that_was_not_reached_is_said() {
        let found = |share| {
            let mut one = evidence_run();
            one.record.load.as_mut().unwrap().offered_share = share;
            let findings = judged(&[one], None).findings;
            findings.into_iter().find(|note| note.id == "rate_not_reached")
        };
        assert_eq!(found(Some(0.709)).unwrap().args["percent"], "70%");
        assert_eq!((found(Some(0.96)), found(None)), (None, None));
    }

    #[test]
    fn evidence_that_there_is_no_time_for_is_said() {
        let mut short = evidence_run();
        short.record.database.as_mut().unwrap().elapsed_s = 60.0;
        let found = |time_s: f64| {
            let asked = Asked { time_s: Some(time_s), ..asked() };
            let set = judged(std::slice::from_ref(&short), Some(&asked));
            set.findings.iter().any(|note| note.id == "no_time_for_evidence")
        };
        assert!(found(60.0) && !found(1e6));
    }

    #[test]
    fn a_run_that_lost_rows_is_a_failure_whatever_it_gained() {
        let mut done = measured("max_wal_size", 1.5);
        let criterion = done[3].record.criteria.iter_mut().find(|c| c.id == "lost").unwrap();
        criterion.verdict = Verdict::Fail;
        let set = judged(&done, Some(&asked()));
        assert_eq!(set.verdict, Some(Verdict::Fail));
    }
}

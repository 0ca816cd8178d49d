//! A run as a test makes it: a good one, on a server with the defaults of
//! PostgreSQL, of which the test changes what it is about.

use super::seen::{Given, Seen};
use super::{RULES, Rule};
use crate::model::RunRecord;
use crate::model::advice::Recommendation;
use crate::model::database::{Checkpoints, Database, Transactions, Waiting, Wal};
use crate::model::facts::SettingFact;
use crate::model::record::WaitCount;
use crate::model::series::{Point, ServerPoint};
use crate::model::tuning::{Machine, Tuning};
use serde_json::{Map, Value};

pub(crate) const MB: u64 = 1 << 20;

/// Settings as pg_settings has them: name, value, unit, type.
const DEFAULTS: [(&str, &str, &str, &str); 6] = [
    ("checkpoint_completion_target", "0.9", "", "real"),
    ("checkpoint_timeout", "300", "s", "integer"),
    ("max_wal_size", "1024", "MB", "integer"),
    ("min_wal_size", "80", "MB", "integer"),
    ("shared_buffers", "16384", "8kB", "integer"),
    ("wal_segment_size", "16777216", "B", "integer"),
];

pub(crate) struct Lab {
    pub record: RunRecord,
    given: Given,
}

impl Lab {
    /// Ten minutes with 1 MB/s of WAL, two checkpoints by schedule and one besides.
    pub fn new(major: u32) -> Lab {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/results/example/run.json");
        let mut record: RunRecord =
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        record.server.as_mut().unwrap().version_num = major * 10_000 + 2;
        record.database = Some(Database {
            checkpoints: Some(Checkpoints::default()),
            wal: Some(Wal::default()),
            transactions: Some(Transactions::default()),
            ..Database::default()
        });
        let settings = DEFAULTS.map(|(name, value, unit, kind)| SettingFact {
            name: name.into(),
            value: value.into(),
            unit: unit.into(),
            kind: kind.into(),
            source: "default".into(),
            ..SettingFact::default()
        });
        let machine = Machine {
            cpus: Some(8),
            memory_bytes: Some(32 << 30),
            wal_free_bytes: Some(99 << 30),
            wal_bytes: Some(1 << 30),
            wal_copies_on_write: Some(false),
        };
        record.tuning = Some(Tuning { settings: settings.into(), machine, ..Tuning::default() });
        let lab = Lab { record, given: Given::default() };
        lab.run_s(600).checkpoints(2, 1).wal(MB, MB)
    }

    pub fn tuning(&mut self) -> &mut Tuning {
        self.record.tuning.as_mut().unwrap()
    }

    pub fn database(&mut self) -> &mut Database {
        self.record.database.as_mut().unwrap()
    }

    /// How long it was; the WAL's rate stays.
    pub fn run_s(mut self, seconds: u32) -> Lab {
        let before = self.database().elapsed_s;
        self.database().elapsed_s = f64::from(seconds);
        let wal = self.database().wal.as_mut().unwrap();
        if before > 0.0 {
            wal.bytes = (wal.bytes as f64 / before * f64::from(seconds)) as u64;
        }
        let of_before = self.record.series.first().and_then(|p| p.server.clone());
        let server = of_before.unwrap_or_default();
        let point = |second| Point { second, server: Some(server.clone()), ..Point::default() };
        self.record.series = (0..seconds).map(point).collect();
        self
    }

    pub fn checkpoints(mut self, timed: u64, requested: u64) -> Lab {
        let checkpoints = self.database().checkpoints.as_mut().unwrap();
        (checkpoints.timed, checkpoints.requested) = (timed, requested);
        self
    }

    /// WAL in bytes a second: on average, and in each window.
    pub fn wal(mut self, mean: u64, p95: u64) -> Lab {
        let elapsed = self.database().elapsed_s;
        self.database().wal.as_mut().unwrap().bytes = (mean as f64 * elapsed) as u64;
        self.each_second(|server| server.wal_bytes = Some(p95))
    }

    /// The rate in each window alone.
    pub fn wal_rate(self, p95: u64) -> Lab {
        self.each_second(|server| server.wal_bytes = Some(p95))
    }

    /// What full-page images are of the WAL at most.
    pub fn full_pages(mut self, share: f64) -> Lab {
        self.database().wal.as_mut().unwrap().full_page_share_at_most = Some(share);
        self
    }

    /// The share of the processors that was busy.
    pub fn busy(mut self, share: f64) -> Lab {
        let cpus = f64::from(self.tuning().machine.cpus.unwrap());
        self.each_second(|server| server.cpu = Some(share * cpus))
    }

    /// How many wrote at once.
    pub fn writers(mut self, count: f64) -> Lab {
        self.record.series.iter_mut().for_each(|point| point.in_use = Some(count));
        self
    }

    /// Changes what the server was seen to do in each second.
    pub fn each_second(mut self, change: impl Fn(&mut ServerPoint)) -> Lab {
        let points = self.record.series.iter_mut();
        points.filter_map(|point| point.server.as_mut()).for_each(change);
        self
    }

    pub fn wal_disk(mut self, bytes: u64) -> Lab {
        let machine = &mut self.tuning().machine;
        machine.wal_free_bytes = Some(bytes - machine.wal_bytes.unwrap());
        self
    }

    /// What the writers were seen waiting for.
    pub fn waits(mut self, events: &[(&str, u64)]) -> Lab {
        let count = |(event, samples): &(&str, u64)| WaitCount {
            event: (*event).into(),
            samples: *samples,
        };
        let events = events.iter().map(count).collect();
        self.database().waits = vec![Waiting { who: "writers".into(), events }];
        self
    }

    fn fact(&mut self, name: &str) -> &mut SettingFact {
        let settings = &mut self.tuning().settings;
        if !settings.iter().any(|setting| setting.name == name) {
            settings.push(SettingFact { name: name.into(), ..SettingFact::default() });
        }
        settings.iter_mut().find(|setting| setting.name == name).unwrap()
    }

    /// A setting's value in its base unit.
    pub fn value(mut self, name: &str, value: &str) -> Lab {
        self.fact(name).value = value.into();
        self
    }

    /// An integer with its unit.
    pub fn unit(mut self, name: &str, value: &str, unit: &str) -> Lab {
        let fact = self.fact(name);
        (fact.value, fact.unit, fact.kind) = (value.into(), unit.into(), "integer".into());
        self
    }

    /// A setting that isn't there, or can't be seen.
    pub fn without(mut self, name: &str) -> Lab {
        self.tuning().settings.retain(|setting| setting.name != name);
        self
    }

    /// Where a setting comes from.
    pub fn source(mut self, name: &str, source: &str) -> Lab {
        self.fact(name).source = source.into();
        self
    }

    /// What an enum may be.
    pub fn choices(mut self, name: &str, choices: &[&str]) -> Lab {
        self.fact(name).choices = choices.iter().map(|c| (*c).to_owned()).collect();
        self
    }

    pub fn given(mut self, given: Given) -> Lab {
        self.given = given;
        self
    }

    /// What a rule sees.
    pub(in crate::judge::advise) fn seen<T>(&self, of: impl FnOnce(&Seen<'_>) -> T) -> T {
        of(&Seen::new(&self.record, &self.given))
    }

    /// What a rule says.
    pub fn ask(&self, id: &str) -> Recommendation {
        let rule = RULES.iter().find(|rule: &&Rule| rule.id == id).unwrap();
        self.seen(|seen| rule.ask(seen))
    }
}

/// What is proposed, as `name=value`.
pub(super) fn proposed(said: &Recommendation) -> Vec<String> {
    let changes =
        said.settings.iter().filter_map(|p| Some(format!("{}={}", p.name, p.proposed.as_ref()?)));
    changes.collect()
}

/// The arguments of a recommendation's note.
pub(super) fn args<'a>(said: &'a Recommendation, note: &str) -> &'a Map<String, Value> {
    let found = said.notes.iter().find(|n| n.id == note);
    &found.unwrap_or_else(|| panic!("{note} is not among {:?}", said.notes)).args
}

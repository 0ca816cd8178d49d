//! What a run showed, as rules ask for it: the answer, or what lacks.

use crate::judge::explain::waits::of_flush;
use crate::judge::value::base_size;
use crate::model::database::{
    Checkpoint, CheckpointKind, CheckpointSource, Checkpoints, Database, Wal,
};
use crate::model::facts::SettingFact;
use crate::model::observed::Advised;
use crate::model::record::WaitCount;
use crate::model::series::Point;
use crate::model::tuning::{Machine, Tuning};
use crate::model::{Note, RunRecord};

/// A shorter run says nothing.
const RUN_S: f64 = 120.0;

/// Fewer checkpoints say nothing.
const CHECKPOINTS: u64 = 3;

/// Fewer samples of the writers say nothing about what they wait for.
const SAMPLES: u64 = 100;

/// The WAL rate is that of windows of so many seconds, of which so many must be seen.
const WINDOW: usize = 10;
const OF_WINDOW: usize = 8;

/// Fewer windows have no 95th percentile.
const WINDOWS: usize = 6;

/// What checkpoint_timeout is where it wasn't seen, in seconds: the default.
const TIMEOUT_S: f64 = 300.0;

/// What the user gave; it goes before what was seen.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// `--ram`: memory that the server may use.
    pub ram_bytes: Option<u64>,
    /// `--wal-disk`: space for WAL, what it uses now included.
    pub wal_disk_bytes: Option<u64>,
    /// `--recovery`: how long a recovery may take, in seconds.
    pub recovery_s: Option<f64>,
}

/// What lacks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lack(pub Note);

impl From<Advised> for Lack {
    fn from(note: Advised) -> Lack {
        Lack(note.into())
    }
}

/// A run as rules see it.
pub(super) struct Seen<'a> {
    /// Its record.
    pub record: &'a RunRecord,
    /// What the user gave.
    pub given: &'a Given,
    tuning: Option<&'a Tuning>,
}

impl<'a> Seen<'a> {
    pub fn new(record: &'a RunRecord, given: &'a Given) -> Seen<'a> {
        Seen { record, given, tuning: record.tuning.as_ref() }
    }

    /// What was recorded for rules alone.
    pub fn tuning(&self) -> Result<&'a Tuning, Lack> {
        self.tuning.ok_or_else(|| unseen("tuning"))
    }

    /// The server's machine.
    pub fn machine(&self) -> Result<&'a Machine, Lack> {
        self.tuning().map(|tuning| &tuning.machine)
    }

    /// A setting.
    pub fn setting(&self, name: &str) -> Result<&'a SettingFact, Lack> {
        let setting = self.tuning.and_then(|tuning| tuning.setting(name));
        setting.ok_or_else(|| Advised::SettingUnseen { setting: name.to_owned() }.into())
    }

    /// A setting's number in its base unit.
    pub fn number(&self, name: &str) -> Result<f64, Lack> {
        let setting = self.setting(name)?;
        let unseen = || Advised::SettingUnseen { setting: name.to_owned() }.into();
        setting.value.parse().map_err(|_| unseen())
    }

    /// A setting in bytes, or in seconds. What is 0 or less has a meaning of
    /// its own and keeps its sign.
    pub fn size(&self, name: &str) -> Result<f64, Lack> {
        let unit = base_size(&self.setting(name)?.unit).unwrap_or(1.0);
        Ok(self.number(name)? * unit)
    }

    /// A setting's word.
    pub fn word(&self, name: &str) -> Result<&'a str, Lack> {
        self.setting(name).map(|setting| setting.value.as_str())
    }

    /// Whether a setting is on.
    pub fn is_on(&self, name: &str) -> Result<bool, Lack> {
        self.word(name).map(|word| word == "on")
    }

    /// Whether this server's build lets a setting be `choice`.
    pub fn may_be(&self, name: &str, choice: &str) -> Result<bool, Lack> {
        Ok(self.setting(name)?.choices.iter().any(|one| one == choice))
    }

    /// The server's major version.
    pub fn major(&self) -> Result<u32, Lack> {
        let server = self.record.server.as_ref();
        server.map(|server| server.version_num / 10_000).ok_or_else(|| unseen("server"))
    }

    /// Refuses a server that doesn't show what is needed yet.
    pub fn shown_from(&self, major: u32) -> Result<(), Lack> {
        if self.major()? < major { Err(Advised::ShownFromMajor { major }.into()) } else { Ok(()) }
    }

    /// What the server said of itself, of a run that was long enough.
    pub fn database(&self) -> Result<&'a Database, Lack> {
        let database = self.record.database.as_ref().ok_or_else(|| unseen("database"))?;
        if database.elapsed_s < RUN_S {
            return Err(self.too_short(database.elapsed_s, RUN_S));
        }
        Ok(database)
    }

    fn too_short(&self, elapsed_s: f64, needed_s: f64) -> Lack {
        let soak_for_s = whole_minutes(needed_s);
        let (seconds, needed) = (elapsed_s as u64, needed_s as u64);
        Advised::RunTooShort { seconds, needed, soak_for_s }.into()
    }

    /// Its WAL.
    pub fn wal(&self) -> Result<&'a Wal, Lack> {
        self.database()?.wal.as_ref().ok_or_else(|| unseen("database.wal"))
    }

    /// Its checkpoints, where there are enough of them.
    pub fn checkpoints(&self) -> Result<&'a Checkpoints, Lack> {
        let soak_for_s = whole_minutes(self.three_checkpoints_s().max(RUN_S));
        let database = self.record.database.as_ref().ok_or_else(|| unseen("database"))?;
        let checkpoints = database.checkpoints.as_ref();
        let checkpoints = checkpoints.ok_or_else(|| unseen("database.checkpoints"))?;
        let begun = checkpoints.timed + checkpoints.requested;
        if begun < CHECKPOINTS || database.elapsed_s < RUN_S {
            let (seconds, needed) = (database.elapsed_s as u64, CHECKPOINTS);
            return Err(Advised::FewCheckpoints { begun, seconds, needed, soak_for_s }.into());
        }
        Ok(checkpoints)
    }

    /// How long the same load takes for as many checkpoints as are needed.
    fn three_checkpoints_s(&self) -> f64 {
        let timeout = self.size("checkpoint_timeout").unwrap_or(TIMEOUT_S);
        let database = self.record.database.as_ref();
        let rate = database.and_then(|d| Some(d.wal.as_ref()?.bytes as f64 / d.elapsed_s));
        let by_wal = self.trigger().ok().zip(rate).map_or(f64::INFINITY, |(wal, rate)| wal / rate);
        CHECKPOINTS as f64 * timeout.min(by_wal)
    }

    /// After so many bytes of WAL a checkpoint begins: max_wal_size in whole
    /// segments over 1 + checkpoint_completion_target (CalculateCheckpointSegments()).
    pub fn trigger(&self) -> Result<f64, Lack> {
        let (size, segment) = (self.size("max_wal_size")?, self.size("wal_segment_size")?);
        let spread = 1.0 + self.number("checkpoint_completion_target")?;
        Ok((size / segment / spread).floor().max(1.0) * segment)
    }

    /// How many checkpoints began since max_wal_size was used up: as the log
    /// says, else those that were requested as far as the WAL explains them.
    pub fn begun_by_wal(&self) -> Result<u64, Lack> {
        let checkpoints = self.checkpoints()?;
        if checkpoints.source == CheckpointSource::Log && !checkpoints.each.is_empty() {
            let by_wal = |c: &&_| is_by_wal(c);
            return Ok(checkpoints.each.iter().filter(by_wal).count() as u64);
        }
        let explained = self.wal()?.bytes as f64 / self.trigger()?;
        let all = checkpoints.requested;
        // A checkpoint's trigger is looked at once a segment, and its distance is an estimate.
        let is_explained = all as f64 <= explained * 1.25 + 1.0;
        Ok(if is_explained { all } else { explained as u64 })
    }

    /// The 95th percentile of the WAL's rate in windows of ten seconds, in bytes a second.
    pub fn wal_rate(&self) -> Result<f64, Lack> {
        self.database()?;
        let rate = |window: &[_]| {
            let seen: Vec<u64> = window.iter().filter_map(wal_of).collect();
            let is_seen = seen.len() >= OF_WINDOW;
            is_seen.then(|| seen.iter().sum::<u64>() as f64 / seen.len() as f64)
        };
        let mut rates: Vec<f64> = self.record.series.chunks(WINDOW).filter_map(rate).collect();
        if rates.len() < WINDOWS {
            return Err(unseen("series.server.wal_bytes"));
        }
        rates.sort_by(f64::total_cmp);
        let rank = (rates.len() as f64 * 0.95).ceil() as usize;
        Ok(rates[rank - 1])
    }

    /// Memory that the server may use, in bytes.
    pub fn ram(&self) -> Result<f64, Lack> {
        let seen = || self.tuning?.machine.memory_bytes;
        let ram = self.given.ram_bytes.or_else(seen);
        ram.map(|bytes| bytes as f64).ok_or_else(|| needs_input("--ram"))
    }

    /// Space for WAL, what it uses now included, in bytes.
    pub fn wal_disk(&self) -> Result<f64, Lack> {
        let seen = || {
            let machine = &self.tuning?.machine;
            Some(machine.wal_free_bytes? + machine.wal_bytes?)
        };
        let disk = self.given.wal_disk_bytes.or_else(seen);
        disk.map(|bytes| bytes as f64).ok_or_else(|| needs_input("--wal-disk"))
    }

    /// What full-page images are of the WAL, at most.
    pub fn full_page_share(&self) -> Result<f64, Lack> {
        let share = self.wal()?.full_page_share_at_most;
        share.ok_or_else(|| unseen("database.wal.full_page_share_at_most"))
    }

    /// How many batches were written at once, on average.
    pub fn writers_at_once(&self) -> Result<f64, Lack> {
        mean(self.record.series.iter().filter_map(|point| point.in_use))
            .ok_or_else(|| unseen("series.in_use"))
    }

    /// The writers' samples by what they waited for, the most frequent first.
    fn waits(&self) -> Result<(&'a [WaitCount], u64), Lack> {
        let writers = self.database()?.waits.iter().find(|waiting| waiting.who == "writers");
        let events = writers.map_or(&[][..], |writers| &writers.events);
        let all: u64 = events.iter().map(|event| event.samples).fold(0, u64::saturating_add);
        if all < SAMPLES { Err(unseen("database.waits")) } else { Ok((events, all)) }
    }

    /// What the writers waited for most, with its share of their samples.
    pub fn leading_wait(&self) -> Result<(&'a str, f64), Lack> {
        let (events, all) = self.waits()?;
        let first = events.iter().max_by_key(|event| event.samples);
        let first = first.ok_or_else(|| unseen("database.waits"))?;
        Ok((&first.event, first.samples as f64 / all as f64))
    }

    /// The share of the writers' samples in which they waited for something
    /// of which `is` holds, by the event's type and name.
    pub fn waiting(&self, is: impl Fn(&str, &str) -> bool) -> Result<f64, Lack> {
        let (events, all) = self.waits()?;
        let holds = |event: &&WaitCount| is_event(&event.event, &is);
        let held: u64 =
            events.iter().filter(holds).map(|event| event.samples).fold(0, u64::saturating_add);
        Ok(held as f64 / all as f64)
    }

    /// The same of the seconds from the second checkpoint on. Until then pg_wal
    /// grows to what the load takes, however much of it is kept.
    pub fn waiting_when_grown(&self, is: impl Fn(&str, &str) -> bool) -> Result<f64, Lack> {
        let begun = self.checkpoints()?.each.iter().map(|one| one.began_s);
        let Some(grown_s) = begun.filter(|began_s| *began_s >= 0.0).nth(1) else {
            return self.waiting(is);
        };
        let points = self.record.series.iter();
        let grown = points.filter(|point| f64::from(point.second) >= grown_s);
        let waits =
            grown.filter_map(|point| point.server.as_ref()).flat_map(|server| &server.waits);
        let (mut held, mut all) = (0, 0);
        for (event, samples) in waits {
            let samples = u64::from(*samples);
            all += samples;
            held += if is_event(event, &is) { samples } else { 0 };
        }
        if all < SAMPLES {
            Err(unseen("series.server.waits"))
        } else {
            Ok(held as f64 / all as f64)
        }
    }

    /// The share in which they waited for a flush of WAL.
    pub fn waiting_for_flush(&self) -> Result<f64, Lack> {
        self.waiting(of_flush)
    }

    /// The share of the seconds in which autovacuum was at work, from the first
    /// of them on; those have to be as many as its nap has.
    pub fn vacuum_at_work(&self) -> Result<f64, Lack> {
        let workers = |point: &Point| point.server.as_ref()?.autovacuum_workers;
        let seen = self.record.series.iter().filter_map(workers);
        let is_at_work = |workers: &u32| *workers > 0;
        let seen: Vec<u32> = seen.skip_while(|workers| !is_at_work(workers)).collect();
        if (seen.len() as f64) < self.size("autovacuum_naptime")?.max(1.0) {
            return Err(unseen("series.server.autovacuum_workers"));
        }
        let at_work = seen.iter().filter(|workers| is_at_work(workers)).count();
        Ok(at_work as f64 / seen.len() as f64)
    }

    /// The share of the machine's processors that were busy, on average.
    pub fn cpu_share(&self) -> Result<f64, Lack> {
        let cpus = self.machine()?.cpus.ok_or_else(|| unseen("tuning.machine.cpus"))?;
        let points = self.record.series.iter().filter_map(|point| point.server.as_ref()?.cpu);
        Ok(mean(points).ok_or_else(|| unseen("series.server.cpu"))? / f64::from(cpus))
    }
}

/// A value of the record that wasn't seen.
pub(super) fn unseen(path: &str) -> Lack {
    Advised::EvidenceUnseen { path: path.to_owned() }.into()
}

fn needs_input(flag: &str) -> Lack {
    Advised::NeedsInput { flag: flag.to_owned() }.into()
}

fn is_event(event: &str, is: &impl Fn(&str, &str) -> bool) -> bool {
    event.split_once(':').is_some_and(|(kind, name)| is(kind, name))
}

fn is_by_wal(checkpoint: &Checkpoint) -> bool {
    checkpoint.kind == Some(CheckpointKind::Wal) && checkpoint.began_s >= 0.0
}

fn wal_of(point: &Point) -> Option<u64> {
    point.server.as_ref()?.wal_bytes
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = values.fold((0_u64, 0.0), |(count, sum), value| (count + 1, sum + value));
    (count > 0).then(|| sum / count as f64)
}

/// In whole minutes, a little more than what is needed.
fn whole_minutes(seconds: f64) -> u64 {
    ((seconds * 1.05 / 60.0).ceil() * 60.0) as u64
}

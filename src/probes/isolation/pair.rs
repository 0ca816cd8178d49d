//! One tenant tries all it can at another, on a session of its own role, while
//! the other one is connected.

use super::ground::{Ground, Rows, Tenant};
use super::places::{Peer, channel, filled, lock_key, places};
use super::pooled::Pooled;
use super::probe::{Expect, How, Probe};
use crate::model::isolation::{Answer, Probe as Tried, ProbeOutcome, When};
use crate::model::note::Note;
use crate::model::observed::Isolated;
use crate::session::error::describe;
use crate::session::{Session, quote_ident, quote_literal, sql};
use bytes::Bytes;
use futures_util::TryStreamExt;
use std::pin::pin;
use std::time::{Duration, Instant};
use tokio_postgres::SimpleQueryMessage;

/// A statement may take so long: one that waits for a lock was let through to it.
const BEGIN: &str = "BEGIN; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '2s'";

/// How long an answer may take in all.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// How long a notification may take to arrive.
const NOTIFIED_WITHIN: Duration = Duration::from_secs(5);

/// A tenant's id that nobody has.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// Why there is no answer.
pub(super) enum Unasked {
    /// The server said something else, or nothing.
    Failed(String),
    /// For a reason of its own.
    Because(Isolated),
}

impl From<tokio_postgres::Error> for Unasked {
    fn from(error: tokio_postgres::Error) -> Unasked {
        Unasked::Failed(describe(&error))
    }
}

/// What both tenants have while one tries.
struct Pair<'a> {
    ground: &'a Ground,
    own: &'a Tenant,
    session: Session,
    peer: Session,
    places: Vec<(&'static str, String)>,
    notify: String,
    pooled: Pooled,
    /// Of what the last probe found, where it names that.
    names: Vec<String>,
}

/// Has `own` try everything at `other`, whose table holds `rows`, for as long as
/// `goes_on` says. What wasn't tried while it did is entered as that, unless it
/// got through.
pub async fn try_all(
    ground: &Ground,
    (own, other): (&Tenant, &Tenant),
    rows: &Rows,
    when: When,
    goes_on: &(dyn Fn() -> bool + Sync),
) -> Vec<Tried> {
    let none = |why: Isolated| {
        let pair = (own.no, other.no);
        super::none_tried(ground.tenancy, ground.major, when, pair, &why.into())
    };
    if !goes_on() {
        return none(Isolated::LoadEndedFirst {});
    }
    let mut pair = match Pair::open(ground, own, other, rows).await {
        Ok(pair) => pair,
        Err(why) => return none(why),
    };
    let mut tried = Vec::new();
    for (probe, expect) in super::all(ground.tenancy) {
        let asked = tokio::time::timeout(ANSWER_WITHIN, Box::pin(pair.ask(probe))).await;
        let asked = asked.unwrap_or_else(|_| {
            Err(Unasked::Failed(format!("no answer within {} s", ANSWER_WITHIN.as_secs())))
        });
        let names = std::mem::take(&mut pair.names);
        let mut entry = entry(ground, probe, expect, asked, &names, (own.no, other.no), when);
        let is_late = !goes_on();
        if is_late && entry.outcome != ProbeOutcome::Leak {
            entry.outcome = ProbeOutcome::NotTried;
            entry.note = Some(Isolated::LoadEndedFirst {}.into());
        }
        tried.push(entry);
        // A session that isn't as it was would answer for the next one.
        let is_fit = match is_late {
            true => Err(Isolated::LoadEndedFirst {}),
            false => pair.restore(probe.how).await,
        };
        if let Err(why) = is_fit {
            let left = none(why).into_iter().skip(tried.len());
            tried.extend(left);
            break;
        }
    }
    pair.close().await;
    tried
}

fn entry(
    ground: &Ground,
    probe: &Probe,
    expect: Expect,
    asked: Result<Answer, Unasked>,
    names: &[String],
    (from, to): (i32, i32),
    when: When,
) -> Tried {
    let not_tried = |why: Isolated| (ProbeOutcome::NotTried, Some(Note::from(why)));
    let (observed, (outcome, note)) = match asked {
        Ok(answer) => {
            let judged = probe.judge(expect, ground.major, &answer, names);
            (Some(answer), judged)
        }
        Err(Unasked::Failed(error)) => (None, not_tried(Isolated::UnexpectedAnswer { error })),
        Err(Unasked::Because(why)) => (None, not_tried(why)),
    };
    Tried {
        name: probe.name.to_owned(),
        group: probe.group,
        when,
        from,
        to,
        expected: expect.answers(ground.major),
        observed,
        outcome,
        note,
    }
}

impl<'a> Pair<'a> {
    async fn open(
        ground: &'a Ground,
        own: &'a Tenant,
        other: &'a Tenant,
        rows: &Rows,
    ) -> Result<Pair<'a>, Isolated> {
        let refused = |error: String| Isolated::NoTenantLogin { error };
        let session = ground.session(own).await.map_err(|e| refused(e.to_string()))?;
        let peer = ground.session(other).await.map_err(|e| refused(e.to_string()))?;
        let unclear = |error: String| Isolated::UnexpectedAnswer { error };
        let names = [("other_id", quote_literal(&other.id)), ("key", lock_key(other).to_string())];
        let has = filled(sql!("isolation/peer.sql"), &names);
        let said = peer.client.simple_query(&has).await.map_err(|e| unclear(describe(&e)))?;
        let row = said.iter().rev().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let field = |name: &str| row.and_then(|row| row.get(name)).unwrap_or_default().to_owned();
        let has = Peer { pid: field("pid"), temp: field("temp"), lo: field("lo") };
        let places = places(ground, own, other, &has, rows);
        let pooled = Pooled::open(ground, own).map_err(|e| unclear(e.to_string()))?;
        let notify = format!("NOTIFY {}, 'isolation'", quote_ident(&channel(other)));
        let names = Vec::new();
        Ok(Pair { ground, own, session, peer, places, notify, pooled, names })
    }

    async fn ask(&mut self, probe: &Probe) -> Result<Answer, Unasked> {
        if probe.name == "statements" && self.ground.statements.is_none() {
            return Err(Unasked::Because(Isolated::NoStatementsExtension {}));
        }
        let sql = filled(probe.sql, &self.places);
        match probe.how {
            How::Plain => answer(self.plain(&sql).await?.map(|messages| counted(&messages))),
            How::Named => {
                let said = self.plain(&sql).await?;
                self.names = said.iter().flatten().filter_map(named).collect();
                answer(said.map(|messages| counted(&messages)))
            }
            How::CopyIn => self.copy_in(&sql).await,
            How::CopyOut => self.copy_out(&sql).await,
            How::Listen => self.listen(&sql).await,
            How::Estimate => self.estimate(&sql).await,
            How::AfterWork => self.pooled.after_work(&sql).await,
            How::AfterState => self.pooled.after_state(&sql).await,
        }
    }

    /// Runs statements, of which the last one counts, and rolls them back.
    async fn plain(
        &self,
        sql: &str,
    ) -> Result<Result<Vec<SimpleQueryMessage>, tokio_postgres::Error>, Unasked> {
        let client = &self.session.client;
        client.batch_execute(BEGIN).await?;
        let said = client.simple_query(sql).await;
        client.batch_execute("ROLLBACK").await?;
        Ok(said)
    }

    /// An empty COPY is enough: the right is checked before the first row.
    async fn copy_in(&self, sql: &str) -> Result<Answer, Unasked> {
        let client = &self.session.client;
        client.batch_execute(BEGIN).await?;
        match client.copy_in::<_, Bytes>(sql).await {
            Ok(sink) => answer(pin!(sink).finish().await),
            Err(error) => answer(Err(error)),
        }
    }

    /// Lines with the other tenant's id in them.
    async fn copy_out(&self, sql: &str) -> Result<Answer, Unasked> {
        let client = &self.session.client;
        client.batch_execute(BEGIN).await?;
        let copied = match client.copy_out(sql).await {
            Ok(stream) => stream.try_collect::<Vec<Bytes>>().await,
            Err(error) => Err(error),
        };
        let id = filled("{{other_id}}", &self.places);
        let id = id.trim().trim_matches('\'').as_bytes().to_vec();
        let has = |line: &[u8]| line.windows(id.len()).any(|at| at == id);
        answer(copied.map(|chunks| {
            let all = chunks.concat();
            all.split(|byte| *byte == b'\n').filter(|line| has(line)).count() as u64
        }))
    }

    /// Notifications of the other tenant's that arrive.
    async fn listen(&self, sql: &str) -> Result<Answer, Unasked> {
        if let Err(error) = self.session.client.batch_execute(sql).await {
            return answer(Err(error));
        }
        self.peer.client.batch_execute(&self.notify).await?;
        let deadline = Instant::now() + NOTIFIED_WITHIN;
        loop {
            // They come with an answer, once the backend has heard of them.
            self.session.client.batch_execute("SELECT 1").await?;
            let heard = self.session.backend.take_notifications().len() as u64;
            if heard > 0 || Instant::now() > deadline {
                self.session.client.batch_execute("UNLISTEN *").await?;
                return Ok(Answer::Count(heard));
            }
        }
    }

    /// 1 where the planner knows the other tenant's rows from nobody's.
    async fn estimate(&self, sql: &str) -> Result<Answer, Unasked> {
        let other = filled("{{other_id}}", &self.places);
        let mut estimates = Vec::new();
        for id in [other, quote_literal(NOBODY)] {
            let explain = sql.replace("{{asked_id}}", &id);
            let said = match self.session.client.simple_query(&explain).await {
                Ok(said) => said,
                Err(error) => return answer(Err(error)),
            };
            estimates.push(said.iter().find_map(estimated));
        }
        match estimates[..] {
            [Some(other), Some(nobody)] => Ok(Answer::Count(u64::from(other != nobody))),
            _ => Err(Unasked::Failed("EXPLAIN gave no number of rows".to_owned())),
        }
    }

    /// Brings the session back to what the next probe needs.
    async fn restore(&mut self, how: How) -> Result<(), Isolated> {
        // The driver is out of step after a COPY that was refused.
        let is_spoilt = matches!(how, How::CopyIn | How::CopyOut);
        let lives = !is_spoilt && self.session.client.batch_execute("ROLLBACK").await.is_ok();
        if !lives {
            let opened = self.ground.session(self.own).await;
            self.session = opened.map_err(|e| Isolated::NoTenantLogin { error: e.to_string() })?;
        }
        Ok(())
    }

    /// What the other tenant's session made outside a transaction goes.
    async fn close(self) {
        let unlink = filled("SELECT pg_catalog.lo_unlink({{other_lo}})", &self.places);
        if let Err(error) = self.peer.client.batch_execute(&unlink).await {
            // It goes with its owner's role.
            tracing::debug!("a large object is left for now: {}", describe(&error));
        }
        self.pooled.close().await;
    }
}

/// The rows that the last statement returned or changed.
pub(super) fn counted(messages: &[SimpleQueryMessage]) -> u64 {
    let last = messages.iter().rev().find_map(|message| match message {
        SimpleQueryMessage::CommandComplete(count) => Some(*count),
        _ => None,
    });
    last.unwrap_or_default()
}

/// A count, or a refusal by the server; what is neither is no answer.
pub(super) fn answer(said: Result<u64, tokio_postgres::Error>) -> Result<Answer, Unasked> {
    match said {
        Ok(count) => Ok(Answer::Count(count)),
        Err(error) => match error.code() {
            Some(code) => Ok(Answer::Sqlstate(code.code().to_owned())),
            None => Err(error.into()),
        },
    }
}

/// The first column of a row.
fn named(message: &SimpleQueryMessage) -> Option<String> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    row.get(0).map(str::to_owned)
}

/// `rows=N` of a line of EXPLAIN.
fn estimated(message: &SimpleQueryMessage) -> Option<u64> {
    let SimpleQueryMessage::Row(row) = message else { return None };
    let (_, rest) = row.get(0)?.split_once("rows=")?;
    rest.split(' ').next()?.parse().ok()
}

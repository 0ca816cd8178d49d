//! Isolation: the tenants' roles, the probes at rest and beside the load, and
//! their removal, whatever the run came to.

use super::place::Place;
use super::run::{Run, unless_stopped};
use super::{EngineError, SetupError, settle_up, tenancy};
use crate::ledger::tenants::{self, Found};
use crate::message::doing;
use crate::message::label::Label;
use crate::model::isolation::{Isolation, Probe, ProbeOutcome, When};
use crate::model::observed::Isolated;
use crate::model::{Note, Reason, RunRecord, Tenancy, Unavailable};
use crate::probes::isolation::{self, Ground, Rows, RunRole};
use crate::session::{Session, SessionError, Target, within_quotes};
use crate::table::Tenant;
use crate::work::Observer;
use crate::work::outcome::BatchOutcome;
use std::collections::BTreeSet;
use std::time::Instant;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Ordered pairs of tenants that are probed at most, of each time.
const PAIRS_MOST: usize = 12;

/// What the tenants' sessions are called, after the run.
const SESSIONS: &str = "isolation";

/// Where the load is, for those that work beside it.
pub(super) struct LoadIs {
    now: watch::Sender<Stage>,
    /// Cancelled when the load may end: all was tried.
    enough: CancellationToken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    ToCome,
    UnderWay,
    Over,
}

impl Default for LoadIs {
    fn default() -> LoadIs {
        LoadIs { now: watch::Sender::new(Stage::ToCome), enough: CancellationToken::new() }
    }
}

impl LoadIs {
    fn becomes(&self, stage: Stage) {
        self.now.send_if_modified(|now| std::mem::replace(now, stage) != stage);
    }

    /// What ends the load before its time.
    pub(super) fn enough(&self) -> CancellationToken {
        self.enough.clone()
    }

    fn is_under_way(&self) -> bool {
        *self.now.borrow() == Stage::UnderWay
    }
}

impl Observer for LoadIs {
    fn finished(&self, _: &BatchOutcome, _: Instant) {
        self.becomes(Stage::UnderWay);
    }
}

/// What the probes beside the load need.
pub(super) struct Probing {
    ground: Ground,
    rows: Vec<Rows>,
}

impl Run<'_, '_> {
    /// Makes the tenants' roles and probes at rest. None where that wasn't asked
    /// for, or nothing can be tried: the record says which.
    pub(super) async fn probe_at_rest(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
        tenants: &[Tenant],
    ) -> Result<Option<Probing>, EngineError> {
        if self.load_is.is_none() {
            return Ok(None);
        }
        self.phases.begin("probe", &Label::Probing {});
        let stop = self.stop.clone();
        let probing = Box::pin(self.at_rest(record, place, tenants));
        unless_stopped(&stop, probing).await
    }

    async fn at_rest(
        &mut self,
        record: &mut RunRecord,
        place: &Place,
        tenants: &[Tenant],
    ) -> Result<Option<Probing>, EngineError> {
        let session = Session::open(&place.target, &self.name("setup")).await?;
        let rights = isolation::rights(&session.client).await?;
        let ground = self.ground(record, place, tenants, &rights);
        let pairs = ground.pairs(PAIRS_MOST);
        let all = (tenants.len() * tenants.len().saturating_sub(1)) as u64;
        let mut entered =
            Isolation { pairs: pairs.len() as u64, pairs_all: all, ..Isolation::default() };
        if !rights.may_create_roles {
            let why = Note::from(Isolated::NoCreateRole { role: within_quotes(&rights.role) });
            let none = |(from, to): &(&isolation::Tenant, &isolation::Tenant)| {
                let pair = (from.no, to.no);
                isolation::none_tried(ground.tenancy, ground.major, When::AtRest, pair, &why)
            };
            entered.probes = pairs.iter().flat_map(none).collect();
            let (path, reason) = (BESIDE.to_owned(), why.clone());
            record.unavailable.push(Unavailable { path, reason });
            enter(record, entered, true);
            return Ok(None);
        }
        ground.prepare(&session.client, self.run_id).await?;
        for statement in &self.options.seams.too_much {
            ground.grant_too_much(&session.client, statement).await?;
        }
        if ground.tenancy == Tenancy::Rls {
            let see = session.client.batch_execute(&format!("SET {}", tenancy::SEE_ALL)).await;
            see.map_err(SessionError::statement(doing::PROBING_ISOLATION))?;
        }
        let before = ground.rows(&session.client).await?;
        for (from, to) in pairs {
            let rows = rows_of(&ground, &before, to.no);
            let tried =
                Box::pin(isolation::try_all(&ground, (from, to), rows, When::AtRest, &|| true));
            entered.probes.extend(tried.await);
            // What is known stays known where the run ends now.
            enter(record, entered.clone(), false);
        }
        let after = ground.rows(&session.client).await?;
        for ((tenant, before), after) in ground.tenants.iter().zip(&before).zip(&after) {
            entered.probes.push(isolation::unchanged(tenant, before, after));
        }
        enter(record, entered, true);
        Ok(Some(Probing { ground, rows: before }))
    }

    fn ground(
        &self,
        record: &RunRecord,
        place: &Place,
        tenants: &[Tenant],
        rights: &isolation::Rights,
    ) -> Ground {
        let run = &self.run_id.simple().to_string()[..8];
        let tenant = |tenant: &Tenant| isolation::Tenant {
            no: tenant.no,
            id: tenant.id.to_string(),
            schema: tenant.schema.clone(),
            role: format!("pgv_isolation_{run}_{}", tenant.no),
            password: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()),
        };
        Ground {
            target: place.target.clone(),
            major: record.server.as_ref().map_or(0, |server| server.version_num / 10_000),
            tenancy: record.scenario.tenancy,
            table: record.scenario.table.clone(),
            pool: record.scenario.pool,
            session_name: self.name(SESSIONS),
            tenants: tenants.iter().map(tenant).collect(),
            owner: rights.role.clone(),
            statements: rights.statements.clone(),
        }
    }
}

impl Probing {
    /// Probes once more, while `load` goes on, which may end then: what came of
    /// the load, and the attempts.
    pub(super) async fn beside<T>(
        &self,
        load_is: &LoadIs,
        load: impl Future<Output = T>,
    ) -> (T, Vec<Probe>) {
        let watched = async {
            let came = load.await;
            load_is.becomes(Stage::Over);
            came
        };
        let probed = async {
            let mut now = load_is.now.subscribe();
            // It closes with the run alone.
            let _ = now.wait_for(|stage| *stage != Stage::ToCome).await;
            let mut all = Vec::new();
            for pair in self.ground.pairs(PAIRS_MOST) {
                let rows = rows_of(&self.ground, &self.rows, pair.1.no);
                let goes_on = || load_is.is_under_way();
                let tried =
                    isolation::try_all(&self.ground, pair, rows, When::BesideLoad, &goes_on);
                all.extend(Box::pin(tried).await);
            }
            load_is.enough.cancel();
            all
        };
        tokio::join!(watched, probed)
    }
}

/// Enters what was tried beside the load.
pub(super) fn enter_beside(record: &mut RunRecord, tried: Vec<Probe>) {
    let Some(mut entered) = record.isolation.take() else { return };
    let beside = tried.iter().filter(|p| p.outcome != ProbeOutcome::NotTried).count() as u64;
    entered.beside_load = (beside > 0).then_some(beside);
    entered.probes.extend(tried);
    enter(record, entered, true);
    if beside == 0 {
        let reason = Isolated::LoadWasOver {}.into();
        record.unavailable.push(Unavailable { path: BESIDE.to_owned(), reason });
    }
}

/// Counts, and says why the leaks aren't known where they aren't: more are to
/// come unless it `is_whole`.
fn enter(record: &mut RunRecord, mut entered: Isolation, is_whole: bool) {
    let missed: Vec<&Probe> = entered
        .probes
        .iter()
        .filter(|probe| probe.outcome == ProbeOutcome::NotTried && isolation::matters(probe))
        .collect();
    let why = missed.first().and_then(|probe| probe.note.clone());
    let is_one = missed.iter().all(|probe| probe.note == why);
    let why: Option<Note> = match is_one {
        true if missed.is_empty() && !is_whole => Some(Reason::NotReached {}.into()),
        true => why,
        false => {
            let names: BTreeSet<&str> = missed.iter().map(|probe| probe.name.as_str()).collect();
            let names = names.into_iter().collect::<Vec<_>>().join(", ");
            Some(Isolated::SomeNotTried { attempts: missed.len() as u64, probes: names }.into())
        }
    };
    let is_known = missed.is_empty() && is_whole;
    entered.count(is_known);
    record.unavailable.retain(|one| one.path != LEAKS);
    if let (None, Some(reason)) = (entered.leaks, why) {
        record.unavailable.push(Unavailable { path: LEAKS.to_owned(), reason });
    }
    record.isolation = Some(entered);
}

/// The number that decides.
const LEAKS: &str = "isolation.leaks";

/// How much of it was tried among writers.
const BESIDE: &str = "isolation.beside_load";

/// After a run: waits until its tenants' sessions, and a set-up that was stopped,
/// are gone, and removes what was made for them; the roles that are left.
///
/// # Errors
/// Where the target is gone, or something of somebody else's is in the way.
pub(super) async fn clear(
    target: &Target,
    run: &str,
    run_id: Uuid,
) -> Result<Option<Isolated>, EngineError> {
    let session = Session::open(target, "pgvalidate clean").await?;
    // What was sent may yet be carried out.
    for sessions in ["setup", SESSIONS] {
        settle_up::wait_until_gone(&session, &format!("{run} {sessions}")).await?;
    }
    let found = tenants::find(&session.client, Some(run_id)).await?;
    let roles = isolation::roles(&session.client, Some(&run_id.to_string())).await?;
    Ok(remove(&session, &roles, &found).await?)
}

/// Roles that are left let somebody in: an error, and a finding where another
/// error is said.
///
/// # Errors
/// Where there are some.
pub(super) fn enter_left(
    record: &mut RunRecord,
    left: Option<Isolated>,
) -> Result<(), EngineError> {
    let Some(Isolated::RolesLeft { roles, detail }) = left else { return Ok(()) };
    let note = Isolated::RolesLeft { roles: roles.clone(), detail: detail.clone() };
    record.findings.push(note.into());
    Err(SetupError::RolesLeft { roles, detail }.into())
}

/// Removes roles, and what tenants of theirs had besides their tables; the roles
/// that are left.
///
/// # Errors
/// Where a statement fails. Where something depends on what a tenant had, its
/// schema is left in the end, and named.
pub(super) async fn remove(
    session: &Session,
    roles: &[RunRole],
    found: &[Found],
) -> Result<Option<Isolated>, SessionError> {
    let with_props = isolation::schemas_with_props(&session.client).await?;
    for found in found.iter().filter(|found| with_props.contains(&found.schema)) {
        match isolation::remove_props(&session.client, &found.schema).await {
            Err(error) if error.sqlstate() == Some("2BP01") => {
                tracing::warn!("something depends on what is in {}: {error}", found.schema);
            }
            result => result?,
        }
    }
    let left = isolation::remove_roles(&session.client, roles).await;
    let Some((_, detail)) = left.first().cloned() else { return Ok(None) };
    let roles = left.into_iter().map(|(role, _)| role).collect::<Vec<_>>().join(", ");
    Ok(Some(Isolated::RolesLeft { roles, detail }))
}

fn rows_of<'a>(ground: &Ground, rows: &'a [Rows], tenant_no: i32) -> &'a Rows {
    let at = ground.tenants.iter().position(|tenant| tenant.no == tenant_no).unwrap_or_default();
    &rows[at]
}

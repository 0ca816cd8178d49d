//! The facts that every run needs to know of its server.

use super::{failed, field};
use crate::model::record::{Server, Setting};
use crate::session::{Session, SessionError, Target, sql, within_quotes};

/// What the server says of itself.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    /// The server, for the record.
    pub server: Server,
    pub free_connections: u32,
    pub in_recovery: bool,
    pub standby_names: String,
    /// None where there is a standby and it can't be seen whether it is synchronous.
    pub waits_in_vain: Option<bool>,
    pub read_only: bool,
    pub may_create: bool,
    /// For messages, which put it in quotes; so is `role`.
    pub database: String,
    pub role: String,
    pub encoding: String,
    pub all_tables_publications: Vec<String>,
    pub event_triggers: Vec<String>,
    pub statements_max: Option<u32>,
}

/// Asks.
pub(super) async fn ask(
    session: &Session,
    target: &Target,
    private: bool,
) -> Result<Facts, SessionError> {
    let client = &session.client;
    let row = client.query_typed_one(sql!("preflight/facts.sql"), &[]).await.map_err(failed())?;
    let settings = settings(session).await?;
    let count = |value: Option<i32>| value.and_then(|v| u32::try_from(v).ok());
    let name = |column| field::<String>(&row, column).map(|name| within_quotes(&name));
    Ok(Facts {
        server: Server {
            version: field(&row, "version")?,
            version_num: count(field(&row, "version_num")?).unwrap_or(0),
            private,
            address: if private { "private".to_owned() } else { target.address() },
            durable: !settings.iter().any(Setting::is_unsafe),
            settings,
        },
        free_connections: count(field(&row, "free_connections")?).unwrap_or(0),
        in_recovery: field(&row, "in_recovery")?,
        standby_names: field(&row, "standby_names")?,
        waits_in_vain: field(&row, "waits_in_vain")?,
        read_only: field(&row, "read_only")?,
        may_create: field(&row, "may_create")?,
        database: name("database")?,
        role: name("role")?,
        encoding: field(&row, "encoding")?,
        all_tables_publications: field(&row, "all_tables_publications")?,
        event_triggers: field(&row, "event_triggers")?,
        statements_max: count(field(&row, "statements_max")?),
    })
}

async fn settings(session: &Session) -> Result<Vec<Setting>, SessionError> {
    let statement = sql!("preflight/settings.sql");
    let rows = session.client.query_typed(statement, &[]).await.map_err(failed())?;
    let mut settings = Vec::with_capacity(rows.len());
    for row in &rows {
        let (name, value, source) =
            (field(row, "name")?, field(row, "value")?, field(row, "source")?);
        settings.push(Setting { name, value, source });
    }
    Ok(settings)
}

/// What a server says of itself, as a run's record has it.
///
/// # Errors
/// Where it can't be asked.
pub async fn describe(target: &Target, private: bool) -> Result<Server, SessionError> {
    let session = Session::open(target, "pgvalidate preflight").await?;
    Ok(ask(&session, target, private).await?.server)
}

#[cfg(test)]
impl Facts {
    /// A server with nothing wrong.
    pub(super) fn good() -> Facts {
        Facts {
            server: Server {
                version: "15.4".into(),
                version_num: 150_004,
                private: false,
                address: "h:5432/d as u".into(),
                durable: true,
                settings: Vec::new(),
            },
            free_connections: 90,
            in_recovery: false,
            standby_names: String::new(),
            waits_in_vain: Some(false),
            read_only: false,
            may_create: true,
            database: "d".into(),
            role: "u".into(),
            encoding: "UTF8".into(),
            all_tables_publications: Vec::new(),
            event_triggers: Vec::new(),
            statements_max: None,
        }
    }
}

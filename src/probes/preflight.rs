//! Preflight: what is asked before the first write, and what forbids it.

use crate::message::catalogue;
use crate::message::doing;
use crate::model::MAJORS;
use crate::model::record::{Server, Setting};
use crate::session::{Session, SessionError, Target, backend, sql};

/// Statements that a tenant leaves in pg_stat_statements: its DDL (8), its
/// COPY in and its COPY out.
const STATEMENTS_A_TENANT: u32 = 10;

catalogue! {
    /// The target is not to be written to.
    pub error PreflightError {
        /// Too old, or unknown.
        Version { version: String }
            => "PostgreSQL {version} is not supported; 14 to 18 are",
               "PostgreSQL {version} không được hỗ trợ; chỉ hỗ trợ 14 đến 18";
        /// A pooler in between.
        Pooler {}
            => "between here and the server is a pooler that shares connections (PgBouncer in transaction mode), which this version can't work through; point --url at the server itself",
               "giữa đây và máy chủ có pooler chia sẻ kết nối (PgBouncer ở chế độ transaction) mà phiên bản này chưa hỗ trợ; hãy trỏ --url thẳng tới máy chủ";
        /// A standby.
        Standby {}
            => "the server is a standby (in recovery) and takes no writes; point --url at the primary",
               "máy chủ là bản dự phòng (đang phục hồi) và không nhận ghi; hãy trỏ --url tới máy chủ chính";
        /// Commits would wait for ever.
        NoStandby {}
            => "synchronous_standby_names is set and no standby is connected, so every commit would wait for ever; connect the standby, or empty the setting",
               "synchronous_standby_names được đặt nhưng không có máy dự phòng nào kết nối nên mọi commit sẽ chờ mãi; hãy kết nối máy dự phòng hoặc xóa thiết lập này";
        /// Read-only by a setting.
        ReadOnly { role: String }
            => "transactions of {role} are read-only (default_transaction_read_only); use a role that may write",
               "giao dịch của {role} chỉ đọc (default_transaction_read_only); hãy dùng vai trò được ghi";
        /// Not UTF-8.
        Encoding { encoding: String }
            => "the database's encoding is {encoding}, and Vietnamese rows need UTF8; create one with: createdb --encoding=UTF8 --template=template0 NAME",
               "mã ký tự của cơ sở dữ liệu là {encoding} nhưng dữ liệu tiếng Việt cần UTF8; hãy tạo: createdb --encoding=UTF8 --template=template0 NAME";
        /// No CREATE on the database.
        NoCreate { role: String, database: String }
            => "{role} may not create schemas in {database}; run: GRANT CREATE ON DATABASE \"{database}\" TO \"{role}\"",
               "{role} không có quyền tạo schema trong {database}; hãy chạy: GRANT CREATE ON DATABASE \"{database}\" TO \"{role}\"";
        /// Too few connections.
        Connections { free: u32, needed: u32, flag: String }
            => "the run needs {needed} connections and the server has {free} free; lower {flag} or raise max_connections",
               "lần chạy cần {needed} kết nối nhưng máy chủ còn {free}; hãy giảm {flag} hoặc tăng max_connections";
        /// A publication of all tables.
        Publication { publication: String }
            => "the publication \"{publication}\" is FOR ALL TABLES: its subscribers would stop for good at our new tables; use another database, or --allow-publication if there is no subscriber",
               "publication \"{publication}\" là FOR ALL TABLES: subscriber sẽ dừng hẳn khi gặp bảng mới; hãy dùng cơ sở dữ liệu khác, hoặc --allow-publication nếu không có subscriber";
        /// An event trigger would fire at our DDL.
        EventTrigger { trigger: String }
            => "the event trigger \"{trigger}\" would fire at our CREATE and DROP; use another database, or --allow-event-triggers if it may",
               "event trigger \"{trigger}\" sẽ chạy khi tạo và xóa bảng; hãy dùng cơ sở dữ liệu khác, hoặc --allow-event-triggers nếu được phép";
        /// pg_stat_statements would forget the user's statements.
        Statements { ours: u32, max: u32 }
            => "{ours} statements of ours would push yours out of pg_stat_statements (max {max}); lower --tenants, or go on with --yes",
               "{ours} câu lệnh của công cụ sẽ đẩy câu lệnh của bạn khỏi pg_stat_statements (tối đa {max}); hãy giảm --tenants hoặc tiếp tục với --yes";
        /// A question failed.
        Session { source: SessionError } => "{source}", "{source}";
    }
}

impl From<SessionError> for PreflightError {
    fn from(source: SessionError) -> PreflightError {
        PreflightError::Session { source }
    }
}

/// What the run asks of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Connections that it can't do without.
    pub connections: u32,
    /// The flag that lowers them.
    pub connections_flag: &'static str,
    /// Tenant schemas.
    pub tenants: u32,
    /// Goes on with a publication of all tables.
    pub allow_publication: bool,
    /// Goes on with event triggers.
    pub allow_event_triggers: bool,
    /// Goes on though statements are pushed out of pg_stat_statements.
    pub yes: bool,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The server, for the record.
    pub server: Server,
    /// Connections that are free.
    pub free_connections: u32,
    in_recovery: bool,
    waits_in_vain: bool,
    read_only: bool,
    may_create: bool,
    database: String,
    role: String,
    encoding: String,
    all_tables_publications: Vec<String>,
    event_triggers: Vec<String>,
    statements_max: Option<u32>,
}

/// Asks the target.
///
/// # Errors
/// Where a question fails.
pub async fn ask(target: &Target, private: bool) -> Result<Facts, PreflightError> {
    if backend::is_behind_pooler(target).await? {
        return Err(PreflightError::Pooler {});
    }
    let session = Session::open(target, "pgvalidate preflight").await?;
    let failed = || SessionError::statement(doing::PREFLIGHT);
    let row = session.client.query_one(sql!("preflight/facts.sql"), &[]).await.map_err(failed())?;
    let rows = session.client.query(sql!("preflight/settings.sql"), &[]).await.map_err(failed())?;
    let settings: Vec<Setting> = rows
        .iter()
        .map(|row| Setting { name: row.get(0), value: row.get(1), source: row.get(2) })
        .collect();
    let count = |value: i32| u32::try_from(value).unwrap_or(0);
    Ok(Facts {
        server: Server {
            version: row.get("version"),
            version_num: count(row.get("version_num")),
            private,
            address: if private { "private".to_owned() } else { target.address() },
            durable: !settings.iter().any(Setting::is_unsafe),
            settings,
        },
        free_connections: count(row.get("free_connections")),
        in_recovery: row.get("in_recovery"),
        waits_in_vain: row.get("waits_in_vain"),
        read_only: row.get("read_only"),
        may_create: row.get("may_create"),
        database: row.get("database"),
        role: row.get("role"),
        encoding: row.get("encoding"),
        all_tables_publications: row.get("all_tables_publications"),
        event_triggers: row.get("event_triggers"),
        statements_max: row.get::<_, Option<i32>>("statements_max").map(count),
    })
}

impl Facts {
    /// Whether the run may begin.
    ///
    /// # Errors
    /// The first thing that forbids it.
    pub fn check(&self, needs: &Needs) -> Result<(), PreflightError> {
        let (role, database) = (self.role.clone(), self.database.clone());
        if !MAJORS.contains(&(self.server.version_num / 10_000)) {
            return Err(PreflightError::Version { version: self.server.version.clone() });
        }
        if self.in_recovery {
            return Err(PreflightError::Standby {});
        }
        if self.waits_in_vain {
            return Err(PreflightError::NoStandby {});
        }
        if self.read_only {
            return Err(PreflightError::ReadOnly { role });
        }
        if self.encoding != "UTF8" {
            return Err(PreflightError::Encoding { encoding: self.encoding.clone() });
        }
        if !self.may_create {
            return Err(PreflightError::NoCreate { role, database });
        }
        if self.free_connections < needs.connections {
            return Err(PreflightError::Connections {
                free: self.free_connections,
                needed: needs.connections,
                flag: needs.connections_flag.to_owned(),
            });
        }
        if let (Some(name), false) = (self.all_tables_publications.first(), needs.allow_publication)
        {
            return Err(PreflightError::Publication { publication: name.clone() });
        }
        if let (Some(name), false) = (self.event_triggers.first(), needs.allow_event_triggers) {
            return Err(PreflightError::EventTrigger { trigger: name.clone() });
        }
        self.check_statements(needs)
    }

    fn check_statements(&self, needs: &Needs) -> Result<(), PreflightError> {
        let ours = needs.tenants.saturating_mul(STATEMENTS_A_TENANT);
        match self.statements_max {
            // A private server's statistics are nobody's.
            Some(max) if !self.server.private && !needs.yes && ours > max / 2 => {
                Err(PreflightError::Statements { ours, max })
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The server's own words are tested on servers; here, what a private one can't be made to say.
    #[test]
    fn commits_that_would_wait_for_ever_forbid_the_run() {
        let needs = Needs {
            connections: 10,
            connections_flag: "--write-pool",
            tenants: 1,
            allow_publication: false,
            allow_event_triggers: false,
            yes: false,
        };
        let mut facts = Facts {
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
            waits_in_vain: false,
            read_only: false,
            may_create: true,
            database: "d".into(),
            role: "u".into(),
            encoding: "UTF8".into(),
            all_tables_publications: Vec::new(),
            event_triggers: Vec::new(),
            statements_max: None,
        };
        assert!(facts.check(&needs).is_ok());
        facts.waits_in_vain = true;
        let said = facts.check(&needs).unwrap_err().to_string();
        assert!(said.contains("synchronous_standby_names"), "{said}");
    }
}

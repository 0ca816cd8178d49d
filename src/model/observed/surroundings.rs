//! Who else is there: standbys, sessions, schemas, and what our DDL would reach.

use crate::message::catalogue;
use crate::model::size::Bytes;
use serde::{Deserialize, Serialize};

catalogue! {
    /// Who and what else is on the server.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Surroundings {
        NoPublication {}
            => "no publication is FOR ALL TABLES", "không có publication nào là FOR ALL TABLES";
        PublicationOfAll { publication: String }
            => "the publication \"{publication}\" is FOR ALL TABLES: its subscribers would stop for good at our new tables; use another database, or --allow-publication if there is no subscriber",
               "publication \"{publication}\" là FOR ALL TABLES: subscriber sẽ dừng hẳn khi gặp bảng mới; hãy dùng cơ sở dữ liệu khác, hoặc --allow-publication nếu không có subscriber";
        PublicationAllowed { publication: String }
            => "the publication \"{publication}\" is FOR ALL TABLES: a subscriber would stop for good at our new tables (--allow-publication)",
               "publication \"{publication}\" là FOR ALL TABLES: subscriber sẽ dừng hẳn khi gặp bảng mới (--allow-publication)";
        NoEventTrigger {}
            => "no event trigger fires at our DDL", "không có event trigger nào chạy khi tạo và xóa bảng";
        EventTriggerFires { trigger: String }
            => "the event trigger \"{trigger}\" would fire at our CREATE and DROP; use another database, or --allow-event-triggers if it may",
               "event trigger \"{trigger}\" sẽ chạy khi tạo và xóa bảng; hãy dùng cơ sở dữ liệu khác, hoặc --allow-event-triggers nếu được phép";
        EventTriggerAllowed { trigger: String }
            => "the event trigger \"{trigger}\" fires at our CREATE and DROP (--allow-event-triggers)",
               "event trigger \"{trigger}\" chạy khi tạo và xóa bảng (--allow-event-triggers)";
        NoStatementsKept {}
            => "pg_stat_statements is not loaded, so we push nothing out of it",
               "pg_stat_statements không được nạp nên không bị đẩy câu lệnh nào";
        StatementsRoom { ours: u32, max: u32 }
            => "about {ours} statements of ours go into pg_stat_statements (max {max})",
               "khoảng {ours} câu lệnh của công cụ vào pg_stat_statements (tối đa {max})";
        StatementsCrowded { ours: u32, max: u32 }
            => "{ours} statements of ours would push yours out of pg_stat_statements (max {max}); lower --tenants, or go on with --yes",
               "{ours} câu lệnh của công cụ sẽ đẩy câu lệnh của bạn khỏi pg_stat_statements (tối đa {max}); hãy giảm --tenants hoặc tiếp tục với --yes";
        StatementsAllowed { ours: u32, max: u32 }
            => "{ours} statements of ours push yours out of pg_stat_statements (max {max}, --yes)",
               "{ours} câu lệnh của công cụ đẩy câu lệnh của bạn khỏi pg_stat_statements (tối đa {max}, --yes)";
        NoStandbys {} => "no standby is connected", "không có máy dự phòng nào kết nối";
        StandbysFollow { standbys: usize, behind_bytes: Bytes, behind_s: u64 }
            => "connected standbys: {standbys}, at most {behind_bytes} and {behind_s} s behind",
               "số máy dự phòng kết nối: {standbys}, chậm nhất {behind_bytes:#} và {behind_s} giây";
        StandbyBehind { standby: String, behind_bytes: Bytes, behind_s: u64 }
            => "the standby \"{standby}\" is {behind_bytes} and {behind_s} s behind already; wait until it has caught up, or it falls further behind",
               "máy dự phòng \"{standby}\" đã chậm {behind_bytes:#} và {behind_s} giây; hãy đợi nó theo kịp, nếu không sẽ càng chậm";
        StandbysHidden { standbys: usize, role: String }
            => "connected standbys: {standbys}, and {role} may not see how far behind; run: GRANT pg_monitor TO \"{role}\"",
               "số máy dự phòng kết nối: {standbys}, nhưng {role} không xem được độ trễ; hãy chạy: GRANT pg_monitor TO \"{role}\"";
        Quiet { transactions_per_s: u64, wal_bytes_per_s: Bytes, active: u64 }
            => "others: {transactions_per_s} transactions/s, {wal_bytes_per_s} of WAL/s, {active} active backends",
               "tải khác: {transactions_per_s} giao dịch/giây, {wal_bytes_per_s:#} WAL/giây, {active} backend đang chạy";
        Busy { transactions_per_s: u64, wal_bytes_per_s: Bytes, active: u64 }
            => "others are at work: {transactions_per_s} transactions/s, {wal_bytes_per_s} of WAL/s, {active} active backends; the run would slow them and they the run; choose a quiet hour or another server",
               "có tải khác: {transactions_per_s} giao dịch/giây, {wal_bytes_per_s:#} WAL/giây, {active} backend đang chạy; hai bên sẽ làm chậm nhau; hãy chọn giờ vắng hoặc máy chủ khác";
        QuietAsFarAsSeen { transactions_per_s: u64, wal_bytes_per_s: Bytes, hidden: u64, role: String }
            => "others: {transactions_per_s} transactions/s, {wal_bytes_per_s} of WAL/s; {role} may not see whether others' backends are active ({hidden}); run: GRANT pg_monitor TO \"{role}\"",
               "tải khác: {transactions_per_s} giao dịch/giây, {wal_bytes_per_s:#} WAL/giây; {role} không xem được {hidden} backend có đang chạy không; hãy chạy: GRANT pg_monitor TO \"{role}\"";
        NoOldTransaction { limit_s: u64 }
            => "no transaction here is older than {limit_s} s",
               "không có giao dịch nào ở đây lâu hơn {limit_s} giây";
        OldTransaction { pid: String, role: String, age_s: u64, old: usize }
            => "open transactions older than a minute: {old}; one of {role} (pid {pid}) is open for {age_s} s and keeps dead rows from being vacuumed; end it, or look at it in pg_stat_activity",
               "số giao dịch mở hơn một phút: {old}; giao dịch của {role} (pid {pid}) mở đã {age_s} giây và ngăn vacuum dọn dòng chết; hãy kết thúc nó, hoặc xem trong pg_stat_activity";
        OldPrepared { name: String, role: String, age_s: u64, old: usize }
            => "prepared transactions older than a minute: {old}; '{name}' of {role} is {age_s} s old and keeps dead rows from being vacuumed; COMMIT PREPARED or ROLLBACK PREPARED it",
               "số giao dịch đã PREPARE hơn một phút: {old}; '{name}' của {role} đã {age_s} giây và ngăn vacuum dọn dòng chết; hãy COMMIT PREPARED hoặc ROLLBACK PREPARED";
        TransactionsHidden { hidden: usize, role: String }
            => "open transactions here whose age {role} may not see: {hidden}; run: GRANT pg_monitor TO \"{role}\"",
               "có {hidden} giao dịch đang mở mà {role} không xem được tuổi; hãy chạy: GRANT pg_monitor TO \"{role}\"";
        NoLedger {}
            => "there is no schema \"pgvalidate\" yet", "chưa có schema \"pgvalidate\"";
        LedgerOurs { owner: String }
            => "the schema \"pgvalidate\" is a ledger of this tool (owner {owner})",
               "schema \"pgvalidate\" là sổ cái của công cụ này (chủ sở hữu {owner})";
        LedgerForeign { owner: String }
            => "the database has a schema \"pgvalidate\" that this tool did not make (owner {owner}); rename it, or point --url at another database",
               "cơ sở dữ liệu đã có schema \"pgvalidate\" không do công cụ này tạo (chủ sở hữu {owner}); hãy đổi tên schema đó hoặc dùng --url tới cơ sở dữ liệu khác";
        LedgerOfOther { owner: String, role: String }
            => "the ledger in the schema \"pgvalidate\" is {owner}'s and {role} may not write to it; connect as {owner}, or let {owner} run `pgvalidate clean`",
               "sổ cái trong schema \"pgvalidate\" thuộc {owner} và {role} không được ghi; hãy kết nối bằng {owner}, hoặc để {owner} chạy `pgvalidate clean`";
        PrefixFree { prefix: String }
            => "no schema begins with {prefix}", "không có schema nào bắt đầu bằng {prefix}";
        SchemaForeign { schema: String }
            => "the schema \"{schema}\" exists and this tool did not make it; choose another --tenant-prefix",
               "schema \"{schema}\" đã tồn tại và không do công cụ này tạo; hãy chọn --tenant-prefix khác";
        SchemasLeft { schema: String, schemas: usize, run_id: String }
            => "the schema \"{schema}\" holds data of run {run_id} ({schemas} schemas of earlier runs in all); remove it with `pgvalidate clean`, or run with --replace",
               "schema \"{schema}\" chứa dữ liệu của lần chạy {run_id} (tất cả {schemas} schema của các lần chạy trước); hãy xóa bằng `pgvalidate clean` hoặc chạy với --replace";
        SchemasReplaced { schema: String, schemas: usize, run_id: String }
            => "{schemas} schemas of earlier runs are replaced, as \"{schema}\" of run {run_id} (--replace)",
               "{schemas} schema của các lần chạy trước được thay thế, như \"{schema}\" của lần chạy {run_id} (--replace)";
        SchemasOfOther { schema: String, schemas: usize, owner: String, role: String }
            => "{schemas} schemas of earlier runs are {owner}'s, as \"{schema}\", and {role} may not drop them; connect as {owner}, let {owner} run `pgvalidate clean`, or choose another --tenant-prefix",
               "{schemas} schema của các lần chạy trước thuộc {owner}, như \"{schema}\", và {role} không được xóa; hãy kết nối bằng {owner}, để {owner} chạy `pgvalidate clean`, hoặc chọn --tenant-prefix khác";
        NoOtherRuns {}
            => "there are no schemas of other runs", "không có schema của lần chạy khác";
        OtherRuns { schemas: usize, schema: String, runs: usize }
            => "there are schemas of other runs ({schemas} schemas, {runs} runs), as \"{schema}\"; if none is going on, `pgvalidate clean` removes them",
               "có {schemas} schema của {runs} lần chạy khác, như \"{schema}\"; nếu không có lần nào đang chạy, `pgvalidate clean` sẽ xóa";
    }
}

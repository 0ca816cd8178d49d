//! What was found of the tenants' isolation: what to do about what everyone may
//! see, about a leak, and why something wasn't tried.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// A remedy, or a reason.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Isolated {
        OpenRowCounts {}
            => "pg_class and pg_stat_user_tables show row counts of every table to everyone; a database of its own hides them from a tenant that counts must not reach",
               "pg_class và pg_stat_user_tables cho mọi người thấy số dòng của mọi bảng; cần che thì dành cho khách thuê một cơ sở dữ liệu riêng";
        OpenSizes {}
            => "pg_relation_size() answers everyone, about every table; revoke EXECUTE on it from PUBLIC, or give the tenant a database of its own",
               "pg_relation_size() trả lời mọi người về mọi bảng; hãy REVOKE EXECUTE hàm này khỏi PUBLIC, hoặc dùng cơ sở dữ liệu riêng";
        OpenDefinitions {}
            => "definitions of constraints, views and functions can be read by everyone: write no value of a tenant's, and no secret, into them",
               "mọi người đọc được định nghĩa ràng buộc, view và hàm: đừng viết giá trị của khách thuê hay bí mật vào đó";
        OpenNames {}
            => "names of schemas, tables and roles can be read by everyone: use numbers or random names, not the tenants' own",
               "mọi người đọc được tên schema, bảng và vai trò: hãy dùng số hoặc tên ngẫu nhiên thay cho tên khách thuê";
        OpenSessions {}
            => "pg_stat_activity and pg_locks show everyone who is connected and which locks are held, without the statements; let tenants share a login, or use databases of their own",
               "pg_stat_activity và pg_locks cho mọi người thấy ai đang kết nối và giữ khóa nào, không kèm câu lệnh; hãy dùng chung tài khoản đăng nhập hoặc cơ sở dữ liệu riêng";
        OpenLargeObjects {}
            => "pg_largeobject_metadata shows everyone that a large object is there, and whose it is; keep the data in a column (bytea) of the tenant's table",
               "pg_largeobject_metadata cho mọi người thấy có large object nào và của ai; hãy lưu dữ liệu trong cột bytea của bảng khách thuê";
        OpenNotify {}
            => "whoever knows a channel can LISTEN to it and reads the payload: send no data in it, only that there is something to read; a random channel name a tenant is harder to guess",
               "ai biết tên kênh đều LISTEN và đọc được nội dung NOTIFY: đừng gửi dữ liệu trong đó, chỉ báo là có việc; tên kênh ngẫu nhiên cho mỗi khách thuê khó đoán hơn";
        OpenAdvisoryLocks {}
            => "the keys of advisory locks are one space for a whole database, so a tenant can see and block another's: derive the key from the tenant's id and a secret, or let no tenant run SQL of its own",
               "khóa advisory dùng chung một không gian trong cả cơ sở dữ liệu nên khách thuê thấy và chặn được nhau: hãy suy ra khóa từ mã khách thuê kèm một bí mật, hoặc không cho khách thuê chạy SQL tùy ý";
        OpenTableLock {}
            => "whoever may UPDATE or DELETE in the table of all can lock it against everyone: grant SELECT and INSERT alone where that will do, and set lock_timeout",
               "ai được UPDATE hoặc DELETE trong bảng dùng chung đều khóa được bảng với mọi người: nếu đủ thì chỉ cấp SELECT và INSERT, và đặt lock_timeout";
        OpenUniqueKey {}
            => "a primary key over all tenants tells by its violation that another's row has this id: use keys that can't be guessed (UUIDs), or put tenant_id first in the key",
               "khóa chính chung cho mọi khách thuê tiết lộ qua lỗi trùng khóa rằng khách thuê khác có id này: hãy dùng khóa không đoán được (UUID), hoặc đặt tenant_id đứng đầu khóa";
        OpenEstimates {}
            => "the planner's estimates use the statistics of all rows where the operator is leakproof, so EXPLAIN tells about how many rows a tenant has: let no tenant run SQL of its own, or partition by tenant",
               "ước lượng của bộ lập kế hoạch dùng thống kê của mọi dòng khi toán tử là leakproof nên EXPLAIN cho biết khách thuê có khoảng bao nhiêu dòng: đừng cho khách thuê chạy SQL tùy ý, hoặc phân vùng theo khách thuê";
        OpenPolicies {}
            => "policies can be read by everyone, with the tenants' ids in them: ids must not be secrets",
               "mọi người đọc được policy cùng mã khách thuê trong đó: mã khách thuê không được là bí mật";
        OpenPublicSchema {}
            => "before PostgreSQL 15 everyone may make objects in the schema public, and so shadow what others call without a schema; run: REVOKE CREATE ON SCHEMA public FROM PUBLIC",
               "trước PostgreSQL 15 mọi người được tạo đối tượng trong schema public nên có thể che đối tượng mà người khác gọi không kèm schema; hãy chạy: REVOKE CREATE ON SCHEMA public FROM PUBLIC";
        OpenPoolSession {}
            => "the pool gives a connection to the next tenant as the last one left it: use SET LOCAL, set_config(..., true) and transactions alone, or have the pool run DISCARD ALL when a connection is given back",
               "pool trao kết nối cho khách thuê kế tiếp nguyên trạng: chỉ dùng SET LOCAL, set_config(..., true) và giao dịch, hoặc cho pool chạy DISCARD ALL khi trả kết nối";
        LeakByRight {}
            => "the tenant's role has a right too many: look at its memberships and attributes (\\du), at the grants on the table and its schema (\\dp, \\dn+), those to PUBLIC too, and at default privileges (\\ddp)",
               "vai trò của khách thuê thừa quyền: hãy xem vai trò cha và thuộc tính (\\du), quyền trên bảng và schema (\\dp, \\dn+), kể cả cấp cho PUBLIC, và quyền mặc định (\\ddp)";
        LeakByRowSecurity {}
            => "row-level security doesn't hold for this role: it is the owner without FORCE ROW LEVEL SECURITY, a superuser, has BYPASSRLS, or no policy binds it",
               "bảo mật cấp dòng không áp dụng cho vai trò này: nó là chủ sở hữu mà không có FORCE ROW LEVEL SECURITY, là superuser, có BYPASSRLS, hoặc không policy nào ràng buộc";
        LeakByViews { views: String }
            => "views that this role may read show the table with their owner's rights: {views}; make them WITH (security_invoker = true) (15 and later), or revoke SELECT on them",
               "có view mà vai trò này đọc được và chạy với quyền của chủ sở hữu: {views}; hãy tạo view WITH (security_invoker = true) (từ bản 15), hoặc thu hồi SELECT";
        LeakByFunctions { functions: String }
            => "functions with SECURITY DEFINER that this role may call run as a role that reads the table (the tool doesn't call them): {functions}; REVOKE EXECUTE ON FUNCTION ... FROM PUBLIC, or make them SECURITY INVOKER",
               "vai trò này gọi được hàm SECURITY DEFINER chạy với quyền của vai trò đọc được bảng (công cụ không gọi thử): {functions}; hãy REVOKE EXECUTE ON FUNCTION ... FROM PUBLIC, hoặc đổi thành SECURITY INVOKER";
        LeakByPool {}
            => "a transaction's own state was still there for the next tenant: the connection was given back before the transaction was over",
               "trạng thái của giao dịch vẫn còn với khách thuê kế tiếp: kết nối đã được trả trước khi giao dịch kết thúc";
        RowsChanged {}
            => "the rows, or their number, are not what they were before the probes, all of which were rolled back",
               "các dòng hoặc số dòng khác với trước khi thăm dò, dù mọi phép thử đều được hoàn tác";
        NoCreateRole { role: String }
            => "{role} may not create roles, and without a role for each tenant nothing can be tried; connect as a role with CREATEROLE, or run: ALTER ROLE \"{role}\" CREATEROLE",
               "{role} không được tạo vai trò, mà không có vai trò cho từng khách thuê thì không thử được gì; hãy kết nối bằng vai trò có CREATEROLE, hoặc chạy: ALTER ROLE \"{role}\" CREATEROLE";
        NoTenantLogin { error: String }
            => "the tenants' roles, which have a password, can't log in: {error}; let them in by pg_hba.conf (scram-sha-256 for this database)",
               "vai trò khách thuê, có mật khẩu, không đăng nhập được: {error}; hãy cho phép trong pg_hba.conf (scram-sha-256 cho cơ sở dữ liệu này)";
        NoStatementsExtension {}
            => "the extension pg_stat_statements isn't in this database",
               "cơ sở dữ liệu này không có extension pg_stat_statements";
        UnexpectedAnswer { error: String }
            => "the server's answer says neither yes nor no: {error}",
               "câu trả lời của máy chủ không rõ là được hay bị từ chối: {error}";
        NotSameConnection {}
            => "the pool gave the second tenant another connection",
               "pool trao cho khách thuê thứ hai một kết nối khác";
        SomeNotTried { attempts: u64, probes: String }
            => "{attempts} attempts could not be made, or came to nothing: {probes}",
               "{attempts} phép thử không thực hiện được hoặc không cho kết quả: {probes}";
        LoadEndedFirst {}
            => "the writers were done before this was tried beside them; raise --duration",
               "luồng ghi kết thúc trước khi thử phép này; hãy tăng --duration";
        LoadWasOver {}
            => "the writers were done before any probe had been made beside them; raise --duration",
               "luồng ghi kết thúc trước khi thử được phép thử nào; hãy tăng --duration";
        RolesLeft { roles: String, detail: String }
            => "roles that were made could not be removed: {roles} ({detail}); in each database where one of them owns or was granted something, run DROP OWNED BY role, then DROP ROLE role",
               "không xóa được các vai trò đã tạo: {roles} ({detail}); tại mỗi cơ sở dữ liệu mà vai trò sở hữu đối tượng hoặc được cấp quyền, hãy chạy DROP OWNED BY vai_trò, rồi DROP ROLE vai_trò";
    }
}

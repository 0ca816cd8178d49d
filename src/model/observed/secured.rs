//! Who may do what on the server, as the checklist says it.

use crate::message::catalogue;
use serde::{Deserialize, Serialize};

catalogue! {
    /// Evidence about security.
    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "id", content = "args", rename_all = "snake_case")]
    pub enum Secured {
        TlsUsed { version: String, cipher: String }
            => "this session is encrypted: {version}, {cipher}",
               "phiên này được mã hóa: {version}, {cipher}";
        TlsUnused { ssl: String }
            => "this session came over a network and is not encrypted (ssl = {ssl}); set ssl = on, sslmode=verify-full for clients, and hostssl in pg_hba.conf",
               "phiên này qua mạng và không được mã hóa (ssl = {ssl}); hãy đặt ssl = on, sslmode=verify-full cho máy khách và hostssl trong pg_hba.conf";
        TlsUnusedLoopback { ssl: String }
            => "this session is not encrypted and stayed on this machine's loopback interface (ssl = {ssl}); sign off the way by which the clients come",
               "phiên này không mã hóa và chỉ đi qua giao diện loopback của máy này (ssl = {ssl}); hãy ký duyệt theo đường mà máy khách sử dụng";
        SocketAlone {}
            => "this session goes over a Unix socket, where there is no TLS, and the server listens on no network (listen_addresses is empty)",
               "phiên này qua Unix socket, nơi không dùng TLS, và máy chủ không lắng nghe mạng nào (listen_addresses trống)";
        SocketOnly { ssl: String }
            => "this session goes over a Unix socket, where there is no TLS; whether clients on the network use it wasn't seen (ssl = {ssl})",
               "phiên này qua Unix socket, nơi không dùng TLS; chưa biết máy khách trên mạng có dùng TLS hay không (ssl = {ssl})";
        PasswordsScram {}
            => "password_encryption is scram-sha-256, and no line of pg_hba.conf asks for md5 or password",
               "password_encryption là scram-sha-256 và không dòng nào trong pg_hba.conf dùng md5 hay password";
        EncryptionIs { value: String }
            => "password_encryption is {value}; set it to scram-sha-256 and set the passwords anew",
               "password_encryption đang là {value}; hãy đặt thành scram-sha-256 rồi đặt lại mật khẩu";
        HbaPassword { places: String }
            => "the method password sends it as it is: {places}; use scram-sha-256",
               "phương thức password gửi mật khẩu nguyên văn: {places}; hãy dùng scram-sha-256";
        HbaMd5 { places: String }
            => "the method md5 takes MD5 hashes, too: {places}; use scram-sha-256",
               "phương thức md5 vẫn chấp nhận băm MD5: {places}; hãy dùng scram-sha-256";
        Md5Roles { roles: String }
            => "these roles' passwords are stored as MD5 hashes: {roles}; set them anew",
               "mật khẩu của các role này lưu dạng băm MD5: {roles}; hãy đặt lại";
        Md5RolesNone {}
            => "no role's password is stored as an MD5 hash",
               "không role nào có mật khẩu lưu dạng băm MD5";
        Md5RolesHidden { grants: String }
            => "how passwords are stored this role may not see; better look there yourself as a superuser: SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'md5%'; or {grants}, which shows it the password hashes too: REVOKE it when the sign-off is done",
               "role này không xem được cách lưu mật khẩu; tốt hơn hãy tự xem với quyền superuser: SELECT rolname FROM pg_authid WHERE rolpassword LIKE 'md5%'; hoặc {grants}, quyền này cho xem cả băm mật khẩu: hãy REVOKE khi ký duyệt xong";
        HbaNoTrust { rules: usize }
            => "none of {rules} lines of pg_hba.conf is trust",
               "không dòng nào trong {rules} dòng của pg_hba.conf dùng trust";
        HbaTrustRemote { places: String }
            => "whoever comes from there is let in as any role, without a password: {places}; use scram-sha-256",
               "bất kỳ ai từ các địa chỉ này đều đăng nhập được mọi role không cần mật khẩu: {places}; hãy dùng scram-sha-256";
        HbaTrustLocal { places: String }
            => "trust is for this machine alone, where every local user may be any role: {places}",
               "trust chỉ áp dụng trên chính máy đó, nhưng mọi người dùng trên máy đều có thể là bất kỳ role nào: {places}";
        HbaBroken { places: String }
            => "lines that can't be read, so that a reload keeps the old rules: {places}",
               "các dòng không đọc được nên khi nạp lại sẽ giữ quy tắc cũ: {places}";
        RolePlain { role: String }
            => "{role} is neither superuser nor BYPASSRLS",
               "{role} không phải superuser và không có BYPASSRLS";
        RoleSuperuser { role: String }
            => "{role} is a superuser; let the application, and the sign-off, use a role that is none",
               "{role} là superuser; hãy để ứng dụng và đợt ký duyệt dùng role không phải superuser";
        RoleBypassesRls { role: String }
            => "{role} has BYPASSRLS: row-level security doesn't hold for it",
               "{role} có BYPASSRLS: bảo mật mức dòng không áp dụng cho role này";
        CredentialsForPerson {}
            => "confirm that passwords are kept safely (not in files that others read, not in scripts), and that default ones were changed, Grafana's too",
               "hãy xác nhận mật khẩu được lưu an toàn (không nằm trong tệp người khác đọc được hay trong script) và các mật khẩu mặc định đã đổi, kể cả của Grafana";
        EndpointsForPerson {}
            => "confirm that the metrics' endpoints (Prometheus, --metrics) are reached only by those who may",
               "hãy xác nhận các điểm cung cấp số liệu (Prometheus, --metrics) chỉ người được phép mới truy cập được";
    }
}

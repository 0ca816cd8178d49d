//! What can go wrong between us and the target.

use crate::message::{Lang, Localized, Words, catalogue};
use tokio_postgres::error::SqlState;

catalogue! {
    /// A session could not be had, or a statement of ours failed.
    pub error SessionError {
        /// The connection string doesn't parse.
        BadUrl { detail: String }
            => "--url can't be read: {detail}; write it as postgresql://user@host:5432/database or as \"host=... dbname=...\"",
               "không đọc được --url: {detail}; hãy viết dạng postgresql://user@host:5432/database hoặc \"host=... dbname=...\"";
        /// The connection string doesn't parse; what doesn't isn't quoted.
        Malformed { detail: Words }
            => "--url can't be read: {detail}",
               "không đọc được --url: {detail:#}";
        /// A word that is no parameter.
        UnknownWord {}
            => "--url can't be read: a word in it is no parameter that libpq knows; quote values with blanks, and write & in a URL's value as %26",
               "không đọc được --url: có từ không phải tham số mà libpq biết; hãy đặt giá trị có khoảng trắng trong dấu nháy, và viết & trong URL thành %26";
        /// A parameter that there isn't.
        UnknownParameter { name: String }
            => "--url names {name}, which is no parameter that libpq knows; check its spelling",
               "--url có {name}, không phải tham số mà libpq biết; hãy kiểm tra chính tả";
        /// A parameter that isn't supported.
        UnsupportedParameter { name: String }
            => "the connection parameter {name} is not supported here; leave it out of --url, the service and the environment",
               "tham số kết nối {name} không được hỗ trợ; hãy bỏ nó khỏi --url, service và biến môi trường";
        /// A value that isn't supported.
        BadValue { name: String, value: String, allowed: String }
            => "{name}={value} is not possible here; allowed: {allowed}",
               "{name}={value} không dùng được; cho phép: {allowed}";
        /// No number.
        BadNumber { name: String }
            => "the connection parameter {name} is not a whole number; write it as {name}=10",
               "tham số kết nối {name} không phải số nguyên; hãy viết dạng {name}=10";
        /// The service isn't there.
        NoService { service: String, files: String }
            => "the service {service} is not in {files}; add a section [{service}], or name the file in PGSERVICEFILE",
               "không có service {service} trong {files}; hãy thêm mục [{service}], hoặc chỉ tệp bằng PGSERVICEFILE";
        /// A service file can't be read.
        ServiceFile { service: String, file: String, detail: String }
            => "the service {service} could not be looked up in {file}: {detail}; check PGSERVICEFILE",
               "không tra được service {service} trong {file}: {detail}; hãy kiểm tra PGSERVICEFILE";
        /// A service file's line can't be read.
        ServiceLine { service: String, file: String, line: usize }
            => "line {line} of {file}, in the service {service}, is no name=value that libpq knows; correct it",
               "dòng {line} của {file}, trong service {service}, không phải tên=giá trị mà libpq biết; hãy sửa lại";
        /// A TLS file isn't there or can't be read.
        TlsFile { name: String, path: String, detail: String }
            => "{name}: {path} can't be used: {detail}; name a PEM file that this user can read",
               "{name}: không dùng được {path}: {detail}; hãy chỉ một tệp PEM mà người dùng này đọc được";
        /// The private key is everybody's.
        OpenKey { path: String }
            => "the private key {path} can be read by others; run: chmod 600 {path} (640 where root owns it)",
               "khóa riêng {path} người khác đọc được; hãy chạy: chmod 600 {path} (640 nếu thuộc root)";
        /// The private key is encrypted.
        EncryptedKey { path: String }
            => "the private key {path} is encrypted, which is not supported; decrypt it with: openssl pkey -in {path} -out NEW",
               "khóa riêng {path} đã mã hóa, chưa được hỗ trợ; hãy giải mã: openssl pkey -in {path} -out MOI";
        /// Certificate and key don't fit.
        KeyMismatch { certificate: String, key: String }
            => "the certificate {certificate} and the private key {key} don't belong together; name a pair with sslcert and sslkey",
               "chứng chỉ {certificate} và khóa riêng {key} không khớp nhau; hãy chỉ đúng cặp bằng sslcert và sslkey";
        /// Nothing to verify by.
        NoRoots { mode: String, path: String }
            => "sslmode={mode} needs certificates of authorities, and {path} is not there; name a file with sslrootcert, or sslrootcert=system",
               "sslmode={mode} cần chứng chỉ của nhà phát hành nhưng không có {path}; hãy chỉ tệp bằng sslrootcert, hoặc sslrootcert=system";
        /// The system's authorities verify too much.
        WeakMode { mode: String }
            => "sslmode={mode} is too weak with sslrootcert=system, where anybody can get a certificate; use sslmode=verify-full",
               "sslmode={mode} quá yếu khi dùng sslrootcert=system, vì ai cũng có thể xin chứng chỉ; hãy dùng sslmode=verify-full";
        /// sslnegotiation=direct would be tried in plain text.
        DirectNeedsTls { mode: String }
            => "sslnegotiation=direct does not go with sslmode={mode}; use require, verify-ca or verify-full",
               "sslnegotiation=direct không đi cùng sslmode={mode}; hãy dùng require, verify-ca hoặc verify-full";
        /// TLS could not be set up at all.
        TlsSetup { detail: String }
            => "TLS could not be set up: {detail}; check ssl_min_protocol_version and ssl_max_protocol_version",
               "không thiết lập được TLS: {detail}; hãy kiểm tra ssl_min_protocol_version và ssl_max_protocol_version";
        /// No such name.
        NoSuchHost { host: String, detail: String }
            => "the host name {host} can't be resolved: {detail}; check the host in --url",
               "không phân giải được tên máy {host}: {detail}; hãy kiểm tra host trong --url";
        /// Nothing answered.
        NoAnswer { address: String, after_s: u64 }
            => "{address} did not answer within {after_s} s; check host, port and firewall, or raise connect_timeout",
               "{address} không trả lời trong {after_s} giây; hãy kiểm tra host, cổng và tường lửa, hoặc tăng connect_timeout";
        /// The server has no TLS.
        NoTlsOnServer { address: String }
            => "the server at {address} has no TLS, which sslmode requires; set ssl = on there, or use sslmode=prefer on a trusted network",
               "máy chủ tại {address} không có TLS mà sslmode yêu cầu; hãy bật ssl = on, hoặc dùng sslmode=prefer trên mạng tin cậy";
        /// The certificate is another host's.
        WrongHost { address: String, names: String }
            => "the certificate of {address} is for another host: {names}; connect by a name that is in it (hostaddr takes the address)",
               "chứng chỉ của {address} dành cho máy khác: {names}; hãy kết nối bằng tên có trong đó (hostaddr nhận địa chỉ)";
        /// The certificate names no host where names are looked for.
        NoNames { address: String }
            => "the certificate of {address} has no subjectAltName, and a name in CN alone is not accepted here; issue it again with subjectAltName, or use sslmode=verify-ca",
               "chứng chỉ của {address} không có subjectAltName, và tên chỉ nằm trong CN không được chấp nhận; hãy cấp lại với subjectAltName, hoặc dùng sslmode=verify-ca";
        /// Nobody who is trusted signed the certificate.
        UnknownAuthority { address: String }
            => "the certificate of {address} is not signed by an authority that is trusted here; name the right file with sslrootcert",
               "chứng chỉ của {address} không do nhà phát hành tin cậy ký; hãy chỉ đúng tệp bằng sslrootcert";
        /// An authority's own certificate, which isn't trusted itself.
        IsAuthority { address: String }
            => "the certificate of {address} is an authority's own (CA:TRUE) and not one of those that are trusted here; name this very certificate with sslrootcert, or issue one without CA:TRUE",
               "chứng chỉ của {address} là chứng chỉ của chính nhà phát hành (CA:TRUE) và không nằm trong số được tin cậy; hãy chỉ đúng chứng chỉ này bằng sslrootcert, hoặc cấp chứng chỉ không có CA:TRUE";
        /// A certificate of the first version.
        OldCertificate { address: String }
            => "the certificate of {address} is of X.509 version 1, which can't be verified here; issue it again with a subjectAltName, which makes it version 3",
               "chứng chỉ của {address} thuộc X.509 phiên bản 1, không kiểm tra được ở đây; hãy cấp lại với subjectAltName để thành phiên bản 3";
        /// Too late, or too early.
        OutOfDate { address: String, detail: String }
            => "the certificate of {address} is not valid now: {detail}; renew it, or check this machine's clock",
               "chứng chỉ của {address} hiện không hợp lệ: {detail}; hãy gia hạn, hoặc kiểm tra đồng hồ của máy này";
        /// Taken back by its authority.
        Revoked { address: String, detail: String }
            => "the certificate of {address} does not pass the revocation list: {detail}; renew it, or update sslcrl",
               "chứng chỉ của {address} không qua được danh sách thu hồi: {detail}; hãy gia hạn, hoặc cập nhật sslcrl";
        /// The server refuses the client's certificate.
        ClientCertificate { address: String, detail: String }
            => "the server at {address} does not accept this client's certificate: {detail}; name one that its ssl_ca_file signed with sslcert and sslkey",
               "máy chủ tại {address} không chấp nhận chứng chỉ của máy khách: {detail}; hãy chỉ chứng chỉ do ssl_ca_file của nó ký bằng sslcert và sslkey";
        /// The handshake failed in another way.
        Handshake { address: String, detail: String }
            => "the TLS handshake with {address} failed: {detail}; check the certificate and the TLS versions of both sides",
               "bắt tay TLS với {address} thất bại: {detail}; hãy kiểm tra chứng chỉ và phiên bản TLS của hai bên";
        /// Sessions that keep nothing.
        Shared { address: String }
            => "a pooler in transaction mode stands before {address}, and settings of the server are neither changed, looked at nor put back through one; point --url at the server itself",
               "trước {address} có pooler ở chế độ transaction; thiết lập của máy chủ không được thay đổi, xem hay khôi phục qua pooler; hãy trỏ --url thẳng tới máy chủ";
        /// A server that may not be used.
        WrongKind { address: String, wanted: String }
            => "{address} is not what target_session_attrs={wanted} asks for; name another host, or another target_session_attrs",
               "{address} không đúng yêu cầu target_session_attrs={wanted}; hãy chỉ máy khác, hoặc target_session_attrs khác";
        /// No host would do.
        NoHostFits { tried: Tried }
            => "none of the hosts can be used: {tried}",
               "không máy chủ nào dùng được: {tried:#}";
        /// The server can't be reached.
        Unreachable { address: String, detail: String, source: tokio_postgres::Error }
            => "cannot connect to {address}: {detail}; check host, port and that the server is running",
               "không kết nối được tới {address}: {detail}; hãy kiểm tra host, cổng và máy chủ có đang chạy không";
        /// The role or its password was refused.
        Refused { address: String, detail: String, source: tokio_postgres::Error }
            => "the server at {address} refused the login: {detail}; check the user, the password (in --url, PGPASSWORD or ~/.pgpass) and pg_hba.conf",
               "máy chủ tại {address} từ chối đăng nhập: {detail}; hãy kiểm tra người dùng, mật khẩu (trong --url, PGPASSWORD hoặc ~/.pgpass) và pg_hba.conf";
        /// The database doesn't exist.
        NoDatabase { address: String, detail: String, source: tokio_postgres::Error }
            => "{detail} at {address}; create it with createdb, or name another in --url",
               "{detail} tại {address}; hãy tạo bằng createdb hoặc chọn cơ sở dữ liệu khác trong --url";
        /// No connection is free.
        TooManyConnections { address: String, detail: String, source: tokio_postgres::Error }
            => "the server at {address} has no connection free: {detail}; lower --write-pool or raise max_connections",
               "máy chủ tại {address} không còn kết nối trống: {detail}; hãy giảm --write-pool hoặc tăng max_connections";
        /// A pool can't be had from its library.
        NoPool { detail: String }
            => "the connection pool can't be used: {detail}; try the other one with --pool",
               "không dùng được pool kết nối: {detail}; hãy thử loại khác bằng --pool";
        /// A statement failed.
        Statement { what: Words, detail: String, source: tokio_postgres::Error }
            => "{what} failed: {detail}",
               "{what:#} thất bại: {detail}";
        /// Nothing came back in time.
        TimedOut { what: Words, after_s: f64 }
            => "{what} took longer than {after_s} s",
               "{what:#} quá {after_s} giây";
    }
}

/// The server's own words with the SQLSTATE, or the driver's with their cause.
/// (The driver's `Display` leaves the cause out.)
pub fn describe(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return format!("{} ({})", db.message(), db.code().code());
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

impl SessionError {
    /// An error of a statement; `what` is what it was for.
    pub fn statement(what: Words) -> impl FnOnce(tokio_postgres::Error) -> SessionError {
        move |source| SessionError::Statement { what, detail: describe(&source), source }
    }

    /// An error of a connection attempt to `address`.
    pub fn connecting(address: &str, source: tokio_postgres::Error) -> SessionError {
        if let Some(explained) = super::tls_error::explain(address, &source) {
            return explained;
        }
        let (address, detail) = (address.to_owned(), describe(&source));
        match source.code() {
            Some(code) if is_login(code) => SessionError::Refused { address, detail, source },
            Some(code) if *code == SqlState::INVALID_CATALOG_NAME => {
                SessionError::NoDatabase { address, detail, source }
            }
            Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => {
                SessionError::TooManyConnections { address, detail, source }
            }
            // The driver says "authentication error" or "password missing" itself.
            None if detail.contains("authentication") || detail.contains("password") => {
                SessionError::Refused { address, detail, source }
            }
            _ => SessionError::Unreachable { address, detail, source },
        }
    }

    /// Whether the command line, or what it refers to, is at fault, and not the world.
    pub fn is_usage(&self) -> bool {
        matches!(
            self,
            SessionError::BadUrl { .. }
                | SessionError::Malformed { .. }
                | SessionError::UnknownWord {}
                | SessionError::UnknownParameter { .. }
                | SessionError::UnsupportedParameter { .. }
                | SessionError::BadValue { .. }
                | SessionError::BadNumber { .. }
                | SessionError::NoService { .. }
                | SessionError::ServiceFile { .. }
                | SessionError::ServiceLine { .. }
                | SessionError::TlsFile { .. }
                | SessionError::OpenKey { .. }
                | SessionError::EncryptedKey { .. }
                | SessionError::KeyMismatch { .. }
                | SessionError::NoRoots { .. }
                | SessionError::WeakMode { .. }
                | SessionError::DirectNeedsTls { .. }
        )
    }

    /// The SQLSTATE, where the server gave one.
    pub fn sqlstate(&self) -> Option<&str> {
        match self {
            SessionError::Unreachable { source, .. }
            | SessionError::Refused { source, .. }
            | SessionError::NoDatabase { source, .. }
            | SessionError::TooManyConnections { source, .. }
            | SessionError::Statement { source, .. } => source.code().map(SqlState::code),
            _ => None,
        }
    }
}

/// What every host answered, each in a sentence.
#[derive(Debug)]
pub struct Tried(pub Vec<SessionError>);

impl std::fmt::Display for Tried {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let lang = if f.alternate() { Lang::Vi } else { Lang::En };
        let all: Vec<_> = self.0.iter().map(|error| error.text(lang)).collect();
        f.write_str(&all.join(" | "))
    }
}

catalogue! {
    /// Something about a target that a person should know, and that stops nothing.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub enum TargetWarning {
        /// The password file isn't safe.
        OpenPassfile { path: String }
            => "the password file {path} can be read by others and is ignored; run: chmod 600 {path}",
               "tệp mật khẩu {path} người khác đọc được nên bị bỏ qua; hãy chạy: chmod 600 {path}";
        /// The password file is none.
        PassfileNotAFile { path: String }
            => "the password file {path} is not a plain file and is ignored; name another in PGPASSFILE",
               "tệp mật khẩu {path} không phải tệp thường nên bị bỏ qua; hãy chỉ tệp khác trong PGPASSFILE";
    }
}

fn is_login(code: &SqlState) -> bool {
    *code == SqlState::INVALID_PASSWORD || *code == SqlState::INVALID_AUTHORIZATION_SPECIFICATION
}

//! TLS against real servers: what is let through and what is refused, and that
//! a refusal says why.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::tls::{Authority, TcpServer, long_ago, self_signed};
use pgvalidate::message::{Lang, Localized};
use pgvalidate::session::{Pooler, Session, SessionError};
use rcgen::{
    CertificateRevocationListParams, DnType, KeyIdMethod, RevokedCertParams, SerialNumber,
    date_time_ymd,
};
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// The refusal is `$pattern`, and its sentences are not the same in both languages.
macro_rules! refused {
    ($server:expr, $parameters:expr, $pattern:pat) => {{
        let error = $server.refusal($parameters).await;
        assert!(matches!(error, $pattern), "{}: {error:?}", $parameters);
        assert_ne!(error.text(Lang::En), error.text(Lang::Vi));
        error.to_string()
    }};
}

#[tokio::test(flavor = "multi_thread")]
async fn verify_full_wants_the_right_host_from_the_right_authority_in_time() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let server = TcpServer::with_tls(&ours).await;
    let root = server.file("root.pem", &ours.pem());
    let full = format!("sslmode=verify-full sslrootcert={}", root.display());
    let named = format!("{full} host=db.test");
    assert!(server.open(&named).await.unwrap());

    let said = refused!(server, &format!("{full} host=other.test"), SessionError::WrongHost { .. });
    assert!(said.contains("db.test") && said.contains("other.test"), "{said}");
    refused!(server, &full, SessionError::WrongHost { .. });
    let ca = format!("sslmode=verify-ca sslrootcert={}", root.display());
    assert!(server.open(&format!("{ca} host=other.test")).await.unwrap());

    server.present(&ours.issue(&[&server.address])).await;
    assert!(server.open(&full).await.unwrap(), "an address counts where the certificate names it");

    server.present(&theirs.issue(&["db.test"])).await;
    refused!(server, &named, SessionError::UnknownAuthority { .. });
    refused!(server, &ca, SessionError::UnknownAuthority { .. });
    let missing = server.files.path().join("none.pem");
    let typo = format!("sslmode=require sslrootcert={}", missing.display());
    refused!(server, &typo, SessionError::TlsFile { .. });

    server.present(&ours.issue_changed(&["db.test"], long_ago)).await;
    refused!(server, &named, SessionError::OutOfDate { .. });
    refused!(server, &ca, SessionError::OutOfDate { .. });

    let cn =
        |p: &mut rcgen::CertificateParams| p.distinguished_name.push(DnType::CommonName, "db.test");
    server.present(&ours.issue_changed(&[], cn)).await;
    refused!(server, &named, SessionError::NoNames { .. });
    assert!(server.open(&ca).await.unwrap());
    server.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_signed_itself_is_trusted_where_it_is_named() {
    let server = TcpServer::with_tls(&Authority::new("ours")).await;
    let pair = self_signed(&["db.test"]);
    server.present(&pair).await;
    let root = server.file("root.pem", &pair.certificate);
    let full = format!("sslmode=verify-full sslrootcert={}", root.display());
    assert!(server.open(&format!("{full} host=db.test")).await.unwrap());
    refused!(server, &format!("{full} host=other.test"), SessionError::WrongHost { .. });
    let other = server.file("other.pem", &self_signed(&["db.test"]).certificate);
    let full = format!("sslmode=verify-full sslrootcert={} host=db.test", other.display());
    refused!(server, &full, SessionError::IsAuthority { .. });
    server.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn require_verifies_where_there_is_a_root_file_and_only_there() {
    let server = TcpServer::with_tls(&Authority::new("ours")).await;
    assert!(server.open("sslmode=require").await.unwrap());
    assert!(server.open("").await.unwrap(), "prefer, the default, takes TLS where there is some");
    assert!(!server.open("sslmode=disable").await.unwrap());
    assert!(!server.open("sslmode=allow").await.unwrap());
    refused!(server, "sslmode=verify-full", SessionError::NoRoots { .. });
    server.file(".postgresql/root.crt", &Authority::new("theirs").pem());
    refused!(server, "sslmode=require", SessionError::UnknownAuthority { .. });
    assert!(!server.open("sslmode=prefer").await.unwrap(), "libpq goes on in plain text too");
    server.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_text_and_tls_stand_in_for_each_other_as_pg_hba_wants() {
    let server = TcpServer::with_tls(&Authority::new("ours")).await;
    server.hba("hostssl all all 127.0.0.0/8 trust").await;
    assert!(server.open("sslmode=allow").await.unwrap());
    refused!(server, "sslmode=disable", SessionError::Refused { .. });
    server.hba("hostnossl all all 127.0.0.0/8 trust").await;
    assert!(!server.open("sslmode=prefer").await.unwrap());
    refused!(server, "sslmode=require", SessionError::Refused { .. });
    server.server.stop().await.unwrap();

    let plain = TcpServer::plain(&[]).await;
    assert!(!plain.open("sslmode=prefer").await.unwrap());
    assert!(!plain.open("sslmode=allow").await.unwrap());
    for mode in ["require", "verify-ca"] {
        let root = plain.file("root.pem", &Authority::new("ours").pem());
        let parameters = format!("sslmode={mode} sslrootcert={}", root.display());
        refused!(plain, &parameters, SessionError::NoTlsOnServer { .. });
    }
    plain.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn client_certificates_are_shown_and_judged() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let server = TcpServer::with_tls(&ours).await;
    server.hba("hostssl all all 127.0.0.0/8 cert").await;
    let write = |name: &str, authority: &Authority| {
        let pair = authority.client("postgres");
        let certificate = server.file(&format!("{name}.crt"), &pair.certificate);
        let key = server.file(&format!("{name}.key"), &pair.key);
        format!("sslmode=require sslcert={} sslkey={}", certificate.display(), key.display())
    };
    let good = write("good", &ours);
    assert!(server.open(&good).await.unwrap());
    refused!(server, "sslmode=require", SessionError::ClientCertificate { .. });
    let foreign = write("foreign", &theirs);
    refused!(server, &foreign, SessionError::ClientCertificate { .. });

    refused!(server, &good.replace("good.key", "foreign.key"), SessionError::KeyMismatch { .. });
    refused!(server, &good.replace("good.key", "none.key"), SessionError::TlsFile { .. });
    refused!(server, &good.replace("good.crt", "none.crt"), SessionError::TlsFile { .. });
    let key = server.files.path().join("good.key");
    std::fs::set_permissions(&key, PermissionsExt::from_mode(0o644)).unwrap();
    let said = refused!(server, &good, SessionError::OpenKey { .. });
    assert!(said.contains("chmod 600"), "{said}");
    server.file("locked.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
    refused!(server, &good.replace("good.key", "locked.key"), SessionError::EncryptedKey { .. });

    // The ones in the usual places need no naming.
    let pair = ours.client("postgres");
    server.file(".postgresql/postgresql.crt", &pair.certificate);
    server.file(".postgresql/postgresql.key", &pair.key);
    assert!(server.open("sslmode=require").await.unwrap());
    refused!(server, "sslmode=require sslcertmode=disable", SessionError::ClientCertificate { .. });
    server.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_was_taken_back_is_refused() {
    let ours = Authority::new("ours");
    let server = TcpServer::with_tls(&ours).await;
    let serial = SerialNumber::from(77_u64);
    let revoked = serial.clone();
    server.present(&ours.issue_changed(&["db.test"], |p| p.serial_number = Some(serial))).await;
    let list = |entries: Vec<RevokedCertParams>| {
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2020, 1, 1),
            next_update: date_time_ymd(2120, 1, 1),
            crl_number: SerialNumber::from(1_u64),
            issuing_distribution_point: None,
            revoked_certs: entries,
            key_identifier_method: KeyIdMethod::Sha256,
        };
        params.signed_by(&ours.0).unwrap().pem().unwrap()
    };
    let entry = RevokedCertParams {
        serial_number: revoked,
        revocation_time: date_time_ymd(2021, 1, 1),
        reason_code: None,
        invalidity_date: None,
    };
    let root = server.file("root.pem", &ours.pem());
    let (none, one) =
        (server.file("none.crl", &list(vec![])), server.file("one.crl", &list(vec![entry])));
    let with = |crl: &std::path::Path| {
        format!("sslmode=verify-ca sslrootcert={} sslcrl={}", root.display(), crl.display())
    };
    assert!(server.open(&with(&none)).await.unwrap());
    refused!(server, &with(&one), SessionError::Revoked { .. });
    server.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn channel_binding_holds_with_scram_over_tls_alone() {
    let server = TcpServer::with_tls(&Authority::new("ours")).await;
    let admin = common::connect(&server.server.dsn()).await;
    admin.batch_execute("CREATE ROLE dba LOGIN PASSWORD 's3cret'").await.unwrap();
    server.hba("host all dba 127.0.0.0/8 scram-sha-256\nhost all all 127.0.0.0/8 trust").await;
    let bound = "user=dba password=s3cret channel_binding=require";
    assert!(server.open(&format!("{bound} sslmode=require")).await.unwrap());
    let said = refused!(server, &format!("{bound} sslmode=disable"), SessionError::Refused { .. });
    assert!(said.contains("channel binding") && !said.contains("s3cret"), "{said}");
    // Without a password to prove there is nothing that binds.
    refused!(server, "channel_binding=require sslmode=require", SessionError::Refused { .. });
    // A wrong password over TLS is not tried again in plain text.
    refused!(server, "user=dba password=wrong", SessionError::Refused { .. });
    let log = std::fs::read_to_string(server.server.log_path()).unwrap();
    assert_eq!(log.matches("password authentication failed").count(), 1, "{log}");
    server.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_statement_is_cancelled_over_tls() {
    let ours = Authority::new("ours");
    let server = TcpServer::with_tls(&ours).await;
    let root = server.file("root.pem", &ours.pem());
    let full = format!("sslmode=verify-full host=db.test sslrootcert={}", root.display());
    let target = server.target(&full).unwrap();
    let session = Session::open(&target, "sleeping").await.unwrap();
    let cancel = session.backend.cancel().unwrap().clone();
    let sleeping = tokio::spawn(async move {
        let slept = session.client.batch_execute("SELECT pg_sleep(60)").await;
        (slept, session)
    });
    let admin = common::connect(&server.server.dsn()).await;
    let asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' \
                  AND application_name = 'sleeping' AND state = 'active'";
    while admin.query_one(asleep, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // It verifies as the session did: with a stranger's certificate nothing is sent.
    server.present(&Authority::new("theirs").issue(&["db.test"])).await;
    assert!(cancel.send().await.is_err());
    server.present(&ours.issue(&["db.test"])).await;
    cancel.send().await.unwrap();
    let (slept, session) =
        tokio::time::timeout(Duration::from_secs(20), sleeping).await.unwrap().unwrap();
    assert_eq!(slept.unwrap_err().code().unwrap().code(), "57014");
    session.client.batch_execute("SELECT 1").await.unwrap();
    let session = Session::open(&target, "pgvalidate test").await.unwrap();
    assert_eq!(session.pooler(), Pooler::None);
    server.server.stop().await.unwrap();
}

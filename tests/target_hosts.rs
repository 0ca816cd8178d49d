//! Several hosts: the first that will do is taken, and kept.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::tls::TcpServer;
use pgvalidate::session::{Session, SessionError, Target};

/// Nobody listens here.
const DOWN: &str = "127.255.255.254";

/// Where a session on these hosts ends up.
async fn lands(hosts: &[&str], attrs: &str) -> Result<String, SessionError> {
    let target = target(hosts, attrs);
    let session = Session::open(&target, "a test").await?;
    Ok(address_of(&session).await)
}

fn target(hosts: &[&str], attrs: &str) -> Target {
    let url = format!("postgresql://postgres@{}/postgres?{attrs}", hosts.join(","));
    Target::parse_alone(&url).unwrap()
}

async fn address_of(session: &Session) -> String {
    let asked = "SELECT host(inet_server_addr())";
    session.client.query_one(asked, &[]).await.unwrap().get(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_is_found_that_will_do() {
    let read_only = [("default_transaction_read_only", "on".to_owned())];
    let (first, second) = tokio::join!(TcpServer::plain(&read_only), TcpServer::plain(&[]));
    let (reader, writer) = (first.address.as_str(), second.address.as_str());

    assert_eq!(lands(&[DOWN, writer], "").await.unwrap(), writer);
    assert_eq!(lands(&[reader, writer], "").await.unwrap(), reader);
    let write = "target_session_attrs=read-write";
    assert_eq!(lands(&[reader, writer], write).await.unwrap(), writer);
    let read = "target_session_attrs=read-only";
    assert_eq!(lands(&[writer, reader], read).await.unwrap(), reader);
    assert_eq!(lands(&[reader, writer], "target_session_attrs=primary").await.unwrap(), reader);
    let prefer = "target_session_attrs=prefer-standby";
    assert_eq!(lands(&[reader, writer], prefer).await.unwrap(), reader);

    let alone = lands(&[reader], write).await.unwrap_err();
    assert!(matches!(alone, SessionError::WrongKind { .. }), "{alone:?}");
    let none = lands(&[DOWN, reader], write).await.unwrap_err().to_string();
    for word in [DOWN, reader, "read-write"] {
        assert!(none.contains(word), "{none}");
    }

    // What the server itself refuses is not asked of another.
    let url = format!("postgresql://postgres@{reader},{writer}/nowhere");
    let refused = Session::open(&Target::parse_alone(&url).unwrap(), "a test").await;
    assert!(matches!(refused.err().unwrap(), SessionError::NoDatabase { .. }));
    first.server.stop().await.unwrap();
    second.server.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_standby_is_passed_over_and_a_run_stays_where_it_began() {
    let (first, second) = tokio::join!(TcpServer::plain(&[]), TcpServer::plain(&[]));
    let hosts = [first.address.clone(), second.address.clone()];
    let hosts = [hosts[0].as_str(), hosts[1].as_str()];
    let any = target(&hosts, "");
    let before = Session::open(&any, "a test").await.unwrap();
    assert_eq!(address_of(&before).await, hosts[0]);

    // The first host becomes a hot standby; who must write goes elsewhere.
    drop(before);
    first.server.crash().await.unwrap();
    let meanwhile = Session::open(&any, "a test").await.unwrap();
    assert_eq!(address_of(&meanwhile).await, hosts[1]);
    std::fs::write(first.server.data_dir().join("standby.signal"), "").unwrap();
    first.server.restart().await.unwrap();
    let later = Session::open(&any, "a test").await.unwrap();
    assert_eq!(address_of(&later).await, hosts[1], "it stays, though the first is back");

    for (attrs, expected) in [
        ("read-write", hosts[1]),
        ("primary", hosts[1]),
        ("standby", hosts[0]),
        ("prefer-standby", hosts[0]),
    ] {
        let attrs = format!("target_session_attrs={attrs}");
        assert_eq!(lands(&hosts, &attrs).await.unwrap(), expected, "{attrs}");
        let reversed = [hosts[1], hosts[0]];
        assert_eq!(lands(&reversed, &attrs).await.unwrap(), expected, "{attrs}");
    }
    first.server.stop().await.unwrap();
    second.server.stop().await.unwrap();
}

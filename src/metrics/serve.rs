//! The endpoint: GET /metrics on one address, for as long as the run lasts.

use super::Metrics;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// What the text is.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The only path.
const PATH: &str = "/metrics";

/// How long a client may take to ask.
const ASK_WITHIN: Duration = Duration::from_secs(10);

/// How long nothing is accepted after an attempt failed, as for want of file
/// descriptors.
const AFTER_REFUSAL: Duration = Duration::from_millis(100);

/// An address that is listened on, before anything is served there.
pub struct Endpoint {
    listener: TcpListener,
}

/// Metrics that are served. Dropping it ends that, and every connection with it.
pub struct Serving {
    task: JoinHandle<()>,
}

impl Endpoint {
    /// Listens on `address`.
    ///
    /// # Errors
    /// Where it is in use, isn't of this machine, or may not be used.
    pub async fn bind(address: SocketAddr) -> io::Result<Endpoint> {
        Ok(Endpoint { listener: TcpListener::bind(address).await? })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// Where the system doesn't tell.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves `metrics` from now on.
    pub fn serve(self, metrics: Arc<Metrics>) -> Serving {
        Serving { task: tokio::spawn(accept(self.listener, metrics)) }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, metrics: Arc<Metrics>) {
    // Goes with this task, and the connections go with it.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(carry(stream, metrics.clone()));
                }
                Err(error) => {
                    tracing::debug!("metrics: no connection accepted: {error}");
                    tokio::time::sleep(AFTER_REFUSAL).await;
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn carry(stream: TcpStream, metrics: Arc<Metrics>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer(request.method(), request.uri().path(), &metrics);
        async move { Ok::<_, Infallible>(answer) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(ASK_WITHIN)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!("metrics: a connection ended: {error}");
    }
}

fn answer(method: &Method, path: &str, metrics: &Metrics) -> Response<Full<Bytes>> {
    let plain = "text/plain; charset=utf-8";
    if path != PATH {
        let text = format!("metrics are at {PATH}\n");
        return response(StatusCode::NOT_FOUND, &[(CONTENT_TYPE, plain)], text);
    }
    if method != Method::GET {
        let headers = [(ALLOW, "GET"), (CONTENT_TYPE, plain)];
        return response(StatusCode::METHOD_NOT_ALLOWED, &headers, "GET only\n".to_owned());
    }
    match metrics.encode() {
        Ok(text) => response(StatusCode::OK, &[(CONTENT_TYPE, OPEN_METRICS)], text),
        Err(error) => {
            let text = format!("{error}\n");
            response(StatusCode::INTERNAL_SERVER_ERROR, &[(CONTENT_TYPE, plain)], text)
        }
    }
}

fn response(
    status: StatusCode,
    headers: &[(HeaderName, &'static str)],
    text: String,
) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    for (name, value) in headers {
        let value = hyper::header::HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    async fn asked(address: SocketAddr, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("{request} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        reply
    }

    #[tokio::test]
    async fn one_path_and_one_method_are_served_until_the_end() {
        let endpoint = Endpoint::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
        let address = endpoint.address().unwrap();
        let taken = Endpoint::bind(address).await.map(|_| ()).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AddrInUse);
        let serving = endpoint.serve(Arc::default());
        let reply = asked(address, "GET /metrics").await;
        assert!(reply.starts_with("HTTP/1.1 200 OK\r\n"), "{reply}");
        assert!(reply.contains("\r\ncontent-type: application/openmetrics-text"), "{reply}");
        assert!(reply.ends_with("# EOF\n"), "{reply}");
        assert!(asked(address, "GET /").await.starts_with("HTTP/1.1 404 "));
        let reply = asked(address, "POST /metrics").await;
        assert!(reply.starts_with("HTTP/1.1 405 ") && reply.contains("allow: GET"), "{reply}");
        // One that stays open without asking ends with the server.
        let mut idle = TcpStream::connect(address).await.unwrap();
        asked(address, "GET /metrics").await;
        drop(serving);
        assert_eq!(idle.read(&mut [0]).await.unwrap_or(0), 0);
        assert!(TcpStream::connect(address).await.is_err());
    }
}

//! The connections under the router: taken, timed and finished.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// How long the lines before a request's body may take, and how long a connection may lie still between two requests: who
/// sends them letter by letter, or opens connections and says nothing, does not hold them for nothing.
const HEAD: Duration = Duration::from_secs(75);
/// How long nothing is taken when the system has no room for one more connection.
const FULL: Duration = Duration::from_millis(200);

/// Serves connections until told to stop, then finishes the requests under way.
pub async fn serve(listener: TcpListener, router: Router, mut stopping: watch::Receiver<bool>) {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            taken = listener.accept() => match taken {
                Ok((stream, peer)) => {
                    open.spawn(one(stream, peer, router.clone(), stopping.clone(), HEAD));
                }
                // What one connection died of before it was taken concerns nobody else.
                Err(fault) => {
                    tracing::debug!(%fault, "a connection was not taken");
                    tokio::time::sleep(FULL).await;
                }
            },
            Some(_) = open.join_next(), if !open.is_empty() => {}
            () = stopped(&mut stopping) => break,
        }
    }
    drop(listener);
    while open.join_next().await.is_some() {}
}

async fn one(stream: TcpStream, peer: SocketAddr, router: Router, mut stopping: watch::Receiver<bool>, head: Duration) {
    // Small answers go at once instead of waiting for more to go with.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            Ok::<_, Infallible>(router.oneshot(request).await.unwrap_or_else(|never| match never {}))
        }
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(head);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(head).keep_alive_timeout(head);
    let mut connection = pin!(builder.serve_connection_with_upgrades(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stopped(&mut stopping) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(fault) = ended {
        tracing::debug!(%fault, "a connection ended before its time");
    }
}

/// Comes when all is to stop.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    let _ = stopping.wait_for(|stop| *stop).await;
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::watch;

    #[tokio::test]
    async fn who_never_finishes_asking_is_let_go_and_who_asked_is_answered() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_stop, stopping) = watch::channel(false);
        let router = Router::new().route("/", get(async || "here"));
        tokio::spawn(async move {
            while let Ok((stream, peer)) = listener.accept().await {
                let head = Duration::from_millis(300);
                tokio::spawn(super::one(stream, peer, router.clone(), stopping.clone(), head));
            }
        });

        let mut slow = TcpStream::connect(address).await.unwrap();
        slow.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ").await.unwrap();
        let begun = Instant::now();
        let mut said = Vec::new();
        slow.read_to_end(&mut said).await.unwrap();
        assert!(begun.elapsed() >= Duration::from_millis(250), "it was given its time");
        assert!(!String::from_utf8_lossy(&said).contains("here"));

        let mut quick = TcpStream::connect(address).await.unwrap();
        quick.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.unwrap();
        let mut said = String::new();
        quick.read_to_string(&mut said).await.unwrap();
        assert!(said.ends_with("here"), "{said}");
    }
}

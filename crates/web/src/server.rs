//! Listening, serving, stopping: finishes what it holds when asked to stop.

use crate::{
    connections::{Connection, Connections, Stream},
    handles, router,
    site::{Clock, Limits, Site},
};
use axum::{Router, body::Body};
use hyper::{Request, Response, body::Body as _, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{convert::Infallible, io, net::SocketAddr, pin::pin, time::Duration};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use xinheng_app::Deployment;
use xinheng_domain::system;

/// What to serve, where, and which day it is.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The deployment.
    pub deployment: Deployment,
    /// The machine's clock or a fixed day.
    pub clock: Clock,
    /// How much at once, how long, how large.
    pub limits: Limits,
}

impl Config {
    /// The usual limits and the machine's clock.
    #[must_use]
    pub fn new(listen: SocketAddr, deployment: Deployment) -> Self {
        Self {
            listen,
            deployment,
            clock: Clock::System,
            limits: Limits::default(),
        }
    }
}

/// Why the site could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, forbidden or not ours.
    #[error("无法在 {address} 上提供服务：{}。请换一个端口，或者停下占用它的程序。", system::told(.source))]
    Listen {
        /// Address as configured.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// Threads, signals or a temporary folder could not be had.
    #[error("无法启动服务：{}", system::told(.0))]
    Start(#[from] io::Error),
}

/// Serves until SIGTERM or SIGINT, then finishes what it holds. Calls `ready` once with the
/// bound address, before the first request is answered.
///
/// # Errors
/// The address cannot be bound; the runtime cannot start.
pub fn serve(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    // Kept outside the runtime: database clients must not be dropped on its threads.
    let _office = config.deployment.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(run(config, ready));
    runtime.shutdown_timeout(Duration::from_secs(5));
    served
}

async fn run(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let address = config.listen;
    // Before the first connection, so that a stop right after the start is heard.
    let mut stop = pin!(stop_signal()?);
    let site = Site::new(config.deployment, config.clock, config.limits)?;
    let limits = site.limits().clone();
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Listen { address, source })?;
    let router = router::build(site.clone());
    let most = handles::connections(limits.connections);
    tracing::info!(connections = most, "connections that may be open at once");
    let connections = Connections::new(most);
    let graceful = GracefulShutdown::new();
    ready(listener.local_addr()?);

    let expiring = tokio::spawn({
        let site = site.clone();
        async move { site.results().expire().await }
    });
    // Told once for each time it begins.
    let mut refused = false;
    for number in 0.. {
        let stream = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    if !std::mem::replace(&mut refused, true) {
                        tracing::warn!(%error, "connections cannot be accepted");
                    }
                    // Out of file handles, usually: those in use will come back.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            }
        };
        refused = false;
        let (place, connection) = tokio::select! {
            () = &mut stop => break,
            placed = connections.place(number) => placed,
        };
        let _ = stream.set_nodelay(true);
        let stream = Stream::new(TokioIo::new(stream), connection.clone(), limits.silence);
        let service = service(router.clone(), connection.clone());
        let served = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            .serve_connection(stream, service);
        let served = graceful.watch(served);
        tokio::spawn(async move {
            let _place = place;
            tokio::select! {
                ended = served => if let Err(error) = ended {
                    tracing::debug!(%error, "a connection ended early");
                },
                () = connection.closed() => tracing::debug!("a connection made room for another"),
            }
        });
    }
    drop(listener);
    tracing::info!("stopping: finishing what is held");
    if tokio::time::timeout(limits.stop_timeout, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections did not finish in time");
    }
    expiring.abort();
    Ok(())
}

/// The site for one connection, which is told what it is about.
fn service(
    router: Router,
    connection: Connection,
) -> impl hyper::service::Service<
    Request<hyper::body::Incoming>,
    Response = Response<Body>,
    Error = Infallible,
    Future: Send,
> {
    hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let (router, connection) = (router.clone(), connection.clone());
        async move {
            let mut request = request.map(Body::new);
            connection.asked(!request.body().is_end_stream());
            request.extensions_mut().insert(connection.clone());
            let response = router.oneshot(request).await?;
            Ok(response.map(|body| connection.answer(body)))
        }
    })
}

/// Resolves when the process is asked to stop.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}

/// Resolves when the process is asked to stop.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

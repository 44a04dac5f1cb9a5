//! Listening, serving, stopping: finishes what it holds when asked to stop.

use crate::{
    connections::{Connection, Connections, Stream},
    handles, router,
    site::{Clock, Limits, Site},
};
use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{Request, Response, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{convert::Infallible, io, net::SocketAddr, time::Duration};
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use xinheng_app::{Actor, Ctx, Deployment};
use xinheng_domain::system;

/// What to serve, where, and which day it is.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address for those who sign in; nobody signs in where there is none.
    pub office: Option<SocketAddr>,
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
            office: None,
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
/// bound addresses, before the first request is answered.
///
/// # Errors
/// The address cannot be bound; the runtime cannot start.
pub fn serve(
    config: Config,
    ready: impl FnOnce(SocketAddr, Option<SocketAddr>),
) -> Result<(), ServeError> {
    // Kept outside the runtime: database clients must not be dropped on its threads.
    let _office = config.deployment.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let served = runtime.block_on(run(config, ready));
    runtime.shutdown_timeout(Duration::from_secs(5));
    served
}

async fn run(
    config: Config,
    ready: impl FnOnce(SocketAddr, Option<SocketAddr>),
) -> Result<(), ServeError> {
    // Before the first connection, so that a stop right after the start is heard.
    let stop = stop_signal()?;
    let mut limits = config.limits;
    handles::fit(&mut limits.connections, &mut limits.uploads);
    let most = limits.connections;
    let site = Site::new(config.deployment, config.clock, limits)?;
    let public = bind(config.listen).await?;
    let office = match config.office {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    tracing::info!(connections = most, "connections that may be open at once");
    let address = |listener: &TcpListener| listener.local_addr();
    ready(address(&public)?, office.as_ref().map(address).transpose()?);

    let expiring = tokio::spawn({
        let site = site.clone();
        async move { site.results().expire().await }
    });
    let tending = tokio::spawn(tend(site.clone()));
    let (stopping, stopped) = tokio::sync::watch::channel(());
    let stop = async move {
        stop.await;
        drop(stopping);
    };
    // Each has connections of its own: a flood at the public one keeps nobody in the office out.
    let office_most = (most / 4).max(1);
    let doors = async {
        match office {
            Some(office) => {
                let office = attend(office, site.office(), office_most, stopped.clone());
                tokio::join!(
                    attend(public, site.clone(), most - office_most, stopped.clone()),
                    office
                );
            }
            None => attend(public, site.clone(), most, stopped.clone()).await,
        }
    };
    tokio::join!(stop, doors);
    expiring.abort();
    tending.abort();
    Ok(())
}

/// How often it is looked what time has brought.
const TEND: Duration = Duration::from_secs(600); // no law: ours, about work lists and salts

/// Does what time brings, again and again: steps of cases whose terms have passed, on whose desks late
/// ones lie, salts of proofs whose records have ended by themselves; and what another program brings,
/// texts that are to be gone through by its words. No page waits for it.
async fn tend(site: Site) {
    let mut turns = tokio::time::interval(TEND);
    loop {
        turns.tick().await;
        let serve = || Actor::Operator {
            name: "serve".to_owned(),
        };
        let cases = site.act(serve(), |ctx| Ok(xinheng_app::case::clocks(ctx)?));
        let cases = cases.await;
        let proofs = site.act(serve(), |ctx| Ok(xinheng_app::proof::tidy(ctx)?));
        let proofs = proofs.await;
        // Where another program or other words have come; otherwise there is nothing to do.
        let fill = |ctx: &Ctx<'_>| Ok(xinheng_app::wording::fill(ctx, &mut |_| {})?);
        let texts = site.behind(serve(), fill).await;
        for error in [cases.err(), proofs.err(), texts.err()]
            .into_iter()
            .flatten()
        {
            let cause = error.cause.unwrap_or(error.detail);
            tracing::error!(error = cause, "what time brings was not done");
        }
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Listen { address, source })
}

/// Answers at one listener until it is told to stop, then finishes what it holds.
async fn attend(
    listener: TcpListener,
    site: Site,
    most: usize,
    mut stopped: tokio::sync::watch::Receiver<()>,
) {
    let limits = site.limits().clone();
    let router = router::build(site);
    let connections = Connections::new(most);
    let graceful = GracefulShutdown::new();
    // Told once for each time it begins.
    let mut refused = false;
    for number in 0.. {
        let stream = tokio::select! {
            _ = stopped.changed() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, address)) => (stream, address),
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
        let (stream, from) = stream;
        refused = false;
        let (place, connection) = tokio::select! {
            _ = stopped.changed() => break,
            placed = connections.place(number) => placed,
        };
        let _ = stream.set_nodelay(true);
        let stream = Stream::new(TokioIo::new(stream), connection.clone(), limits.silence);
        let service = service(router.clone(), connection.clone(), from);
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
}

/// The site for one connection, which is told what it is about.
fn service(
    router: Router,
    connection: Connection,
    from: SocketAddr,
) -> impl hyper::service::Service<
    Request<hyper::body::Incoming>,
    Response = Response<Body>,
    Error = Infallible,
    Future: Send,
> {
    hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let (router, connection) = (router.clone(), connection.clone());
        async move {
            let mut request = request.map(|body| connection.request(body));
            request.extensions_mut().insert(connection.clone());
            request.extensions_mut().insert(ConnectInfo(from));
            let response = router.oneshot(request).await?;
            Ok(connection.answer(response))
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

//! Listening, serving, stopping: finishes what it holds when asked to stop.

use crate::{
    router,
    site::{Clock, Limits, Site},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore};
use xinheng_app::Office;
use xinheng_domain::system;

/// What to serve, where, and which day it is.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The deployment.
    pub office: Office,
    /// The machine's clock or a fixed day.
    pub clock: Clock,
    /// How much at once, how long, how large.
    pub limits: Limits,
}

impl Config {
    /// The usual limits and the machine's clock.
    #[must_use]
    pub fn new(listen: SocketAddr, office: Office) -> Self {
        Self {
            listen,
            office,
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
    let _office = config.office.clone();
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
    let site = Site::new(config.office, config.clock, config.limits)?;
    let limits = site.limits().clone();
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Listen { address, source })?;
    let service = TowerToHyperService::new(router::build(site.clone()));
    let connections = Arc::new(Semaphore::new(limits.connections));
    let graceful = GracefulShutdown::new();
    ready(listener.local_addr()?);

    loop {
        let place = Arc::clone(&connections).acquire_owned();
        let (stream, place) = tokio::select! {
            () = &mut stop => break,
            (accepted, place) = async { let place = place.await; (listener.accept().await, place) } => {
                let Ok(place) = place else { break };
                match accepted {
                    Ok((stream, _)) => (stream, place),
                    Err(error) => {
                        // Out of file handles, usually: those in use will come back.
                        tracing::warn!(%error, "a connection could not be accepted");
                        tokio::time::sleep(Duration::from_millis(50)).await;
                        continue;
                    }
                }
            }
        };
        let _ = stream.set_nodelay(true);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head_timeout)
            .serve_connection(TokioIo::new(stream), service.clone());
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _place = place;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    site.stop().ask();
    tracing::info!("stopping: finishing what is held");
    if tokio::time::timeout(limits.stop_timeout, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some connections did not finish in time");
    }
    Ok(())
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

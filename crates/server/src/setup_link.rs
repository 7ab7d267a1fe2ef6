//! The first start: a company that nobody can sign in to prints a link on the console, which opens once.

use std::net::SocketAddr;

use foundation::App;
use foundation::access::setup;
use kernel::{Error, Result};

/// Prints the link, if one is needed.
pub async fn announce(app: &App, address: SocketAddr) -> Result<()> {
    let asked = app.clone();
    let link = tokio::task::spawn_blocking(move || setup::link(&asked)).await.map_err(Error::internal)??;
    if let Some(link) = link {
        // The address it really listens on: with port 0 the system chose one. A proxy's address is a person's own.
        let origin = match app.config().origin.as_str() {
            origin if origin.ends_with(":0") => crate::config::origin_of(&address.to_string()),
            origin => origin.to_string(),
        };
        eprintln!(
            "\nNobody can sign in yet. Open this once, within a day, to become the administrator:\n\n    {}\n",
            link.address(&origin).expose()
        );
    }
    Ok(())
}

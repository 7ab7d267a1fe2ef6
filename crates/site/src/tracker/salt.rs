//! Who a visitor is for a day: a hash under a salt that is thrown away with the day.

use std::sync::{Mutex, PoisonError};

use foundation::App;
use foundation::ledger::seal;
use kernel::{Error, Id, Result};

use super::queries;
use crate::logs::keyed;

/// Today's salt, as this process knows it.
#[derive(Default)]
pub struct Salts(Mutex<Option<(String, [u8; 32])>>);

impl Salts {
    /// The salt of today, the same for all servers of the company; made by the first that needs it.
    pub async fn today(&self, app: &App) -> Result<[u8; 32]> {
        let day = app.now().date().to_string();
        if let Some((of, salt)) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner)
            && *of == day
        {
            return Ok(*salt);
        }
        let mut fresh = [0_u8; 32];
        seal::random(&mut fresh)?;
        let of = day.clone();
        let salt = app.db().write_async(move |tx| queries::salt_of(tx, &of, &fresh)).await?;
        let salt = <[u8; 32]>::try_from(salt.as_slice()).map_err(|_| Error::internal("a salt of another length"))?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((day, salt));
        Ok(salt)
    }
}

/// A visitor without consent: of this site, this day, this address and browser.
pub fn of_day(salt: &[u8; 32], site: Id, address: &str, agent: &str) -> [u8; 16] {
    keyed(salt, &[site.0.as_bytes(), address.as_bytes(), agent.as_bytes()])
}

/// A visitor who agreed: of the id on the device.
pub fn lasting(app: &App, id: &str) -> Result<[u8; 16]> {
    Ok(keyed(&app.key().derive(b"visits", b"visitors who agreed")?, &[id.as_bytes()]))
}

/// Yesterday's salts go.
pub fn forget_old(app: &App) -> Result<()> {
    let today = app.now().date().to_string();
    if app.db().read(|tx| queries::has_old_salts(tx, &today))? {
        app.db().write(move |tx| queries::forget_salts(tx, &today))?;
    }
    Ok(())
}

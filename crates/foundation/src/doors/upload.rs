//! Bodies that are files: streamed to disk and counted there, so that memory does not grow with them; hashed on the way,
//! so that an upload can be repeated under an `Idempotency-Key` like any other call. What was taken in lies in a folder
//! for the time of the request only; whoever keeps it copies or moves it.

use std::convert::Infallible;
use std::path::{Path, PathBuf};

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kernel::{Error, Id, Result};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio_stream::StreamExt;

use super::body::claim;
use crate::app::App;
use crate::idempotency::Claim;

/// A file that was taken in. It is gone when this is dropped, unless it was moved.
#[derive(Debug)]
pub struct Upload {
    path: PathBuf,
    pub size_bytes: u64,
    /// SHA-256 of the content.
    pub hash: Vec<u8>,
}

impl Upload {
    /// Takes a body in, up to `limit` bytes.
    pub async fn take(app: &App, body: Body, limit: u64) -> Result<Upload> {
        let folder = folder(app);
        tokio::fs::create_dir_all(&folder).await.map_err(disk_error)?;
        let mut upload = Upload { path: folder.join(Id::at(app.now().0).to_string()), size_bytes: 0, hash: Vec::new() };
        let mut file = tokio::fs::File::create(&upload.path).await.map_err(disk_error)?;
        let mut hasher = Sha256::new();
        let mut chunks = body.into_data_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| Error::Unreadable("the body broke off".into()))?;
            upload.size_bytes += u64::try_from(chunk.len()).unwrap_or(0);
            if upload.size_bytes > limit {
                return Err(Error::TooLarge(format!("a file here may have {} MB", limit >> 20)));
            }
            hasher.update(&chunk);
            file.write_all(&chunk).await.map_err(disk_error)?;
        }
        file.sync_all().await.map_err(disk_error)?;
        upload.hash = hasher.finalize().to_vec();
        Ok(upload)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the file where it stays.
    pub async fn move_to(self, path: &Path) -> Result<()> {
        if let Some(parent) = path.parent() {
            tokio::fs::create_dir_all(parent).await.map_err(disk_error)?;
        }
        tokio::fs::rename(&self.path, path).await.map_err(disk_error)
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        // After a move there is nothing there any more; what cannot be removed goes with the next start.
        let _ = std::fs::remove_file(&self.path);
    }
}

fn folder(app: &App) -> PathBuf {
    app.config().folder.join("uploads")
}

/// At the start of the only server of a folder: what a killed process was taking in is of no use.
pub fn discard_abandoned(app: &App) {
    if let Err(fault) = std::fs::remove_dir_all(folder(app))
        && fault.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(%fault, "half of an upload is left in the data folder");
    }
}

/// A full disk is told as one.
fn disk_error(fault: std::io::Error) -> Error {
    match fault.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Error::DiskFull,
        _ => Error::internal(fault),
    }
}

/// How an upload may be repeated: by the key of its header, where there is one. The parameters behind the `?` belong to
/// what was sent.
pub struct Repeat {
    parts: (String, String),
    query: String,
    key: Option<axum::http::HeaderValue>,
}

impl<S: Send + Sync> FromRequestParts<S> for Repeat {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> std::result::Result<Repeat, Infallible> {
        Ok(Repeat {
            parts: (parts.method.to_string(), parts.uri.path().to_string()),
            query: parts.uri.query().unwrap_or_default().to_string(),
            key: parts.headers.get("idempotency-key").cloned(),
        })
    }
}

impl Repeat {
    /// A key that is none is refused before a byte is taken.
    pub fn check(&self) -> Result<()> {
        self.claim(&[]).map(drop)
    }

    /// The claim for the content that came.
    pub fn claim(&self, hash: &[u8]) -> Result<Option<Claim>> {
        let mut hasher = Sha256::new();
        hasher.update(self.query.as_bytes());
        hasher.update([0]);
        hasher.update(hash);
        claim(self.key.as_ref(), &self.parts.0, &self.parts.1, hasher.finalize().to_vec())
    }
}

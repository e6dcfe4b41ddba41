//! `wearhouse import --server URL --key KEY`: hands files in at a server, piece by piece, and goes on where an
//! interruption left off: of the line, of the server, of this command. Where to go on is noted beside the file.

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use model::UserId;
use net::{Body, Client, CustomerPolicy, Limits, Method, Request, Response, StatusCode, Url};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File},
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
    time::{Duration, UNIX_EPOCH},
};

/// How much is sent at a time.
const PIECE_BYTES: u64 = 8 * 1024 * 1024;
/// So often a piece is tried before the file is left for the next run of the command.
const TRIES: u32 = 8;
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How long a piece may take, on a slow line.
const PATIENCE: Duration = Duration::from_mins(15);

/// A server, and who asks it.
pub(super) struct Remote {
    client: Client,
    server: Url,
    key: String,
    user: UserId,
}

/// Where to go on with a file, noted beside it.
#[derive(PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    server: String,
    user: UserId,
    /// The file as it was: another one begins anew.
    length: u64,
    modified_s: u64,
    /// Where the server keeps it.
    place: String,
}

impl Remote {
    pub(super) fn new(server: &str, key: String, user: UserId) -> anyhow::Result<Self> {
        let mut server = Url::parse(server).context("--server is no URL")?;
        if !server.path().ends_with('/') {
            server.set_path(&format!("{}/", server.path()));
        }
        let policy = CustomerPolicy { allow_private: true, allow_http: true, allow_any_port: true };
        let client = Client::for_customers(policy, Limits { total: PATIENCE, ..Limits::CUSTOMER })?;
        Ok(Self { client, server, key, user })
    }

    /// Hands a file in; its receipt.
    pub(super) async fn hand_in(&self, path: &Path, time_zone: Option<&str>) -> anyhow::Result<String> {
        let mut file = File::open(path).context("cannot be opened")?;
        let about = file.metadata()?;
        if about.is_dir() {
            bail!("is a folder");
        }
        let modified_s = about.modified()?.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs());
        let (length, noted) = (about.len(), note_path(path));
        let found = fs::read(&noted).ok().and_then(|bytes| serde_json::from_slice::<Note>(&bytes).ok());
        let is_same = |note: &Note| {
            let server = note.server == self.server.as_str() && note.user == self.user;
            server && (note.length, note.modified_s) == (length, modified_s)
        };
        let mut begun = match found.filter(is_same) {
            Some(note) => self.stand(&note.place).await?.map(|stand| (note.place, stand)),
            None => None,
        };
        if begun.is_none() {
            let place = self.begin(path, length, time_zone).await?;
            let note = Note { server: self.server.to_string(), user: self.user, length, modified_s, place };
            if let Err(error) = fs::write(&noted, serde_json::to_vec(&note)?) {
                println!("{}: {error}: after an interruption it begins anew", noted.display());
            }
            begun = Some((note.place, Stand { kept: 0, receipt: None }));
        }
        let Some((place, stand)) = begun else { bail!("cannot be begun") };
        let handed_in = self.send(&mut file, length, &place, stand).await;
        // what the server refuses for good is not gone on with
        if handed_in.is_ok() || handed_in.as_ref().is_err_and(|error| error.is::<Refused>()) {
            let _ = fs::remove_file(&noted);
        }
        handed_in
    }

    /// Ends an import; what the server says of it.
    pub(super) async fn cancel(&self, receipt: i64) -> anyhow::Result<serde_json::Value> {
        let path = format!("api/v1/users/{}/files/{receipt}/cancel", self.user);
        let answer = self.client.send(self.request(Method::POST, &path)?).await?;
        if answer.status != StatusCode::OK {
            bail!("the server answers {}: {}", answer.status, answer.text());
        }
        Ok(answer.json()?)
    }

    async fn send(&self, file: &mut File, length: u64, place: &str, stand: Stand) -> anyhow::Result<String> {
        let bar = bar(length);
        let (mut stand, mut tries) = (stand, 0);
        loop {
            bar.set_position(stand.kept);
            if let Some(receipt) = stand.receipt {
                bar.finish_and_clear();
                return Ok(receipt);
            }
            let sent = self.send_piece(file, place, stand.kept).await;
            match sent {
                Ok(next) => (stand, tries) = (next, 0),
                Err(error) if error.is::<Refused>() => return Err(error),
                Err(error) => {
                    tries += 1;
                    if tries == TRIES {
                        return Err(error.context("what was sent is kept: the same command goes on"));
                    }
                    tokio::time::sleep(Duration::from_millis(250 << tries).min(LONGEST_PAUSE)).await;
                    // as far as it can be asked; else the next try says the same
                    match self.stand(place).await {
                        Ok(Some(found)) => stand = found,
                        Ok(None) => bail!(Refused("the server has forgotten it: begin anew".to_owned())),
                        Err(_) => {}
                    }
                }
            }
        }
    }

    async fn send_piece(&self, file: &mut File, place: &str, offset: u64) -> anyhow::Result<Stand> {
        let mut piece = Vec::new();
        file.seek(SeekFrom::Start(offset))?;
        file.take(PIECE_BYTES).read_to_end(&mut piece)?;
        let request = self
            .request(Method::PATCH, place)?
            .with_header("Upload-Offset", &offset.to_string())?
            .with_header("Content-Type", "application/offset+octet-stream")?
            .with_body(Body::Bytes(piece.into()));
        let answer = self.client.send(request).await?;
        match answer.status {
            StatusCode::NO_CONTENT => Stand::of(&answer),
            // too fast, too much at the moment, or somebody else's piece came first
            status if status.is_server_error() || matches!(status.as_u16(), 409 | 429) => {
                bail!("the server answers {status}: {}", answer.text())
            }
            status => Err(Refused(format!("the server answers {status}: {}", answer.text())).into()),
        }
    }

    /// How far the server has it; none where it has forgotten it.
    async fn stand(&self, place: &str) -> anyhow::Result<Option<Stand>> {
        let answer = self.client.send(self.request(Method::HEAD, place)?).await?;
        match answer.status {
            StatusCode::OK => Stand::of(&answer).map(Some),
            StatusCode::NOT_FOUND => Ok(None),
            status => bail!("the server answers {status}"),
        }
    }

    async fn begin(&self, path: &Path, length: u64, time_zone: Option<&str>) -> anyhow::Result<String> {
        use base64::{Engine as _, engine::general_purpose::STANDARD};
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut metadata = format!("filename {}", STANDARD.encode(name.as_bytes()));
        if let Some(zone) = time_zone {
            metadata = format!("{metadata},time_zone {}", STANDARD.encode(zone));
        }
        let request = self
            .request(Method::POST, &format!("api/v1/users/{}/uploads", self.user))?
            .with_header("Upload-Length", &length.to_string())?
            .with_header("Upload-Metadata", &metadata)?;
        let answer = self.client.send(request).await?;
        if answer.status != StatusCode::CREATED {
            bail!("the server answers {}: {}", answer.status, answer.text());
        }
        header(&answer, "location").context("the server does not say where it goes")
    }

    fn request(&self, method: Method, place: &str) -> anyhow::Result<Request> {
        let request = Request::new(method, self.server.join(place)?)
            .with_header("X-Open-Wearables-API-Key", &self.key)?
            .with_header("Tus-Resumable", "1.0.0")?;
        Ok(request)
    }
}

/// How far a server has a file.
struct Stand {
    kept: u64,
    receipt: Option<String>,
}

impl Stand {
    fn of(answer: &Response) -> anyhow::Result<Self> {
        let kept = header(answer, "upload-offset").and_then(|text| text.parse().ok());
        let kept = kept.context("the server does not say how much it has")?;
        Ok(Self { kept, receipt: header(answer, "upload-receipt") })
    }
}

/// A refusal that trying again does not change.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Refused(String);

fn header(answer: &Response, name: &str) -> Option<String> {
    Some(answer.headers.get(name)?.to_str().ok()?.to_owned())
}

fn note_path(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.wearhouse-upload"))
}

fn bar(length: u64) -> ProgressBar {
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {bytes_per_sec} {eta}");
    ProgressBar::new(length).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

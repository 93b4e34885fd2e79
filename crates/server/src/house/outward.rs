//! What may leave the house, and whereto: fixed by the command line and the environment when the program starts. No other
//! address is ever spoken to.

use super::fault::{Done, Fault};
use axum::http::Uri;
use meguri_domain::Refusal;
use meguri_record::{Duty, VerifierKey};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The name of the log in the world where nobody gave one.
pub const NAME: &str = "meguri.internal";

/// Where heads go.
#[derive(Debug, Clone)]
pub struct Outward {
    /// The company's domain, the first half of the log's origin. Fixed once there is a key.
    pub name: String,
    pub witnesses: Vec<WitnessAt>,
    /// The witnesses that have cosigned since the program started, by the ids of their keys.
    cosigned: Arc<Mutex<Vec<[u8; 4]>>>,
}

impl Outward {
    /// These witnesses, under a name of the log.
    pub fn new(name: String, witnesses: Vec<WitnessAt>) -> Self {
        Self { name, witnesses, cosigned: Arc::default() }
    }

    /// Whether a witness has cosigned since the program started. Until then it is asked even where its line stands: it may have
    /// seen more than a database that was restored.
    pub fn has_cosigned(&self, key: &VerifierKey) -> bool {
        self.cosigned.lock().unwrap_or_else(PoisonError::into_inner).contains(&key.id())
    }

    /// A witness has cosigned.
    pub fn note_cosigned(&self, key: &VerifierKey) {
        let mut cosigned = self.cosigned.lock().unwrap_or_else(PoisonError::into_inner);
        if !cosigned.contains(&key.id()) {
            cosigned.push(key.id());
        }
    }
}

/// A witness on another administrator's machine.
#[derive(Debug, Clone)]
pub struct WitnessAt {
    /// `http://host:port` or `https://…`, with a path where it has one, without a slash at its end.
    pub url: String,
    pub key: VerifierKey,
}

impl Default for Outward {
    fn default() -> Self {
        Self::new(NAME.into(), Vec::new())
    }
}

/// The witnesses of the configuration: an address and a key each.
pub fn witnesses(words: &[String]) -> Done<Vec<WitnessAt>> {
    let mut witnesses: Vec<WitnessAt> = Vec::new();
    for pair in words.chunks(2) {
        let [url, key] = pair else { return Err(no_witness().into()) };
        let key = VerifierKey::read(key).ok().filter(|key| key.duty() == Duty::Witness);
        let url = url.trim_end_matches('/');
        let uri = url.parse::<Uri>().ok().filter(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some()
                && uri.query().is_none()
        });
        let (Some(_), Some(key)) = (uri, key) else { return Err(no_witness().into()) };
        if witnesses.iter().any(|other| other.key == key) {
            return Err(no_witness().into());
        }
        witnesses.push(WitnessAt { url: url.to_owned(), key });
    }
    Ok(witnesses)
}

fn no_witness() -> Refusal {
    Refusal::Because((
        "--witness には、証人のアドレス（http://… か https://…）と証人の公開鍵を、空白で区切って指定してください。同じ証人は1回だけです。",
        "Give --witness the address of the witness (http://… or https://…) and its public key, separated by a space, each witness once.",
    ))
}

/// Whoever has not answered by then is taken to be down.
const MOST_WAIT: Duration = Duration::from_secs(10);
/// No answer that is asked for is longer.
const MOST_BYTES: u64 = 1 << 16;

/// Posts a text to a configured address, and gives the status and the text of the answer. It goes there alone: no redirection is
/// followed and no proxy asked. An `Err` says why there was no answer.
pub fn post(url: &str, body: &str) -> Result<(u16, String), Fault> {
    let wrong = |error: ureq::Error| Fault::broken(format!("{url}: {error}"));
    let config = ureq::Agent::config_builder()
        .timeout_global(Some(MOST_WAIT))
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .user_agent("meguri");
    let config = if url.starts_with("https:") { config.tls_config(tls()?) } else { config };
    let mut answer = config.build().new_agent().post(url).send(body).map_err(wrong)?;
    let text = answer.body_mut().with_config().limit(MOST_BYTES).lossy_utf8(true).read_to_string();
    Ok((answer.status().as_u16(), text.map_err(wrong)?))
}

/// TLS by ring, under the certificates that this machine trusts.
fn tls() -> Result<TlsConfig, Fault> {
    let found = rustls_native_certs::load_native_certs();
    let roots: Vec<_> = found.certs.iter().map(|der| Certificate::from_der(der).to_owned()).collect();
    if roots.is_empty() {
        return Err(Fault::broken("this machine trusts no certificates, so https cannot be spoken"));
    }
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}

#[cfg(test)]
mod tests {
    use super::*;
    use meguri_record::SignerKey;

    #[test]
    fn a_witness_is_an_address_and_a_key_of_a_witness_once() {
        let key = |duty, seed| SignerKey::new("w.example", duty, [seed; 32]).unwrap().verifier().text();
        let words = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            witnesses(&words).map(|all| all.into_iter().map(|each| each.url).collect::<Vec<_>>()).ok()
        };
        let (one, other) = (key(Duty::Witness, 1), key(Duty::Witness, 2));
        assert_eq!(words(&[]), Some(Vec::new()));
        let two = words(&["http://a:80/", &one, "https://b.example/w", &other]);
        assert_eq!(two, Some(vec!["http://a:80".into(), "https://b.example/w".into()]));
        assert_eq!(words(&["http://a", &one, "http://b", &one]), None, "one key, two addresses");
        assert_eq!(words(&["http://a", &key(Duty::Log, 1)]), None, "the key of a log");
        for address in ["a", "ftp://a", "http://", "http://a?b", "/a"] {
            assert_eq!(words(&[address, &one]), None, "{address}");
        }
        assert_eq!(words(&["http://a"]), None);
    }

    #[test]
    fn no_certificate_is_trusted_but_those_of_this_machine() {
        assert!(tls().is_ok() || rustls_native_certs::load_native_certs().certs.is_empty());
    }
}

//! The witness as another process, and the house that asks it.

mod asking;
mod bundle;
mod desk;
mod forks;

use crate::heads::{all, sign};
use crate::support::program::Program;
use crate::support::{House, Place};
use meguri::house::outward::WitnessAt;
use meguri::record::witnesses::{Asked, ask};
use meguri_record::VerifierKey;
use std::path::{Path, PathBuf};

/// A running witness over a folder of its own.
struct Running {
    program: Option<Program>,
    place: Place,
    logs: Vec<String>,
    pub key: VerifierKey,
}

impl Running {
    /// Starts one that watches the logs of these keys.
    fn over(logs: Vec<String>) -> Self {
        let place = Place::file();
        let program = start(place.folder(), &logs);
        let key = program.said.iter().find_map(|line| line.strip_prefix("witness key ")).unwrap();
        let key = VerifierKey::read(key).unwrap();
        Self { program: Some(program), place, logs, key }
    }

    /// One that watches the log of a house.
    fn of(house: &House) -> Self {
        Self::over(keys_of(house))
    }

    fn url(&self) -> String {
        format!("http://{}", self.program().address)
    }

    fn program(&self) -> &Program {
        self.program.as_ref().unwrap()
    }

    fn at(&self) -> WitnessAt {
        WitnessAt { url: self.url(), key: self.key.clone() }
    }

    /// Ends it by a signal and starts it again.
    fn again(&mut self, signal: &str) {
        self.end(signal);
        self.program = Some(start(self.place.folder(), &self.logs));
    }

    fn end(&mut self, signal: &str) {
        self.program.take().unwrap().end(signal);
    }

    /// The files it keeps, by the end of their name.
    fn files(&self, ending: &str) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.place.folder().join("witness")).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.retain(|path| path.to_string_lossy().ends_with(ending));
        files.sort();
        files
    }
}

fn start(folder: &Path, logs: &[String]) -> Program {
    let mut words = vec!["witness"];
    for log in logs {
        words.extend(["--log", log]);
    }
    Program::start_with(folder, &[], &words).unwrap()
}

/// The public keys of the log of a house.
fn keys_of(house: &House) -> Vec<String> {
    let policy = meguri::record::heads::policy(&house.app).unwrap();
    policy.lines().filter_map(|line| line.strip_prefix("log ")).map(str::to_owned).collect()
}

/// A house with a signed head and a running witness that it may ask.
fn founded(place: Place) -> (House, Running) {
    let house = House::found(place);
    sign(&house);
    let witness = Running::of(&house);
    let at = witness.at();
    (house.with_witnesses(vec![at]), witness)
}

fn asked(house: &House) -> Asked {
    ask(&house.app, &house.app.outward.witnesses[0]).unwrap()
}

fn newest(house: &House) -> meguri::record::heads::Head {
    all(house).pop().unwrap()
}

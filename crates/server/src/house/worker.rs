//! Bytes of strangers are read in a process of our own program that can do nothing else: it sets bounds to itself
//! before it reads the first byte, gets its work through one pipe and answers through another.
//!
//! The bounds on memory, time, files and network are kept by the system and need Linux; elsewhere only the time that
//! the parent allows, and the size of the answer, are kept.

use std::io::{BufRead, BufReader, Read, Seek, Write, copy};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The command under which the program starts itself as a worker. It is not for persons.
pub const COMMAND: &str = "read-workbook";

/// So many workers run at once in one server; whoever comes later waits for a while and is then asked to come again.
const PLACES: usize = 2;
/// One line of an answer, in bytes: a row of 34 cells that are all as long as Excel allows.
const LINE_BYTES: u64 = 8 * 1024 * 1024;
/// So often it is looked whether whoever asked still wants the answer.
const LOOK: Duration = Duration::from_millis(50);
/// So long may a worker that has said everything take to be gone.
const FAREWELL: Duration = Duration::from_secs(1);

/// What one worker may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Its address space, in MB.
    pub memory_mb: u64,
    /// Seconds of computing.
    pub cpu_seconds: u64,
    /// Time from start to answer.
    pub wall: Duration,
    /// Its answer, in bytes: what the server may have to hold.
    pub answer_bytes: u64,
}

/// Why a worker gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// Too many others were at work, or none could be started.
    Busy,
    /// It took longer than its bounds allow.
    TooLong,
    /// It reached the bound of its memory or broke.
    Stopped,
    /// Its answer is larger than the server wants to hold.
    AnswerTooLarge,
    /// Whoever asked wants it no more.
    CalledOff,
}

/// Starts workers, a few at a time.
#[derive(Clone)]
pub struct Workers {
    program: Arc<PathBuf>,
    busy: Arc<(Mutex<usize>, Condvar)>,
    /// So long whoever comes later waits for a place.
    pub patience: Duration,
}

/// One of the few places, for one worker after another; it is free again when dropped.
pub struct Place(Workers);

impl Drop for Place {
    fn drop(&mut self) {
        *lock(&self.0.busy.0) -= 1;
        self.0.busy.1.notify_one();
    }
}

impl Workers {
    /// Workers of the program that runs.
    pub fn of_this_program() -> Self {
        // Linux knows the running program also when a newer one was put in its place meanwhile.
        let here = PathBuf::from("/proc/self/exe");
        if cfg!(target_os = "linux") && here.exists() {
            return Self::of(here);
        }
        Self::of(std::env::current_exe().unwrap_or_else(|_| "meguri".into()))
    }

    /// Workers of a program at a path, where another one runs (tests, bench).
    pub fn of(program: impl Into<PathBuf>) -> Self {
        let busy = Arc::new((Mutex::new(0), Condvar::new()));
        Self { program: Arc::new(program.into()), busy, patience: Duration::from_secs(10) }
    }

    /// A place, if one is free.
    pub fn free_place(&self) -> Option<Place> {
        let mut count = lock(&self.busy.0);
        if *count >= PLACES {
            return None;
        }
        *count += 1;
        drop(count);
        Some(Place(self.clone()))
    }

    /// A place as soon as one is free; not everybody has the patience for that.
    pub fn place(&self) -> Result<Place, Failed> {
        let (count, free) = &*self.busy;
        let count = lock(count);
        let waited = free.wait_timeout_while(count, self.patience, |count| *count >= PLACES);
        let (mut count, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        if waited.timed_out() && *count >= PLACES {
            return Err(Failed::Busy);
        }
        *count += 1;
        Ok(Place(self.clone()))
    }

    /// No shell, nothing of our environment, nothing of our folder.
    fn start(&self, bounds: &Bounds) -> std::io::Result<Child> {
        let mut command = Command::new(&*self.program);
        command.args([COMMAND, &bounds.memory_mb.to_string(), &bounds.cpu_seconds.to_string()]);
        command.env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        if cfg!(unix) {
            command.current_dir("/");
        }
        command.spawn()
    }
}

impl Place {
    /// Gives an order and a file to a fresh worker and its answer, line by line, to `take`, which breaks at the last
    /// line. Once `off` says so, nobody waits for it any more. Whatever happens, the worker is gone afterwards.
    pub fn run(
        &self,
        bounds: &Bounds,
        (order, mut file): (&[u8], impl Read + Send),
        off: &(dyn Fn() -> bool + Sync),
        take: impl FnMut(&[u8]) -> ControlFlow<()>,
    ) -> Result<(), Failed> {
        if off() {
            return Err(Failed::CalledOff);
        }
        let mut child = self.0.start(bounds).map_err(|error| {
            tracing::error!("a worker could not be started: {error}");
            Failed::Busy
        })?;
        let (Some(mut stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Failed::Busy);
        };
        let child = Mutex::new(child);
        let ended = Mutex::new(None);
        let (done, end) = channel();
        let answered = std::thread::scope(|scope| {
            let watch = || *lock(&ended) = watch(&child, bounds.wall, off, end);
            // A worker that has seen enough closes its end: that is no failure of ours.
            let feed = move || drop(stdin.write_all(order).and_then(|()| copy(&mut file, &mut stdin)));
            let watched = std::thread::Builder::new().spawn_scoped(scope, watch);
            let fed = std::thread::Builder::new().spawn_scoped(scope, feed);
            let answered = match (&watched, &fed) {
                (Ok(_), Ok(_)) => listen(stdout, bounds.answer_bytes, take),
                _ => Err(Failed::Busy),
            };
            let answered = answered.map(|whole| (whole, bid_farewell(&child)));
            kill(&child);
            drop(done);
            answered
        });
        let ended = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
        match answered {
            Ok((true, _)) => Ok(()),
            Ok((false, status)) => Err(ended.unwrap_or_else(|| why(status))),
            Err(failed) => Err(ended.unwrap_or(failed)),
        }
    }
}

/// Ends a worker that is late or wanted no more, and tells why.
fn watch(
    child: &Mutex<Child>,
    wall: Duration,
    off: &(dyn Fn() -> bool + Sync),
    end: Receiver<()>,
) -> Option<Failed> {
    let start = Instant::now();
    loop {
        let left = wall.saturating_sub(start.elapsed());
        let why = match end.recv_timeout(left.min(LOOK)) {
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if off() => Failed::CalledOff,
            Err(RecvTimeoutError::Timeout) if start.elapsed() >= wall => Failed::TooLong,
            Err(RecvTimeoutError::Timeout) => continue,
        };
        kill(child);
        return Some(why);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Also waits, so that nothing of it is left; a child that has ended already is no error.
fn kill(child: &Mutex<Child>) {
    let mut child = lock(child);
    let _ = child.kill();
    let _ = child.wait();
}

/// True when the last line came.
fn listen(
    stdout: ChildStdout,
    most: u64,
    mut take: impl FnMut(&[u8]) -> ControlFlow<()>,
) -> Result<bool, Failed> {
    let mut answer = BufReader::with_capacity(64 * 1024, stdout);
    let mut line = Vec::new();
    let mut left = most;
    loop {
        line.clear();
        let bound = left.min(LINE_BYTES);
        let read = answer.by_ref().take(bound).read_until(b'\n', &mut line).unwrap_or(0) as u64;
        match line.pop() {
            None => return Ok(false),
            Some(b'\n') => {}
            Some(_) if read < bound => return Ok(false),
            Some(_) => return Err(Failed::AnswerTooLarge),
        }
        left -= read;
        if take(&line).is_break() {
            return Ok(true);
        }
    }
}

/// How it ended, when it ends by itself soon after its last word.
fn bid_farewell(child: &Mutex<Child>) -> Option<ExitStatus> {
    let start = Instant::now();
    loop {
        let ended = lock(child).try_wait();
        match ended {
            Ok(None) if start.elapsed() < FAREWELL => std::thread::sleep(Duration::from_millis(1)),
            Ok(status) => return status,
            Err(_) => return None,
        }
    }
}

#[cfg(unix)]
fn why(status: Option<ExitStatus>) -> Failed {
    use std::os::unix::process::ExitStatusExt;
    // The system ends whoever has used up his seconds by one of these.
    const KILLED: i32 = 9;
    const OUT_OF_SECONDS: i32 = 24;
    match status.and_then(|status| status.signal()) {
        Some(KILLED | OUT_OF_SECONDS) => Failed::TooLong,
        _ => Failed::Stopped,
    }
}

#[cfg(not(unix))]
fn why(_: Option<ExitStatus>) -> Failed {
    Failed::Stopped
}

/// What a worker that has bound itself may still ask: how much memory it used.
pub struct Bound {
    status: Option<std::fs::File>,
}

impl Bound {
    /// The most memory that this process ever held, in KB; 0 where the system does not tell.
    pub fn peak_kb(&mut self) -> u64 {
        let mut text = String::new();
        let Some(status) = &mut self.status else { return 0 };
        if status.rewind().and_then(|()| status.read_to_string(&mut text)).is_err() {
            return 0;
        }
        peak_kb(&text)
    }
}

/// The most memory that a process held, in KB, from its `/proc/…/status`.
pub fn peak_kb(status: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
}

/// The worker's first act: from here on it cannot take more memory, compute longer, open a file or a socket, write
/// to a file, start a process or leave a core.
#[cfg(target_os = "linux")]
pub fn bind_self(memory_mb: u64, cpu_seconds: u64) -> std::io::Result<Bound> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    // Opened before, because nothing can be opened after.
    let status = std::fs::File::open("/proc/self/status").ok();
    let set = |resource, most| setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) });
    set(Resource::As, memory_mb.saturating_mul(1024 * 1024))?;
    set(Resource::Cpu, cpu_seconds)?;
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    set(Resource::Nproc, 0)?;
    set(Resource::Nofile, 0)?;
    Ok(Bound { status })
}

/// Elsewhere the system offers no such bounds, or not all of them.
#[cfg(not(target_os = "linux"))]
pub fn bind_self(_: u64, _: u64) -> std::io::Result<Bound> {
    Ok(Bound { status: None })
}

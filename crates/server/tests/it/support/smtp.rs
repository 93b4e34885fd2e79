//! A mail server that behaves as a test wants it: it takes mails, says no at a step, is slow, or hangs up.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What it does with the next mails.
#[derive(Debug, Clone)]
pub enum Mood {
    Takes,
    /// Answers this at this step: `AUTH`, `MAIL`, `RCPT`, `DATA` or `.` behind the text.
    Says(&'static str, &'static str),
    /// Waits so long before it greets.
    Slow(Duration),
    /// Reads the whole text and hangs up without an answer.
    HangsUp,
    /// Repeats at AUTH what it was sent.
    Echoes,
}

/// A mail as it arrived.
#[derive(Debug, Clone)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    /// As it came, without the dots that were added on the way.
    pub text: String,
}

pub struct Smtp {
    pub port: u16,
    mood: Arc<Mutex<Mood>>,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    ended: Arc<AtomicBool>,
}

impl Smtp {
    pub fn start(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server =
            Self { port, mood: Arc::new(Mutex::new(mood)), arrived: Arc::default(), ended: Arc::default() };
        let (mood, arrived, ended) = (server.mood.clone(), server.arrived.clone(), server.ended.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let (mood, arrived) = (mood.lock().unwrap().clone(), arrived.clone());
                std::thread::spawn(move || converse(stream, &mood, &arrived));
            }
        });
        server
    }

    pub fn becomes(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// What arrived so far, also what was never answered.
    pub fn arrived(&self) -> Vec<Arrived> {
        self.arrived.lock().unwrap().clone()
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

fn converse(stream: TcpStream, mood: &Mood, arrived: &Mutex<Vec<Arrived>>) -> Option<()> {
    let mut writer = stream.try_clone().ok()?;
    let mut lines = BufReader::new(stream).split(b'\n');
    let mut line =
        move || Some(String::from_utf8_lossy(&lines.next()?.ok()?).trim_end_matches('\r').to_owned());
    let mut say = move |text: &str| writer.write_all(format!("{text}\r\n").as_bytes()).ok();
    if let Mood::Slow(wait) = mood {
        std::thread::sleep(*wait);
    }
    say("220 fake")?;
    let mut mail = Arrived { from: String::new(), to: Vec::new(), text: String::new() };
    loop {
        let order = line()?;
        let verb = order.split([' ', ':']).next().unwrap_or_default().to_uppercase();
        match (verb.as_str(), mood) {
            (step, Mood::Says(at, answer)) if step == *at => say(answer)?,
            ("EHLO", _) => say("250-fake\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME")?,
            ("AUTH", Mood::Echoes) => say(&format!("535 5.7.8 what is {order}?"))?,
            ("AUTH", _) => say("235 come in")?,
            ("MAIL", _) => {
                mail.from = order;
                say("250 well")?;
            }
            ("RCPT", _) => {
                mail.to.push(order);
                say("250 well")?;
            }
            ("DATA", _) => {
                say("354 go on")?;
                loop {
                    let part = line()?;
                    if part == "." {
                        break;
                    }
                    mail.text.push_str(part.strip_prefix('.').unwrap_or(&part));
                    mail.text.push_str("\r\n");
                }
                match mood {
                    Mood::Says(".", answer) => say(answer)?,
                    Mood::HangsUp => {
                        arrived.lock().unwrap().push(mail);
                        return None;
                    }
                    _ => {
                        arrived.lock().unwrap().push(mail.clone());
                        say("250 taken")?;
                    }
                }
            }
            ("QUIT", _) => {
                say("221 bye")?;
                return None;
            }
            _ => say("250 well")?,
        }
    }
}

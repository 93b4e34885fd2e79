//! Writes a bundle: the caller brings what it found in its store, in the order of the log, and everything it leaves out.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::FORMAT;
use crate::commitment::Payload;
use crate::tree::{Hash, leaf};

/// Whether the bundle holds every entry under its newest head, or chosen ones with a proof for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Every entry. No proofs are needed; the leaves are listed, so that a changed entry can be named.
    Whole,
    /// Chosen entries. The others stay unseen.
    Part,
}

/// A bundle while it is being written. [`check`](super::check) it when it is finished: the maker itself checks nothing.
#[derive(Debug)]
pub struct Maker {
    folder: PathBuf,
    heads: u64,
    entries: BufWriter<File>,
    /// `leaves.txt` or `proofs.txt`.
    beside: BufWriter<File>,
    selection: Selection,
    payloads: BufWriter<File>,
    withheld: BufWriter<File>,
}

impl Maker {
    /// Begins a bundle in a folder that does not exist yet, with the policy that its own side goes by.
    ///
    /// # Errors
    /// What the file system says, also when the folder is there.
    pub fn create(folder: &Path, policy: &str, selection: Selection) -> io::Result<Self> {
        fs::create_dir(folder)?;
        fs::create_dir(folder.join("heads"))?;
        fs::create_dir(folder.join("files"))?;
        fs::write(folder.join("format.txt"), format!("{FORMAT}\n"))?;
        fs::write(folder.join("policy.txt"), policy)?;
        fs::write(folder.join("README.txt"), README)?;
        let file = |name: &str| File::create_new(folder.join(name)).map(BufWriter::new);
        let beside = match selection {
            Selection::Whole => "leaves.txt",
            Selection::Part => "proofs.txt",
        };
        Ok(Self {
            folder: folder.to_owned(),
            heads: 0,
            entries: file("entries.jsonl")?,
            beside: file(beside)?,
            selection,
            payloads: file("payloads.txt")?,
            withheld: file("withheld.txt")?,
        })
    }

    /// Adds the next larger head, with the proof that leads to it from the one before; none for the first.
    ///
    /// # Errors
    /// What the file system says.
    pub fn head(&mut self, note: &str, proof: &[Hash]) -> io::Result<()> {
        self.heads += 1;
        let path = |ending: &str| self.folder.join("heads").join(format!("{:06}.{ending}", self.heads));
        fs::write(path("note"), note)?;
        if self.heads > 1 {
            let lines: Vec<String> = proof.iter().map(|hash| format!("{hash}\n")).collect();
            fs::write(path("proof"), lines.concat())?;
        }
        Ok(())
    }

    /// Adds the next entry under its index, with its proof to the newest head (of a part) and one item for each of its
    /// commitments: the private text, or None for one that is withheld.
    ///
    /// # Errors
    /// What the file system says.
    pub fn entry(
        &mut self,
        idx: u64,
        line: &[u8],
        proof: &[Hash],
        payloads: &[Option<&Payload>],
    ) -> io::Result<()> {
        self.entries.write_all(line)?;
        self.entries.write_all(b"\n")?;
        match self.selection {
            Selection::Whole => writeln!(self.beside, "{}", leaf(line))?,
            Selection::Part => {
                let proof: Vec<String> = proof.iter().map(ToString::to_string).collect();
                writeln!(self.beside, "{}", proof.join(" "))?;
            }
        }
        for (nth, payload) in (1..).zip(payloads) {
            match payload {
                Some((salt, bytes)) => {
                    writeln!(self.payloads, "{idx} {nth} {} {}", Hash(*salt), STANDARD.encode(bytes))?;
                }
                None => writeln!(self.withheld, "payload {idx} {nth}")?,
            }
        }
        Ok(())
    }

    /// Adds an evidence file that some entry names, once.
    ///
    /// # Errors
    /// What the file system says.
    pub fn file(&mut self, sha256: Hash, bytes: &mut impl Read) -> io::Result<()> {
        let mut file = File::create_new(self.folder.join("files").join(sha256.to_string()))?;
        io::copy(bytes, &mut file).map(|_| ())
    }

    /// Lists an evidence file that some entry names and that is withheld, once.
    ///
    /// # Errors
    /// What the file system says.
    pub fn withhold_file(&mut self, sha256: Hash) -> io::Result<()> {
        writeln!(self.withheld, "file {sha256}")
    }

    /// Ends the bundle.
    ///
    /// # Errors
    /// What the file system says.
    pub fn finish(self) -> io::Result<()> {
        for mut file in [self.entries, self.beside, self.payloads, self.withheld] {
            file.flush()?;
        }
        Ok(())
    }
}

/// For whoever opens the folder without us.
const README: &str = "\
この審査用ファイルの確かめ方

  meguri-verify --policy お手元の鍵一覧.txt --held お手元のヘッド.txt このフォルダ

お手元の鍵一覧やヘッドは、このフォルダからではなく、紙・メールなど別の経路で受け取ったものをお使いください。
形式は docs/record-format.md に、何が証明され何が証明されないかは docs/manual/proof.ja.md に書かれています。
表や索引など、確認の対象にならないファイルは、結果の最後に表示されます。

How to check this bundle

  meguri-verify --policy your-keys.txt --held your-head.txt THIS-FOLDER

Use keys and heads that reached you another way, on paper or by mail, and not those of this folder.
The format is described in docs/record-format.md; what is proved and what is not, in docs/manual/proof.md.
Files that are not checked, such as tables and an index, are named at the end of the result.
";

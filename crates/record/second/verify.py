#!/usr/bin/env python3
"""Checks an auditor's bundle: a second verifier, written from docs/record-format.md and not from the first one.

It needs Python 3.9 and the program `openssl` (3.0 or newer), nothing else and no network.
Exit codes: 0 pass, 1 fail, 2 it could not begin, 3 consistent but not witnessed."""
import argparse, base64, contextlib, hashlib, json, os, pathlib, re, stat, subprocess, sys, tempfile, unicodedata

MAX, P = 2**63 - 1, 2**255 - 19
KEYS = ("v log idx time kind actor role session dept object version prev_version req commit files schema "
        "app_version").split()
RANGES = dict.fromkeys(["time", "version", "prev_version"], (-MAX - 1, MAX)) | {"v": (1, 1), "idx": (0, 2**64 - 1)}
class Fail(Exception): pass
@contextlib.contextmanager
def blame(place):
    """Whatever goes wrong within is the fault of this place."""
    try:
        yield
    except (ValueError, TypeError, KeyError, OSError, RecursionError) as why:
        raise Fail(place, why)
def need(condition, why):
    if not condition: raise ValueError(why)
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def number(text):
    need(re.fullmatch(r"0|[1-9][0-9]{0,18}", text) and int(text) <= MAX, "not a number")
    return int(text)
def hash_of(text):
    need(re.fullmatch(r"[0-9a-f]{64}", text), "not a hash")
    return bytes.fromhex(text)
def unbase64(text):
    data = base64.b64decode(text.encode("ascii"), validate=True)
    need(base64.b64encode(data).decode() == text, "not the one spelling")
    return data
# Files: regular ones only, lines that end in LF.
def regular(path):
    need(stat.S_ISREG(os.lstat(path).st_mode), "not a regular file")
    return open(path, "rb")
def lines_of(path, limit, optional=False):
    if optional and not os.path.lexists(path): return
    with regular(path) as file:
        while line := file.readline(limit + 1):
            need(line.endswith(b"\n"), "a line is too long, or the last one does not end")
            yield line[:-1].decode()
def text_of(path): return "".join(line + "\n" for line in lines_of(path, 1 << 16))
def names(folder, name):
    with blame(name):
        there = os.path.lexists(folder + "/" + name)
        need(not there or stat.S_ISDIR(os.lstat(folder + "/" + name).st_mode), "not a folder")
        return sorted(os.listdir(folder + "/" + name), key=os.fsencode) if there else []
# The tree of RFC 9162.
def node(left, right): return sha(b"\x01", left, right)
def root_of(leaves):
    if len(leaves) < 2: return leaves[0] if leaves else sha()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return node(root_of(leaves[:half]), root_of(leaves[half:]))
def climb(fn, sn, old, new, proof):
    """The loop that sections 2.1.3.2 and 2.1.4.2 share: both roots, or None when the proof has another length."""
    for step in proof:
        if sn == 0: return None
        if fn & 1 or fn == sn:
            old, new = node(step, old), node(step, new)
            while not fn & 1 and fn: fn, sn = fn >> 1, sn >> 1
        else:
            new = node(new, step)
        fn, sn = fn >> 1, sn >> 1
    return (old, new) if sn == 0 else None
def included(leaf, index, size, proof, root):
    return index < size and (climb(index, size - 1, leaf, leaf, proof) or [None])[-1] == root
def consistent(first, second, first_root, second_root, proof):
    path = [first_root] * (first & (first - 1) == 0) + proof
    fn, sn = first - 1, second - 1
    while fn & 1: fn, sn = fn >> 1, sn >> 1
    return bool(path) and climb(fn, sn, path[0], path[0], path[1:]) == (first_root, second_root)
# Keys, notes and heads of C2SP.
def is_name(text): return text and not any(c == "+" or c.isspace() or unicodedata.category(c) == "Cc" for c in text)
class Key:
    def __init__(self, vkey, kind):
        self.name, key_id, data = vkey.split("+", 2)
        data = unbase64(data)
        self.kind, self.bytes, self.id = data[:1], data[1:], sha(self.name.encode(), b"\n", data)[:4]
        need(is_name(self.name) and len(data) == 33 and self.kind == kind and self.id.hex() == key_id, "not such a key")
        y, d = int.from_bytes(self.bytes, "little") % 2**255, -121665 * pow(121666, -1, P)
        # A point has x^2 = (y^2 - 1) / (d y^2 + 1) (RFC 8032, section 5.1.3); of small order: x = 0, y = 0, x^2 = -y^2.
        need(y < P and pow((y * y - 1) * (d * y * y + 1), P // 2, P) == 1, "not a point of the curve that is a key")
        need(y and (d * y**4 + 2 * y * y - 1) % P, "a point of small order, under which everybody can sign")
    def made(self, signature): return signature[:2] == (self.name, self.id)
    def holds(self, text, signature):
        if self.kind == b"\x04":
            time = int.from_bytes(signature[:8], "big")
            text, signature = "cosignature/v1\ntime %d\n%s" % (time, text), signature[8:] if time <= MAX else b""
        with tempfile.TemporaryDirectory() as folder:
            key = bytes.fromhex("302a300506032b6570032100") + self.bytes  # RFC 8410, section 4
            for name, data in ("key", key), ("signature", signature), ("text", text.encode()):
                pathlib.Path(folder, name).write_bytes(data)
            command = "openssl pkeyutl -verify -pubin -keyform DER -inkey key -rawin -sigfile signature -in text"
            done = subprocess.run(command.split(), cwd=folder, capture_output=True)
        return len(signature) == 64 and done.returncode == 0
class Policy:
    def __init__(self, text):
        self.logs, self.members, self.quorum, joined = [], {}, None, []
        need(len(text.encode()) <= 65536 and not re.search("[\0-\x08\x0b-\x1f\x7f]", text), "not a policy")
        for line in text.split("\n"):
            words = [word for word in re.split("[ \t]", line) if word]
            if not words or words[0].startswith("#"): continue
            if words[0] == "log" and len(words) in (2, 3):
                self.logs.append(Key(words[1], b"\x01"))
            elif words[0] == "witness" and len(words) in (3, 4):
                self.add(words[1], Key(words[2], b"\x04"))
            elif words[0] == "group" and len(words) > 3:
                least = {"all": len(words) - 3, "any": 1}.get(words[2]) or number(words[2])
                joined += words[3:]
                need(1 <= least <= len(words) - 3 and set(joined) <= set(self.members), "not a group")
                self.add(words[1], (least, words[3:]))
            else:
                need(words[0] == "quorum" and len(words) == 2 and not self.quorum, "not a line of a policy")
                need(words[1] in ["none", *self.members], "an unknown quorum")
                self.quorum = words[1]
        points = [key.bytes for key in self.keys()]
        need(self.quorum and len(set(points)) == len(points) and len(set(joined)) == len(joined), "used twice")
    def add(self, name, member):
        need(name != "none" and name not in self.members, "a name twice")
        self.members[name] = member
    def keys(self): return self.logs + [member for member in self.members.values() if isinstance(member, Key)]
    def met(self, name, cosigned):
        least, names = self.members[name] if isinstance(self.members.get(name), tuple) else (1, [])
        return sum(self.met(other, cosigned) for other in names) >= least or self.members.get(name) in cosigned
def read_note(text):
    need(len(text.encode()) <= 65536 and not re.search("[\0-\x09\x0b-\x1f]", text), "not a note")
    body, _, tail = text.rpartition("\n\n")
    need(body and not body.endswith("\n") and tail.endswith("\n") and tail.count("\n") <= 64, "not a note")
    signatures = []
    for dash, name, data in (line.split(" ") for line in tail[:-1].split("\n")):
        data = unbase64(data)
        need(dash == "\u2014" and is_name(name) and len(data) > 4, "not a signature")
        signatures.append((name, data[:4], data[4:]))
    return body + "\n", signatures
def read_checkpoint(text):
    origin, size, root, end = text.split("\n")
    root = unbase64(root)
    need(is_name(origin) and len(root) == 32 and not end and len(text.encode()) <= 1024, "not a checkpoint")
    return origin, number(size), root
def open_head(text, policy, offered):
    """The checkpoint, whether the quorum is met, and the offered keys that stand beside a trusted one."""
    body, signatures = read_note(text)
    head, made = read_checkpoint(body), []
    for key, signature in ((key, one) for key in policy.keys() for one in signatures if key.made(one)):
        need(key.holds(body, signature[2]), "the signature of %s does not hold" % key.name)
        need(key.kind == b"\x04" or key.name == head[0], "the head of another log")
        made.append(key)
    need(any(key in made for key in policy.logs), "no trusted key of the log has signed it")
    known = [key.bytes for key in policy.logs]
    fresh = [key for key in offered if key.name == head[0] and key.bytes not in known and any(
        key.made(signature) and key.holds(body, signature[2]) for signature in signatures)]
    return head, policy.met(policy.quorum, made), fresh
def walk_heads(folder, own):
    with blame("policy.txt"):
        trust = Policy(text_of(folder + "/policy.txt"))
    offered, trust.logs = (trust.logs, trust.logs) if own else (trust.logs[1:], trust.logs[:1])
    trust, heads, witnessed = own or trust, [], 0
    while not heads or os.path.lexists(folder + "/heads/%06d.note" % (len(heads) + 1)):
        stem, proof = "heads/%06d" % (len(heads) + 1), []
        if heads:
            with blame(stem + ".proof"):
                proof = [hash_of(line) for line in lines_of(folder + "/" + stem + ".proof", 64)]
                need(len(proof) <= 64, "too long")
        with blame(stem + ".note"):
            head, met, fresh = open_head(text_of(folder + "/" + stem + ".note"), trust, offered)
            origin, size, root = heads[-1] if heads else (head[0], 0, None)
            need(head[0] == origin and head[1] > size, "it is of another log than the head before, or not larger")
            need(not heads or consistent(size, head[1], root, head[2], proof), "its proof does not hold")
        trust.logs, heads = trust.logs + fresh, heads + [head]
        witnessed = head[1] if met and own else witnessed
    with blame("heads"):
        need(len(names(folder, "heads")) == 2 * len(heads) - 1, "other files are in it")
    return heads, witnessed

# Entries and what is shown of them.
def written(key, value):
    if key == "commit":
        return "[%s]" % ",".join('"%s"' % hash_of(item).hex() for item in value)
    if key == "files":
        need(all(type(size) is int and 0 <= size < 2**64 for _, size in value), "not a file")
        return "[%s]" % ",".join('["%s",%d]' % (hash_of(digest).hex(), size) for digest, size in value)
    if key in RANGES:
        need(type(value) is int and RANGES[key][0] <= value <= RANGES[key][1], "not an integer of this key")
        return str(value)
    need(type(value) is str and len(value.encode()) <= 1024, "not a text of this key")
    return '"%s"' % "".join("\\" + c if c in '"\\' else "\\u%04x" % ord(c) if c < " " else c for c in value)
def read_entry(line):
    entry = json.loads(line)
    need(type(entry) is dict and list(entry) == KEYS, "not an entry")
    again = "{%s}" % ",".join('"%s":%s' % (key, written(key, entry[key])) for key in KEYS)
    need(again == line and again.encode(), "not written as an entry is")
    return entry
def read_withheld(path):
    withheld = {}
    for line in lines_of(path, 200, True):
        kind, *rest = line.split(" ")
        item = tuple(map(number, rest)) if kind == "payload" else hash_of(*rest).hex()
        need((kind == "file" or kind == "payload" and len(item) == 2) and item not in withheld, "not a line, or twice")
        withheld[item] = False
    return withheld
def proofs_of(folder):
    with blame("proofs.txt"):
        for line in lines_of(folder + "/proofs.txt", 64 * 65, True):  # In a list of its own: [] is a proof, too.
            yield [[hash_of(word) for word in line.split(" ")] if line else []]
def openings(folder):
    with blame("payloads.txt"):
        for line in lines_of(folder + "/payloads.txt", 64 << 20, True):
            idx, nth, salt, data = line.split(" ")
            yield (number(idx), number(nth)), hash_of(salt), unbase64(data)
def check_files(folder, entry, withheld, files):
    for digest, size in entry["files"]:
        path = folder + "/files/" + digest
        if digest in withheld:
            need(not os.path.lexists(path), "a file is shown and withheld")
            withheld[digest] = True
        elif files.get(digest) != size:
            need(os.lstat(path).st_size == size, "a file has another size")
            with regular(path) as file:
                found = hashlib.sha256()
                while block := file.read(1 << 20): found.update(block)
            need(found.hexdigest() == digest, "a file has another hash")
            files[digest] = size

def verify(folder, own, held):
    with blame("format.txt"):
        need(text_of(folder + "/format.txt") == "meguri-bundle/v1\n", "another format")
    heads, witnessed = walk_heads(folder, own)
    with blame("held"):
        need(all(head in heads for head in held), "a head that is held is not in the bundle")
    (origin, size, root), witnessed = heads[-1], max([witnessed, *[head[1] for head in held]])
    with blame("withheld.txt"):
        withheld = read_withheld(folder + "/withheld.txt")
    part, listed = os.path.lexists(folder + "/proofs.txt"), os.path.lexists(folder + "/leaves.txt")
    with blame("leaves.txt"):
        leaves = [hash_of(line) for line in lines_of(folder + "/leaves.txt", 64, True)]
        need(not listed or not part and (len(leaves), root_of(leaves)) == (size, root), "not those of the newest head")
    proofs, texts, text = proofs_of(folder), openings(folder), None
    entries, own_leaves, files = lines_of(folder + "/entries.jsonl", 1 << 20), [], {}
    last, count, shown, sealed = -1, 0, 0, 0
    while True:
        with blame("entries.jsonl %d" % (count + 1)):
            line = next(entries, None)
            need(line is not None or count and (part or count == size), "the entry that should follow is missing")
            if line is None: break
            entry, leaf = read_entry(line), sha(b"\x00", line.encode())
            idx, stands_here = entry["idx"], last < entry["idx"] < size and (part or entry["idx"] == count)
            need(entry["log"] == origin.rsplit("/", 1)[-1] and stands_here, "it is of another log or place")
            if part:
                proof = next(proofs, None)
                with blame("proofs.txt"):
                    need(proof, "a proof is missing")
                need(included(leaf, idx, size, *proof, root), "its proof does not hold")
            need(not leaves or leaves[idx] == leaf, "its leaf is another")
            text = text or next(texts, None)
            for nth, commitment in enumerate(entry["commit"], 1):
                sealed += 1
                if text and text[0] == (idx, nth):
                    fits = sha(b"meguri/payload/v1\x00", *text[1:]).hex() == commitment
                    need(fits and (idx, nth) not in withheld, "a private text is another, or it is withheld, too")
                    shown, text = shown + 1, next(texts, None)
                else:
                    need((idx, nth) in withheld, "a private text is neither shown nor withheld")
                    withheld[idx, nth] = True
            check_files(folder, entry, withheld, files)
        last, count = idx, count + 1
        own_leaves.append(leaf)
    for place, holds in (("entries.jsonl", part or root_of(own_leaves) == root), ("proofs.txt", not next(proofs, 0)),
                         ("payloads.txt", not text), ("withheld.txt", all(withheld.values()))):
        with blame(place):
            need(holds, "at the end something is missing, left over or different")
    for name in names(folder, "files"):
        with blame("files/" + name):
            need(name in files, "a file of no entry")
    hidden = len(files) + sum(type(item) is str for item in withheld)
    figures = f"size={size} witnessed={witnessed} entries={count} payloads={shown}/{sealed} files={len(files)}/{hidden}"
    return last < witnessed, figures

def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--policy", metavar="FILE")
    parser.add_argument("--held", metavar="FILE", action="append", default=[])
    parser.add_argument("folder")
    given = parser.parse_args()
    try:
        own = Policy(pathlib.Path(given.policy).read_bytes().decode()) if given.policy else None
        texts = [pathlib.Path(path).read_bytes().decode("utf-8-sig").replace("\r\n", "\n") for path in given.held]
        held = [read_checkpoint(re.sub("(?s)\n\n.*", "\n", text)) for text in texts]
        os.listdir(given.folder)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    try:
        passed, figures = verify(given.folder, own, held)
        print(("PASS " if passed else "UNWITNESSED ") + figures)
        return 0 if passed else 3
    except Fail as fail:
        print("FAIL %s\n\n%s" % fail.args)
        return 1
if __name__ == "__main__":
    sys.exit(main())

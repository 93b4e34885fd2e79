//! `cargo xtask bench`: how long the house takes, in-process, on organisations of several sizes.

fn main() {
    println!("the benches are run in a release build: cargo xtask bench");
}

//! Events a second.

fn main() {
    divan::main();
}

//! How fast the machine takes signals and commands.
fn main() {
    divan::main();
}

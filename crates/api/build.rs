//! Embeds the reference's script again when it was fetched since the last build.

fn main() {
    #[allow(clippy::print_stdout)] // how a build script speaks
    {
        println!("cargo::rerun-if-changed=assets");
    }
}

//! Writes the example files anew: `cargo run -p xinheng-demo --example write_examples`.
//!
//! They are kept in the repository so that nobody needs to build anything to look at them; a test
//! holds them to what this program writes.

mod custom_item;
mod departments;
mod files;
mod kinds;
mod table;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    for (path, bytes) in files::all() {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, bytes)?;
    }
    Ok(())
}

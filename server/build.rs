//! Rebuilds when a page or a file of the npm package comes, goes or changes: they are part of the binary.

fn main() {
    for folder in ["../www", "../pkg"] {
        // A folder that is missing would count as changed at every build.
        if std::path::Path::new(folder).exists() {
            println!("cargo:rerun-if-changed={folder}");
        }
    }
}

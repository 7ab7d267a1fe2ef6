//! The pages are built apart, by `bin/run` and its kin. Where they were not, one page takes their place that says so, and
//! the program can be built and tested all the same.

use std::fs;
use std::path::Path;

const PLACEHOLDER: &str = "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Rapport</title></head>\n\
    <body>\n<h1>Rapport</h1>\n<p>The pages of the workspace were not built into this program. Build them with \
    <code>npm install</code> and <code>npm run build</code> in <code>web</code>, then build the program again.</p>\n\
    <p>The API works: <a href=\"/api/reference\">reference</a>.</p>\n</body>\n</html>\n";

fn main() -> std::io::Result<()> {
    let pages = Path::new("../../web/dist");
    if !pages.join("index.html").exists() {
        fs::create_dir_all(pages)?;
        fs::write(pages.join("index.html"), PLACEHOLDER)?;
    }
    fs::create_dir_all("../../demo")?;
    // Files that come or go; those that are embedded already are watched one by one.
    println!("cargo::rerun-if-changed=../../web/dist");
    println!("cargo::rerun-if-changed=../../demo");
    println!("cargo::rerun-if-changed=build.rs");
    Ok(())
}

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
    // DuckDB's library lies beside the program; while developing, where npm put it.
    println!("cargo::rustc-link-arg=-Wl,-rpath,$ORIGIN");
    println!("cargo::rerun-if-env-changed=DUCKDB_LIB_DIR");
    if let Ok(folder) = std::env::var("DUCKDB_LIB_DIR") {
        println!("cargo::rustc-link-arg=-Wl,-rpath,{folder}");
    }
    Ok(())
}

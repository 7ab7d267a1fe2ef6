//! Tells the tests of this crate where the library of DuckDB lies.

fn main() {
    println!("cargo:rerun-if-env-changed=DUCKDB_LIB_DIR");
    if let Ok(folder) = std::env::var("DUCKDB_LIB_DIR") {
        let library = std::path::Path::new(&folder).join("libduckdb.so");
        println!("cargo:rerun-if-changed={}", library.display());
        if cfg!(target_os = "linux") && !library.exists() {
            println!(
                "cargo:warning=no DuckDB in {folder}: run `npm install` in crates/analytics/duckdb, or any of bin/*"
            );
        }
        println!("cargo:rustc-link-arg=-Wl,-rpath,{folder}");
    }
}

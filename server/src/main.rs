//! The binary `rollcall`: everything is in the library, so that tests reach it, but the console's files, which are
//! linked last.

use std::process::ExitCode;

use server::http::Files;

/// The console's files as they were when the binary was built.
#[cfg(feature = "embed")]
#[derive(rust_embed::Embed)]
#[folder = "../target/site/pkg"]
struct Site;

#[tokio::main]
async fn main() -> ExitCode {
    #[cfg(feature = "embed")]
    let files = Files::embedded::<Site>();
    #[cfg(not(feature = "embed"))]
    let files = Files::on_disk();
    server::run(files).await
}

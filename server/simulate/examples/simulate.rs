//! By hand: `cargo run -p simulate --example simulate -- okta --base-url U --token T`

use clap::Parser;

#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    args: simulate::Args,
}

fn main() {
    let outcome = simulate::run(&Cli::parse().args, &mut std::io::stdout());
    match outcome {
        Ok(outcome) if outcome.failures.is_empty() => {}
        Ok(_) => std::process::exit(1),
        Err(error) => {
            eprintln!("{error}");
            std::process::exit(1);
        }
    }
}

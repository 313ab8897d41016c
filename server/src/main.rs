//! The command line.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::process::ExitCode;

use bulla_server::config::{Place, Settings};
use bulla_server::db::Db;
use bulla_server::domain::{
    NewKey, UserOrder, create_dropzone, now, random_password, reset_password, set_disabled, set_phone,
};
use bulla_server::secrets::ServerKey;
use bulla_server::server::{Server, create_data};
use clap::{Parser, Subcommand};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

/// Octets that are read of a line of standard input at most: more than a password may have.
const LONGEST_LINE: u64 = 4096;

/// End-to-end encrypted file exchange.
#[derive(Parser)]
#[command(name = "bulla", version)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server
    Serve(Box<Settings>),
    /// Make, list and revoke API keys
    #[command(subcommand)]
    Key(KeyCommand),
    /// Make users, list them, shut them out, and give them other passwords and phone numbers
    #[command(subcommand)]
    User(UserCommand),
    /// Make, list and revoke Dropzones, through which anyone sends to their owner without an account
    #[command(subcommand)]
    Dropzone(DropzoneCommand),
    /// Read what clients reported of their own failures
    #[command(subcommand)]
    Feedback(FeedbackCommand),
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Make an API key, and print it as JSON: {"email", "apiKey", "apiSecret"}. The secret is shown only now
    Create {
        /// Whose key it is; the account is made when there is none
        #[arg(long)]
        email: String,
        #[command(flatten)]
        place: Place,
    },
    /// Print every API key, without its secret, as JSON, one a line
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Revoke an API key
    Revoke {
        /// The key
        #[arg(value_name = "API_KEY")]
        api_key: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum UserCommand {
    /// Make a user, and print it as JSON: {"email", "firstName", "lastName", "phone", "admin", "password"}. The password is
    /// made here and shown only now; null when it comes from standard input. An account with API keys alone becomes a user
    Create {
        /// The e-mail address
        #[arg(long)]
        email: String,
        /// The first name
        #[arg(long, default_value = "")]
        first_name: String,
        /// The last name
        #[arg(long, default_value = "")]
        last_name: String,
        /// The phone number, to which codes go instead of the e-mail address, for instance "+47 912 34 567"
        #[arg(long)]
        phone: Option<String>,
        /// The user administers this installation
        #[arg(long)]
        admin: bool,
        /// Take the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Print every account as JSON, one a line
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Shut a user out: its sessions end, and its API keys do not hold
    Disable {
        /// The e-mail address
        #[arg(long)]
        email: String,
        #[command(flatten)]
        place: Place,
    },
    /// Let a user in again; its API keys hold again
    Enable {
        /// The e-mail address
        #[arg(long)]
        email: String,
        #[command(flatten)]
        place: Place,
    },
    /// Give a user another password, and end its sessions. It is printed as for `create`
    Password {
        /// The e-mail address
        #[arg(long)]
        email: String,
        /// Take the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        place: Place,
    },
    /// Give a user another phone number, or none
    Phone {
        /// The e-mail address
        #[arg(long)]
        email: String,
        /// The number, for instance "+47 912 34 567"
        #[arg(long, required_unless_present = "none", conflicts_with = "none")]
        phone: Option<String>,
        /// Codes go to the e-mail address from now on
        #[arg(long)]
        none: bool,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum DropzoneCommand {
    /// Make a Dropzone, and print it as JSON: {"email", "dropzone"}. Its id is no secret: it stands in pages
    Create {
        /// Whose it is; the account is made when there is none
        #[arg(long)]
        email: String,
        #[command(flatten)]
        place: Place,
    },
    /// Print every Dropzone as JSON, one a line
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Revoke a Dropzone. What was sent through it stays
    Revoke {
        /// Its id
        #[arg(value_name = "DROPZONE")]
        id: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Subcommand)]
enum FeedbackCommand {
    /// Print the reports that are kept, the last thousand, as JSON, one a line, the oldest first
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Delete all of them
    Clear {
        #[command(flatten)]
        place: Place,
    },
}

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_env("BULLA_LOG").unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    let outcome = match CommandLine::parse().command {
        Command::Serve(settings) => serve(*settings).await,
        Command::Key(KeyCommand::Create { email, place }) => create(&place, &email).await,
        Command::Key(KeyCommand::List { place }) => list(&place).await,
        Command::Key(KeyCommand::Revoke { api_key, place }) => revoke(&place, &api_key).await,
        Command::User(command) => user(command).await,
        Command::Dropzone(DropzoneCommand::Create { email, place }) => make_dropzone(&place, &email).await,
        Command::Dropzone(DropzoneCommand::List { place }) => list_dropzones(&place).await,
        Command::Dropzone(DropzoneCommand::Revoke { id, place }) => revoke_dropzone(&place, &id).await,
        Command::Feedback(FeedbackCommand::List { place }) => list_feedback(&place).await,
        Command::Feedback(FeedbackCommand::Clear { place }) => clear_feedback(&place).await,
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _written = writeln!(std::io::stderr(), "bulla: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn serve(settings: Settings) -> Outcome {
    let config = settings.resolve()?;
    let public_url = config.public_url.clone();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let server = Server::open(config).await?;
    let url = public_url.map_or_else(|| server.address().map(|address| format!("http://{address}")), Ok)?;
    print(&format!("Bulla is ready: {url}/"))?;
    server
        .serve(async move {
            tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} }
            tracing::info!("stopping");
        })
        .await;
    Ok(())
}

async fn create(place: &Place, email: &str) -> Outcome {
    let db = open(place).await?;
    let key = NewKey::create(&db, &ServerKey::load_or_create(&place.data())?, email).await?;
    print(&json!({ "email": key.email, "apiKey": key.api_key, "apiSecret": key.api_secret }).to_string())
}

async fn list(place: &Place) -> Outcome {
    for key in open(place).await?.keys().await? {
        let line = json!({
            "email": key.account.email,
            "apiKey": key.api_key,
            "description": key.description,
            "created": key.created,
            "used": key.used,
            "revoked": key.revoked,
        });
        print(&line.to_string())?;
    }
    Ok(())
}

async fn revoke(place: &Place, api_key: &str) -> Outcome {
    if open(place).await?.revoke_key(api_key, now()).await? {
        Ok(())
    } else {
        Err("there is no such key in force".into())
    }
}

async fn user(command: UserCommand) -> Outcome {
    match command {
        UserCommand::Create { email, first_name, last_name, phone, admin, password_stdin, place } => {
            let db = open(&place).await?;
            let order = UserOrder { email, first_name, last_name, phone, admin };
            let (password, shown) = password(password_stdin)?;
            let made = order.create(&db, password).await?;
            let line = json!({
                "email": made.email,
                "firstName": made.first_name,
                "lastName": made.last_name,
                "phone": made.phone,
                "admin": made.admin,
                "password": shown,
            });
            print(&line.to_string())
        }
        UserCommand::List { place } => {
            for user in open(&place).await?.users().await? {
                let line = json!({
                    "email": user.account.email,
                    "firstName": user.account.first_name,
                    "lastName": user.account.last_name,
                    "phone": user.account.phone,
                    "admin": user.account.admin,
                    "disabled": user.account.disabled,
                    "password": user.password_hash.is_some(),
                    "created": user.created,
                });
                print(&line.to_string())?;
            }
            Ok(())
        }
        UserCommand::Disable { email, place } => Ok(set_disabled(&open(&place).await?, &email, true).await?),
        UserCommand::Enable { email, place } => Ok(set_disabled(&open(&place).await?, &email, false).await?),
        UserCommand::Phone { email, phone, none: _, place } => {
            Ok(set_phone(&open(&place).await?, &email, phone.as_deref()).await?)
        }
        UserCommand::Password { email, password_stdin, place } => {
            let db = open(&place).await?;
            let (password, shown) = password(password_stdin)?;
            reset_password(&db, &email, password).await?;
            match shown {
                Some(shown) => print(&json!({ "email": email, "password": shown }).to_string()),
                None => Ok(()),
            }
        }
    }
}

/// A password from standard input, or one that is made here and to be shown.
fn password(from_stdin: bool) -> Result<(String, Option<String>), Box<dyn std::error::Error>> {
    if from_stdin {
        let mut line = String::new();
        std::io::stdin().lock().take(LONGEST_LINE).read_line(&mut line)?;
        let line = line.strip_suffix('\n').unwrap_or(&line);
        return Ok((line.strip_suffix('\r').unwrap_or(line).to_owned(), None));
    }
    let made = random_password()?;
    Ok((made.clone(), Some(made)))
}

async fn make_dropzone(place: &Place, email: &str) -> Outcome {
    let made = create_dropzone(&open(place).await?, email).await?;
    print(&json!({ "email": made.account.email, "dropzone": made.id }).to_string())
}

async fn list_dropzones(place: &Place) -> Outcome {
    for dropzone in open(place).await?.dropzones().await? {
        let line = json!({
            "email": dropzone.account.email,
            "dropzone": dropzone.id,
            "created": dropzone.created,
            "revoked": dropzone.revoked,
        });
        print(&line.to_string())?;
    }
    Ok(())
}

async fn revoke_dropzone(place: &Place, id: &str) -> Outcome {
    if open(place).await?.revoke_dropzone(id, now()).await? {
        Ok(())
    } else {
        Err("there is no such Dropzone in force".into())
    }
}

async fn list_feedback(place: &Place) -> Outcome {
    for report in open(place).await?.feedback().await? {
        let line = json!({
            "at": report.at,
            "email": report.sender,
            "client": report.client,
            "message": report.message,
            "stacktrace": report.stacktrace,
            "systemInfo": report.system_info,
        });
        print(&line.to_string())?;
    }
    Ok(())
}

async fn clear_feedback(place: &Place) -> Outcome {
    open(place).await?.clear_feedback().await?;
    Ok(())
}

async fn open(place: &Place) -> Result<Db, Box<dyn std::error::Error>> {
    create_data(&place.data())?;
    Ok(Db::connect(&place.database()?).await?)
}

/// Writes a line to standard output, where nothing else goes.
fn print(line: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

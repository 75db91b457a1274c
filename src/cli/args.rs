//! The command line as types; help, completions and man pages come from
//! here.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::catalog::{self, AppType};
use crate::check::{Confidence, Severity, UnknownWord};
use crate::gate::{Date, DiagnosticKind, NoDate, Threshold};
use crate::report::{DiffFormat, Format};

/// Privacy audit of Android apps, offline.
///
/// Opens an app package, works out what the app can do and what it tells its
/// user, and flags the issue types that privacy regulators cite.
#[derive(Debug, Parser)]
#[command(
    name = "apkaudit",
    version,
    disable_version_flag = true,
    max_term_width = 100,
    after_help = "Exit codes: 0 gate passed · 1 gate failed · 2 usage or configuration error · \
                  3 an input could not be analysed\n\n\
                  Start with: apkaudit check app-release.apk"
)]
pub struct Cli {
    /// Print version and check-set version
    #[arg(short = 'V', long = "version", action = clap::ArgAction::SetTrue)]
    pub version: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge packages: findings, gate decision, reports
    Check(CheckArgs),
    /// Show the facts only: identity, permissions, components, code, policy found
    Inspect(InspectArgs),
    /// Write a saved result in other formats, without the app
    Report(ReportArgs),
    /// Show what changed between two packages or saved results
    Diff(DiffArgs),
    /// Explain a check, a permission, a legal basis or a regulator's label
    Explain(ExplainArgs),
    /// List, write, validate and test checks, ours and your own
    Checks(ChecksArgs),
    /// Write, shorten and show the list of findings that are known and do not fail the gate
    Baseline(BaselineArgs),
    /// Write, show and describe the settings of a team
    Config(ConfigCommandArgs),
    /// Write what follows from the program: pages on checks, manual, completions, schema
    Generate(GenerateArgs),
}

/// `apkaudit generate`
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// What to write
    #[command(subcommand)]
    pub command: GenerateCommand,
}

/// What can be written.
#[derive(Debug, Subcommand)]
pub enum GenerateCommand {
    /// Markdown pages on all checks, with indices by issue, regulators' words and clause
    Docs {
        /// Directory to write to; pages written before are replaced
        #[arg(long, value_name = "DIR", default_value = "docs")]
        dir: PathBuf,
    },
    /// The JSON Schemas of what `check -f json`, `inspect -f json` and `diff -f json` write
    Schemas {
        /// Directory to write to
        #[arg(long, value_name = "DIR", default_value = "schemas")]
        dir: PathBuf,
    },
    /// Manual pages, one a command
    Man {
        /// Directory to write to
        #[arg(long, value_name = "DIR", default_value = "man")]
        dir: PathBuf,
    },
    /// Completions of arguments for a shell, on standard output
    #[command(
        after_help = "For this session of bash: source <(apkaudit generate completions bash)"
    )]
    Completions {
        /// Shell
        #[arg(value_name = "SHELL")]
        shell: clap_complete::Shell,
    },
}

/// Which packages are read, and what is written of them.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Packages (.apk .aab .aar .jar .apks .xapk .apkm), policy documents (.html .md .docx .pdf .txt) or
    /// directories of them
    #[arg(value_name = "INPUT", required_unless_present = "file_list")]
    pub inputs: Vec<PathBuf>,
    /// Read input paths from FILE, one a line; `-` is standard input
    #[arg(long, value_name = "FILE")]
    pub file_list: Option<PathBuf>,
    /// Exit with 3 also when an input could be analysed only in part
    #[arg(long, env = "APKAUDIT_STRICT", hide_env_values = true, value_parser = yes_or_no())]
    pub strict: bool,
    #[command(flatten)]
    pub output: OutputArgs,
}

/// What an app does not hold: the same for all commands that read packages.
#[derive(Debug, Args)]
pub struct BesideArgs {
    /// A privacy policy that the app only links (.html .md .docx .pdf .txt); may be repeated
    #[arg(
        long,
        value_name = "FILE",
        env = "APKAUDIT_POLICY",
        hide_env_values = true
    )]
    pub policy: Vec<PathBuf>,
    /// A list of SDKs that the policy only links; may be repeated
    #[arg(
        long,
        value_name = "FILE",
        env = "APKAUDIT_SDK_LIST",
        hide_env_values = true
    )]
    pub sdk_list: Vec<PathBuf>,
    /// Type of the app by the Chinese rule on necessary personal information: number (1 to 39) or
    /// id; without it, its name may give a guess, which accuses nobody
    #[arg(long, value_name = "TYPE", value_parser = parse_app_type, env = "APKAUDIT_APP_TYPE", hide_env_values = true)]
    pub app_type: Option<&'static AppType>,
}

/// By what packages are judged: the same for all commands that check.
#[derive(Debug, Args)]
pub struct JudgeArgs {
    #[command(flatten)]
    pub beside: BesideArgs,
    #[command(flatten)]
    pub select: SelectArgs,
    /// Also run the checks of this directory; may be repeated
    #[arg(
        long,
        value_name = "DIR",
        env = "APKAUDIT_CHECKS",
        hide_env_values = true
    )]
    pub checks: Vec<PathBuf>,
    #[command(flatten)]
    pub config: ConfigArgs,
}

/// What is written, and where.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Format on standard output
    #[arg(
        short,
        long,
        value_enum,
        default_value = "text",
        env = "APKAUDIT_FORMAT",
        hide_env_values = true
    )]
    pub format: Format,
    /// Write another format to a file; may be repeated
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = parse_output, env = "APKAUDIT_OUTPUT", hide_env_values = true)]
    pub output: Vec<(Format, PathBuf)>,
    #[command(flatten)]
    pub language: LanguageArgs,
    #[command(flatten)]
    pub color: ColorArgs,
}

/// Which findings are shown; what fails the gate is another question.
#[derive(Debug, Args)]
pub struct ShownArgs {
    /// Which findings are shown: `gate` violations and risks, `review` also what a person must
    /// look at, `audit` also what passed or does not apply
    #[arg(
        long,
        value_enum,
        default_value = "review",
        env = "APKAUDIT_PROFILE",
        hide_env_values = true
    )]
    pub profile: ProfileArg,
    /// Hide findings below this severity (the gate still counts them)
    #[arg(
        long,
        value_name = "SEVERITY",
        env = "APKAUDIT_MIN_SEVERITY",
        hide_env_values = true
    )]
    pub min_severity: Option<Severity>,
    /// Hide findings below this confidence (the gate still counts them)
    #[arg(
        long,
        value_name = "CONFIDENCE",
        env = "APKAUDIT_MIN_CONFIDENCE",
        hide_env_values = true
    )]
    pub min_confidence: Option<Confidence>,
}

impl Default for ShownArgs {
    fn default() -> Self {
        Self {
            profile: ProfileArg::Review,
            min_severity: None,
            min_confidence: None,
        }
    }
}

/// Colours of texts.
#[derive(Clone, Copy, Debug, Args)]
pub struct ColorArgs {
    /// Colour the text
    #[arg(
        long,
        value_enum,
        default_value = "auto",
        env = "APKAUDIT_COLOR",
        hide_env_values = true
    )]
    pub color: ColorChoice,
}

/// Language of texts.
#[derive(Debug, Args)]
pub struct LanguageArgs {
    /// Language of the texts; the default follows the locale (`zh*` gives zh)
    #[arg(long, value_enum, env = "APKAUDIT_LANG", hide_env_values = true)]
    pub lang: Option<LangArg>,
}

/// Which checks run.
#[derive(Debug, Args)]
pub struct SelectArgs {
    /// Whose rules to go by, separated by commas [default: cn, or all with --select]
    #[arg(
        long,
        value_name = "REGIME",
        value_enum,
        value_delimiter = ',',
        env = "APKAUDIT_REGIME",
        hide_env_values = true
    )]
    pub regime: Vec<RegimeArg>,
    /// Only these checks: id (sdk-undisclosed), issue row (B03), letter of a row (B; X without
    /// row) or regime; separated by commas
    #[arg(
        long,
        value_name = "CHECK",
        value_delimiter = ',',
        env = "APKAUDIT_SELECT",
        hide_env_values = true
    )]
    pub select: Vec<String>,
    /// Not these checks, named in the same way
    #[arg(
        long,
        value_name = "CHECK",
        value_delimiter = ',',
        env = "APKAUDIT_IGNORE",
        hide_env_values = true
    )]
    pub ignore: Vec<String>,
}

/// What a team set before.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// Settings of the team; without it `apkaudit.toml` here or in a directory above
    #[arg(
        long,
        value_name = "FILE",
        env = "APKAUDIT_CONFIG",
        hide_env_values = true
    )]
    pub config: Option<PathBuf>,
    /// Read no settings of the team
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
    /// The day for which suppressions are judged [default: today, UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date, env = "APKAUDIT_TODAY", hide_env_values = true)]
    pub today: Option<Date>,
}

/// `apkaudit check`
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub judge: JudgeArgs,
    /// Fail the gate at this severity and confidence or above, `never` to only report
    #[arg(long, value_name = "SEVERITY[:CONFIDENCE]", default_value = "high:medium", value_parser = parse_fail_on, env = "APKAUDIT_FAIL_ON", hide_env_values = true)]
    pub fail_on: FailOn,
    /// Exit with 0 though the gate failed: only report
    #[arg(long, env = "APKAUDIT_EXIT_ZERO", hide_env_values = true, value_parser = yes_or_no())]
    pub exit_zero: bool,
    /// Known findings, as `apkaudit baseline create` wrote them, do not fail the gate
    #[arg(
        long,
        value_name = "FILE",
        env = "APKAUDIT_BASELINE",
        hide_env_values = true
    )]
    pub baseline: Option<PathBuf>,
    /// Fail the gate for this defect of suppressions, baseline or permission list: expired-suppression,
    /// unused-suppression, stale-baseline, unexpected-permission; separated by commas
    #[arg(long, value_name = "DIAGNOSTIC", value_delimiter = ',', value_parser = parse_diagnostic, env = "APKAUDIT_DENY", hide_env_values = true)]
    pub deny: Vec<DiagnosticKind>,
    #[command(flatten)]
    pub shown: ShownArgs,
    /// Save the facts in the JSON too, so that `diff` can compare with it later
    #[arg(long, env = "APKAUDIT_FACTS", hide_env_values = true, value_parser = yes_or_no())]
    pub facts: bool,
    /// Sources of the project: findings then point at a line of the manifest, the Gradle file, the
    /// policy or the code where one is found
    #[arg(
        long,
        value_name = "DIR",
        env = "APKAUDIT_SOURCE_ROOT",
        hide_env_values = true
    )]
    pub source_root: Option<PathBuf>,
}

/// `apkaudit inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub beside: BesideArgs,
    /// Also list every resource string (JSON)
    #[arg(long)]
    pub strings: bool,
}

/// `apkaudit report`
#[derive(Debug, Args)]
#[command(
    after_help = "The exit code is that of the run that was saved: 0 gate passed · 1 gate failed · \
                  3 an input could not be analysed; 2 if the file is no result of this version"
)]
pub struct ReportArgs {
    /// A result that `check -f json` or `inspect -f json` wrote
    #[arg(value_name = "RESULT.json")]
    pub result: PathBuf,
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(flatten)]
    pub shown: ShownArgs,
    /// Exit with 3 also when an input could be analysed only in part
    #[arg(long, env = "APKAUDIT_STRICT", hide_env_values = true, value_parser = yes_or_no())]
    pub strict: bool,
    /// Exit with 0 though the gate failed: only report
    #[arg(long, env = "APKAUDIT_EXIT_ZERO", hide_env_values = true, value_parser = yes_or_no())]
    pub exit_zero: bool,
}

/// What a variable may say in place of a flag: `true`, `1`, `yes`, `on` and
/// their opposites.
fn yes_or_no() -> clap::builder::BoolishValueParser {
    clap::builder::BoolishValueParser::new()
}

/// `apkaudit diff`
#[derive(Debug, Args)]
#[command(
    after_help = "A package is read and checked with the settings, as `check` does. A saved \
                  result has the findings if `check -f json` wrote it, the facts if `inspect -f \
                  json` did, and both with `check --facts -f json`; what a side does not have is \
                  not compared, and the output says so.\n\n\
                  Exit codes: 0 compared · 1 something new at or above --fail-on-new · 2 usage or \
                  configuration error · 3 a side could not be analysed"
)]
pub struct DiffArgs {
    /// What was: a package, or a saved result (.json)
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// What is: a package, or a saved result (.json)
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Format on standard output
    #[arg(short, long, value_enum, default_value = "text")]
    pub format: DiffFormat,
    /// Write another format to a file; may be repeated
    #[arg(short, long, value_name = "FORMAT=PATH", value_parser = parse_diff_output)]
    pub output: Vec<(DiffFormat, PathBuf)>,
    /// Exit with 1 if a violation or risk at this severity and confidence or above is new or has
    /// grown
    #[arg(long, value_name = "SEVERITY[:CONFIDENCE]", value_parser = parse_threshold, env = "APKAUDIT_FAIL_ON_NEW", hide_env_values = true)]
    pub fail_on_new: Option<Threshold>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub language: LanguageArgs,
    #[command(flatten)]
    pub color: ColorArgs,
}

/// `apkaudit baseline`
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// What to do with the baseline
    #[command(subcommand)]
    pub command: BaselineCommand,
}

/// What can be done with a baseline.
#[derive(Debug, Subcommand)]
pub enum BaselineCommand {
    /// Write all violations and risks found now; a file that is there is never written over
    Create(BaselineInputArgs),
    /// Take out what is not found any more; nothing is ever added
    Prune(BaselineInputArgs),
    /// Show what is known
    Show {
        /// The baseline [default: apkaudit-baseline.json]
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
        #[command(flatten)]
        language: LanguageArgs,
    },
}

/// What a baseline is made of.
#[derive(Debug, Args)]
pub struct BaselineInputArgs {
    /// A saved result of `check -f json`, or packages, which are then checked with the settings
    #[arg(value_name = "RESULT.json|INPUT", required = true)]
    pub inputs: Vec<PathBuf>,
    /// The baseline [default: that of the settings, or apkaudit-baseline.json]
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub judge: JudgeArgs,
    #[command(flatten)]
    pub language: LanguageArgs,
}

/// `apkaudit config`
#[derive(Debug, Args)]
pub struct ConfigCommandArgs {
    /// What to do with the settings
    #[command(subcommand)]
    pub command: ConfigCommand,
}

/// What can be done with settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Write a commented apkaudit.toml; a file that is there is never written over
    Init {
        /// Directory of the file
        #[arg(value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
    /// Show the settings that count here, and where each comes from
    Show {
        #[command(flatten)]
        config: ConfigArgs,
    },
    /// Print the JSON Schema of the file, for editors
    Schema,
}

/// `apkaudit explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A check id or issue row (`B03`), an SDK (`sdk:jpush`), a permission, a clause (`R191-2.1`)
    /// or a label
    #[arg(value_name = "CHECK|sdk:ID|PERMISSION|CLAUSE|LABEL")]
    pub subject: String,
    #[command(flatten)]
    pub language: LanguageArgs,
}

/// `apkaudit checks`
#[derive(Debug, Args)]
pub struct ChecksArgs {
    /// What to do with checks
    #[command(subcommand)]
    pub command: ChecksCommand,
}

/// What can be done with checks.
#[derive(Debug, Subcommand)]
pub enum ChecksCommand {
    /// One line a check: id, issue rows, severity, regimes, title
    List {
        /// Format
        #[arg(short, long, value_enum, default_value = "text")]
        format: ListFormat,
        #[command(flatten)]
        select: SelectArgs,
        #[command(flatten)]
        language: LanguageArgs,
    },
    /// Write a check file that works, to be changed
    New {
        /// Name of the problem: lower-case words joined by `-`
        id: String,
        /// Directory of the file; it is made if it is not there
        #[arg(long, value_name = "DIR", default_value = ".")]
        dir: PathBuf,
    },
    /// Load checks and report every error with its place; without DIR the built-in ones
    Validate {
        /// Directories of check files
        #[arg(value_name = "DIR")]
        directories: Vec<PathBuf>,
    },
    /// Run the examples of checks; without DIR of the built-in ones
    Test {
        /// Directories of check files
        #[arg(value_name = "DIR")]
        directories: Vec<PathBuf>,
    },
}

/// Formats of lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Whose rules to go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum RegimeArg {
    /// Mainland China
    Cn,
    /// Drafts of mainland China
    CnDraft,
    /// Google Play
    Play,
    /// European Union
    Gdpr,
    /// Rules for children, anywhere
    Kids,
    /// All of them
    All,
}

/// Languages of the texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// 中文
    Zh,
    /// English
    En,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// Which findings are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProfileArg {
    /// Violations and risks
    Gate,
    /// Also what a person must look at
    Review,
    /// Also what passed or does not apply
    Audit,
}

/// The value of `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Never fail for findings.
    Never,
    /// At this severity and confidence or above.
    At(Threshold),
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.about()))
    }
}

impl ValueEnum for DiffFormat {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.about()))
    }
}

fn parse_output(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, path) = parse_pair(text)?;
    Ok((Format::from_str(format, true)?, path))
}

fn parse_diff_output(text: &str) -> Result<(DiffFormat, PathBuf), String> {
    let (format, path) = parse_pair(text)?;
    let words: Vec<&str> = DiffFormat::ALL.iter().map(|of| of.word()).collect();
    let format = DiffFormat::from_str(format, true)
        .map_err(|_| format!("a difference has the formats {}", words.join(", ")))?;
    Ok((format, path))
}

fn parse_threshold(text: &str) -> Result<Threshold, UnknownWord> {
    text.parse()
}

fn parse_pair(text: &str) -> Result<(&str, PathBuf), String> {
    let (format, path) = text
        .split_once('=')
        .ok_or("give it as FORMAT=PATH, for example json=report.json")?;
    if path.is_empty() {
        return Err("the path is missing".to_owned());
    }
    Ok((format, PathBuf::from(path)))
}

fn parse_app_type(text: &str) -> Result<&'static AppType, String> {
    catalog::app_type(text).ok_or_else(|| {
        let ids: Vec<&str> = catalog::app_types()
            .iter()
            .map(|of| of.id.as_str())
            .collect();
        match catalog::closest(text, ids.iter().copied()) {
            Some(id) => format!("there is no such type; did you mean \"{id}\"?"),
            None => format!("give a number from 1 to 39, or one of {}", ids.join(", ")),
        }
    })
}

fn parse_date(text: &str) -> Result<Date, NoDate> {
    text.parse()
}

fn parse_diagnostic(text: &str) -> Result<DiagnosticKind, String> {
    let mut known = DiagnosticKind::ALL.into_iter();
    known.find(|kind| kind.word() == text).ok_or_else(|| {
        let words = DiagnosticKind::ALL.map(DiagnosticKind::word);
        match catalog::closest(text, words) {
            Some(word) => format!("there is no such diagnostic; did you mean \"{word}\"?"),
            None => format!("give one of {}", words.join(", ")),
        }
    })
}

fn parse_fail_on(text: &str) -> Result<FailOn, UnknownWord> {
    if text == "never" {
        return Ok(FailOn::Never);
    }
    text.parse().map(FailOn::At)
}

//! `assay request`: the client's side of `assay order`.

use crate::{
	args::{
		MatchArgs, NewOrder, NewRequestArgs, OrderCommand, RequestCommand, RequestFromArgs,
		SendRequestArgs,
	},
	content,
	context::Context,
	failure::Failure,
	order,
};
use clap::Parser;
use std::path::Path;

/// Runs a command of this group.
pub async fn run(command: RequestCommand, context: &Context) -> Result<(), Failure> {
	let command = match command {
		RequestCommand::New(args) => OrderCommand::New(Box::new(NewOrder::Request(args))),
		RequestCommand::From(args) => {
			let request = described(&args)?;
			OrderCommand::New(Box::new(NewOrder::Request(Box::new(request))))
		},
		RequestCommand::Sign(args) => OrderCommand::Sign(args),
		RequestCommand::Show(args) => OrderCommand::Show(args),
		RequestCommand::Send(args) => return send(args, context).await,
	};
	order::run(command, context).await
}

async fn send(args: SendRequestArgs, context: &Context) -> Result<(), Failure> {
	let resources = match args.resources.is_empty() {
		true => order::resting_offers(&args.file, context).await?,
		false => args.resources,
	};
	let SendRequestArgs { file, options, .. } = args;
	order::match_orders(MatchArgs { request: file, resources, options }, context).await
}

/// The options of `assay request new`, as a command line of their own.
#[derive(Debug, Parser)]
#[command(name = "request", no_binary_name = true, disable_help_flag = true)]
struct Described {
	#[command(flatten)]
	request: NewRequestArgs,
}

fn described(args: &RequestFromArgs) -> Result<NewRequestArgs, Failure> {
	let text = content::read(&args.description)?;
	let text = String::from_utf8(text).map_err(|_| Failure::usage("the description is no text"))?;
	let base = args.description.parent().unwrap_or(Path::new(""));
	let mut words = words(&text, base)
		.map_err(|why| Failure::usage(format!("{}: {why}", args.description.display())))?;
	words.splice(0..0, ["--file".into(), args.file.to_string_lossy().into_owned()]);
	let parsed = Described::try_parse_from(words);
	parsed.map(|described| described.request).map_err(|error| {
		let text = error.to_string();
		let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
		Failure::usage(format!("{}: {first}", args.description.display()))
	})
}

/// Turns `key = value` into `--key=value`, so that both have the same names, checks and defaults.
fn words(text: &str, base: &Path) -> Result<Vec<String>, String> {
	let table: toml::Table =
		text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
	let mut words = Vec::new();
	let mut module = None;
	for (key, value) in table {
		if key == "file" {
			return Err("the file to write is named on the command line".into());
		}
		let items = match value {
			toml::Value::Array(items) => items,
			item => vec![item],
		};
		for item in items {
			let is_path = matches!(key.as_str(), "module" | "input");
			let text = match item {
				toml::Value::String(text) if is_path => {
					base.join(text).to_string_lossy().into_owned()
				},
				toml::Value::String(text) => text,
				toml::Value::Integer(number) => number.to_string(),
				toml::Value::Boolean(true) => {
					words.push(format!("--{key}"));
					continue;
				},
				toml::Value::Boolean(false) => continue,
				_ => return Err(format!("{key} is neither text, nor a whole number, nor a list")),
			};
			match key.as_str() {
				"module" => module = Some(text),
				key => words.push(format!("--{key}={text}")),
			}
		}
	}
	let has_app = words.iter().any(|word| word.starts_with("--app="));
	match module {
		Some(module) => words.extend(["--".into(), module]),
		None if has_app => {},
		None => return Err("it names neither a module nor an app".into()),
	}
	Ok(words)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn parsed(text: &str) -> Result<NewRequestArgs, String> {
		let mut words = words(text, Path::new("/jobs"))?;
		words.splice(0..0, ["--file".to_string(), "out.json".into()]);
		let parsed = Described::try_parse_from(words).map_err(|error| error.to_string())?;
		Ok(parsed.request)
	}

	#[test]
	fn description_should_mean_what_the_options_of_the_same_names_mean() {
		let text = r#"
			module = "app.wasm"
			input = "data/in.bin"
			replicas = 5
			required = 4
			max-price = "0.5"
			max-gas-price = "10u"
			arg = ["--fast", "-x"]
			env = ["A=1"]
			volume = 3
			gas = "2G"
			allow-invalid = true
			tip = "1m"
		"#;
		let request = parsed(text).expect("valid");
		assert_eq!(request.job.module.as_deref(), Some(Path::new("/jobs/app.wasm")));
		assert_eq!(request.job.input.as_deref(), Some(Path::new("/jobs/data/in.bin")));
		let verification = &request.job.verification;
		assert_eq!((verification.replicas, verification.required), (Some(5), Some(4)));
		assert_eq!(request.job.program.args, ["--fast", "-x"]);
		assert_eq!(request.job.program.gas, 2_000_000_000);
		assert!(request.job.allow_invalid);
		let price = (request.job.max_price.as_str(), request.job.max_gas_price.as_deref());
		assert_eq!(price, ("0.5", Some("10u")));
		assert_eq!((request.order.volume, request.tip.as_str()), (3, "1m"));
	}

	#[test]
	fn description_should_need_no_module_when_it_names_an_app() {
		let text = "app = 3\ndataset = 4\nmax-app-price = \"0.1\"\npolicy = \"trust\"\ntrust = 8";
		let request = parsed(text).expect("valid");
		assert_eq!(request.job.module, None);
		assert_eq!((request.job.assets.app, request.job.assets.dataset), (Some(3), Some(4)));
		assert_eq!(request.job.verification.trust, Some(8));
	}

	#[test]
	fn description_should_be_refused_when_anything_in_it_is_unknown_or_malformed() {
		for bad in [
			"",
			"input = \"x\"",
			"module = \"a\"\nreplica = 3",
			"module = \"a\"\nreplicas = 3.5",
			"module = \"a\"\nreplicas = \"three\"",
			"module = \"a\"\nfile = \"x\"",
			"module = \"a\"\n[job]\nx = 1",
			"module = ",
		] {
			assert!(parsed(bad).is_err(), "{bad}");
		}
	}
}

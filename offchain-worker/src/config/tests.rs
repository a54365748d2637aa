use super::*;
use assay_primitives::{MICRO, UNIT, case::CaseLimits};

const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
const BOB: &str = "5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty";

fn merged(text: &str) -> Result<Settings> {
	merged_with(text, Global::default(), RunArgs::default())
}

fn merged_with(text: &str, mut global: Global, run: RunArgs) -> Result<Settings> {
	global.base_path.get_or_insert_with(|| "base".into());
	Settings::merge(&global, &run, parse_file(text)?)
}

#[test]
fn defaults_should_hold_when_nothing_is_given() {
	let settings = merged("").expect("an empty file is valid");
	assert_eq!(settings.host.node_urls, ["ws://127.0.0.1:9944"]);
	assert_eq!(settings.host.http.listen, SocketAddr::from(([127, 0, 0, 1], 9650)));
	assert_eq!(settings.host.http.metrics_listen, None);
	assert_eq!(settings.exposure_blocks, None);
	assert_eq!(settings.host.fetch.sources, ["node"]);
	assert!(!settings.host.fetch.allow_private_hints);
	assert!(settings.tasks.reveal_without_finality && settings.tasks.defend);
	let careful = merged("[tasks]\nreveal_without_finality = false").expect("valid");
	assert!(!careful.tasks.reveal_without_finality);
	assert!(settings.max_concurrent_jobs >= 1);
}

#[test]
fn file_should_be_used_and_options_should_win_when_both_are_given() {
	let text = r#"
		[node]
		urls = ["ws://file:1"]
		[price]
		base = "0.5"
		per_mgas = "0.000001"
		[capacity]
		slots = 3
		max_gas = 1000
		[limits]
		exposure_blocks = 600
		[http]
		listen = "0.0.0.0:80"
		prometheus_port = 9616
		[fetch]
		sources = ["gateway=http://x", "node"]
	"#;
	let settings = merged(text).expect("valid");
	assert_eq!(settings.host.node_urls, ["ws://file:1"]);
	assert_eq!(settings.price, Price { base: UNIT / 2, per_mgas: MICRO });
	assert_eq!(settings.capacity.slots, 3);
	assert!((1..=3).contains(&settings.max_concurrent_jobs), "as many as processors, up to slots");
	assert_eq!(settings.host.limits.max_gas, 1000);
	assert_eq!(settings.exposure_blocks, Some(600));
	assert_eq!(settings.host.fetch.sources, ["gateway=http://x", "node"]);
	assert_eq!(settings.host.http.metrics_listen, Some(SocketAddr::from(([127, 0, 0, 1], 9616))));

	let global = Global { node_urls: vec!["ws://flag:2".into()], ..Default::default() };
	let run = RunArgs {
		http_listen: Some(SocketAddr::from(([127, 0, 0, 1], 1))),
		prometheus_port: Some(2),
		prometheus_external: true,
		max_concurrent_jobs: Some(7),
		fetch: vec!["node".into()],
		..Default::default()
	};
	let settings = merged_with(text, global, run).expect("valid");
	assert_eq!(settings.host.node_urls, ["ws://flag:2"]);
	assert_eq!(settings.host.http.listen.port(), 1);
	assert_eq!(settings.host.http.metrics_listen, Some(SocketAddr::from(([0, 0, 0, 0], 2))));
	assert_eq!(settings.max_concurrent_jobs, 7);
	assert_eq!(settings.host.fetch.sources, ["node"]);
}

#[test]
fn misspelt_keys_and_bad_values_should_be_refused() {
	for text in [
		"[prices]\nbase = \"1\"",
		"[price]\nbas = \"1\"",
		"[price]\nbase = 1.5",
		"[price]\nbase = \"-1\"",
		"[capacity]\nslots = 0",
		"[capacity]\nslots = 70000",
		"[capacity]\ngas_per_second = 0",
		"[capacity]\nmax_memory_pages = 65537",
		"[capacity]\nmax_concurrent_jobs = 0",
		"[capacity]\nmax_concurrent_jobs = 257",
		"[clients]\nallow = [\"nobody\"]",
		"[node]\ngenesis = \"0x12\"",
		"[provider]\nstash = \"5Grw\"",
		"[provider]\npublic_url = \"ftp://x\"",
		"[limits]\nmax_input_bytes = 2000000000",
		"[limits]\nwall_seconds = 0",
		"[http]\nlisten = \"localhost\"",
		"[offer]\nvalid_for_blocks = 0",
		"[orders]\npublish = [\"everywhere\"]",
		"[orders]\nvolume = 0",
		"[orders]\nvalid_for_blocks = 10\nrefresh_before_blocks = 10",
		"not toml",
	] {
		assert!(merged(text).is_err(), "accepted: {text}");
	}
}

#[test]
fn clients_should_be_admitted_by_allow_and_deny() {
	let (alice, bob): (AccountId, AccountId) = (ALICE.parse().unwrap(), BOB.parse().unwrap());
	let settings = merged(&format!("[clients]\ndeny = [\"{BOB}\"]")).expect("valid");
	assert!(settings.clients.admits(&alice) && !settings.clients.admits(&bob));
	let settings = merged(&format!("[clients]\nallow = [\"{BOB}\"]")).expect("valid");
	assert!(!settings.clients.admits(&alice) && settings.clients.admits(&bob));
	let both = format!("[clients]\nallow = [\"{BOB}\"]\ndeny = [\"{BOB}\"]");
	assert!(!merged(&both).expect("valid").clients.admits(&bob), "deny must win");
}

#[test]
fn endpoint_should_be_refused_when_it_is_no_plain_http_url() {
	for good in ["http://127.0.0.1:9650", "https://provider.example/assay"] {
		assert!(check_endpoint(good).is_ok(), "{good}");
	}
	let long = format!("http://{}", "a".repeat(200));
	for bad in ["", "provider.example", "http://", "http:///x", "ftp://x", "http://u@x", &long] {
		assert!(check_endpoint(bad).is_err(), "{bad}");
	}
}

#[test]
fn terms_should_not_overflow_when_the_chain_is_old() {
	let settings = merged("[offer]\nvalid_for_blocks = 4294967295").expect("valid");
	assert_eq!(settings.terms(10).valid_until, u32::MAX);
}

#[test]
fn orders_should_go_nowhere_unless_told() {
	assert!(merged("").expect("valid").orders.publish.is_empty());
	let text = "[orders]\npublish = [\"board\", \"https://solver.example\"]";
	let publish = merged(text).expect("valid").orders.publish;
	let solver = OrderTarget::Solver("https://solver.example".into());
	assert_eq!(publish, [OrderTarget::Board, solver]);
}

#[test]
fn example_should_be_valid_and_show_the_defaults() {
	let example = merged(include_str!("../../assay-worker.example.toml")).expect("valid");
	let mut default = merged("[capacity]\nslots = 2").expect("valid");
	// The one default that depends on the machine.
	default.max_concurrent_jobs = example.max_concurrent_jobs;
	assert_eq!(format!("{example:?}"), format!("{default:?}"));
}

/// Keys of a table of the file, as the refusal of another one lists them.
fn keys(table: &str) -> Vec<String> {
	let refused = parse_file(&format!("{table}\nnone = 1")).expect_err("there is no such key");
	let refused = refused.to_string();
	let (_, listed) = refused.split_once("expected").expect("it tells what there is");
	listed.split('`').skip(1).step_by(2).map(str::to_string).collect()
}

#[test]
fn example_should_have_every_key() {
	let example = include_str!("../../assay-worker.example.toml");
	let is_there = |part: &str, key: &str| {
		let wanted = format!("{key} = ");
		part.lines().any(|line| line.trim_start_matches(['#', ' ']).starts_with(&wanted))
	};
	let (before, _) = example.split_once("\n[").expect("there are sections");
	for section in keys("") {
		let name = format!("[{section}]");
		let Some((_, part)) = example.split_once(&format!("\n{name}")) else {
			assert!(is_there(before, &section), "{section} is a section, or stands before all");
			continue;
		};
		let part = part.split("\n[").next().expect("there is a first part");
		for key in keys(&name) {
			assert!(is_there(part, &key), "{name} {key}");
		}
	}
}

/// What a mediator declares by default is what the chain's presets declare for theirs.
#[test]
fn mediator_should_declare_the_limits_that_its_daemon_has() {
	let settings = merged("").expect("valid");
	assert_eq!(settings.own.mediator.terms.limits, CaseLimits::default());
	assert!(settings.own.mediator.private_inputs);
	let narrow = "[capacity]\nmax_gas = 5\nmax_memory_pages = 6\ngas_per_second = 10\n[limits]\nmax_module_bytes = 7\n\
		max_input_bytes = 8\nmax_output_bytes = 9\n[mediator]\nprivate_inputs = false\n\
		min_wage = \"0.5\"";
	let settings = merged(narrow).expect("valid");
	let declared = CaseLimits {
		max_gas: 5,
		max_memory_pages: 6,
		max_module_bytes: 7,
		max_input_bytes: 8,
		max_output_bytes: 9,
		gas_per_second: 10,
		min_wage: UNIT / 2,
	};
	assert_eq!(settings.own.mediator.terms.limits, declared);
	assert!(!settings.own.mediator.private_inputs);
	assert!(settings.host.limits.judge(&declared));
	assert!(!settings.host.limits.judge(&CaseLimits { max_output_bytes: 10, ..declared }));
	assert!(!settings.host.limits.judge(&CaseLimits { max_gas: 6, ..declared }));
}

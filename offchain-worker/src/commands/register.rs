//! `register`: makes a provider of a stash, with an operator key and a first offer, or a mediator.

use crate::{
	cli::{Global, RegisterArgs, RegisterRole},
	config::{Settings, check_endpoint},
	host::{
		connect::{STASH_VARIABLE, connect, expected_genesis, operator, sealed},
		private::encryption_key,
	},
};
use anyhow::{Context, Result, bail};
use assay_client::{
	Chain, KeySource, Signer, WaitFor, case,
	units::{format_amount, parse_amount},
};
use assay_interface::{Call, Event, market, providers};
use assay_primitives::{
	AccountId, BlockNumber,
	profile::Profile,
	provider::{Declaration, Endpoint, KeyInbox},
};

/// Variable that holds the passphrase of the stash's key file.
const STASH_PASSPHRASE_VARIABLE: &str = "ASSAY_STASH_PASSPHRASE";

/// Registers, and places the first offer.
pub async fn register(global: &Global, args: &RegisterArgs) -> Result<()> {
	let settings = Settings::load_global(global)?;
	let chain = connect(&settings.host, expected_genesis(&settings.host)?).await?;
	let operator = operator(&settings.host, &chain)?;
	let stash = stash(args, &chain, &operator)?;
	if args.role == RegisterRole::Mediator {
		return mediate(&settings, args, &chain, &stash, &operator).await;
	}
	let bond = match &args.bond {
		Some(text) => parse_amount(text)?,
		None => settings.bond,
	};
	let encryption = encryption_key(&settings.host.base_path)?;
	let declaration = declaration(&settings, operator.account(), encryption.public())?;
	let at = chain.at_best().await?;
	if let Some(known) = at.provider(&stash.account()).await? {
		if known.declaration == declaration {
			println!("{} is registered already, with this declaration", stash.account());
		} else {
			let declaration = declaration.into();
			let call = Call::Providers(providers::Call::update { declaration });
			chain.submit(&stash, &call, WaitFor::InBlock).await?;
			println!("updated the declaration of {}", stash.account());
		}
	} else {
		let declaration = declaration.into();
		let call = Call::Providers(providers::Call::register { declaration, bond });
		chain.submit(&stash, &call, WaitFor::InBlock).await?;
		println!("registered {} with a bond of {}", stash.account(), format_amount(bond));
	}
	accept(&chain, &operator, &stash.account()).await?;
	if let Some(blocks) = args.exposure_blocks.or(settings.exposure_blocks) {
		limit_exposure(blocks, &chain, &stash).await?;
	}
	if !args.no_offer && !has_offer(&chain, &stash.account()).await? {
		place(&settings, &chain, &operator).await?;
	}
	println!("next: assay-worker run");
	Ok(())
}

/// Registers a mediator.
async fn mediate(
	settings: &Settings,
	args: &RegisterArgs,
	chain: &Chain,
	stash: &Signer,
	operator: &Signer,
) -> Result<()> {
	let bond = match &args.bond {
		Some(text) => parse_amount(text)?,
		None => settings.own.mediator.bond,
	};
	let mut terms = settings.own.mediator.terms.clone();
	if settings.own.mediator.private_inputs {
		let encryption_key = encryption_key(&settings.host.base_path)?.public();
		terms.inbox = Some(KeyInbox { encryption_key, endpoint: endpoint(settings)? });
	}
	let done = case::register(chain, stash, operator, &terms, bond, WaitFor::InBlock).await?;
	let mediator = done.mediator;
	match done.registered {
		true => println!(
			"registered the mediator {} with a bond of {}",
			mediator.stash,
			format_amount(mediator.bond)
		),
		false if done.updated => println!(
			"{} takes on something else from the second era after this one on",
			mediator.stash
		),
		false => println!("{} is a mediator already", mediator.stash),
	}
	if done.accepted {
		println!("{} has accepted to sign for {}", mediator.operator, mediator.stash);
	}
	if mediator.weight == 0 {
		println!("it can be drawn from the second era after this one on");
	}
	println!("next: assay-worker run --role mediator");
	Ok(())
}

fn stash(args: &RegisterArgs, chain: &Chain, operator: &Signer) -> Result<Signer> {
	let source = match (&args.stash_key_file, &args.stash_suri_file) {
		(Some(file), _) => {
			sealed(file, args.stash_passphrase_file.as_deref(), STASH_PASSPHRASE_VARIABLE)?
		},
		(None, Some(path)) => KeySource::File(path.clone()),
		(None, None) if std::env::var_os(STASH_VARIABLE).is_some() => {
			KeySource::Env(STASH_VARIABLE.into())
		},
		(None, None) => return Ok(operator.clone()),
	};
	Ok(Signer::load(&source, chain.is_development())?)
}

/// Lets the operator key accept to sign for the stash, where it has not yet: nobody becomes an
/// operator without having agreed to it.
async fn accept(chain: &Chain, operator: &Signer, stash: &AccountId) -> Result<()> {
	if operator.account() == *stash {
		return Ok(());
	}
	match chain.at_best().await?.provider_of(&operator.account()).await? {
		Some(known) if known == *stash => return Ok(()),
		Some(other) => bail!("{} signs for another provider already, {other}", operator.account()),
		None => {},
	}
	let call = providers::Call::accept_operator { stash: stash.clone().into() };
	chain.submit(operator, &Call::Providers(call), WaitFor::InBlock).await?;
	println!("{} has accepted to sign for {stash}", operator.account());
	Ok(())
}

/// Where others reach this daemon.
fn endpoint(settings: &Settings) -> Result<Endpoint> {
	let endpoint = settings.public_url.clone();
	let endpoint = endpoint.unwrap_or_else(|| format!("http://{}", settings.host.http.listen));
	check_endpoint(&endpoint)?;
	let endpoint = Endpoint::try_from(endpoint.into_bytes());
	endpoint.ok().context("the public URL is too long")
}

/// Has the chain limit the unpaid work for one client; 0 for no limit.
async fn limit_exposure(blocks: BlockNumber, chain: &Chain, stash: &Signer) -> Result<()> {
	let limit = (blocks > 0).then_some(blocks);
	let provider = chain.at_best().await?.provider(&stash.account()).await?;
	if provider.and_then(|provider| provider.exposure_limit) == limit {
		return Ok(());
	}
	let call = Call::Providers(providers::Call::limit_exposure { limit });
	chain.submit(stash, &call, WaitFor::InBlock).await?;
	match limit {
		Some(blocks) => println!("takes on at most {blocks} blocks of unpaid work for one client"),
		None => println!("takes on any amount of unpaid work for one client"),
	}
	Ok(())
}

fn declaration(
	settings: &Settings,
	operator: AccountId,
	encryption_key: [u8; 32],
) -> Result<Declaration> {
	let endpoint = endpoint(settings)?;
	let profiles: Vec<_> = Profile::ALL.iter().map(Profile::id).collect();
	Ok(Declaration {
		operator,
		encryption_key,
		capacity: settings.capacity,
		profiles: profiles.try_into().ok().context("as many profiles fit")?,
		endpoint,
	})
}

async fn has_offer(chain: &Chain, stash: &AccountId) -> Result<bool> {
	let at = chain.at_best().await?;
	let offers = at.offers_of_provider(stash).await?;
	Ok(!offers.is_empty())
}

/// Places an offer with the configured terms.
pub async fn place(settings: &Settings, chain: &Chain, operator: &Signer) -> Result<()> {
	let now = chain.head(assay_client::Head::Best).await?.number;
	let terms = settings.terms(now);
	let mediators = settings.offer.mediators.clone().into();
	let call = Call::Market(market::Call::place_offer { terms: terms.into(), mediators });
	let submitted = chain.submit(operator, &call, WaitFor::InBlock).await?;
	let number = submitted.events.iter().find_map(|record| match &record.event {
		Event::Market(market::Event::OfferPlaced { offer, .. }) => Some(*offer),
		_ => None,
	});
	let number = number.map_or_else(|| "?".to_string(), |number| number.to_string());
	println!(
		"placed offer {number}: {} and {} per million gas, until block {}",
		format_amount(terms.price.base),
		format_amount(terms.price.per_mgas),
		terms.valid_until
	);
	Ok(())
}

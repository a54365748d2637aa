//! A stolen operator key.

use super::*;
use assay_primitives::deal::single;
use assay_runtime::Providers;
use assay_simulation::market::lie;

/// The thief has the key of one provider lie again and again in deals with ten accomplices, who tell the truth
/// and share its stake. All in one day.
#[test]
fn attack_10_stolen_key_should_be_worth_half_a_stake_a_day_to_accomplices() {
	let (mut chain, client, providers) = stage(11);
	let (victim, accomplices) = (providers[0].id(), &providers[1..]);
	let stranger = key("Ferdie");
	let mut thieves = vec![account(&client), account(&stranger)];
	thieves.extend(accomplices.iter().flat_map(|it| [it.id(), account(&it.operator)]));
	let before = worth(&mut chain, &thieves);
	let bond = |chain: &mut Chain| {
		let view = chain.read(|| Providers::provider_view(&victim)).expect("registered");
		view.free + view.locked
	};
	let bonded = bond(&mut chain);
	let (mut stake, mut deals) = (0, 0);
	for deal in 0..4 {
		let order = RequestOrder { salt: deal, ..order(&client, 11, 6) };
		if match_offers(&mut chain, &client, order, 11).is_err() {
			break;
		}
		let mut market = Market::around(chain, client.clone(), providers.clone());
		market.task = single(deal);
		(stake, deals) = (market.stake(), deal + 1);
		run(&mut market, |at| if at == 0 { lie() } else { truth() });
		judge(&mut market, |_| truth());
		market.conclude();
		chain = market.chain;
	}
	let lost = bonded.saturating_sub(bond(&mut chain));
	let gained = worth(&mut chain, &thieves).saturating_sub(before);
	println!("{deals} deals: {lost} lost, of which {gained} to the thief, at a stake of {stake}");
	assert!(deals == 4 && lost >= stake, "the key does harm");
	assert!(gained <= stake / 2, "{gained} of a stake of {stake}");
}

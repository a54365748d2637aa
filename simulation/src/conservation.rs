//! What may become of money.

use assay_runtime::{Balance, Balances, Mediation, Runtime, RuntimeEvent};
use polkadot_sdk::{frame_system, pallet_balances, pallet_transaction_payment};

/// Asserts of the block whose events these are, before which so much was issued: nothing appears, and what
/// disappears was burnt by a rule.
pub fn assert_conserved(issued: Balance, events: &[RuntimeEvent]) {
	let held: Balance = frame_system::Account::<Runtime>::iter_values()
		.map(|account| account.data.free + account.data.reserved)
		.sum();
	assert_eq!(held, Balances::total_issuance(), "all money is somebody's");
	let mut burnt: Balance = 0;
	for event in events {
		match event {
			RuntimeEvent::TransactionPayment(
				pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, tip, .. },
			) => burnt += (actual_fee - tip) / 5,
			RuntimeEvent::Providers(pallet_providers::Event::Slashed { burnt: gone, .. })
			| RuntimeEvent::Deals(pallet_deals::Event::BondForfeited { burnt: gone, .. })
			| RuntimeEvent::Mediation(
				pallet_mediation::Event::Slashed { burnt: gone, .. }
				| pallet_mediation::Event::AppealBondLost { burnt: gone, .. }
				| pallet_mediation::Event::RemainderBurnt { amount: gone, .. },
			) => burnt += gone,
			RuntimeEvent::Pools(pallet_pool::Event::ClientFined { amount, reward, .. }) => {
				burnt += amount - reward;
			},
			RuntimeEvent::Pools(pallet_pool::Event::BondLost { burnt: gone, .. }) => burnt += gone,
			RuntimeEvent::Register(pallet_register::Event::Slashed { burnt: gone, .. }) => {
				burnt += gone;
			},
			// Of its own money anybody may burn what he likes. What cases burn is told by their own events.
			RuntimeEvent::Balances(pallet_balances::Event::Burned { who, amount })
				if *who != Mediation::pot() =>
			{
				burnt += amount;
			},
			RuntimeEvent::Validators(pallet_validators::Event::Slashed { amount, .. }) => {
				burnt += amount;
			},
			_ => {},
		}
	}
	assert_eq!(issued - Balances::total_issuance(), burnt, "only what is meant to burns");
}

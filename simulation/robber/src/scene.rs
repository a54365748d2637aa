//! Worlds that can be played in, and coalitions that play in them.

use anyhow::{Result, bail, ensure};
use assay_primitives::{Balance, UNIT, price::Price};
use assay_simulation::{account, key, market::PRICE};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most members of a coalition.
pub const LARGEST: usize = 12;

/// A world: who is there, with what, and what honest clients order.
#[derive(Clone, Copy, Debug)]
pub struct Scene {
	/// Its name in files and on the command line.
	pub name: &'static str,
	/// Honest providers.
	pub providers: u32,
	/// Mediators, those of a coalition among them.
	pub mediators: u32,
	/// Cases at a time of each mediator.
	pub capacity: u16,
	/// Whether a watcher looks at everything.
	pub watched: bool,
	/// Bond of each provider.
	pub bond: Balance,
	/// What each account of a coalition starts with that has no role.
	pub budget: Balance,
	/// Whether the program that honest clients have run is on the chain.
	pub published: bool,
	/// Gas limit of honest clients.
	pub gas: u64,
	/// Least wage that honest mediators ask for.
	pub wage: Balance,
	/// Whether providers, and mediators of a coalition, take tasks that ordinary mediators don't.
	pub wide: bool,
}

const USUAL: Scene = Scene {
	name: "usual",
	providers: 4,
	mediators: 12,
	capacity: 16,
	watched: true,
	bond: 1_000 * UNIT,
	budget: 3_000 * UNIT,
	published: true,
	gas: 1_000_000,
	// What a run costs them.
	wage: PRICE.base / 4,
	wide: false,
};

/// All worlds.
pub const SCENES: [Scene; 14] = [
	USUAL,
	Scene { name: "unwatched", watched: false, ..USUAL },
	// Too few for a committee.
	Scene { name: "unjudged", mediators: 2, ..USUAL },
	Scene { name: "poor", bond: 30 * UNIT, budget: 40 * UNIT, ..USUAL },
	Scene { name: "hidden", published: false, ..USUAL },
	// A run uses a hundredth of what it may, and the court is out of reach.
	Scene { name: "large", gas: 1_000_000_000, ..USUAL },
	Scene { name: "tight", capacity: 1, watched: false, ..USUAL },
	Scene { name: "crowded", mediators: 40, ..USUAL },
	Scene { name: "throng", mediators: 40, watched: false, ..USUAL },
	// Mediators judge for whatever there is.
	Scene { name: "cheap", watched: false, wage: 0, ..USUAL },
	// So few places that cases wait for each other, and no court.
	Scene { name: "busy", capacity: 1, wage: 0, gas: 1_000_000_000, ..USUAL },
	Scene { name: "wide", mediators: 40, watched: false, wide: true, ..USUAL },
	Scene { name: "small", bond: 60 * UNIT, watched: false, ..USUAL },
	// Many judges, and no court that would undo what some of them say.
	Scene { name: "far", mediators: 40, watched: false, gas: 1_000_000_000, ..USUAL },
];

/// How a coalition is made up.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Coalition {
	/// Registered providers, each with an operator of its own.
	pub providers: u8,
	/// Mediators of the world.
	pub mediators: u8,
	/// Accounts without a role.
	pub others: u8,
	/// Operator keys of honest providers.
	#[serde(default)]
	pub stolen: u8,
}

impl Coalition {
	/// Members in all.
	pub fn size(&self) -> usize {
		let Self { providers, mediators, others, stolen } = *self;
		[providers, mediators, others, stolen].into_iter().map(usize::from).sum()
	}
}

/// A world, and who plays in it.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
	/// The world.
	pub scene: Scene,
	/// Who plays.
	pub coalition: Coalition,
}

/// A coalition of so many providers, mediators and others in a world.
pub const fn by(scene: usize, providers: u8, mediators: u8, others: u8) -> Setting {
	let coalition = Coalition { providers, mediators, others, stolen: 0 };
	Setting { scene: SCENES[scene], coalition }
}

/// The same with operator keys of so many honest providers.
pub const fn with_stolen(stolen: u8, setting: Setting) -> Setting {
	Setting { coalition: Coalition { stolen, ..setting.coalition }, ..setting }
}

/// What a search tries in turn.
pub const SETTINGS: [Setting; 23] = [
	by(0, 2, 0, 2),
	by(0, 0, 3, 3),
	by(0, 3, 3, 2),
	by(0, 0, 0, 1),
	by(0, 0, 0, 4),
	by(1, 2, 0, 1),
	by(1, 3, 3, 2),
	by(1, 4, 6, 2),
	by(2, 2, 0, 2),
	by(3, 2, 0, 2),
	by(3, 0, 3, 2),
	by(4, 1, 1, 2),
	by(4, 0, 3, 2),
	by(5, 2, 0, 2),
	by(6, 2, 2, 2),
	by(7, 2, 6, 2),
	by(8, 2, 3, 1),
	by(9, 2, 0, 3),
	by(10, 2, 0, 4),
	by(11, 2, 3, 2),
	with_stolen(1, by(12, 2, 0, 2)),
	by(13, 3, 4, 1),
	with_stolen(2, by(13, 3, 0, 1)),
];

impl Setting {
	/// The one with these names and numbers.
	///
	/// # Errors
	///
	/// Where there is no such world, or it has no room for such a coalition.
	pub fn find(name: &str, coalition: Coalition) -> Result<Self> {
		let Some(scene) = SCENES.iter().find(|scene| scene.name == name) else {
			let names = SCENES.map(|scene| scene.name).join(", ");
			bail!("there is no world named {name}; there are {names}");
		};
		let size = coalition.size();
		ensure!(size > 0, "the coalition has no members");
		ensure!(size <= LARGEST, "the coalition has {size} members, and may have {LARGEST}");
		ensure!(
			u32::from(coalition.mediators) <= scene.mediators,
			"the coalition has {} mediators, and the world {name} has {}",
			coalition.mediators,
			scene.mediators,
		);
		ensure!(
			u32::from(coalition.stolen) <= scene.providers,
			"the coalition has keys of {} providers, and the world {name} has {}",
			coalition.stolen,
			scene.providers,
		);
		Ok(Self { scene: *scene, coalition })
	}
}

impl fmt::Display for Setting {
	fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
		let Coalition { providers, mediators, others, stolen } = self.coalition;
		write!(f, "{}-{providers}-{mediators}-{others}", self.scene.name)?;
		if stolen > 0 { write!(f, "-{stolen}") } else { Ok(()) }
	}
}

impl Scene {
	/// What everybody asks for a replica.
	pub fn price(&self) -> Price {
		if self.wide { Price { per_mgas: 0, ..PRICE } } else { PRICE }
	}

	/// Changes the genesis of the development preset into that of this world.
	pub fn shape(&self, genesis: &mut serde_json::Value) {
		// Short waits: everything has to end in each of many worlds.
		let timing = &mut genesis["network"]["timing"];
		timing["unbondingBlocks"] = 20.into();
		timing["appealBlocks"] = 3.into();
		genesis["mediation"]["capacity"] = self.capacity.into();
		let list = |value: &mut serde_json::Value| match value.take() {
			serde_json::Value::Array(items) => items,
			_ => Vec::new(),
		};
		let mut mediators = list(&mut genesis["mediation"]["mediators"]);
		let mut balances = list(&mut genesis["balances"]["balances"]);
		// The first of the preset say what one has.
		let bond = mediators[0][2].clone();
		for at in mediators.len() as u32..self.mediators {
			let who = account(&key(&format!("Mediator//{at}"))).to_string();
			mediators.push(serde_json::json!([&who, &who, &bond]));
			balances.push(serde_json::json!([&who, (10_000 * UNIT) as u64]));
		}
		mediators.truncate(self.mediators as usize);
		genesis["mediation"]["mediators"] = mediators.into();
		genesis["balances"]["balances"] = balances.into();
	}
}

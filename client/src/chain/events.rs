//! Events of our pallets, decoded field by field by name, so that a field that a later runtime adds
//! or moves does no harm.

use crate::{
	error::{Error, Result, foreign},
	refusals::Reason,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	case::{MediatorTerms, Subject},
	content::ContentRef,
	deal::{FailCause, Via},
	order::{AssetId, AssetKind, AssetTerms, GroupId, Kind, OrderId},
	outcome::{Class, Digest},
	request::{OfferId, Terms},
	task::{DealId, TaskId},
	traits::{CaseId, CaseReason},
};
use codec::{Decode, DecodeAll};
use subxt::{
	ArcMetadata, SubstrateConfig,
	error::DispatchError,
	events::{Events, Phase},
	ext::{
		scale_decode::visitor::{IgnoreVisitor, decode_with_visitor},
		scale_value::{ValueDef, scale::decode_as_type},
	},
};

/// An event, and what it belongs to.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EventRecord {
	/// Position among all events of the block.
	pub index: u32,
	/// Position of the transaction that caused it; `None` for hooks.
	pub transaction: Option<u32>,
	/// What happened.
	pub event: Event,
}

/// Name of a variant of one of the pallets' own enums, such as the reason of a payment.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VariantName(pub String);

/// Error of a pallet, as an event carries it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
	/// Pallet whose error it is; `System` for errors of no pallet.
	pub pallet: String,
	/// Name of the error.
	pub name: String,
	/// Its documentation.
	pub docs: String,
}

/// What became of a call that was made in somebody's name.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Called(pub std::result::Result<(), Failure>);

/// A field of an event that can be read from its bytes.
trait Field: Sized {
	fn read(bytes: &[u8], type_id: u32, metadata: &ArcMetadata) -> Result<Self, String>;
}

impl<T: Decode> Field for T {
	fn read(mut bytes: &[u8], _: u32, _: &ArcMetadata) -> Result<Self, String> {
		Self::decode_all(&mut bytes).map_err(|error| error.to_string())
	}
}

impl Field for VariantName {
	fn read(mut bytes: &[u8], type_id: u32, metadata: &ArcMetadata) -> Result<Self, String> {
		let value = decode_as_type(&mut bytes, type_id, metadata.types());
		match value.map_err(|error| error.to_string())?.value {
			ValueDef::Variant(variant) => Ok(Self(variant.name)),
			_ => Err("not an enum".into()),
		}
	}
}

impl Field for Failure {
	fn read(bytes: &[u8], _: u32, metadata: &ArcMetadata) -> Result<Self, String> {
		DispatchError::decode_from(bytes, metadata.clone())
			.map(|error| describe(&error, metadata).0)
			.map_err(|error| error.to_string())
	}
}

impl Field for Called {
	fn read(bytes: &[u8], type_id: u32, metadata: &ArcMetadata) -> Result<Self, String> {
		match bytes.split_first() {
			Some((0, [])) => Ok(Self(Ok(()))),
			Some((1, error)) => Ok(Self(Err(Failure::read(error, type_id, metadata)?))),
			_ => Err("not a result".into()),
		}
	}
}

/// Pallet, name and documentation of an error, and the reason within it.
pub(super) fn describe(error: &DispatchError, metadata: &ArcMetadata) -> (Failure, Option<Reason>) {
	let system =
		|name: String, docs: String| (Failure { pallet: "System".into(), name, docs }, None);
	match error {
		DispatchError::Module(error) => match error.details() {
			Ok(details) => {
				let (pallet, name) = (details.pallet.name(), &details.variant.name);
				let bytes = &error.bytes()[2..];
				let field = details.variant.fields.first();
				let within = field.and_then(|field| innermost(bytes, field.ty.id, metadata));
				// A chain that has given a number to another reason is believed about its name.
				let reason = Reason::read(pallet, name, bytes)
					.filter(|reason| Some(reason.name()) == within);
				let docs = reason.map_or_else(
					|| foreign(details.variant.docs.join(" ").trim()),
					|reason| reason.to_string(),
				);
				let name = within.unwrap_or_else(|| name.clone());
				(Failure { pallet: pallet.into(), name, docs }, reason)
			},
			Err(_) => system("Unknown".into(), error.details_string()),
		},
		DispatchError::Token(error) => system(format!("{error:?}"), error.to_string()),
		DispatchError::Arithmetic(error) => system(format!("{error:?}"), error.to_string()),
		error => system(format!("{error:?}"), error.to_string()),
	}
}

/// Name of the innermost variant of what an error holds.
fn innermost(mut bytes: &[u8], type_id: u32, metadata: &ArcMetadata) -> Option<String> {
	fn name(value: &ValueDef<u32>) -> Option<String> {
		match value {
			ValueDef::Variant(variant) => {
				let inner = variant.values.values().find_map(|value| name(&value.value));
				inner.or_else(|| Some(variant.name.clone()))
			},
			ValueDef::Composite(fields) => fields.values().find_map(|value| name(&value.value)),
			_ => None,
		}
	}
	let value = decode_as_type(&mut bytes, type_id, metadata.types()).ok()?;
	name(&value.value)
}

/// The bytes of an event's fields, with their names and types.
struct Fields<'a> {
	metadata: &'a ArcMetadata,
	fields: Vec<(&'a str, u32, &'a [u8])>,
}

impl<'a> Fields<'a> {
	/// Cuts the bytes of an event into its fields.
	fn of(
		event: &str,
		fields: impl Iterator<Item = (Option<&'a str>, u32)>,
		mut bytes: &'a [u8],
		metadata: &'a ArcMetadata,
	) -> Result<Self> {
		let mut cut = Vec::new();
		for (name, type_id) in fields {
			let before = bytes;
			decode_with_visitor(&mut bytes, type_id, metadata.types(), IgnoreVisitor::new())
				.map_err(|error| Error::decode(event, error))?;
			let length = before.len().saturating_sub(bytes.len());
			cut.push((name.unwrap_or_default(), type_id, &before[..length]));
		}
		Ok(Self { metadata, fields: cut })
	}

	fn get<T: Field>(&self, event: &str, name: &str) -> Result<T> {
		let field = self.fields.iter().find(|(field, ..)| *field == name);
		let (_, type_id, bytes) =
			field.ok_or_else(|| Error::decode(event, format!("no field {name}")))?;
		T::read(bytes, *type_id, self.metadata)
			.map_err(|error| Error::decode(format!("{event}.{name}"), error))
	}
}

macro_rules! events {
	($(
		$(#[doc = $pallet_doc:literal])*
		$pallet:ident as $kind:ident {
			$(
				$(#[doc = $doc:literal])*
				$name:ident { $( $field:ident: $type:ty ),* $(,)? }
			),* $(,)?
		}
	)*) => {
		/// What one of our pallets reported.
		#[derive(Clone, Debug, Eq, PartialEq)]
		#[non_exhaustive]
		pub enum Event {
			$( $(#[doc = $pallet_doc])* $pallet($kind) ),*
		}

		$(
			$(#[doc = $pallet_doc])*
			#[derive(Clone, Debug, Eq, PartialEq)]
			#[allow(missing_docs, reason = "fields are documented at the pallet")]
			#[non_exhaustive]
			pub enum $kind {
				$( $(#[doc = $doc])* $name { $( $field: $type ),* } ),*
			}
		)*

		/// `None` for events that are not ours.
		fn decode(pallet: &str, name: &str, fields: &Fields) -> Result<Option<Event>> {
			let event = match (pallet, name) {
				$($(
					(stringify!($pallet), stringify!($name)) => Event::$pallet($kind::$name {
						$( $field: fields.get(
							concat!(stringify!($pallet), ".", stringify!($name)),
							stringify!($field),
						)? ),*
					}),
				)*)*
				_ => return Ok(None),
			};
			Ok(Some(event))
		}

		/// Pallet, event and fields of everything that is decoded.
		#[cfg(test)]
		pub(super) const KNOWN: &[(&str, &str, &[&str])] = &[
			$($( (stringify!($pallet), stringify!($name), &[$( stringify!($field) ),*]) ),*),*
		];
	};
}

events! {
	/// Bonds and declarations.
	Providers as ProvidersEvent {
		/// A provider registered.
		Registered { provider: AccountId, operator: AccountId, bond: Balance },
		/// A provider replaced its declaration.
		Updated { provider: AccountId, operator: AccountId },
		/// An operator key agreed to sign for a provider.
		OperatorAccepted { provider: AccountId, operator: AccountId },
		/// An operator key no longer signs for a provider.
		OperatorRemoved { provider: AccountId, operator: AccountId },
		/// A bond grew.
		BondIncreased { provider: AccountId, amount: Balance, bond: Balance },
		/// A provider takes on so much unpaid work for one client.
		ExposureLimited { provider: AccountId, limit: Option<BlockNumber> },
		/// Bond is on its way out.
		Unbonded { provider: AccountId, amount: Balance, at: BlockNumber },
		/// Bond was paid out.
		Withdrawn { provider: AccountId, amount: Balance, bond: Balance },
		/// A provider is leaving.
		Left { provider: AccountId },
		/// A provider is gone.
		Removed { provider: AccountId },
		/// Somebody was paid out of a slash.
		SlashShared { provider: AccountId, beneficiary: AccountId, amount: Balance },
		/// A provider lost bond.
		Slashed { provider: AccountId, amount: Balance, burnt: Balance },
	}
	/// Offers and requests.
	Market as MarketEvent {
		/// An offer rests.
		OfferPlaced { offer: OfferId, provider: AccountId, terms: Terms },
		/// An offer has new terms.
		OfferUpdated { offer: OfferId, old: Terms, new: Terms },
		/// An offer is gone.
		OfferWithdrawn { offer: OfferId, provider: AccountId },
		/// An expired offer was removed.
		OfferPruned { offer: OfferId, provider: AccountId },
		/// A request found its candidates.
		RequestMatched { deal: DealId, client: AccountId, offers: Vec<OfferId> },
		/// Signed orders became a deal.
		OrdersMatched {
			deal: DealId, client: AccountId, payer: AccountId, solver: AccountId, tasks: u32,
			orders: Vec<OrderId>,
		},
		/// An order was authorised on chain.
		OrderPresigned { order: OrderId, kind: Kind, owner: AccountId },
		/// An order was closed.
		OrderClosed { order: OrderId, kind: Kind, consumed: u32 },
		/// Records of orders were removed.
		OrdersPruned { orders: Vec<OrderId> },
	}
	/// Apps, datasets and publishers.
	Register as RegisterEvent {
		/// A publisher's bond grew.
		BondIncreased { publisher: AccountId, amount: Balance, bond: Balance },
		/// Part of a publisher's bond began to leave.
		Unbonded { publisher: AccountId, amount: Balance, at: BlockNumber },
		/// What had been leaving was returned.
		Withdrawn { publisher: AccountId, amount: Balance, bond: Balance },
		/// A publisher was slashed.
		Slashed { publisher: AccountId, amount: Balance, burnt: Balance },
		/// Part of a publisher's slash was paid to somebody.
		SlashShared { publisher: AccountId, beneficiary: AccountId, amount: Balance },
		/// An app or dataset was registered.
		AssetRegistered { asset: AssetId, owner: AccountId, kind: AssetKind, content: ContentRef },
		/// The terms of an asset changed.
		AssetTermsChanged { asset: AssetId, old: Option<AssetTerms>, new: Option<AssetTerms> },
		/// An asset was offered to somebody.
		AssetOffered { asset: AssetId, heir: Option<AccountId> },
		/// An asset changed hands.
		AssetTransferred { asset: AssetId, old: AccountId, new: AccountId },
		/// An asset can't be used any more.
		AssetSuspended { asset: AssetId, banned: bool },
		/// An asset can be used again.
		AssetResumed { asset: AssetId },
		/// An asset was taken off the register.
		AssetDeregistered { asset: AssetId, owner: AccountId },
		/// Governance freed work with an app from the protocol fee, or ended that.
		PublicGoodSet { asset: AssetId, public_good: bool },
	}
	/// Groups of accounts.
	Groups as GroupsEvent {
		/// A group was created.
		GroupCreated { group: GroupId, owner: AccountId },
		/// Accounts were added to a group.
		MembersAdded { group: GroupId, members: Vec<AccountId> },
		/// Accounts were removed from a group.
		MembersRemoved { group: GroupId, members: Vec<AccountId> },
		/// A group was removed.
		GroupDissolved { group: GroupId, owner: AccountId },
	}
	/// Room on the nodes' board.
	Board as BoardEvent {
		/// An account has more or less room on the nodes' board.
		BoardPlacesSet { account: AccountId, places: u32, deposit: Balance },
	}
	/// The life of tasks.
	Deals as DealsEvent {
		/// A deal opened with its money locked.
		DealOpened {
			deal: DealId,
			via: Via,
			client: AccountId,
			payer: AccountId,
			tasks: u32,
			candidates: Vec<AccountId>,
			stake: Balance,
			escrow: Balance,
			deposit: Balance,
		},
		/// The claim on randomness had expired and was taken anew.
		TicketRenewed { task: TaskId },
		/// A wave was drawn.
		ReplicasDrawn { task: TaskId, wave: u8, providers: Vec<AccountId>, until: BlockNumber },
		/// A candidate could not be drawn for lack of free bond or slots.
		CandidateSkipped { task: TaskId, provider: AccountId },
		/// A replica sealed.
		Committed { task: TaskId, provider: AccountId },
		/// A replica gave up for missing content.
		ReplicaDeclined { task: TaskId, provider: AccountId },
		/// Most of the drawn said that content can't be had.
		ContentMissing { task: TaskId, until: BlockNumber },
		/// Somebody showed it.
		ContentShown { task: TaskId, by: AccountId },
		/// A client has something called at the end of each task of a deal.
		CallbackSet { deal: DealId, reward: Balance, held: Balance },
		/// That was called.
		CalledBack { task: TaskId, by: AccountId, reward: Balance, result: Called },
		/// A member of the committee that found a lie by an audit got a part of the fund.
		JackpotPaid { task: TaskId, mediator: AccountId, amount: Balance },
		/// A replica missed its deadline, before or after sealing.
		DeadlineMissed { task: TaskId, provider: AccountId, sealed: bool },
		/// A seal was opened before its time.
		ReplicaDenounced { task: TaskId, provider: AccountId, by: AccountId },
		/// A wave is to reveal.
		RevealStarted { task: TaskId, wave: u8, until: BlockNumber },
		/// A replica revealed.
		Revealed { task: TaskId, provider: AccountId, digest: Digest, class: Class },
		/// The policy is met.
		TaskAgreed { task: TaskId, digest: Digest, until: BlockNumber },
		/// A case is open.
		TaskDisputed { task: TaskId, case: CaseId, reason: VariantName, funds: Balance },
		/// The arbiter has decided.
		CaseDecided { task: TaskId, case: CaseId, truth: Option<Digest>, spent: Balance },
		/// The client accepted the result.
		ResultAccepted { task: TaskId },
		/// A replica opened its sealed report.
		ReportOpened { task: TaskId, provider: AccountId, digest: Digest },
		/// A challenger that was wrong lost its bond.
		BondForfeited { task: TaskId, who: AccountId, amount: Balance, burnt: Balance },
		/// A replica that was challenged for nothing got a part of the bond.
		BondShared { task: TaskId, from: AccountId, to: AccountId, amount: Balance },
		/// A publisher lost bond.
		PublisherSlashed { task: TaskId, owner: AccountId, amount: Balance },
		/// A replica was paid out of a publisher's bond.
		PaidByPublisher { task: TaskId, from: AccountId, provider: AccountId, amount: Balance },
		/// The tax for audits was paid.
		AuditTaxPaid { task: TaskId, amount: Balance },
		/// The owner of an app or a dataset was paid.
		OwnerPaid { task: TaskId, owner: AccountId, amount: Balance },
		/// Whoever made the match was paid.
		TipPaid { deal: DealId, solver: AccountId, amount: Balance },
		/// A task ended with a result.
		TaskSettled { task: TaskId, digest: Digest, class: Class, paid: Balance },
		/// A task ended without a result.
		TaskFailed { task: TaskId, cause: FailCause, paid: Balance },
		/// A replica was paid.
		ReplicaPaid { task: TaskId, provider: AccountId, amount: Balance, reason: VariantName },
		/// The protocol fee was paid.
		FeePaid { task: TaskId, amount: Balance },
		/// An account can't take what it is owed.
		PaymentFailed { task: TaskId, payee: AccountId, amount: Balance },
		/// What was left went back to the payer.
		EscrowReturned { task: TaskId, payer: AccountId, amount: Balance },
		/// A replica lost stake.
		ReplicaSlashed { task: TaskId, provider: AccountId, amount: Balance, reason: VariantName },
		/// Somebody was paid out of a slash.
		SlashShared {
			task: TaskId,
			from: AccountId,
			to: AccountId,
			amount: Balance,
			reason: VariantName,
		},
		/// An ended task was removed.
		TaskPruned { task: TaskId },
		/// The deposit for a deal's state went back.
		DepositReturned { deal: DealId, payer: AccountId, amount: Balance },
		/// One item of a batch failed.
		ItemFailed { index: u32, error: Failure },
		/// A profile was listed or retired.
		ProfileStatusChanged { profile: Hash, status: VariantName },
	}
	/// Mediators and their cases.
	Mediation as MediationEvent {
		/// A mediator registered.
		Registered { mediator: AccountId, operator: AccountId, bond: Balance },
		/// An operator key agreed to sign for a mediator.
		OperatorAccepted { mediator: AccountId, operator: AccountId },
		/// An operator key no longer signs for a mediator.
		OperatorRemoved { mediator: AccountId, operator: AccountId },
		/// A mediator named another operator key.
		OperatorNamed { mediator: AccountId, operator: AccountId },
		/// A mediator will be drawn with another weight.
		WeightChanged { mediator: AccountId, weight: u64, era: u32 },
		/// A mediator will take on something else.
		TermsChanged { mediator: AccountId, terms: MediatorTerms, era: u32 },
		/// A bond grew.
		BondIncreased { mediator: AccountId, amount: Balance, bond: Balance },
		/// Bond is on its way out.
		Unbonded { mediator: AccountId, amount: Balance, at: BlockNumber },
		/// Bond was paid out.
		Withdrawn { mediator: AccountId, amount: Balance, bond: Balance },
		/// A mediator is leaving.
		Left { mediator: AccountId, at: BlockNumber },
		/// A mediator is gone.
		Removed { mediator: AccountId },
		/// A case was opened.
		CaseOpened {
			case: CaseId,
			subject: Subject,
			reason: CaseReason,
			wage: Balance,
			stake: Balance,
		},
		/// A round waits for its seed.
		RoundOpened { case: CaseId, round: u8, era: u32 },
		/// A committee was drawn.
		CommitteeDrawn { case: CaseId, round: u8, members: Vec<AccountId>, until: BlockNumber },
		/// A mediator was drawn and can't sit.
		MediatorSkipped { case: CaseId, mediator: AccountId },
		/// Silent members were replaced.
		MembersReplaced { case: CaseId, members: Vec<AccountId>, until: BlockNumber },
		/// A round is not held.
		RoundNotHeld { case: CaseId, round: u8 },
		/// A member sealed.
		Sealed { case: CaseId, mediator: AccountId },
		/// Members have to reveal.
		RevealingStarted { case: CaseId, until: BlockNumber },
		/// A member revealed.
		Revealed { case: CaseId, mediator: AccountId, digest: Digest },
		/// A seal was opened before its time.
		SealDenounced { case: CaseId, mediator: AccountId, by: AccountId, reward: Balance },
		/// Members found different outcomes.
		CommitteeSplit { case: CaseId, round: u8, module: Hash },
		/// A round has a verdict.
		VerdictReached { case: CaseId, round: u8, digest: Digest, until: BlockNumber },
		/// A verdict was appealed.
		Appealed { case: CaseId, by: AccountId, bond: Balance },
		/// Only the court can still decide otherwise.
		CourtAwaited { case: CaseId, standing: Option<Digest>, until: BlockNumber },
		/// A case is decided for good.
		CaseClosed {
			case: CaseId,
			subject: Subject,
			truth: Option<Digest>,
			by_court: bool,
			spent: Balance,
		},
		/// Money of a case was paid.
		Paid { case: CaseId, to: AccountId, amount: Balance, reason: VariantName },
		/// A mediator lost stake.
		Slashed {
			case: CaseId,
			mediator: AccountId,
			amount: Balance,
			burnt: Balance,
			reason: VariantName,
		},
		/// An appeal's bond was given back.
		AppealBondReturned { case: CaseId, to: AccountId, amount: Balance },
		/// An appeal's bond is lost.
		AppealBondLost { case: CaseId, by: AccountId, amount: Balance, burnt: Balance },
		/// What nobody could be paid was burnt.
		RemainderBurnt { case: CaseId, amount: Balance },
		/// Whoever opened the case did not take its ruling.
		RulingNotTaken { case: CaseId, error: Failure },
		/// A closed case was removed.
		CasePruned { case: CaseId },
	}
	/// The chain's own judgement.
	Court as CourtEvent {
		/// The court ran a task and ruled.
		Ruled { case: CaseId, by: AccountId, digest: Digest, class: Class, gas_used: u64 },
	}
	/// Published blobs.
	Content as ContentEvent {
		/// A blob was published.
		Published {
			hash: Hash,
			size: u32,
			owner: AccountId,
			deposit: Balance,
			expires_at: BlockNumber,
		},
		/// A blob is kept for longer.
		Extended {
			hash: Hash,
			owner: AccountId,
			deposit: Balance,
			old_expires_at: BlockNumber,
			expires_at: BlockNumber,
		},
		/// A blob was given up and its deposit returned.
		Released { hash: Hash, owner: AccountId, deposit: Balance },
	}
	/// The validator set.
	Validators as ValidatorsEvent {
		/// A validator joined.
		Joined { validator: AccountId, bond: Balance },
		/// A bond grew.
		BondIncreased { validator: AccountId, amount: Balance, bond: Balance },
		/// A validator is leaving.
		Left { validator: AccountId, cause: VariantName, withdrawable_at: BlockNumber },
		/// Bond was paid out.
		Withdrawn { validator: AccountId, amount: Balance },
		/// A validator lost bond; `fraction` is in billionths.
		Slashed { validator: AccountId, session: u32, fraction: u32, amount: Balance },
		/// Too few candidates, so the set stays as it is.
		SetKept { session: u32, candidates: u32 },
	}
	/// Transfers.
	Balances as BalancesEvent {
		/// An amount moved between accounts.
		Transfer { from: AccountId, to: AccountId, amount: Balance },
	}
}

/// Decodes the events of ours in a block.
pub(super) fn decode_all(
	events: &Events<SubstrateConfig>,
	metadata: &ArcMetadata,
) -> Result<Vec<EventRecord>> {
	let mut records = Vec::new();
	for event in events.iter() {
		let event = event.map_err(|error| Error::decode("an event", error))?;
		let variant = metadata
			.pallet_by_event_index(event.pallet_index())
			.and_then(|pallet| pallet.event_variant_by_index(event.event_index()))
			.ok_or_else(|| Error::decode("an event", "it is not in the metadata"))?;
		let name = event.event_name();
		let types = variant.fields.iter().map(|field| (field.name.as_deref(), field.ty.id));
		let fields = Fields::of(name, types, event.field_bytes(), metadata)?;
		let Some(decoded) = decode(event.pallet_name(), name, &fields)? else { continue };
		let transaction = match event.phase() {
			Phase::ApplyExtrinsic(position) => Some(position),
			_ => None,
		};
		records.push(EventRecord { index: event.index(), transaction, event: decoded });
	}
	Ok(records)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{chain::METADATA, error::Error};
	use assay_primitives::{order::Refusal, policy::PolicyFault, request::Ineligible};
	use subxt::Metadata;

	/// A dispatch error as a runtime encodes it.
	fn error(metadata: &Metadata, pallet: &str, name: &str, within: [u8; 3]) -> Vec<u8> {
		const MODULE: u8 = 3;
		let pallet = metadata.pallet_by_name(pallet).expect("it is there");
		let mut errors = pallet.error_variants().expect("it has errors").iter();
		let error = errors.find(|error| error.name == name).expect("it has this one");
		[vec![MODULE, pallet.error_index(), error.index], within.to_vec()].concat()
	}

	#[test]
	fn reason_within_an_error_should_be_told_by_its_name_and_its_own_words() {
		let metadata = Metadata::decode_from(METADATA).expect("it is committed").arc();
		let read = |pallet, name, within| {
			let bytes = error(&metadata, pallet, name, within);
			let error = DispatchError::decode_from(bytes, metadata.clone());
			describe(&error.expect("it is an error"), &metadata)
		};
		let busy = Refusal::Resource { at: 3, why: Ineligible::NoFreeSlot };
		let (failure, reason) = read("Market", "Refused", [46, 3, 11]);
		assert_eq!((&*failure.name, reason), ("NoFreeSlot", Some(Reason::Refused(busy))));
		assert_eq!(failure.docs, "resource 3: its provider is busy");
		let (failure, reason) = read("Market", "Refused", [3, 1, 0]);
		let fault = Refusal::Policy(PolicyFault::TooManyReplicas);
		assert_eq!((&*failure.name, reason), ("TooManyReplicas", Some(Reason::Refused(fault))));
		let (failure, reason) = read("Market", "Ineligible", [25, 0, 0]);
		let signer = Reason::Ineligible(Ineligible::SignerNotOfProvider);
		assert_eq!((&*failure.name, reason), ("SignerNotOfProvider", Some(signer)));
		let (failure, reason) = read("Deals", "Policy", [4, 0, 0]);
		let trust = Reason::Policy(PolicyFault::TrustOutOfRange);
		assert_eq!((&*failure.name, reason), ("TrustOutOfRange", Some(trust)));
		let (failure, reason) = read("Deals", "Unexpected", [1, 0, 0]);
		assert_eq!((&*failure.name, reason), ("ReplicasFull", None));
		let (failure, reason) = read("Market", "OfferNotFound", [0; 3]);
		assert_eq!((&*failure.pallet, &*failure.name, reason), ("Market", "OfferNotFound", None));
		let Failure { pallet, name, docs } = failure;
		let error = Error::Dispatch { pallet, name, docs, reason };
		assert_eq!((error.exit_code(), error.hint().is_some()), (5, true));
	}
}

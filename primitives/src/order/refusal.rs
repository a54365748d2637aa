//! Why orders don't make a deal.

use crate::{policy::PolicyFault, request::Ineligible};
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

/// Why orders don't make a deal, in the order of checking.
///
/// A match is refused with the first that applies; the view `why_not` lists all of them.
#[derive(Clone, Copy, Debug, Decode, DecodeWithMemTracking, Encode, Eq, PartialEq, TypeInfo)]
pub enum Refusal {
	/// The request is past its last block.
	#[codec(index = 0)]
	RequestExpired,
	/// The request is valid for longer than the chain remembers what was used of it.
	#[codec(index = 1)]
	RequestLifeTooLong,
	/// The request asks for no tasks, or for more at once than altogether.
	#[codec(index = 2)]
	RequestVolumeOutOfRange,
	/// The policy is impossible.
	#[codec(index = 3)]
	Policy(PolicyFault),
	/// The run time is zero, or longer than any task may run.
	#[codec(index = 4)]
	RunTimeOutOfRange,
	/// The gas limit is zero, or higher than any task may use.
	#[codec(index = 5)]
	GasLimitOutOfRange,
	/// The memory limit is zero, or higher than any task may use.
	#[codec(index = 6)]
	MemoryLimitOutOfRange,
	/// The output limit is higher than any task may use.
	#[codec(index = 7)]
	OutputLimitOutOfRange,
	/// The tip is above the share of the highest wage that a tip may be.
	#[codec(index = 8)]
	TipTooHigh,
	/// The client has closed the request.
	#[codec(index = 9)]
	RequestClosed,
	/// Nothing is left of the request.
	#[codec(index = 10)]
	RequestUsedUp,
	/// The client's signature has no known form.
	#[codec(index = 11)]
	RequestSignatureMalformed,
	/// The request is not signed by its client for this network.
	#[codec(index = 12)]
	RequestNotAuthorized,
	/// The request names a sponsor whose consent is missing.
	#[codec(index = 13)]
	SponsorMissing,
	/// The sponsor's signature has no known form.
	#[codec(index = 14)]
	SponsorSignatureMalformed,
	/// The signature is not the sponsor's for this request and network.
	#[codec(index = 15)]
	SponsorNotAuthorized,
	/// The app is not registered.
	#[codec(index = 16)]
	AppNotFound,
	/// The app is suspended.
	#[codec(index = 17)]
	AppSuspended,
	/// The order is for another app or content, or the request's module or profile is not the app's.
	#[codec(index = 18)]
	AppMismatch,
	/// The app can only be used with an order.
	#[codec(index = 19)]
	AppOrderMissing,
	/// The app order is past its last block.
	#[codec(index = 20)]
	AppOrderExpired,
	/// The app order is valid for longer than the chain remembers what was used of it.
	#[codec(index = 21)]
	AppOrderLifeTooLong,
	/// The owner has closed the app order.
	#[codec(index = 22)]
	AppOrderClosed,
	/// Nothing is left of the app order.
	#[codec(index = 23)]
	AppOrderUsedUp,
	/// The signature of the app order has no known form.
	#[codec(index = 24)]
	AppSignatureMalformed,
	/// The app order is not signed by the app's owner for this network.
	#[codec(index = 25)]
	AppNotAuthorized,
	/// The app costs more than the request allows.
	#[codec(index = 26)]
	AppPriceAboveCeiling,
	/// The publisher's bond is below what the request wants.
	#[codec(index = 27)]
	AppBondTooSmall,
	/// The app is not meant for this dataset.
	#[codec(index = 28)]
	AppRefusesDataset,
	/// The app is not meant for this client.
	#[codec(index = 29)]
	AppRefusesClient,
	/// The dataset is not registered.
	#[codec(index = 30)]
	DatasetNotFound,
	/// The dataset is suspended.
	#[codec(index = 31)]
	DatasetSuspended,
	/// The order is for another dataset or content, or the request's input is not the dataset's.
	#[codec(index = 32)]
	DatasetMismatch,
	/// The dataset can only be used with an order.
	#[codec(index = 33)]
	DatasetOrderMissing,
	/// The dataset order is past its last block.
	#[codec(index = 34)]
	DatasetOrderExpired,
	/// The dataset order is valid for longer than the chain remembers what was used of it.
	#[codec(index = 35)]
	DatasetOrderLifeTooLong,
	/// The owner has closed the dataset order.
	#[codec(index = 36)]
	DatasetOrderClosed,
	/// Nothing is left of the dataset order.
	#[codec(index = 37)]
	DatasetOrderUsedUp,
	/// The signature of the dataset order has no known form.
	#[codec(index = 38)]
	DatasetSignatureMalformed,
	/// The dataset order is not signed by the dataset's owner for this network.
	#[codec(index = 39)]
	DatasetNotAuthorized,
	/// The dataset costs more than the request allows.
	#[codec(index = 40)]
	DatasetPriceAboveCeiling,
	/// The publisher's bond is below what the request wants.
	#[codec(index = 41)]
	DatasetBondTooSmall,
	/// The dataset is not meant for this app.
	#[codec(index = 42)]
	DatasetRefusesApp,
	/// The dataset is not meant for this client.
	#[codec(index = 43)]
	DatasetRefusesClient,
	/// A tag is wanted that the program itself must support, and the app does not.
	#[codec(index = 44)]
	ProgramTagsMissing,
	/// There are fewer candidates than the policy or the request wants.
	#[codec(index = 45)]
	NotEnoughCandidates,
	/// A resource does not serve the request. Of several, the first reason in the order of
	/// [`Ineligible`] decides.
	#[codec(index = 46)]
	Resource {
		/// Position in the match.
		at: u32,
		/// Why.
		why: Ineligible,
	},
	/// The price of a task exceeds what amounts can express.
	#[codec(index = 47)]
	PriceTooLarge,
	/// No account's mediators are trusted by all.
	#[codec(index = 48)]
	NoCommonMediator,
	/// Less than the request's least volume is left of the orders, or fits into a deal.
	#[codec(index = 49)]
	VolumeTooSmall,
}

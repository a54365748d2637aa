//! Why a provider that was drawn will not deliver.

reasons! {
	/// What a provider says of itself when it declines a replica. It is nobody's proof: whoever reads it
	/// learns what may help the next time.
	pub enum Excuse {
		0 Content: "could not get the program or the input",
		1 InputKey: "was not given the key of the private input",
		2 NotAdmitted: "does not work for this client or run this program",
		3 Limits: "takes no job with such limits or sizes",
		4 Unsupported: "can't do what the request asks for",
		5 Failed: "could not run it for a fault of its machine",
		6 Time: "would not have finished in time",
		7 Busy: "was busy with other jobs",
		8 Stopping: "is shutting down",
	}
}

impl Excuse {
	/// One word for programs and labels.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Content => "content",
			Self::InputKey => "input_key",
			Self::NotAdmitted => "not_admitted",
			Self::Limits => "limits",
			Self::Unsupported => "unsupported",
			Self::Failed => "failed",
			Self::Time => "time",
			Self::Busy => "busy",
			Self::Stopping => "stopping",
		}
	}

	/// What can be done about it, as one sentence.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::Content => {
				"publish program and input on the chain, or keep what serves them running and within reach"
			},
			Self::InputKey => "keep handing over the key until all that are drawn have sealed",
			Self::NotAdmitted => "submit again with offers of other providers",
			Self::Limits => {
				"lower the limits of gas, memory and outputs, or the sizes of program and input"
			},
			Self::Unsupported => {
				"submit again with offers of other providers, or update the program that made the request"
			},
			Self::Failed => "submit again, with more replicas",
			Self::Time => "submit again with a longer run time, or with a lower gas limit",
			Self::Busy => "submit again with a longer run time, or when providers are less busy",
			Self::Stopping => "submit again",
		}
	}

	/// Whether it says that what the client has to hand over was not there. Enough such excuses end a
	/// task, unless somebody shows the content; all others only have somebody else drawn.
	pub fn lacks_content(&self) -> bool {
		matches!(self, Self::Content | Self::InputKey)
	}
}

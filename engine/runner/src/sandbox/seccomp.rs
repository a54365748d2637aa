//! The only system calls that a worker may make while strangers' bytes are in it.

use seccompiler::{
	BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
	SeccompRule,
};
use std::{collections::BTreeMap, io};

/// Allowed whatever their arguments are. None of them opens anything, starts anything or reaches
/// another process.
const ALLOWED: &[libc::c_long] = &[
	// The pipes to the parent.
	libc::SYS_read,
	libc::SYS_write,
	libc::SYS_readv,
	libc::SYS_writev,
	libc::SYS_close,
	// Memory, and the threads that exist.
	libc::SYS_munmap,
	libc::SYS_mremap,
	libc::SYS_madvise,
	libc::SYS_brk,
	libc::SYS_futex,
	libc::SYS_sched_yield,
	libc::SYS_membarrier,
	libc::SYS_gettid,
	libc::SYS_getpid,
	// Signals, by which the engine notices traps.
	libc::SYS_rt_sigaction,
	libc::SYS_rt_sigprocmask,
	libc::SYS_rt_sigreturn,
	libc::SYS_sigaltstack,
	libc::SYS_restart_syscall,
	// Time and the seeds of hash tables; neither reaches a program.
	libc::SYS_clock_gettime,
	libc::SYS_getrandom,
	libc::SYS_exit,
	libc::SYS_exit_group,
];

/// Installs the filter for all threads. Any other call kills the process.
pub fn apply() -> io::Result<()> {
	let program = program().map_err(io::Error::other)?;
	seccompiler::apply_filter_all_threads(&program).map_err(io::Error::other)
}

fn program() -> Result<BpfProgram, seccompiler::BackendError> {
	let mut rules: BTreeMap<i64, Vec<SeccompRule>> =
		ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
	// New memory is never executable.
	let executable = libc::PROT_EXEC as u64;
	let plain = condition(2, SeccompCmpOp::MaskedEq(executable), 0)?;
	rules.insert(libc::SYS_mmap, vec![SeccompRule::new(vec![plain.clone()])?]);
	rules.insert(libc::SYS_mprotect, vec![SeccompRule::new(vec![plain])?]);
	// A panic may abort this process, and no other.
	let own = condition(0, SeccompCmpOp::Eq, std::process::id().into())?;
	rules.insert(libc::SYS_tgkill, vec![SeccompRule::new(vec![own])?]);
	SeccompFilter::new(
		rules,
		SeccompAction::KillProcess,
		SeccompAction::Allow,
		std::env::consts::ARCH.try_into()?,
	)?
	.try_into()
}

fn condition(
	index: u8,
	operator: SeccompCmpOp,
	value: u64,
) -> Result<SeccompCondition, seccompiler::BackendError> {
	SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value)
}

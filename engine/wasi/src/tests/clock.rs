use super::*;
use crate::{EPOCH, TICK};

const EVENTS: u32 = 20_000;

/// A subscription to a clock.
fn clock_subscription(userdata: u64, clock: u32, timeout: u64, absolute: u16) -> [u8; 48] {
	let mut record = [0; 48];
	record[..8].copy_from_slice(&userdata.to_le_bytes());
	record[16..20].copy_from_slice(&clock.to_le_bytes());
	record[24..32].copy_from_slice(&timeout.to_le_bytes());
	record[40..42].copy_from_slice(&absolute.to_le_bytes());
	record
}

/// A subscription to reading (tag 1) or writing (tag 2).
fn fd_subscription(userdata: u64, tag: u8, fd: u32) -> [u8; 48] {
	let mut record = [0; 48];
	record[..8].copy_from_slice(&userdata.to_le_bytes());
	record[8] = tag;
	record[16..20].copy_from_slice(&fd.to_le_bytes());
	record
}

/// Userdata, error, tag and bytes of each event.
fn poll(bench: &mut Bench, records: &[[u8; 48]]) -> Result<Vec<(u64, u16, u8, u64)>, Errno> {
	bench.put(DATA, &records.concat());
	let args = [DATA.into(), EVENTS.into(), records.len() as u64, RESULT.into()];
	let count = bench.call_u32(Function::PollOneoff, &args)?;
	let event = |at: u32| {
		let base = EVENTS + 32 * at;
		let kind = bench.u32_at(base + 8);
		(bench.u64_at(base), kind as u16, (kind >> 16) as u8, bench.u64_at(base + 16))
	};
	Ok((0..count).map(event).collect())
}

fn read_clock(bench: &mut Bench, clock: u64) -> u64 {
	bench.done(Function::ClockTimeGet, &[clock, 0, RESULT.into()]).expect("a clock");
	bench.u64_at(RESULT)
}

#[test]
fn time_should_move_by_a_tick_when_any_clock_is_read() {
	let mut bench = Bench::new();
	for clock in 0..4 {
		assert_eq!(read_clock(&mut bench, clock), EPOCH + clock * TICK);
	}
}

#[test]
fn clocks_should_refuse_when_the_number_or_pointer_is_bad() {
	let mut bench = Bench::new();
	for clock in [4u64, u32::MAX.into()] {
		let args = [clock, 0, RESULT.into()];
		assert_eq!(bench.call(Function::ClockTimeGet, &args), Errno::Inval);
		assert_eq!(bench.call(Function::ClockResGet, &[clock, RESULT.into()]), Errno::Inval);
	}
	assert_eq!(bench.call(Function::ClockTimeGet, &[0, 0, NOWHERE]), Errno::Fault);
	assert_eq!(bench.call(Function::ClockResGet, &[0, NOWHERE]), Errno::Fault);
	assert_eq!(bench.now(), EPOCH, "failed calls do not move time");
}

#[test]
fn resolution_should_be_a_tick_when_asked_for() {
	let mut bench = Bench::new();
	for clock in 0..4 {
		bench.done(Function::ClockResGet, &[clock, RESULT.into()]).expect("a clock");
		assert_eq!(bench.u64_at(RESULT), TICK);
	}
}

#[test]
fn poll_should_move_to_the_earliest_deadline_when_only_clocks_are_awaited() {
	let mut bench = Bench::new();
	let records = [
		clock_subscription(1, 1, 5_000_000, 0),
		clock_subscription(2, 0, EPOCH + 2_000_000, 1),
		clock_subscription(3, 3, 2_000_000, 0),
	];
	assert_eq!(poll(&mut bench, &records), Ok(vec![(2, 0, 0, 0), (3, 0, 0, 0)]));
	assert_eq!(bench.now(), EPOCH + 2_000_000);
	assert_eq!(read_clock(&mut bench, 1), EPOCH + 2_000_000);
}

#[test]
fn poll_should_not_move_time_when_a_descriptor_is_ready() {
	let mut bench = Bench::new();
	let file = bench.create("tmp/file");
	bench.write(file, b"0123456789").expect("room");
	bench.seek(file, 4, 0).expect("a file");
	let records = [
		clock_subscription(1, 1, 5_000_000, 0),
		fd_subscription(2, 1, 0),
		fd_subscription(3, 2, 1),
		fd_subscription(4, 1, file),
		clock_subscription(5, 1, 0, 0),
	];
	let events = poll(&mut bench, &records);
	assert_eq!(events, Ok(vec![(2, 0, 1, 9), (3, 0, 2, 1), (4, 0, 1, 6), (5, 0, 0, 0)]));
	assert_eq!(bench.now(), EPOCH);
}

#[test]
fn poll_should_report_errors_as_events_when_a_subscription_is_bad() {
	let mut bench = Bench::new();
	let badf = Errno::Badf as u16;
	let records = [
		fd_subscription(1, 1, CLOSED),
		fd_subscription(2, 1, 1),
		fd_subscription(3, 1, ROOT),
		clock_subscription(4, 7, 1, 0),
		clock_subscription(5, 0, 1, 8),
		clock_subscription(6, 0, 1, 0),
	];
	let events = poll(&mut bench, &records).expect("errors are events");
	let errors: Vec<_> = events.iter().map(|event| (event.0, event.1)).collect();
	let (notcapable, inval) = (Errno::Notcapable as u16, Errno::Inval as u16);
	assert_eq!(errors, [(1, badf), (2, notcapable), (3, notcapable), (4, inval), (5, inval)]);
	assert_eq!(bench.now(), EPOCH);
}

#[test]
fn poll_should_refuse_when_the_arguments_are_bad() {
	let mut bench = Bench::new();
	assert_eq!(poll(&mut bench, &[]), Err(Errno::Inval));
	assert_eq!(poll(&mut bench, &[fd_subscription(1, 3, 0)]), Err(Errno::Inval));
	assert_eq!(poll(&mut bench, &[fd_subscription(1, 255, 0)]), Err(Errno::Inval));
	let mut errno = |source: u64, events: u64, count: u64, result: u64| {
		bench.call(Function::PollOneoff, &[source, events, count, result])
	};
	let (data, events, result) = (DATA.into(), EVENTS.into(), RESULT.into());
	assert_eq!(errno(data, events, 1_025, result), Errno::Inval);
	assert_eq!(errno(data, events, u32::MAX.into(), result), Errno::Inval);
	assert_eq!(errno(NOWHERE, events, 1, result), Errno::Fault);
	assert_eq!(errno(data, NOWHERE, 1, result), Errno::Fault);
	assert_eq!(errno(data, events, 1, NOWHERE), Errno::Fault);
}

#[test]
fn time_should_stop_at_its_end_when_a_deadline_is_infinite() {
	let mut bench = Bench::new();
	let records = [clock_subscription(1, 1, u64::MAX, 0)];
	assert_eq!(poll(&mut bench, &records), Ok(vec![(1, 0, 0, 0)]));
	assert_eq!(read_clock(&mut bench, 0), u64::MAX);
	assert_eq!(read_clock(&mut bench, 0), u64::MAX);
}

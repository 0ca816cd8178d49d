# make demo   a burst of 50 batches of 5,000 rows on a private server
# make test   formatting, lints, tests on servers of every supported major
# make torture
#             a hundred rounds of random faults over bursts; every seed is printed
# make bench  the write path against server-side COPY, interleaved

.PHONY: demo test torture bench setup

demo: setup
	cargo build --release --locked
	./target/release/pgvalidate burst --batches 50 --size 5000

test:
	./scripts/setup lint servers prometheus pgbouncer chromium
	cargo fmt --check
	cargo clippy --locked --all-targets -- -D warnings
	cargo test --locked --no-fail-fast

torture:
	./scripts/setup
	PGVALIDATE_TORTURE_ROUNDS=$${ROUNDS:-100} cargo test --locked --test torture -- --nocapture

bench: setup
	cargo bench --locked --bench write_path

setup:
	./scripts/setup

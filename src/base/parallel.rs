//! The one door to threads: work that falls into numbered pieces, none of which
//! depends on another. The results are in the order of the pieces, so that nobody
//! can tell how many threads there were.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Does all pieces of work, each on one of at most `jobs` threads. `worker` makes what a thread needs for itself.
///
/// # Panics
///
/// If a piece of work does.
pub fn in_parallel<W, T: Send>(
    jobs: usize,
    pieces: usize,
    worker: impl Fn() -> W + Sync,
    work: impl Fn(&mut W, usize) -> T + Sync,
) -> Vec<T> {
    let jobs = jobs.min(pieces).max(1);
    if jobs == 1 {
        let mut own = worker();
        return (0..pieces).map(|piece| work(&mut own, piece)).collect();
    }
    let next = AtomicUsize::new(0);
    let one = || {
        let mut own = worker();
        let mut done = Vec::new();
        loop {
            let piece = next.fetch_add(1, Ordering::Relaxed);
            if piece >= pieces {
                return done;
            }
            done.push((piece, work(&mut own, piece)));
        }
    };
    let mut done: Vec<(usize, T)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(one)).collect();
        let results = threads.into_iter().map(|thread| thread.join().expect("no piece of work panics"));
        results.flatten().collect()
    });
    done.sort_unstable_by_key(|(piece, _)| *piece);
    done.into_iter().map(|(_, result)| result).collect()
}

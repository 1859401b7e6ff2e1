//! Work spread over the cores.

/// Does `work` on contiguous pieces of `items`, one a core, and returns what came out in order.
pub fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let piece = items.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let work = &work;
        let running: Vec<_> = items.chunks(piece).map(|chunk| scope.spawn(move || work(chunk))).collect();
        running
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// The same one by one, for items that take very different time: a thread that is done takes the next.
pub fn each_in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len()).max(1);
    let mut all: Vec<(usize, R)> = std::thread::scope(|scope| {
        let run = || {
            let take = || next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let taken = std::iter::from_fn(|| Some(take()).filter(|index| *index < items.len()));
            taken.map(|index| (index, work(&items[index]))).collect::<Vec<_>>()
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
        let joined = running.into_iter().map(|thread| thread.join());
        joined.flat_map(|done| done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    all.sort_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        let items: Vec<u64> = (0..1_000).collect();
        let doubled: Vec<u64> = items.iter().map(|item| item * 2).collect();
        assert_eq!(
            in_parallel(&items, |piece| piece.iter().map(|item| item * 2).collect::<Vec<_>>()).concat(),
            doubled
        );
        assert_eq!(each_in_parallel(&items, |item| item * 2), doubled);
        assert!(each_in_parallel(&[], |item: &u64| *item).is_empty());
    }
}

//! How far a transfer has come, told often but not too often, and never going back.

use std::cell::RefCell;

/// How far a transfer has come. Counts plaintext bytes; never goes backwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Index of the file among those given.
    pub file: usize,
    /// Bytes of this file.
    pub loaded: u64,
    /// Its size; while a stream is being sent, what was read of it so far.
    pub size: u64,
    /// Bytes of all files.
    pub total_loaded: u64,
    /// Their size.
    pub total_size: u64,
    /// Whether the network is away, and the transfer waits for it.
    pub waiting: bool,
}

/// The shortest time between two reports that tell of nothing finished, in milliseconds.
const PAUSE: u64 = 100;

/// Adds up what the parts of one transfer have done.
pub(super) struct Tally {
    state: RefCell<State>,
    report: Box<dyn Fn(Progress)>,
}

#[derive(Default)]
struct State {
    files: Vec<FileTally>,
    /// What has moved, of all files.
    moved: u64,
    /// The most of it that was reported.
    shown: u64,
    size: u64,
    /// The file that moved last.
    file: usize,
    waiting: bool,
    reported: u64,
}

#[derive(Default)]
struct FileTally {
    size: u64,
    moved: u64,
    shown: u64,
    /// The parts that are on their way, which are few, and their bytes.
    parts: Vec<(u32, u64)>,
}

impl FileTally {
    /// The bytes of a part that is no longer on its way; 0 when it was not.
    fn take(&mut self, part: u32) -> u64 {
        let at = self.parts.iter().position(|(known, _)| *known == part);
        at.map_or(0, |at| self.parts.swap_remove(at).1)
    }
}

impl Tally {
    /// A tally of files of these sizes.
    pub(super) fn new(sizes: impl IntoIterator<Item = u64>, report: impl Fn(Progress) + 'static) -> Self {
        let files: Vec<_> =
            sizes.into_iter().map(|size| FileTally { size, ..FileTally::default() }).collect();
        let size = files.iter().map(|file| file.size).sum();
        Self { state: RefCell::new(State { files, size, ..State::default() }), report: Box::new(report) }
    }

    /// So many bytes of a part are through by now; fewer than before when it is begun again.
    pub(super) fn moved(&self, file: usize, part: u32, bytes: u64, now: u64) {
        self.change(file, now, false, |tally| {
            let before = tally.take(part);
            tally.parts.push((part, bytes));
            (before, bytes)
        });
    }

    /// A part of `len` bytes is through.
    pub(super) fn done(&self, file: usize, part: u32, len: u64, now: u64) {
        self.change(file, now, true, |tally| (tally.take(part), len));
    }

    /// A stream has turned out to have so many bytes more.
    pub(super) fn grew(&self, file: usize, bytes: u64) {
        let mut state = self.state.borrow_mut();
        state.size += bytes;
        if let Some(tally) = state.files.get_mut(file) {
            tally.size += bytes;
        }
    }

    /// Whether a part waits for the network. What moves shows that the waiting is over.
    pub(super) fn waiting(&self, waiting: bool) {
        {
            let mut state = self.state.borrow_mut();
            if state.waiting == waiting {
                return;
            }
            state.waiting = waiting;
        }
        self.tell();
    }

    /// Takes the bytes of a part that counted before and those that count now.
    fn change(&self, file: usize, now: u64, done: bool, change: impl FnOnce(&mut FileTally) -> (u64, u64)) {
        {
            let state = &mut *self.state.borrow_mut();
            let Some(tally) = state.files.get_mut(file) else { return };
            let (before, after) = change(tally);
            tally.moved = tally.moved + after - before;
            state.moved = state.moved + after - before;
            tally.shown = tally.shown.max(tally.moved.min(tally.size));
            let moved = state.moved > state.shown;
            state.shown = state.shown.max(state.moved.min(state.size));
            state.file = file;
            state.waiting &= !moved;
            if !done && now.saturating_sub(state.reported) < PAUSE {
                return;
            }
            state.reported = now;
        }
        self.tell();
    }

    fn tell(&self) {
        let progress = {
            let state = self.state.borrow();
            let Some(file) = state.files.get(state.file) else { return };
            Progress {
                file: state.file,
                loaded: file.shown,
                size: file.size,
                total_loaded: state.shown,
                total_size: state.size,
                waiting: state.waiting,
            }
        };
        // The caller may well ask for something in turn: nothing is borrowed any more.
        (self.report)(progress);
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn what_is_begun_again_counts_once_and_nothing_goes_back() {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let heard = seen.clone();
        let tally = Tally::new([10, 20], move |progress| heard.borrow_mut().push(progress));
        let mut now = 0;
        for (file, part, bytes) in [(0, 1, 4), (1, 1, 5), (0, 1, 0), (0, 1, 3), (0, 1, 10)] {
            now += PAUSE;
            tally.moved(file, part, bytes, now);
        }
        tally.done(0, 1, 10, now);
        tally.waiting(true);
        tally.done(1, 1, 20, now);
        let totals: Vec<_> = seen.borrow().iter().map(|p| (p.total_loaded, p.waiting)).collect();
        let expected = [4, 9, 9, 9, 15, 15].map(|total| (total, false));
        assert_eq!(totals[..6], expected);
        assert_eq!(totals[6..], [(15, true), (30, false)]);
        assert_eq!(seen.borrow().last().map(|p| (p.file, p.loaded, p.size)), Some((1, 20, 20)));
    }

    #[test]
    fn reports_keep_a_distance() {
        let seen = Rc::new(RefCell::new(0));
        let heard = seen.clone();
        let tally = Tally::new([1000], move |_| *heard.borrow_mut() += 1);
        for now in 1000..1000 + 2 * PAUSE {
            tally.moved(0, 1, now - 1000, now);
        }
        assert_eq!(*seen.borrow(), 2);
    }
}

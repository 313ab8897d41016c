//! Pausing: what is on its way is ended, and begun again later.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Poll, Waker};

use futures_util::future::{Either, select};

/// Holds transfers back. Clones are the same switch, which any number of transfers may obey.
#[derive(Clone, Default)]
pub struct Pause(Rc<State>);

#[derive(Default)]
struct State {
    paused: Cell<bool>,
    wakers: RefCell<Vec<Waker>>,
}

impl Pause {
    /// Ends what is on its way, and lets nothing begin.
    pub fn pause(&self) {
        self.set(true);
    }

    /// Lets transfers go on where they were.
    pub fn resume(&self) {
        self.set(false);
    }

    /// Whether transfers are held back.
    pub fn is_paused(&self) -> bool {
        self.0.paused.get()
    }

    fn set(&self, paused: bool) {
        self.0.paused.set(paused);
        for waker in self.0.wakers.take() {
            waker.wake();
        }
    }

    async fn until(&self, paused: bool) {
        poll_fn(|context| {
            if self.is_paused() == paused {
                return Poll::Ready(());
            }
            let mut wakers = self.0.wakers.borrow_mut();
            if !wakers.iter().any(|waker| waker.will_wake(context.waker())) {
                wakers.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await;
    }

    /// Does `work` while nothing is paused. A pause drops it, and afterwards it is begun again.
    pub(super) async fn run<T>(&self, mut work: impl AsyncFnMut() -> T) -> T {
        loop {
            self.until(false).await;
            if let Either::Left((done, _)) = select(pin!(work()), pin!(self.until(true))).await {
                return done;
            }
        }
    }
}

//! The objects of one kind, for those who know what a kind can do: pools, ends of pipes and streams.

use crate::semantics::object::ObjectState;
use crate::semantics::pipe::End;
use crate::semantics::pool::Pool;
use crate::semantics::stream::Bytes;

impl ObjectState {
    /// The pool that it is, if it is one.
    #[must_use]
    pub const fn as_pool(&self) -> Option<&Pool> {
        match self {
            Self::Pool(pool) => Some(pool),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pipe(_)
            | Self::Stream(_) => None,
        }
    }

    /// The pipe, or the end of one, that it is, if it is one.
    #[must_use]
    pub const fn as_end(&self) -> Option<&End> {
        match self {
            Self::Pipe(found) => Some(found),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Stream(_) => None,
        }
    }

    /// The same to be changed.
    pub(super) const fn as_end_mut(&mut self) -> Option<&mut End> {
        match self {
            Self::Pipe(found) => Some(found),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Stream(_) => None,
        }
    }

    /// The stream that it is, if it is one.
    #[must_use]
    pub const fn as_stream(&self) -> Option<&Bytes> {
        match self {
            Self::Stream(found) => Some(found),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_) => None,
        }
    }

    /// The same to be changed.
    pub(super) const fn as_stream_mut(&mut self) -> Option<&mut Bytes> {
        match self {
            Self::Stream(found) => Some(found),
            Self::Lock(_)
            | Self::Rlock(_)
            | Self::Semaphore(_)
            | Self::Event(_)
            | Self::Condition(_)
            | Self::Barrier(_)
            | Self::Queue(_)
            | Self::Device(_)
            | Self::Pool(_)
            | Self::Pipe(_) => None,
        }
    }
}

//! Small integer names for the things of a program and of a run.
//!
//! Ids are handed out in program order (functions, objects, cells, regions,
//! places) or in order of creation (units), so they sort the way a reader of
//! the script would list them.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of the `index`-th thing of its kind.
            ///
            /// # Panics
            ///
            /// If `index` is 2³² or more; every table is bounded far below.
            #[must_use]
            pub fn new(index: usize) -> Self {
                Self(u32::try_from(index).expect("tables are bounded below 2^32 entries"))
            }

            /// Its place in a table.
            #[must_use]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// A unit of execution of a run; main is 0, others follow in order of their spawn.
    UnitId
}
id! {
    /// A Python interpreter of a run, with its own copy of what a script declares; that of main is 0, others follow in
    /// order of their start.
    InterpreterId
}
id! {
    /// A declared object (each element of an object array has its own), in program order; in a world, behind those of
    /// main's interpreter come the copies of the others, one interpreter after the other.
    ObjectId
}
id! {
    /// A shared location (each cell of a shared array has its own), in program order; copies as of objects.
    CellId
}
id! {
    /// A function; `main` is one of them, in program order.
    FunctionId
}
id! {
    /// A named region, in order of its first use.
    RegionId
}
id! {
    /// A statement as a reader would cite it: function and canonical head.
    PlaceId
}

//! Tree to flat code: what a script may say, and what it comes to.
//!
//! The checker says what is wrong with a tree in the student's words. It knows
//! what names mean and what can be called how, but not what happens or when.
//! Values and their arithmetic live here, because the code holds constants and
//! initialisers are evaluated before the run.

pub mod arithmetic;
pub mod check;
pub mod codes;
pub mod copies;
pub mod display;
pub mod draws;
pub mod exception;
pub mod function;
pub mod lower;
pub mod pickle;
pub mod pipe;
pub mod program;
pub mod registers;
pub mod signature;
pub mod since;
pub mod site;
pub mod terms;
pub mod value;

//! x
use crate::syntax::ast::*;
/// x
pub fn expression(_e: &Expr) -> String {
    String::new()
}
/// x
pub fn head(_s: &Statement) -> String {
    String::new()
}

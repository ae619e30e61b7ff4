//! A heap of values, laid out as CPython's `Modules/_heapqmodule.c` lays it out
//! (read and run: 3.13.0): which of two equal items comes first, and what is
//! left of the heap if two items have no order, is a matter of that layout.

use std::collections::VecDeque;

use crate::ir::arithmetic;
use crate::ir::value::{Raised, Value};
use crate::syntax::ast::BinaryOp;

/// `heapq.heappush`
///
/// # Errors
///
/// `TypeError` if items have no order; the new one is in the heap all the same.
pub(super) fn push(items: &mut VecDeque<Value>, item: Value) -> Result<(), Raised> {
    items.push_back(item);
    let last = items.len() - 1;
    rise(items, last)
}

/// `heapq.heappop`; nothing if the heap is empty.
///
/// # Errors
///
/// `TypeError` if items have no order; the least one is lost then.
pub(super) fn pop(items: &mut VecDeque<Value>) -> Result<Option<Value>, Raised> {
    let Some(last) = items.pop_back() else { return Ok(None) };
    let Some(first) = items.front_mut() else { return Ok(Some(last)) };
    let least = std::mem::replace(first, last);
    // The new first item changes places with the lesser child down to a leaf, and rises from there.
    let mut at = 0;
    while 2 * at + 1 < items.len() {
        let (left, right) = (2 * at + 1, 2 * at + 2);
        let child = if right < items.len() && !is_less(items, left, right)? { right } else { left };
        items.swap(at, child);
        at = child;
    }
    rise(items, at)?;
    Ok(Some(least))
}

/// An item changes places with its parent as long as that is greater.
fn rise(items: &mut VecDeque<Value>, mut at: usize) -> Result<(), Raised> {
    while at > 0 {
        let parent = (at - 1) / 2;
        if !is_less(items, at, parent)? {
            break;
        }
        items.swap(at, parent);
        at = parent;
    }
    Ok(())
}

fn is_less(items: &VecDeque<Value>, left: usize, right: usize) -> Result<bool, Raised> {
    Ok(arithmetic::binary(BinaryOp::Less, &items[left], &items[right])?.truthy())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heap(of: &[Value]) -> VecDeque<Value> {
        let mut items = VecDeque::new();
        of.iter().for_each(|item| push(&mut items, item.clone()).unwrap());
        items
    }

    fn numbers(of: impl IntoIterator<Item = i64>) -> Vec<Value> {
        of.into_iter().map(Value::Int).collect()
    }

    fn check(put: &[Value], want: &[Value]) {
        let mut items = heap(put);
        let got: Vec<Value> = put.iter().map(|_| pop(&mut items).unwrap().unwrap()).collect();
        assert_eq!(got, want);
        assert_eq!(pop(&mut items), Ok(None));
    }

    /// All orders of these numbers.
    fn orders(of: &[i64]) -> Vec<Vec<i64>> {
        let [first, rest @ ..] = of else { return vec![vec![]] };
        let insert = |order: &Vec<i64>, at: usize| [&order[..at], &[*first], &order[at..]].concat();
        orders(rest).iter().flat_map(|order| (0..=order.len()).map(move |at| insert(order, at))).collect()
    }

    #[test]
    fn the_least_item_comes_first_in_whatever_order_they_were_put() {
        let of = [1, 2, 2, 3, 4, 5, 5];
        let all = orders(&of);
        assert_eq!(all.len(), 5040);
        for order in all {
            check(&numbers(order), &numbers(of));
        }
    }

    // What follows is what CPython 3.13.0 does with the same items.

    #[test]
    fn equal_items_come_in_the_order_of_heapq() {
        let (one, truth, two) = (Value::Int(1), Value::Bool(true), Value::Int(2));
        let put = [one.clone(), truth.clone(), two.clone(), truth.clone(), one.clone()];
        check(&put, &[one.clone(), truth.clone(), truth, one, two]);
    }

    #[test]
    fn an_item_without_an_order_is_in_the_heap_all_the_same() {
        let mut items = heap(&numbers([3]));
        let raised = push(&mut items, Value::None).unwrap_err();
        assert_eq!(raised.name(), "TypeError");
        assert_eq!(raised.message(), "'<' not supported between instances of 'NoneType' and 'int'");
        assert_eq!(pop(&mut items), Ok(Some(Value::Int(3))));
        assert_eq!(pop(&mut items), Ok(Some(Value::None)));
    }

    #[test]
    fn the_least_item_is_lost_when_others_have_no_order() {
        let mut items = heap(&numbers([3, 2, 1]));
        push(&mut items, Value::str("x")).unwrap_err();
        // It takes the place of 1, and then that of 2.
        assert_eq!(pop(&mut items).unwrap_err().name(), "TypeError");
        assert_eq!(pop(&mut items).unwrap_err().name(), "TypeError");
        assert_eq!(pop(&mut items), Ok(Some(Value::Int(3))));
        assert_eq!(pop(&mut items), Ok(Some(Value::str("x"))));
    }
}

//! The words of the language with the part that each plays, as tables: for
//! editors, documents and whoever makes up scripts.
//!
//! Reserved words and signs have tokens of their own; the other words mean
//! something in their place only and are names elsewhere. What can be called,
//! declared or started is not known here.

use crate::syntax::token::TokenKind;

/// The part that a word plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It begins what stands at the top level, or stands before such a word.
    Item,
    /// It begins a statement, or stands before such a word.
    Statement,
    /// It begins a later part of a statement.
    Clause,
    /// It stands before an operand or between two.
    Operator,
    /// It is a value.
    Literal,
}

impl Role {
    /// All of them.
    pub const ALL: &'static [Self] =
        &[Self::Item, Self::Statement, Self::Clause, Self::Operator, Self::Literal];
}

/// A reserved word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// Its token.
    pub kind: TokenKind,
    /// As scripts write it.
    pub text: &'static str,
    /// The parts that it plays, the most frequent one first; never empty.
    pub roles: &'static [Role],
}

/// The reserved words, in the order of their tokens.
pub const RESERVED: &[Reserved] = &[
    reserved(TokenKind::KwDef, "def", &[Role::Item]),
    reserved(TokenKind::KwMain, "main", &[Role::Item]),
    reserved(TokenKind::KwLet, "let", &[Role::Statement]),
    reserved(TokenKind::KwCompute, "compute", &[Role::Statement]),
    reserved(TokenKind::KwIo, "io", &[Role::Statement]),
    reserved(TokenKind::KwSleep, "sleep", &[Role::Statement]),
    reserved(TokenKind::KwWith, "with", &[Role::Statement]),
    reserved(TokenKind::KwAsync, "async", &[Role::Statement, Role::Item]),
    reserved(TokenKind::KwAwait, "await", &[Role::Operator, Role::Statement]),
    reserved(TokenKind::KwSpawn, "spawn", &[Role::Operator]),
    reserved(TokenKind::KwIf, "if", &[Role::Statement]),
    reserved(TokenKind::KwElif, "elif", &[Role::Clause]),
    reserved(TokenKind::KwElse, "else", &[Role::Clause]),
    reserved(TokenKind::KwWhile, "while", &[Role::Statement]),
    reserved(TokenKind::KwFor, "for", &[Role::Statement]),
    reserved(TokenKind::KwIn, "in", &[Role::Operator, Role::Clause]),
    reserved(TokenKind::KwBreak, "break", &[Role::Statement]),
    reserved(TokenKind::KwContinue, "continue", &[Role::Statement]),
    reserved(TokenKind::KwPass, "pass", &[Role::Statement]),
    reserved(TokenKind::KwReturn, "return", &[Role::Statement]),
    reserved(TokenKind::KwTry, "try", &[Role::Statement]),
    reserved(TokenKind::KwExcept, "except", &[Role::Clause]),
    reserved(TokenKind::KwFinally, "finally", &[Role::Clause, Role::Item]),
    reserved(TokenKind::KwRaise, "raise", &[Role::Statement]),
    reserved(TokenKind::KwAssert, "assert", &[Role::Statement]),
    reserved(TokenKind::KwPrint, "print", &[Role::Statement]),
    reserved(TokenKind::KwGroup, "group", &[Role::Statement]),
    reserved(TokenKind::KwRegion, "region", &[Role::Statement]),
    reserved(TokenKind::KwAtomic, "atomic", &[Role::Statement, Role::Item]),
    reserved(TokenKind::KwShared, "shared", &[Role::Item]),
    reserved(TokenKind::KwInvariant, "invariant", &[Role::Item]),
    reserved(TokenKind::KwTrue, "True", &[Role::Literal]),
    reserved(TokenKind::KwFalse, "False", &[Role::Literal]),
    reserved(TokenKind::KwNone, "None", &[Role::Literal]),
    reserved(TokenKind::KwAnd, "and", &[Role::Operator]),
    reserved(TokenKind::KwOr, "or", &[Role::Operator]),
    reserved(TokenKind::KwNot, "not", &[Role::Operator]),
];

const _: () = assert!(
    RESERVED.len() == TokenKind::KwNot as usize - TokenKind::KwDef as usize + 1,
    "every reserved word has a row"
);

/// A word that is a name except in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contextual {
    /// As scripts write it.
    pub text: &'static str,
    /// The part that it plays in its place.
    pub role: Role,
    /// Its place, as an example.
    pub example: &'static str,
}

/// The words that are names except in their place, without the kinds of objects and units.
pub const CONTEXTUAL: &[Contextual] = &[
    contextual("machine", Role::Item, "machine { cores: 2 }"),
    contextual("param", Role::Item, "param n = 3"),
    contextual("process", Role::Item, "process shared x = 0"),
    contextual("expect", Role::Item, "expect deadlock"),
    contextual("nogil", Role::Clause, "compute 5ms nogil"),
    contextual("on", Role::Clause, "io 5ms on disk"),
    contextual("when", Role::Clause, "atomic when n > 0 { … }"),
    contextual("is", Role::Operator, "x is None"),
];

/// The signs, in the order of their tokens.
pub const SIGNS: &[(TokenKind, &str)] = &[
    (TokenKind::LeftParen, "("),
    (TokenKind::RightParen, ")"),
    (TokenKind::LeftBracket, "["),
    (TokenKind::RightBracket, "]"),
    (TokenKind::LeftBrace, "{"),
    (TokenKind::RightBrace, "}"),
    (TokenKind::Comma, ","),
    (TokenKind::Colon, ":"),
    (TokenKind::Semicolon, ";"),
    (TokenKind::Dot, "."),
    (TokenKind::DotDot, ".."),
    (TokenKind::Assign, "="),
    (TokenKind::PlusAssign, "+="),
    (TokenKind::MinusAssign, "-="),
    (TokenKind::StarAssign, "*="),
    (TokenKind::SlashSlashAssign, "//="),
    (TokenKind::PercentAssign, "%="),
    (TokenKind::Equal, "=="),
    (TokenKind::NotEqual, "!="),
    (TokenKind::Less, "<"),
    (TokenKind::LessEqual, "<="),
    (TokenKind::Greater, ">"),
    (TokenKind::GreaterEqual, ">="),
    (TokenKind::Plus, "+"),
    (TokenKind::Minus, "-"),
    (TokenKind::Star, "*"),
    (TokenKind::SlashSlash, "//"),
    (TokenKind::Percent, "%"),
];

const _: () = assert!(
    SIGNS.len() == TokenKind::Percent as usize - TokenKind::LeftParen as usize + 1,
    "every sign has a row"
);

const fn reserved(kind: TokenKind, text: &'static str, roles: &'static [Role]) -> Reserved {
    Reserved { kind, text, roles }
}

const fn contextual(text: &'static str, role: Role, example: &'static str) -> Contextual {
    Contextual { text, role, example }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::span::Source;
    use crate::syntax::parse::parse;
    use crate::syntax::token::tokens;

    fn kinds(text: &str) -> Vec<TokenKind> {
        tokens(text).map(|token| token.kind).collect()
    }

    #[test]
    fn each_row_is_the_token_of_its_text() {
        for word in RESERVED {
            assert_eq!(kinds(word.text), [word.kind]);
            assert!(word.kind.is_keyword() && !word.roles.is_empty());
        }
        for (kind, text) in SIGNS {
            assert_eq!(kinds(text), [*kind]);
        }
        for word in CONTEXTUAL {
            assert_eq!(kinds(word.text), [TokenKind::Name]);
        }
        assert!(RESERVED.is_sorted_by_key(|word| word.kind));
        assert!(SIGNS.is_sorted_by_key(|(kind, _)| *kind));
    }

    #[test]
    fn each_word_means_something_in_its_place() {
        for word in CONTEXTUAL {
            let body = word.example.replace('…', "");
            let script = match word.role {
                Role::Item => format!("{body}\nmain {{ }}"),
                Role::Statement | Role::Clause => format!("main {{ {body} }}"),
                Role::Operator | Role::Literal => format!("main {{ print {body} }}"),
            };
            assert!(word.example.contains(word.text));
            assert_eq!(parse(&Source::new("test.conc", script.as_str())).errors, [], "{script}");
        }
    }
}

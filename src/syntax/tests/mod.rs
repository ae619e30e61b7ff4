//! Tests of the syntax as a whole: lexer against grammar, text against tree, mistakes against their texts.

mod scripts;
mod tree;

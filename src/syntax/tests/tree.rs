//! Accepted scripts and the trees they are read as.

use super::scripts::SCRIPTS;
use crate::base::span::Source;
use crate::syntax::parse::parse;

#[test]
fn scripts_that_use_every_construct_are_accepted() {
    for script in SCRIPTS {
        let source = Source::new("test.conc", *script);
        if let Err(errors) = parse(&source) {
            let error = &errors[0];
            panic!("{:?} {:?}\n{}", source.locate(error.primary.span.start), error, script);
        }
    }
}

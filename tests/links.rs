//! Each link of our pages that stays in the repository leads to a file that is there, and to a heading in it.

use std::path::{Component, Path, PathBuf};

/// Where pages lie: with all that is below a folder, or only in it.
const FOLDERS: [(&str, bool); 4] = [("", false), ("docs", true), ("editors", true), ("fuzz", false)];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    String::from_utf8(std::fs::read(path).expect("the page can be read")).expect("our files are UTF-8")
}

/// The pages in a folder, and in those below it if that is asked for.
fn pages(folder: &Path, with_folders: bool, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the folder can be read").path();
        if path.is_dir() && with_folders {
            pages(&path, true, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            found.push(path);
        }
    }
}

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// A line without what stands between back-quotes.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

/// The targets of the links of a page.
fn targets(text: &str) -> Vec<String> {
    let lines = prose(text).map(without_code);
    let links = lines.flat_map(|line| {
        let ends = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        ends.map(str::to_owned).collect::<Vec<_>>()
    });
    links.filter(|target| !target.contains("://")).collect()
}

/// The names that the headings of a page have in links: lower case, `-` for blanks, no other signs.
fn anchors(text: &str) -> Vec<String> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    let anchor = |heading: &str| {
        let words = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = words.chars().filter(|sign| sign.is_alphanumeric() || " -_".contains(*sign));
        kept.collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

/// The path of a link as it is seen from a page, without `..`.
fn seen_from(page: &Path, target: &str) -> PathBuf {
    let mut path = page.parent().expect("a page lies in a folder").to_path_buf();
    for component in Path::new(target).components() {
        match component {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    path
}

/// What is wrong with a link of a page.
fn problem(page: &Path, target: &str) -> Option<String> {
    let (file, anchor) = target.split_once('#').map_or((target, None), |(file, anchor)| (file, Some(anchor)));
    let path = if file.is_empty() { page.to_path_buf() } else { seen_from(page, file) };
    if !path.exists() {
        return Some(format!("{file} is not there"));
    }
    let anchor = anchor?;
    let is_there = anchors(&read(&path)).iter().any(|known| known == anchor);
    (!is_there).then(|| format!("{} has no heading `{anchor}`", path.display()))
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut all = Vec::new();
    for (folder, with_folders) in FOLDERS {
        pages(&root().join(folder), with_folders, &mut all);
    }
    let (mut count, mut problems) = (0, Vec::new());
    for page in all {
        for target in targets(&read(&page)) {
            count += 1;
            let told = problem(&page, &target);
            problems.extend(told.map(|told| format!("{}: ({target}): {told}", page.display())));
        }
    }
    assert!(count > 200, "{count} links were found: what a link looks like has changed");
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn a_link_is_found_where_it_is_prose_and_its_heading_by_its_words() {
    let page = "# A `b_c`, d!\n```text\n[no](x.md)\n```\n[one](a.md) and `[no](b.md)` and [two](#a-b_c-d)\n";
    assert_eq!(targets(page), ["a.md", "#a-b_c-d"]);
    assert_eq!(anchors(page), ["a-b_c-d"]);
    let here = Path::new("/docs/units/task.md");
    assert_eq!(seen_from(here, "../findings.md"), Path::new("/docs/findings.md"));
    assert_eq!(problem(here, "nothing.md").as_deref(), Some("nothing.md is not there"));
}

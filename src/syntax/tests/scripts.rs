//! Scripts that together use every construct of the language.

/// Each is accepted.
pub(super) const SCRIPTS: &[&str] = &[BANK, PAGES, COUNTERS, CROSSED, STATEMENTS, ITEMS, VALUES, LAYOUT];

const BANK: &str = r#"# Two clerks move money in opposite directions.
machine {
    cores: 2
    runtime: "cpython-3.12"
}

lock left, right
shared sum = 100

def move(from_lock, to_lock, amount) {
    with from_lock {
        io 2ms
        with to_lock {
            sum += amount
        }
    }
}

main {
    let a = spawn thread move(left, right, 10)
    let b = spawn thread move(right, left, 20)
    a.join()
    b.join()
    print "sum", sum
}

finally sum == 130
"#;

const PAGES: &str = r#"
semaphore places(5)
shared finished = 0

def load(page) {
    async with places { await io 40ms }     # others go on
    compute 2ms
    finished += 1
}

main { group { for page in range(20) { spawn task load(page) } } }

finally finished == 20
"#;

const COUNTERS: &str = r#"
process lock m
process shared total = 0
shared local = 0

async def work(n) {
    compute 50ms nogil
    local += n
    with m { total += n }
}

main {
    let ps = []
    for i in 0..4 { ps.append(spawn process work(i)) }
    for p in ps { p.join() }
    print(local, total)
}
"#;

const CROSSED: &str = r#"
expect deadlock
lock a, b
def one() { with a { with b { pass } } }
def two() { with b { with a { pass } } }
main { group { spawn thread one(); spawn thread two() } }
"#;

const STATEMENTS: &str = r#"
device db(5)
lock m, forks[5]
main {
    let x = 1; x = 2; x += 1; x -= 1; x *= 2; x //= 2; x %= 2
    forks[0][1] = x
    compute 1ms
    io 2ms on db
    await io 2ms
    sleep 1s
    await sleep 1s
    with m, forks[x] { pass }
    async with timeout(50ms) { await m.acquire() }
    if x == 1 { break } elif x == 2 { continue } else { pass }
    if x { } elif y { }
    while True { return x }
    for i in [1, 2] { return }
    for i in range(x, x + 3) { pass }
    try { raise } except ValueError { raise TypeError "text" } except { raise Empty } finally { pass }
    try { pass } finally { pass }
    assert x, "message"
    assert x is None
    print x
    print (x), x
    print (x + 1) * 2
    print((x))
    region critical { pass }
    atomic { x = 1 }
    atomic when x > 0 { x -= 1 }
    f(x)
    await spawn thread f(x)
    spawn unit(name="w", daemon=True) f(x, k=2,).join()
    spawn subprocess(python=True) f()
    spawn interpreter f()
}
"#;

const ITEMS: &str = r#"
machine { cores: 4, switch_interval: 5ms; quantum: -1
    unit: "task", memory: 64KiB, fair: True, none: None, }
param n = 3
param shift = -5ms
param limit = 1.5KiB
process queue q(10, order="lifo"), r
process atomic shared flag = False, cells[n] = 0
atomic shared other = [1, 2, 3,]
rlock a; bounded_semaphore b(2); event c; condition d(a); barrier e(n + 1)
pipe p
thread_pool tp(4); process_pool pp(len([1]))
invariant inside(critical) <= 1
finally not deadlocked() and elapsed() < 1min
expect race
def f(a, b,) { }
def process(lock, thread, machine, param, on, nogil, when, is, expect) { print lock is is, on }
main { f(1, 2) }
"#;

const VALUES: &str = r##"
main {
    let numbers = [0, 42, 1_000_000, -9223372036854775808, - 7, 9_223_372_036_854_775_807]
    let times = [200ns, 15us, 1.5ms, 2s, 1min, 0.25s, 0s, -3ms]
    let sizes = [80B, 64KiB, 10MB, 1GiB, 1.5KB, 3MiB, 2GB]
    let text = ["", "a\n\t\"\\\u{e9}é", "# no comment"]
    let logic = not not a or b and not c == d
    let compared = [a == b, a != b, a < b, a <= b, a > b, a >= b, a in b, a not in b, a is b, a is not b]
    let sums = a + b - c * d // e % f - -g * (h + i)
    let waits = -await a.b[c](d)(e)[f].g + await await b
    let picked = choose(0..n) + choose(a + 1..b * 2) + choose(range(6)) + choose(xs)
    let futures = ex.map(f, 0..10)
    let deep = ((((((1))))))
}
"##;

const LAYOUT: &str = "\u{FEFF}# comment first\r\nmain\r\n\n{ ;; let x = (1 +\n  2 # why\n  + 3\n)\n\n  if x\n # here\n {\n  }\n\n  elif y\t{ pass; }\n # there\n else\n { pass }\n  try { pass }\n  except E\n { }\n finally { }\n  with a { } with b { } f(\n 1,\n 2,\n ); }; # end";

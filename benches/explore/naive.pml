/* naive.conc for SPIN. */
#include "table.pml"

proctype Philosopher(byte i) {
    take(LEFT(i));
    take(RIGHT(i));
    put(RIGHT(i));
    put(LEFT(i))
}

init {
    byte i;
    atomic { for (i : 0 .. N - 1) { run Philosopher(i) } }
}

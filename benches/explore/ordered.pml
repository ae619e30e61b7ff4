/* ordered.conc for SPIN. */
#include "table.pml"

proctype Philosopher(byte i) {
    take(LOW(i));
    take(HIGH(i));
    put(HIGH(i));
    put(LOW(i))
}

init {
    byte i;
    atomic { for (i : 0 .. N - 1) { run Philosopher(i) } }
}

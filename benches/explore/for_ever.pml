/* for_ever.conc for SPIN. */
#include "table.pml"

proctype Philosopher(byte i) {
    do
    :: take(LOW(i));
       take(HIGH(i));
       put(HIGH(i));
       put(LOW(i))
    od
}

init {
    byte i;
    atomic { for (i : 0 .. N - 1) { run Philosopher(i) } }
}

/* The forks, and what the models of the philosophers share. */
#ifndef N
#define N 8
#endif

#define LOW(i) (i == N - 1 -> 0 : i)
#define HIGH(i) (i == N - 1 -> N - 1 : i + 1)
#define LEFT(i) (i)
#define RIGHT(i) ((i + 1) % N)

#define take(f) atomic { !fork[f] -> fork[f] = true }
#define put(f) fork[f] = false

bool fork[N];

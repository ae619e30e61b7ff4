def exponential(mean):
# if durations
    return Duration(int(random.expovariate(1) * mean.count))
# else
    return random.expovariate(1) * mean
# end

def uniform(low, high):
# if durations
    return Duration(random.randint(low.count, high.count))
# else
    return random.uniform(low, high)
# end

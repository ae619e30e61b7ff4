def normal(mean, deviation):
# if durations
    return Duration(max(0, int(random.gauss(mean.count, deviation.count))))
# else
    return max(0.0, random.gauss(mean, deviation))
# end

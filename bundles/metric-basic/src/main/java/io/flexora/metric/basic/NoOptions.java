package io.flexora.metric.basic;

/** The options of a metric that has none. */
public record NoOptions() {}

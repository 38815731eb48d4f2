package io.flexora.statistics;

/** Paired differences that several tests share. */
final class Data {

  /** Hours of additional sleep, second drug against first: Student, Biometrika 1908, p. 20. */
  static final double[] SLEEP = {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4};

  /** Darwin's maize, eighths of an inch: Fisher, The Design of Experiments, section 17. */
  static final double[] MAIZE = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};

  /** Differences of accuracies over five seeds. */
  static final double[] SEEDS = {0.012, -0.004, 0.021, 0.007, 0.009};

  static final double[] THREE = {-0.5, 0.25, -1.75};

  static final double[] MANY = {
    0.3, 0.6, 0.03, -0.59, -0.15, -0.69, 0.36, 1.64, -0.19, -0.32, 0.79, 0.66, 0.41, -0.63, 0.27,
    1.0, -1.04, -0.16, -1.6, -0.99, -1.54, 0.06, -0.97, 0.57, 0.46, 0.11, -2.22, -0.24, 0.25, 0.41
  };

  private Data() {}
}

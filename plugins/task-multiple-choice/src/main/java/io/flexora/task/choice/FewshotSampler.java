package io.flexora.task.choice;

/** The training rows that are shown as shots. */
public enum FewshotSampler {
  /** Rows drawn by the seed of the run, for each question anew. */
  RANDOM,
  /** The first rows, for every question the same. */
  FIRST
}

package io.flexora.dataset.files;

/** The treatment of rows that are in two splits. */
public enum Duplicates {
  /** They are left out of training, and of validation where they are in the test split too. */
  DROP,
  /** They are kept, and counted in a warning. */
  KEEP,
  /** They end the run. */
  REFUSE
}

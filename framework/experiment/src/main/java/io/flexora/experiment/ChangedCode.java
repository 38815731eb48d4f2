package io.flexora.experiment;

/**
 * What becomes of cells that other code has made than the one that is installed now.
 *
 * @since 0.1
 */
public enum ChangedCode {
  /** They are left as they are, and nothing is run. */
  REFUSE,
  /** They are made again by the code that is installed now. */
  REDO
}

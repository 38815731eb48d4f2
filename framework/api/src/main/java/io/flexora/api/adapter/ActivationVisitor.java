package io.flexora.api.adapter;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Takes the inputs of adapted modules, some tokens at a time.
 *
 * @since 0.1
 */
@ConsumerType
@FunctionalInterface
public interface ActivationVisitor {

  /**
   * Takes the inputs of a module. They are freed after the call.
   *
   * @param scope the owner of the rows and of temporary arrays
   * @param site the module
   * @param rows an input for each token {@code [tokens, inputs]}, of theta's type; at least one
   */
  void visit(NDManager scope, AdapterSite site, NDArray rows);

  /** A choice of the tokens of the calibration examples. */
  enum CountedTokens {
    /** Every token that is no padding. */
    ALL,

    /**
     * The tokens of the answers that are learnt, as they enter the model; all tokens where a head
     * classifies the text.
     */
    ANSWERS
  }
}

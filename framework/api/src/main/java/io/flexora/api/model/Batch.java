package io.flexora.api.model;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Examples on the device, padded to one length. It lives as long as the manager it was made with.
 *
 * @since 0.1
 */
@ConsumerType
public interface Batch {

  /** The number of examples. */
  int size();

  /** The number of terms that the batch's loss is the mean of: examples, or labelled tokens. */
  long terms();

  /** The number of tokens, padding included. */
  long paddedTokens();
}

package io.flexora.transformers.batch;

import io.flexora.api.model.Batch;
import java.util.List;

/**
 * A batch in parts that are computed one after the other. A batch that is a {@link BatchPart}
 * itself is computed at once.
 *
 * @since 0.1
 */
public interface PartedBatch extends Batch {

  /** The parts for the loss. */
  List<? extends BatchPart> forLoss();

  /** The parts for the scores. */
  List<? extends BatchPart> forScores();
}

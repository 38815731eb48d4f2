package io.flexora.api.task;

import io.flexora.api.data.Example;
import io.flexora.api.data.Row;
import io.flexora.api.head.Head;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A task that can ask about rows whose answers are not known, so that a trained model predicts
 * them.
 *
 * @since 0.1
 */
@ConsumerType
public interface PredictionTask extends Task {

  /**
   * Makes one example of each row, in the order of the rows. The fields of the answer need not be
   * there and are not looked at: the label of each example is 0 and means nothing.
   *
   * @param head the head that the model was trained with
   * @throws io.flexora.api.run.FlexoraException as {@link #examples}, or if questions take more
   *     than a row, such as solved examples in front of them
   */
  List<Example> questions(List<Row> rows, Head head);

  /** The field of the text, where a text is all that a question takes; empty otherwise. */
  default Optional<String> textField() {
    return Optional.empty();
  }
}

package io.flexora.api.task;

import io.flexora.api.data.Row;
import io.flexora.api.data.RowFields;
import io.flexora.api.data.Split;
import io.flexora.api.head.Head;
import io.flexora.api.plugin.Effect;
import io.flexora.api.plugin.ExtensionPoint;
import java.util.List;
import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Turns the rows of a dataset into examples: what is asked, what may be answered, what is right.
 *
 * <p>Rows come from files that people wrote, so some are not as they should be. {@link RowFields}
 * takes the fields out of a row, and makes a message with the row's origin of one that is missing
 * or of another type. Whether answers are classes or choices, {@link Examples} tells.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint(value = "task", affects = Effect.DATA)
public interface Task {

  /**
   * Makes one example from each row, in the order of the rows, but for {@link Examples#leftOut}.
   *
   * @param rows the rows of every split
   * @throws io.flexora.api.run.FlexoraException if a row lacks a field or holds a value that the
   *     task cannot use; the message names the row's origin and the field
   */
  Examples examples(Map<Split, List<Row>> rows);

  /**
   * Makes a trained head again. A task whose head is of its own kind overrides this.
   *
   * @param saved the record of the head
   * @throws io.flexora.api.run.FlexoraException if it is not a head of this task
   */
  default Head head(Head.Saved saved) {
    return saved.restored();
  }
}

package io.flexora.api.track;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A cell that a {@link Tracker} has begun. Each method throws a {@link
 * io.flexora.api.run.FlexoraException} if the tool cannot be told.
 *
 * @since 0.1
 */
@ConsumerType
public interface Tracking extends AutoCloseable {

  /**
   * Takes metrics. The steps of one metric ascend, and none is told twice.
   *
   * @param metrics at least one, in the order in which they were measured
   */
  void metrics(List<TrackedMetric> metrics);

  /** Takes how the cell ended. One that was cancelled or failed may be gone on with later. */
  void end(TrackedEnd end);

  /**
   * From where {@link Tracker#begin} can go on: the tool has kept all that was told so far.
   *
   * @return a text of the tracker's own, without secrets, as it is kept in the run's folder
   */
  String position();

  /** Gives back what it holds; what was told stays, and the cell may be gone on with. */
  @Override
  void close();
}

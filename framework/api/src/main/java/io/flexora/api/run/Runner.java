package io.flexora.api.run;

import io.flexora.api.plugin.ExtensionPoint;
import java.util.List;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decides where and when the cells of an experiment run.
 *
 * @since 0.1
 */
@ConsumerType
@ExtensionPoint("runner")
public interface Runner {

  /**
   * Runs every cell exactly once and returns when all have ended.
   *
   * @param cells independent cells, in the order in which they were written
   * @param here runs a cell in this process and this thread; it records a cell's own failure and
   *     throws only what has to end the whole run, such as a {@link CancelledException}
   */
  void run(List<Cell> cells, Consumer<Cell> here);
}
